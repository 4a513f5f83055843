/** `signature` of a joint pack: each party's, by name. Spec: docs/spec/anchor.md "Joint threads". */
import { fromHex, toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { arePartyNames, MAX_PARTIES, MIN_PARTIES } from "../domain/joint.js";
import { type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

/** Byte strings are lower-case hex. */
export interface PartySignature {
  /** Attestation name. */
  readonly name: string;
  /** In the party's form; empty: it has not signed yet. */
  readonly signature: string;
}

export const MIN_SIGNATURE_BYTES = 64;
export const MAX_SIGNATURE_BYTES = 2048;
/** Of all parties together, as a pack holds them. */
export const MAX_PARTIES_BYTES = 32_768;
/** Two parties with names of 13 bytes that have not signed yet. */
export const MIN_PARTIES_BYTES = 33;

const shape = cborShape("pack/parties");

/** @throws DppError `pack/parties` for what `decodeParties` would refuse, `bytes/hex`. */
export function encodeParties(parties: readonly PartySignature[]): Uint8Array {
  const items = parties.map(({ name, signature }) => [fromHex(name), fromHex(signature)] as const);
  partiesFromCbor(items);
  return new Uint8Array(encodeCbor(items));
}

/** @throws DppError `pack/parties`. */
export function decodeParties(bytes: Uint8Array): readonly PartySignature[] {
  return partiesFromCbor(decoded(bytes));
}

function decoded(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes, MAX_PARTIES_BYTES);
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError("pack/parties", `the parties' signatures cannot be read: ${cause.message}`, { cause });
  }
}

function partiesFromCbor(value: CborValue): readonly PartySignature[] {
  const parties = shape.list(value, MAX_PARTIES, "", (entry, path) => {
    const [name, signature] = shape.tuple(entry, 2, path);
    const signed = shape.bytes(signature, 0, MAX_SIGNATURE_BYTES, `${path}/1`);
    if (signed.length > 0 && signed.length < MIN_SIGNATURE_BYTES)
      throw shape.refuse(`${path}/1`, `0 or ${MIN_SIGNATURE_BYTES} to ${MAX_SIGNATURE_BYTES} bytes`);
    return { name: toHex(shape.bytes(name, 13, 28, `${path}/0`)), signature: toHex(signed) };
  });
  if (!arePartyNames(parties.map(({ name }) => name)))
    throw shape.refuse("", `${MIN_PARTIES} to ${MAX_PARTIES} parties, their names ascending, none twice`);
  return parties;
}
