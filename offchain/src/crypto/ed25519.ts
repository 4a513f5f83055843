/**
 * Ed25519 (RFC 8032) of events and packs, strictly: one message and key have no second signature that somebody else could make from the
 * first, and no signature fits two messages. Spec: docs/spec/event.md "Signed event". Wallets' signatures are checked in `cip8.ts`.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equalBytes } from "../domain/bytes.js";

/** Never throws. Use cases take it as a parameter, so that a server may bring a faster one that decides alike. */
export type Ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

const { Point } = ed25519;
const { Fp, Fn, BASE } = Point;

/**
 * y of the eight points of small order: 0 (order 4), 1 and −1 (orders 1 and 2; the only points with x = 0), and ±y of order 8. The sign bit of x tells
 * the two points of each y apart, but for x = 0, where it is not canonical.
 */
const ORDER_8_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([0n, 1n, Fp.neg(1n), ORDER_8_Y, Fp.neg(ORDER_8_Y)]);

/** What 32 bytes tell without curve arithmetic: y is not reduced, or the point is of small order. */
export function isWeakEncoding(point: Uint8Array): boolean {
  if (point.length !== PUBLIC_KEY_BYTES) return true;
  const y = bytesToNumberLE(point) & (2n ** 255n - 1n);
  return y >= Fp.ORDER || SMALL_ORDER_Y.has(y);
}

const decodePoint = (bytes: Uint8Array) => {
  try {
    return isWeakEncoding(bytes) ? null : Point.fromBytes(bytes);
  } catch {
    return null;
  }
};

/** No canonical encoding of a point of the curve, or a point of small order, for which signatures prove nothing. */
export const isWeakKey = (publicKey: Uint8Array): boolean => decodePoint(publicKey) === null;

/** The scalar of a signature: below the group order, or a signature could be changed by adding it. */
export const hasCanonicalScalar = (signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && bytesToNumberLE(signature.subarray(32)) < Fn.ORDER;

/**
 * Portable. The equation is the one without cofactor, `[s]B = R + [k]A`: libraries that multiply by the cofactor accept more. What this accepts, every script
 * machine does; what some accept beyond it is in docs/judges.md "Lenient signatures".
 */
export const verifyEd25519: Ed25519Verify = (publicKey, message, signature) => {
  if (!hasCanonicalScalar(signature)) return false;
  const r = signature.subarray(0, 32);
  const key = decodePoint(publicKey);
  if (key === null || isWeakEncoding(r)) return false;
  const s = bytesToNumberLE(signature.subarray(32));
  const k = Fn.create(bytesToNumberLE(sha512(concat(r, publicKey, message))));
  const expected = BASE.multiplyUnsafe(s).add(key.negate().multiplyUnsafe(k));
  // Encodings are canonical, so equal bytes say that R is one, and on the curve.
  return equalBytes(expected.toBytes(), r);
};
