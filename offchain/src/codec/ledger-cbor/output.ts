/**
 * Reads a transaction output (Conway CDDL `transaction_output`, both forms) into the port's shape. Datums keep the bytes that stand in the
 * transaction. Byron and pointer addresses appear as hex without a credential: nobody pays the product from one.
 */
import { decode } from "cborg";
import { toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { decodeAddressBytes, toBech32Address } from "../address.js";
import { arrayItems, headAt, mapEntries, untag } from "./span.js";

/** What an output says, in the shape of the ledger port's `Utxo`, which the codecs may not import. */
export interface OutputFacts extends OutRef {
  /** Bech32; hex for an address of a kind that the product never pays to. */
  readonly address: string;
  /** Policy ‖ name in hex, "lovelace" for ADA. */
  readonly assets: Readonly<Record<string, bigint>>;
  /** Inline datum, CBOR hex. */
  readonly datum: string | null;
  readonly datumHash: string | null;
  readonly scriptRef: { readonly type: "PlutusV3"; readonly script: string } | null;
}

/** An output of a transaction: where it is, its bytes, and what they say. */
export interface StoredOutput {
  readonly ref: OutRef;
  readonly bytes: Uint8Array;
  readonly utxo: OutputFacts;
  /** Payment credential, hex; null where the address has none. */
  readonly credential: string | null;
}

const DATUM_INLINE = 1;
const ENCODED_CBOR = 24;
const PLUTUS_V3 = 3;

/** Most leaves are short, and a whole decoder for each of them is most of the time that a transaction takes to read. */
export const asInt = (bytes: Uint8Array): bigint => {
  const { major, argument, next } = headAt(bytes, 0);
  if (major === 0 && argument !== null && argument <= Number.MAX_SAFE_INTEGER && next === bytes.length)
    return BigInt(argument);
  const value: unknown = decode(bytes);
  if (typeof value === "number") return BigInt(value);
  if (typeof value === "bigint") return value;
  throw new DppError("cbor/malformed", "malformed CBOR: expected an integer");
};

/** `cborg` refuses chunked byte strings, as does the ledger everywhere but in datums. */
export const asBytes = (bytes: Uint8Array): Uint8Array => {
  const { major, argument, next } = headAt(bytes, 0);
  if (major === 2 && argument !== null && next + argument === bytes.length) return bytes.slice(next);
  const value: unknown = decode(bytes);
  if (value instanceof Uint8Array) return value;
  throw new DppError("cbor/malformed", "malformed CBOR: expected a byte string");
};

/** Policy ‖ name in hex → quantity, of a multi-asset map. */
export function assetsOf(bytes: Uint8Array): Record<string, bigint> {
  const assets: Record<string, bigint> = {};
  for (const [policy, names] of mapEntries(bytes)) {
    for (const [name, quantity] of mapEntries(names)) {
      assets[toHex(asBytes(policy)) + toHex(asBytes(name))] = asInt(quantity);
    }
  }
  return assets;
}

function readValue(bytes: Uint8Array): Record<string, bigint> {
  if ((bytes[0] ?? 0) >> 5 !== 4) return { lovelace: asInt(bytes) };
  const [coin, multiasset] = arrayItems(bytes);
  return { lovelace: asInt(required(coin)), ...assetsOf(required(multiasset)) };
}

const required = (bytes: Uint8Array | undefined): Uint8Array => {
  if (bytes === undefined) throw new DppError("cbor/malformed", "malformed CBOR: a part is missing");
  return bytes;
};

/** Only Plutus V3 reference scripts are shown: the product deploys no other. */
function scriptOf(bytes: Uint8Array): OutputFacts["scriptRef"] {
  const [type, script] = arrayItems(asBytes(untag(bytes, ENCODED_CBOR)));
  if (asInt(required(type)) !== BigInt(PLUTUS_V3)) return null;
  return { type: "PlutusV3", script: toHex(required(script)) };
}

/** Reads `{ address, value, datum, script }` from either form of an output. */
function partsOf(bytes: Uint8Array): readonly (Uint8Array | undefined)[] {
  if ((bytes[0] ?? 0) >> 5 === 5) {
    const byKey = new Map(mapEntries(bytes).map(([key, value]) => [Number(asInt(key)), value]));
    return [byKey.get(0), byKey.get(1), byKey.get(2), byKey.get(3)];
  }
  const [address, value, datumHash] = arrayItems(bytes);
  return [address, value, datumHash === undefined ? undefined : Uint8Array.of(0x82, 0x00, ...datumHash)];
}

function datumOf(bytes: Uint8Array | undefined): Pick<OutputFacts, "datum" | "datumHash"> {
  if (bytes === undefined) return { datum: null, datumHash: null };
  const [kind, content] = arrayItems(bytes);
  if (asInt(required(kind)) !== BigInt(DATUM_INLINE)) {
    return { datum: null, datumHash: toHex(asBytes(required(content))) };
  }
  return { datum: toHex(asBytes(untag(required(content), ENCODED_CBOR))), datumHash: null };
}

function addressOf(bytes: Uint8Array): { text: string; credential: string | null } {
  try {
    const { payment } = decodeAddressBytes(bytes);
    return { text: toBech32Address(bytes), credential: payment?.hash ?? null };
  } catch (error) {
    if (isDppError(error, "address/unsupported")) return { text: toHex(bytes), credential: null };
    throw error;
  }
}

/** @throws DppError `cbor/malformed`, `address/malformed`. */
export function readOutput(ref: OutRef, bytes: Uint8Array): StoredOutput {
  const [address, value, datum, script] = partsOf(bytes);
  const { text, credential } = addressOf(asBytes(required(address)));
  // Frozen: the ledger hands the same object to everyone who asks.
  const utxo: OutputFacts = Object.freeze({
    txHash: ref.txHash,
    outputIndex: ref.outputIndex,
    address: text,
    assets: Object.freeze(readValue(required(value))),
    ...datumOf(datum),
    scriptRef: script === undefined ? null : scriptOf(script),
  });
  return { ref, bytes, utxo, credential };
}
