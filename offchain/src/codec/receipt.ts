/** Receipts as deterministic CBOR, or as base64url of it. Spec: docs/spec/receipt.md "File". Form and bounds alone: `usecases/events/receipt-verify.ts` judges. */
import { concat, fromBase64url, fromHex, fromUtf8, toBase64url, toHex, utf8 } from "../domain/bytes.js";
import { SALT_BYTES, type SaltedElement } from "../domain/document.js";
import { DppError } from "../domain/errors.js";
import { MAX_LEAF_BYTES } from "../domain/event.js";
import { MAX_PAYLOAD_ELEMENTS } from "../domain/event-payload.js";
import {
  MAX_RECEIPT_BYTES,
  type Receipt,
  type ReceiptPack,
  type ReceiptPayload,
  type ReceiptState,
} from "../domain/receipt.js";
import { MAX_KNOWN_CONFIGS, TRUST_NETWORKS } from "../domain/trust-root.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { elementFromCbor, elementToCbor } from "./document.js";
import { MAX_PARTIES_BYTES, MIN_SIGNATURE_BYTES } from "./parties.js";
import {
  attestationsFromCbor,
  attestationToCbor,
  transactionFromCbor,
  transactionToCbor,
} from "./receipt-transaction.js";

export const RECEIPT_KIND = "dpp/receipt/2";
const HASH_BYTES = 32;
/** Of a pack with 65,536 events. */
const MAX_PATH = 16;
/** Of a history with 2^53 entries. */
const MAX_PEAKS = 53;

const KEYS = [
  "kind",
  "network",
  "config",
  "leaf",
  "path",
  "pack",
  "append",
  "attestations",
  "rotations",
  "state",
  "payload",
] as const;

const shape = cborShape("receipt/malformed");

const hashes = (value: CborValue | undefined, max: number, path: string): readonly Uint8Array[] =>
  shape.list(value, max, path, (item, at) => shape.bytes(item, HASH_BYTES, HASH_BYTES, at));

const packToCbor = ({ lo, hi, root, cmin, cmax, late, signature, peaks }: ReceiptPack): CborInput => [
  lo,
  hi,
  fromHex(root),
  cmin,
  cmax,
  late,
  fromHex(signature),
  peaks.map(fromHex),
];

function packFromCbor(value: CborValue): ReceiptPack {
  const [lo, hi, root, cmin, cmax, late, signature, peaks] = shape.tuple(value, 8, "/pack");
  if (typeof late !== "boolean") throw shape.refuse("/pack/5", "true or false");
  return {
    lo: shape.int(lo, "/pack/0"),
    hi: shape.int(hi, "/pack/1"),
    root: toHex(shape.bytes(root, HASH_BYTES, HASH_BYTES, "/pack/2")),
    cmin: shape.int(cmin, "/pack/3"),
    cmax: shape.int(cmax, "/pack/4"),
    late,
    signature: toHex(shape.bytes(signature, MIN_SIGNATURE_BYTES, MAX_PARTIES_BYTES, "/pack/6")),
    peaks: hashes(peaks, MAX_PEAKS, "/pack/7").map(toHex),
  };
}

const stateToCbor = ({ transaction, path, peaks }: ReceiptState): CborInput => [
  transactionToCbor(transaction),
  path,
  peaks,
];

function stateFromCbor(value: CborValue): ReceiptState {
  const [transaction, path, peaks] = shape.tuple(value, 3, "/state");
  return {
    transaction: transactionFromCbor(transaction, "/state/0", 1),
    path: hashes(path, MAX_PEAKS, "/state/1"),
    peaks: hashes(peaks, MAX_PEAKS, "/state/2"),
  };
}

const payloadToCbor = ({ leaves, elements }: ReceiptPayload): CborInput => [
  concat(...leaves),
  elements.map(({ index, element, salt }) => [index, elementToCbor(element), salt]),
];

function payloadFromCbor(value: CborValue): ReceiptPayload {
  const [joined, list] = shape.tuple(value, 2, "/payload");
  const leaves = shape.bytes(joined, HASH_BYTES, MAX_PAYLOAD_ELEMENTS * HASH_BYTES, "/payload/0");
  if (leaves.length % HASH_BYTES !== 0) throw shape.refuse("/payload/0", "hashes of 32 bytes");
  const elements = shape.list(list, MAX_PAYLOAD_ELEMENTS, "/payload/1", elementAt);
  if (elements.some(({ index }, at) => at > 0 && (elements[at - 1]?.index ?? 0) >= index))
    throw shape.refuse("/payload/1", "ascending indices without repetition");
  return {
    leaves: Array.from({ length: leaves.length / HASH_BYTES }, (_, at) =>
      leaves.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
    ),
    elements,
  };
}

function elementAt(value: CborValue, path: string): SaltedElement {
  const [index, element, salt] = shape.tuple(value, 3, path);
  return {
    index: shape.int(index, `${path}/0`, MAX_PAYLOAD_ELEMENTS - 1),
    element: elementFromCbor(element, `${path}/1`),
    salt: shape.bytes(salt, SALT_BYTES, SALT_BYTES, `${path}/2`),
  };
}

const tooLarge = (bytes: number): DppError =>
  new DppError("receipt/too-large", `${bytes} bytes of a receipt, at most ${MAX_RECEIPT_BYTES} are read`);

/** @throws DppError `receipt/too-large`, and as `decodeReceipt`. */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const bytes = encodeCbor({
    kind: RECEIPT_KIND,
    network: receipt.network,
    config: fromHex(receipt.config),
    leaf: receipt.leaf,
    path: receipt.path,
    pack: packToCbor(receipt.pack),
    append: transactionToCbor(receipt.append),
    attestations: receipt.attestations.map(attestationToCbor),
    rotations: receipt.rotations.map(transactionToCbor),
    state: receipt.state && stateToCbor(receipt.state),
    payload: receipt.payload && payloadToCbor(receipt.payload),
  });
  decodeReceipt(bytes);
  return new Uint8Array(bytes);
}

/** @throws DppError `receipt/too-large`, `cbor/*`, `receipt/malformed`, `receipt/version`, `document/*` for an element. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > MAX_RECEIPT_BYTES) throw tooLarge(bytes.length);
  const map = shape.map(decodeCbor(bytes, MAX_RECEIPT_BYTES), KEYS, "");
  if (map.kind !== RECEIPT_KIND)
    throw new DppError("receipt/version", `this reader knows receipts of kind ${RECEIPT_KIND}`);
  return {
    network: shape.oneOf(map.network, TRUST_NETWORKS, "/network"),
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    leaf: shape.bytes(map.leaf, 1, MAX_LEAF_BYTES, "/leaf"),
    path: hashes(map.path, MAX_PATH, "/path"),
    pack: packFromCbor(map.pack),
    append: transactionFromCbor(map.append, "/append", 1),
    attestations: attestationsFromCbor(map.attestations),
    rotations: shape.list(map.rotations, MAX_KNOWN_CONFIGS, "/rotations", (item, path) =>
      transactionFromCbor(item, path),
    ),
    state: map.state === null ? null : stateFromCbor(map.state),
    payload: map.payload === null ? null : payloadFromCbor(map.payload),
  };
}

export const receiptToText = (bytes: Uint8Array): string => toBase64url(bytes);

/** A map of 11, whose first entry is the kind. */
const START = concat(Uint8Array.of(0xa0 | KEYS.length), utf8("dkind"));
const TEXT_START = utf8(toBase64url(START).slice(0, 8));

const begins = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.every((byte, at) => bytes[at] === byte);

/** Whether a file looks like a receipt, in either form. */
export const isReceiptFile = (file: Uint8Array): boolean => begins(file, START) || begins(file, TEXT_START);

/** The receipt's bytes, from either form of the file. @throws DppError `receipt/too-large`, `receipt/malformed`. */
export function receiptBytes(file: Uint8Array): Uint8Array {
  if (begins(file, START)) return file;
  if (file.length > MAX_RECEIPT_BYTES * 2) throw tooLarge(file.length);
  try {
    return fromBase64url(fromUtf8(file).replace(/\r?\n$/, ""));
  } catch (cause) {
    throw new DppError("receipt/malformed", "the file is no receipt: neither CBOR nor base64url", { cause });
  }
}
