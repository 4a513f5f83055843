/**
 * The two COSE structures (RFC 9052) that a wallet's `signData` answers with: COSE_Sign1 and COSE_Key, as CIP-8 and CIP-30 narrow them.
 * Spec: docs/spec/role-proof.md. Reads untagged structures only (CIP-30); the signature itself is checked in `crypto/cip8.ts`.
 */
import { decode, encode } from "cborg";
import { fromHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

/** COSE algorithm, key type and curve identifiers (RFC 9053). */
export const ALG_EDDSA = -8;
export const KTY_OKP = 1;
export const CRV_ED25519 = 6;

const HEADER_ALG = 1;
const HEADER_KID = 4;
const KEY = { kty: 1, kid: 2, alg: 3, crv: -1, x: -2, d: -4 } as const;
const MAX_BYTES = 16 * 1024;

export interface CoseSign1 {
  /** The protected headers' bytes as they were signed. */
  readonly protectedBytes: Uint8Array;
  readonly alg: number;
  /** CIP-8 "address" header. */
  readonly address: Uint8Array;
  readonly kid: Uint8Array | null;
  /** CIP-8 "hashed" header: the payload is the blake2b-224 of the message. */
  readonly hashed: boolean;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

export interface CoseKey {
  readonly kty: number;
  readonly crv: number;
  /** Null when the wallet leaves it out. */
  readonly alg: number | null;
  readonly kid: Uint8Array | null;
  /** The Ed25519 public key. */
  readonly x: Uint8Array;
}

const malformed = (what: string, cause?: unknown): DppError =>
  new DppError("cose/malformed", `malformed COSE structure: ${what}`, { cause });

function decodeCbor(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > MAX_BYTES) throw malformed(`${what} is too long`);
  try {
    // Duplicate labels would let two readers of one structure see two addresses (RFC 9052 §3).
    return decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true, allowUndefined: false });
  } catch (cause) {
    throw malformed(`${what} is not CBOR`, cause);
  }
}

const asBytes = (value: unknown, what: string): Uint8Array => {
  if (!(value instanceof Uint8Array)) throw malformed(`${what} is no byte string`);
  return value;
};
const asMap = (value: unknown, what: string): ReadonlyMap<unknown, unknown> => {
  if (!(value instanceof Map)) throw malformed(`${what} is no map`);
  return value;
};
const asInt = (value: unknown, what: string): number => {
  if (typeof value !== "number" || !Number.isInteger(value)) throw malformed(`${what} is no integer`);
  return value;
};
const optionalBytes = (value: unknown, what: string): Uint8Array | null =>
  value === undefined ? null : asBytes(value, what);

/** @throws DppError `cose/malformed`. */
export function decodeCoseSign1(hex: string): CoseSign1 {
  const parts = decodeCbor(fromHex(hex), "COSE_Sign1");
  if (!Array.isArray(parts) || parts.length !== 4) throw malformed("COSE_Sign1 is no array of four");
  const protectedBytes = asBytes(parts[0], "the protected header");
  const headers = asMap(decodeCbor(protectedBytes, "the protected header"), "the protected header");
  const unprotectedHeaders = asMap(parts[1], "the unprotected header");
  for (const label of unprotectedHeaders.keys()) {
    // A label in both places is ambiguous: which one was meant to be signed? (RFC 9052 §3)
    if (headers.has(label)) throw malformed("a header is both protected and unprotected");
  }
  const hashed = unprotectedHeaders.get("hashed") ?? headers.get("hashed") ?? false;
  if (typeof hashed !== "boolean") throw malformed("the hashed header is no boolean");
  return {
    protectedBytes,
    alg: asInt(headers.get(HEADER_ALG), "the algorithm"),
    address: asBytes(headers.get("address"), "the address header"),
    kid: optionalBytes(headers.get(HEADER_KID), "the key id"),
    hashed,
    payload: asBytes(parts[2], "the payload"),
    signature: asBytes(parts[3], "the signature"),
  };
}

/** @throws DppError `cose/malformed`; also when the structure holds a private key. */
export function decodeCoseKey(hex: string): CoseKey {
  const key = asMap(decodeCbor(fromHex(hex), "COSE_Key"), "COSE_Key");
  if (key.has(KEY.d)) throw malformed("the key is a private key");
  const alg = key.get(KEY.alg);
  return {
    kty: asInt(key.get(KEY.kty), "the key type"),
    crv: asInt(key.get(KEY.crv), "the curve"),
    alg: alg === undefined ? null : asInt(alg, "the key's algorithm"),
    kid: optionalBytes(key.get(KEY.kid), "the key id"),
    x: asBytes(key.get(KEY.x), "the public key"),
  };
}

/** The bytes that the key signs: Sig_structure with empty external data (RFC 9052 §4.4). */
export const encodeSigStructure = (protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array =>
  encode(["Signature1", protectedBytes, new Uint8Array(0), payload]);

export const encodeProtectedHeader = (address: Uint8Array): Uint8Array =>
  encode(
    new Map<unknown, unknown>([
      [HEADER_ALG, ALG_EDDSA],
      ["address", address],
    ]),
  );

export const encodeCoseSign1 = (
  protectedBytes: Uint8Array,
  hashed: boolean,
  payload: Uint8Array,
  signature: Uint8Array,
): Uint8Array => encode([protectedBytes, new Map([["hashed", hashed]]), payload, signature]);

export const encodeCoseKey = (publicKey: Uint8Array): Uint8Array =>
  encode(
    new Map<unknown, unknown>([
      [KEY.kty, KTY_OKP],
      [KEY.alg, ALG_EDDSA],
      [KEY.crv, CRV_ED25519],
      [KEY.x, publicKey],
    ]),
  );
