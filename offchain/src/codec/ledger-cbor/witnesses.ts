/**
 * The witness set of a signed transaction (Conway CDDL `transaction_witness_set`): who signed, and with which redeemer each script was called. Redeemers
 * come as a list or, since Conway, as a map. Says nothing of whether a signature is right: `crypto/` does.
 */
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { asBytes, asInt } from "./output.js";
import { arrayItems, headAt, mapEntries } from "./span.js";

export interface VkeyWitness {
  /** Ed25519, 32 bytes hex. */
  readonly publicKey: string;
  /** 64 bytes hex. */
  readonly signature: string;
}

/** In the order of the CDDL's `redeemer_tag`. */
const PURPOSES = ["spend", "mint", "certify", "reward", "vote", "propose"] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Redeemer {
  readonly purpose: Purpose;
  /** Position among the transaction's sorted inputs, policies or withdrawals. */
  readonly index: number;
  /** Plutus data, CBOR hex. */
  readonly data: string;
}

export interface WitnessSet {
  readonly vkeys: readonly VkeyWitness[];
  readonly redeemers: readonly Redeemer[];
  /** The redeemers' and the datums' bytes as they stand, which the body's script data hash covers; null: there are none. */
  readonly redeemerBytes: Uint8Array | null;
  readonly datumBytes: Uint8Array | null;
}

const FIELD = { vkeys: 0, datums: 4, redeemers: 5 } as const;
const MAP = 5;

const malformed = (what: string): DppError => new DppError("cbor/malformed", `malformed CBOR: ${what}`);

/** @throws DppError `cbor/malformed`; cborg's own errors for a leaf that is no CBOR. */
export function readWitnessSet(bytes: Uint8Array): WitnessSet {
  const fields = new Map(mapEntries(bytes).map(([key, value]) => [Number(asInt(key)), value]));
  const vkeys = fields.get(FIELD.vkeys);
  const redeemers = fields.get(FIELD.redeemers) ?? null;
  return {
    vkeys: vkeys === undefined ? [] : arrayItems(vkeys).map(readVkey),
    redeemers: redeemers === null ? [] : readRedeemers(redeemers),
    redeemerBytes: redeemers,
    datumBytes: fields.get(FIELD.datums) ?? null,
  };
}

function readVkey(bytes: Uint8Array): VkeyWitness {
  const [key, signature, ...rest] = arrayItems(bytes);
  if (key === undefined || signature === undefined || rest.length > 0) throw malformed("a key witness");
  const [publicKey, proof] = [asBytes(key), asBytes(signature)];
  if (publicKey.length !== 32 || proof.length !== 64) throw malformed("a key witness");
  return { publicKey: toHex(publicKey), signature: toHex(proof) };
}

function readRedeemers(bytes: Uint8Array): readonly Redeemer[] {
  const flat =
    headAt(bytes, 0).major === MAP
      ? mapEntries(bytes).map(([key, value]) => [...arrayItems(key), ...arrayItems(value)])
      : arrayItems(bytes).map(arrayItems);
  const redeemers = flat.map(([tag, index, data, units, ...rest]) => {
    if (tag === undefined || index === undefined || data === undefined || units === undefined)
      throw malformed("a redeemer");
    const purpose = PURPOSES[Number(asInt(tag))];
    if (purpose === undefined || rest.length > 0) throw malformed("a redeemer");
    return { purpose, index: Number(asInt(index)), data: toHex(data) };
  });
  // Two for one script would let a reader choose.
  const names = new Set(redeemers.map(({ purpose, index }) => `${purpose} ${index}`));
  if (names.size !== redeemers.length) throw malformed("two redeemers for one script");
  return redeemers;
}
