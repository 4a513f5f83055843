/** How a signature on P-256 with chosen properties is made: with a key, or backwards from the point that it leads to. */
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../domain/bytes.js";

const { Point } = p256;
export type P256Point = InstanceType<typeof Point>;
export const { BASE, Fn, Fp } = Point;

export interface P256Case {
  readonly reason: string;
  readonly publicKey: P256Point;
  /** Null where nobody knows a message with this digest. */
  readonly message: Uint8Array | null;
  /** SHA-256 of the message. */
  readonly digest: Uint8Array;
  readonly r: bigint;
  readonly s: bigint;
  /** What a standard verifier says. */
  readonly valid: boolean;
  /** The script refuses it although it is valid: two equal or opposite points meet on the way. Only the key's holder can arrange that. */
  readonly meets?: true;
}

/** What is signed. */
export type Signed = Pick<P256Case, "message" | "digest">;

export const ofMessage = (message: Uint8Array): Signed => ({ message, digest: sha256(message) });
export const ofDigest = (hash: bigint): Signed => ({ message: null, digest: numberToBytesBE(hash, 32) });

/** `e` of ECDSA modulo n. */
export const hashOf = ({ digest }: Signed): bigint => Fn.create(bytesToNumberBE(digest));
export const scalarOf = (seed: string): bigint => Fn.create(bytesToNumberBE(sha256(utf8(`p256 ${seed}`))));
export const xOf = (point: P256Point): bigint => point.toAffine().x;

export const SECRET = scalarOf("secret key");
export const SAMPLE: Signed = ofMessage(utf8("a pack of events"));

/** r and s of the key d·G. */
export function sign(
  what: Signed,
  d = SECRET,
  k = scalarOf("nonce"),
): { readonly r: bigint; readonly s: bigint } {
  const r = Fn.create(xOf(BASE.multiply(k)));
  return { r, s: Fn.mul(Fn.inv(k), Fn.add(hashOf(what), Fn.mul(r, d))) };
}

/** The key d·G signs. */
export const signedBy = (reason: string, d: bigint, what: Signed = SAMPLE): P256Case => ({
  reason,
  publicKey: BASE.multiply(d),
  ...what,
  ...sign(what, d),
  valid: true,
});

/** A signature (r, s) that leads to the point `at`: the key is (s·R − e·G)/r. */
export function leadingTo(
  reason: string,
  at: P256Point,
  r: bigint,
  s: bigint,
  valid: boolean,
  what: Signed = SAMPLE,
): P256Case {
  const byR = Fn.inv(Fn.create(r));
  const ofBase = BASE.multiplyUnsafe(Fn.neg(Fn.mul(hashOf(what), byR)));
  return { reason, publicKey: at.multiply(Fn.mul(s, byR)).add(ofBase), ...what, r, s, valid };
}

/** A signature of a key whose logarithm nobody knows: r, s and digest follow from u1 and u2. */
export function signedFor(reason: string, publicKey: P256Point, u1: bigint, u2: bigint): P256Case {
  const r = Fn.create(xOf(BASE.multiply(u1).add(publicKey.multiply(u2))));
  const s = Fn.div(r, u2);
  return { reason, publicKey, ...ofDigest(Fn.mul(u1, s)), r, s, valid: true };
}

export function pointAt(x: bigint): P256Point | null {
  try {
    return Point.fromHex(`02${x.toString(16).padStart(64, "0")}`);
  } catch {
    return null;
  }
}

/** The first point whose x is `from`, or follows it by this step. Half of all x are on the curve. */
export function pointFrom(from: bigint, step = 1n): P256Point {
  for (let i = 0n; i < 100n; i++) {
    const point = pointAt(from + i * step);
    if (point !== null) return point;
  }
  throw new Error(`no point from ${from} on`);
}

/** The first of "p256 0", "p256 1".. whose hash `fits`. */
export function messageWith(fits: (hash: bigint) => boolean): Signed {
  for (let i = 0; i < 100_000; i++) {
    const what = ofMessage(utf8(`p256 ${i}`));
    if (fits(bytesToNumberBE(what.digest))) return what;
  }
  throw new Error("no such message");
}
