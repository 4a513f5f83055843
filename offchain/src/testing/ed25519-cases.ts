/**
 * Signatures on which Ed25519 implementations differ, with what docs/spec/event.md "Signed event" says of each. Made from published keys; the hostile ones
 * follow from the group's structure, as their maker knows the secret scalar.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex, utf8 } from "../domain/bytes.js";

const { Point } = ed25519;
const { Fp, Fn, BASE } = Point;
type Point = typeof BASE;

export interface Ed25519Case {
  readonly reason: string;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly valid: boolean;
}

/** Secret key of RFC 8032 §7.1, test 1. It is published: it protects nothing. */
export const PUBLISHED_SECRET_KEY = fromHex(
  "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
);

/** RFC 8032 §7.1, tests 1 to 3: secret key, message. */
const RFC8032 = [
  [PUBLISHED_SECRET_KEY, ""],
  [fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), "72"],
  [fromHex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"), "af82"],
] as const;

const le = (value: bigint): Uint8Array => numberToBytesLE(value, 32);
const SIGN_BIT = 2n ** 255n;

/** y of the points of small order, by multiplying one of order 8 that the curve's equation gives. */
function smallOrderPoints(): readonly Point[] {
  // Any point of the curve, times the order of the big subgroup, is of small order.
  for (let y = 2n; ; y++) {
    try {
      const torsion = Point.fromBytes(le(y))
        .multiplyUnsafe(Fn.ORDER - 1n)
        .add(Point.fromBytes(le(y)));
      if (!torsion.double().double().is0())
        return Array.from({ length: 8 }, (_, times) => times).map((times) =>
          Array.from({ length: times }, () => torsion).reduce((sum, it) => sum.add(it), Point.ZERO),
        );
    } catch {
      // No point has this y.
    }
  }
}

export const SMALL_ORDER_POINTS = smallOrderPoints();

/** All encodings that a lenient decoder reads as points of small order: canonical ones, y not reduced, x = 0 with the sign bit. */
export const SMALL_ORDER_ENCODINGS: readonly Uint8Array[] = [
  ...new Set(SMALL_ORDER_POINTS.map((point) => point.toAffine().y)),
].flatMap((y) =>
  [y, y + Fp.ORDER].filter((value) => value < SIGN_BIT).flatMap((value) => [le(value), le(value + SIGN_BIT)]),
);

/** y of 2^255 − 19 and above: each is y − p, not reduced; 19 values with two signs. */
export const UNREDUCED_ENCODINGS: readonly Uint8Array[] = Array.from(
  { length: 19 },
  (_, more) => Fp.ORDER + BigInt(more),
).flatMap((y) => [le(y), le(y + SIGN_BIT)]);

const { scalar: a, point: A } = ed25519.utils.getExtendedPublicKey(PUBLISHED_SECRET_KEY);
const NONCE = 0x1234567890abcdefn;

/** Signs `message` with secret scalar `secret` as if the key were `key` and R `r`, which may carry a part of small order. */
function forge(
  reason: string,
  valid: boolean,
  key: Uint8Array,
  r: Uint8Array,
  message: Uint8Array,
  secret = a,
): Ed25519Case {
  const s = Fn.create(NONCE + challenge(r, key, message) * secret);
  return { reason, publicKey: key, message, signature: concat(r, le(s)), valid };
}

const challenge = (r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint =>
  Fn.create(bytesToNumberLE(sha512(concat(r, key, message))));

const R = BASE.multiply(NONCE);

/** The first message "0", "1", … whose challenge is, or is not, divisible by 8: then a key's part of order 8 falls out, or stays. */
function messageWith(divisible: boolean, r: Uint8Array, key: Uint8Array): Uint8Array {
  for (let tried = 0; ; tried++) {
    const message = utf8(`${tried}`);
    if ((challenge(r, key, message) % 8n === 0n) === divisible) return message;
  }
}

export function ed25519Cases(): readonly Ed25519Case[] {
  const message = utf8("event");
  const key = A.toBytes();
  const r = R.toBytes();
  const good = forge("own-nonce", true, key, r, message);
  const s = bytesToNumberLE(good.signature.subarray(32));
  const withS = (value: bigint) => concat(r, le(value));
  const mixedKey = A.add(SMALL_ORDER_POINTS[1] as Point).toBytes();
  return [
    ...RFC8032.map(([secret, hex], index) => ({
      reason: `rfc8032-${index + 1}`,
      publicKey: ed25519.getPublicKey(secret),
      message: fromHex(hex),
      signature: ed25519.sign(fromHex(hex), secret),
      valid: true,
    })),
    good,
    { ...good, reason: "other-message", message: utf8("Event"), valid: false },
    { ...good, reason: "s-plus-order", signature: withS(s + Fn.ORDER), valid: false },
    { ...good, reason: "s-high-bit", signature: withS(s + SIGN_BIT), valid: false },
    { ...good, reason: "s-negated", signature: withS(Fn.ORDER - s), valid: false },
    // A key's part of small order: without cofactor it counts, unless the challenge cancels it.
    forge("mixed-key-cofactored-only", false, mixedKey, r, messageWith(false, r, mixedKey)),
    forge("mixed-key-cofactorless", true, mixedKey, r, messageWith(true, r, mixedKey)),
    ...SMALL_ORDER_POINTS.slice(1).map((torsion, index) =>
      forge(`mixed-r-${index + 1}`, false, key, R.add(torsion).toBytes(), message),
    ),
    // With a key of small order, [s]B = R holds for any message with k divisible by 8.
    ...SMALL_ORDER_ENCODINGS.map((weak, index) =>
      forge(`small-order-key-${index + 1}`, false, weak, r, messageWith(true, r, weak), 0n),
    ),
    // R of small order: s = k·a, so the secret nonce is 0.
    ...SMALL_ORDER_ENCODINGS.map((weak, index) => ({
      reason: `small-order-r-${index + 1}`,
      publicKey: key,
      message,
      signature: concat(weak, le(Fn.create(challenge(weak, key, message) * a))),
      valid: false,
    })),
    { ...good, reason: "no-point", publicKey: le(2n), valid: false },
    { ...good, reason: "key-short", publicKey: key.subarray(1), valid: false },
    { ...good, reason: "key-long", publicKey: concat(key, Uint8Array.of(0)), valid: false },
    { ...good, reason: "signature-short", signature: good.signature.subarray(0, 63), valid: false },
    { ...good, reason: "signature-long", signature: concat(good.signature, Uint8Array.of(0)), valid: false },
    { ...good, reason: "signature-zero", signature: new Uint8Array(64), valid: false },
    {
      ...good,
      reason: "all-zero",
      publicKey: new Uint8Array(32),
      signature: new Uint8Array(64),
      valid: false,
    },
  ];
}

/** Public keys, and whether a verifier refuses them for themselves. Nobody can sign for most of the unreduced ones, so signatures do not show that rule. */
export const keyCases = (): readonly {
  readonly reason: string;
  readonly publicKey: Uint8Array;
  readonly weak: boolean;
}[] => [
  { reason: "ordinary", publicKey: A.toBytes(), weak: false },
  ...SMALL_ORDER_POINTS.slice(1).map((torsion, index) => ({
    reason: `mixed-${index + 1}`,
    publicKey: A.add(torsion).toBytes(),
    weak: false,
  })),
  ...SMALL_ORDER_ENCODINGS.map((publicKey) => ({ reason: "small-order", publicKey, weak: true })),
  ...UNREDUCED_ENCODINGS.map((publicKey) => ({ reason: "unreduced", publicKey, weak: true })),
  { reason: "no-point", publicKey: le(2n), weak: true },
  { reason: "short", publicKey: A.toBytes().subarray(1), weak: true },
  { reason: "long", publicKey: concat(A.toBytes(), Uint8Array.of(0)), weak: true },
];
