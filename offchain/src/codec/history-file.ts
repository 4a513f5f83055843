/**
 * A passport's history as a file that proves itself: signed transactions with what they refer to, action records, documents. Spec: docs/spec/history.md
 * "File". Form and bounds only; `usecases/history/verify.ts` judges. `history-file-json.ts` has the same file as JSON.
 */
import { fromHex, toHex } from "../domain/bytes.js";
import { cidFromBytes, cidToBytes } from "../domain/cid.js";
import { MAX_DOCUMENT_BYTES } from "../domain/document.js";
import { DppError } from "../domain/errors.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

export const HISTORY_KIND = "dpp/history/1";
export const MAX_HISTORY_BYTES = 64 * 1024 * 1024;
/** More than a wallet's game with a token is worth to anybody who reads it offline. */
export const MAX_HISTORY_TRANSACTIONS = 10_000;
const MAX_TRANSACTION_BYTES = 64 * 1024;
const MAX_VIEWS = 64;
const MAX_VIEW_BYTES = 16 * 1024;
const MAX_RECORDS = MAX_HISTORY_TRANSACTIONS;

const NETWORKS = ["mainnet", "preprod", "preview", "devnet", "embedded"] as const;

export interface HistoryTransaction {
  /** The whole signed transaction. */
  readonly cbor: Uint8Array;
  readonly slot: number;
  readonly height: number;
  /** Position in `views` of the language view that its redeemers were signed under; null: it runs no script, or nobody has the view. */
  readonly view: number | null;
}

export interface HistoryBlob {
  readonly cid: string;
  readonly bytes: Uint8Array;
}

export interface HistoryFile {
  readonly network: (typeof NETWORKS)[number];
  /** Policies, hex. */
  readonly config: string;
  readonly roles: string;
  readonly policy: string;
  /** Passport id, hex. */
  readonly passport: string;
  readonly slots: { readonly zeroTime: number; readonly zeroSlot: number; readonly slotLength: number };
  /** Oldest first. */
  readonly transactions: readonly HistoryTransaction[];
  /** Transactions that made what the others refer to: attestations and the config. */
  readonly references: readonly Uint8Array[];
  readonly views: readonly Uint8Array[];
  /** Action records. */
  readonly records: readonly HistoryBlob[];
  /** Sealed documents. */
  readonly documents: readonly HistoryBlob[];
}

const shape = cborShape("history/malformed");

const blobToCbor = ({ cid, bytes }: HistoryBlob): CborInput => [cidToBytes(cid), bytes];
const blobFromCbor =
  (maxBytes: number) =>
  (value: CborValue, path: string): HistoryBlob => {
    const [cid, bytes] = shape.tuple(value, 2, path);
    return {
      cid: cidFromBytes(shape.bytes(cid, 4, 64, `${path}/0`)),
      bytes: shape.bytes(bytes, 1, maxBytes, `${path}/1`),
    };
  };

/** @throws DppError `history/too-large`. */
export function encodeHistoryFile(file: HistoryFile): Uint8Array {
  const { zeroTime, zeroSlot, slotLength } = file.slots;
  const bytes = encodeCbor({
    kind: HISTORY_KIND,
    network: file.network,
    config: fromHex(file.config),
    roles: fromHex(file.roles),
    policy: fromHex(file.policy),
    passport: fromHex(file.passport),
    slots: [zeroTime, zeroSlot, slotLength],
    transactions: file.transactions.map(({ cbor, slot, height, view }) => [cbor, slot, height, view]),
    references: file.references,
    views: file.views,
    records: file.records.map(blobToCbor),
    documents: file.documents.map(blobToCbor),
  });
  if (bytes.length > MAX_HISTORY_BYTES) throw historyTooLarge(bytes.length);
  return bytes;
}

export const historyTooLarge = (bytes: number): DppError =>
  new DppError(
    "history/too-large",
    `the history has ${bytes} bytes, at most ${MAX_HISTORY_BYTES} are read: leave the documents out`,
  );

const KEYS = [
  "kind",
  "network",
  "config",
  "roles",
  "policy",
  "passport",
  "slots",
  "transactions",
  "references",
  "views",
  "records",
  "documents",
] as const;

/** @throws DppError `cbor/*`, `history/malformed`, `history/version`, `content/bad-cid`. */
export function decodeHistoryFile(bytes: Uint8Array): HistoryFile {
  return historyFileFromCbor(decodeCbor(bytes, MAX_HISTORY_BYTES));
}

/** @throws DppError as `decodeHistoryFile`. */
export function historyFileFromCbor(value: CborValue): HistoryFile {
  const map = shape.map(value, KEYS, "");
  if (map.kind !== HISTORY_KIND) throw new DppError("history/version", `this reader knows ${HISTORY_KIND}`);
  const [zeroTime, zeroSlot, slotLength] = shape.tuple(map.slots, 3, "/slots");
  const hash = (name: "config" | "roles" | "policy" | "passport"): string =>
    toHex(shape.bytes(map[name], 28, 28, `/${name}`));
  const views = shape.list(map.views, MAX_VIEWS, "/views", (view, path) =>
    shape.bytes(view, 1, MAX_VIEW_BYTES, path),
  );
  return {
    network: shape.oneOf(map.network, NETWORKS, "/network"),
    config: hash("config"),
    roles: hash("roles"),
    policy: hash("policy"),
    passport: hash("passport"),
    slots: {
      zeroTime: shape.int(zeroTime, "/slots/0"),
      zeroSlot: shape.int(zeroSlot, "/slots/1"),
      slotLength: shape.int(slotLength, "/slots/2", 3_600_000),
    },
    transactions: shape.list(map.transactions, MAX_HISTORY_TRANSACTIONS, "/transactions", (entry, path) =>
      transactionFromCbor(entry, path, views.length),
    ),
    references: shape.list(map.references, MAX_HISTORY_TRANSACTIONS, "/references", (entry, path) =>
      shape.bytes(entry, 1, MAX_TRANSACTION_BYTES, path),
    ),
    views,
    records: shape.list(map.records, MAX_RECORDS, "/records", blobFromCbor(MAX_TRANSACTION_BYTES)),
    documents: shape.list(map.documents, MAX_RECORDS, "/documents", blobFromCbor(MAX_DOCUMENT_BYTES)),
  };
}

function transactionFromCbor(value: CborValue, path: string, views: number): HistoryTransaction {
  const [cbor, slot, height, view] = shape.tuple(value, 4, path);
  return {
    cbor: shape.bytes(cbor, 1, MAX_TRANSACTION_BYTES, `${path}/0`),
    slot: shape.int(slot, `${path}/1`),
    height: shape.int(height, `${path}/2`),
    view: view === null ? null : shape.int(view, `${path}/3`, views - 1),
  };
}
