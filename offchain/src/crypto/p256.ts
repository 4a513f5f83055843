/**
 * ECDSA on P-256 with SHA-256 (FIPS 186-5, SEC 1 §4.1.4) of secure elements and WebAuthn. Of (r, s) and (r, n − s) both are valid, as they are on the ledger: nothing here takes a
 * signature for a name. Spec: docs/spec/signature-forms.md.
 */
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { expectPoint, keyTable } from "./p256-table.js";

/** Never throws. Use cases take it as a parameter, so that a server may bring a faster one that decides alike. */
export type P256Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

export const P256_SIGNATURE_BYTES = 64;
export const TABLE_HASH_BYTES = 28;
const SCALAR_BYTES = 32;
/** Two integers of 33 bytes, each behind a head of 2, behind a head of 2. */
const LONGEST_DER = 72;

const { Fn } = p256.Point;

/**
 * @param publicKey 33 or 65 bytes, SEC 1
 * @param message any bytes; they are hashed here
 * @param signature r ‖ s, 64 bytes
 */
export const verifyP256: P256Verify = (publicKey, message, signature) => {
  if (signature.length !== P256_SIGNATURE_BYTES) return false;
  if (publicKey.length !== 33 && publicKey.length !== 65) return false;
  try {
    return p256.verify(signature, message, publicKey, { format: "compact", lowS: false, prehash: true });
  } catch {
    return false;
  }
};

/**
 * @param point 33 or 65 bytes, SEC 1
 * @returns 33 bytes.
 * @throws DppError `p256/point`.
 */
export const compressP256 = (point: Uint8Array): Uint8Array => expectPoint(point).toBytes(true);

/** blake2b-224 of a table, 28 bytes: its place on the ledger, and the end of a key's `pk`. */
export const tableHash = (table: Uint8Array): Uint8Array => blake2b(table, { dkLen: TABLE_HASH_BYTES });

/**
 * `pk` of an attestation: point(33) ‖ table hash(28), hex.
 * @throws DppError `p256/point`.
 */
export const p256KeyOf = (point: Uint8Array): string =>
  toHex(concat(compressP256(point), tableHash(keyTable(point))));

/**
 * What the ledger's script takes of a signature: r, and w = s⁻¹ modulo n, which it would pay dearly to compute.
 * @param signature r ‖ s, 64 bytes
 * @throws DppError `p256/signature` when r or s is 0 or not below n, or the length is another.
 */
export function p256Hints(signature: Uint8Array): { readonly r: bigint; readonly w: bigint } {
  if (signature.length !== P256_SIGNATURE_BYTES)
    throw refused(`it has ${signature.length} bytes, not 64 (r, then s)`);
  const [r, s] = [signature.subarray(0, SCALAR_BYTES), signature.subarray(SCALAR_BYTES)].map(bytesToNumberBE);
  if (!isScalar(r) || !isScalar(s)) throw refused("r or s is 0, or not below the order of the group");
  return { r, w: Fn.inv(s) };
}

const isScalar = (k: bigint | undefined): k is bigint => k !== undefined && Fn.isValidNot0(k);

/**
 * @param der `Ecdsa-Sig-Value` (RFC 3279 §2.2.3) in DER (X.690), as secure elements and WebAuthn give it; at most 72 bytes
 * @returns r ‖ s, 64 bytes; whether they are below n is for who verifies.
 * @throws DppError `p256/der` when it is BER but not DER, an integer is negative, zero or too large, or bytes are left.
 */
export function derToRaw(der: Uint8Array): Uint8Array {
  if (der.length > LONGEST_DER) throw notDer("it is longer than 72 bytes");
  if (der[0] !== 0x30) throw notDer("it does not begin with a SEQUENCE");
  if (der[1] !== der.length - 2) throw notDer("the length of its SEQUENCE is not that of what follows");
  const [r, afterR] = integerAt(der, 2);
  const [s, end] = integerAt(der, afterR);
  if (end !== der.length) throw notDer("bytes are left after s");
  return concat(r, s);
}

/** An INTEGER of 1 to 2^256 − 1, as 32 bytes, and where it ends. */
function integerAt(der: Uint8Array, at: number): readonly [Uint8Array, number] {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined) throw notDer("an INTEGER is missing");
  const end = at + 2 + length;
  const [first, second] = [der[at + 2], der[at + 3]];
  if (length === 0 || length > SCALAR_BYTES + 1 || end > der.length || first === undefined)
    throw notDer("an INTEGER has no bytes, more than 33, or more than there are");
  if (first >= 0x80) throw notDer("an INTEGER is negative");
  if (first === 0 && (length === 1 || (second ?? 0) < 0x80))
    throw notDer("an INTEGER is 0, or begins with a zero byte that it does not need");
  const digits = der.subarray(first === 0 ? at + 3 : at + 2, end);
  if (digits.length > SCALAR_BYTES) throw notDer("an INTEGER is larger than 32 bytes");
  return [concat(new Uint8Array(SCALAR_BYTES - digits.length), digits), end];
}

const refused = (why: string): DppError =>
  new DppError("p256/signature", `this is no P-256 signature: ${why}`);

const notDer = (why: string): DppError =>
  new DppError(
    "p256/der",
    `this is no P-256 signature in DER: ${why}; bring it as the secure element gave it`,
  );
