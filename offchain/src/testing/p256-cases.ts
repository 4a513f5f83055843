/**
 * Signatures on P-256 at the edges of ECDSA, each with what a standard verifier says: the classes of Wycheproof's `ecdsa_secp256r1_sha256`, made anew from fixed seeds, and
 * those at which the ledger's script could fail alone. Where a case needs a point of no known logarithm, the public key is computed from the signature.
 */
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../domain/bytes.js";

const { Point } = p256;
type Point = InstanceType<typeof Point>;
const { BASE, Fn, Fp } = Point;
const n = Fn.ORDER;
const p = Fp.ORDER;

export interface P256Case {
  readonly reason: string;
  readonly publicKey: Point;
  readonly message: Uint8Array;
  readonly r: bigint;
  readonly s: bigint;
  readonly valid: boolean;
  /** The script refuses it although it is valid: two equal or opposite points meet on the way. Only the key's holder can arrange that. */
  readonly meets?: true;
}

const hashOf = (message: Uint8Array): bigint => bytesToNumberBE(sha256(message));
const scalarOf = (seed: string): bigint => Fn.create(bytesToNumberBE(sha256(utf8(`p256 ${seed}`))));
const xOf = (point: Point): bigint => point.toAffine().x;

/** The key for which (r, s) of `message` leads to the point `at`: Q = (s·R − e·G)/r. */
function keyFrom(at: Point, message: Uint8Array, r: bigint, s: bigint): Point {
  const byR = Fn.inv(Fn.create(r));
  const e = Fn.create(hashOf(message));
  return at.multiply(Fn.mul(s, byR)).add(BASE.multiply(Fn.create(n - Fn.mul(e, byR))));
}

function pointAt(x: bigint): Point | null {
  try {
    return Point.fromHex(`02${x.toString(16).padStart(64, "0")}`);
  } catch {
    return null;
  }
}

/** The first point whose x is `from`, or follows it by this step. Half of all x are on the curve. */
function pointFrom(from: bigint, step = 1n): Point {
  for (let i = 0n; i < 100n; i++) {
    const point = pointAt(from + i * step);
    if (point !== null) return point;
  }
  throw new Error(`no point from ${from} on`);
}

/** The first of "p256 0", "p256 1".. that `fits`. */
function messageWith(fits: (hash: bigint) => boolean): Uint8Array {
  for (let i = 0; i < 100_000; i++) {
    const message = utf8(`p256 ${i}`);
    if (fits(hashOf(message))) return message;
  }
  throw new Error("no such message");
}

const secret = scalarOf("secret key");
const Q = BASE.multiply(secret);
const MESSAGE = utf8("a pack of events");

function signed(message: Uint8Array, d = secret, k = scalarOf("nonce")): { r: bigint; s: bigint } {
  const r = Fn.create(xOf(BASE.multiply(k)));
  return { r, s: Fn.mul(Fn.inv(k), Fn.add(Fn.create(hashOf(message)), Fn.mul(r, d))) };
}

/** A key d·G that signs. */
const byKey = (reason: string, d: bigint): P256Case => ({
  reason,
  publicKey: BASE.multiply(d),
  message: MESSAGE,
  ...signed(MESSAGE, d),
  valid: true,
});

/** A message whose hash is special. */
const byMessage = (reason: string, fits: (hash: bigint) => boolean): P256Case => {
  const message = messageWith(fits);
  return { reason, publicKey: Q, message, ...signed(message), valid: true };
};

/** A signature that leads to `at`, with this r. */
const leadingTo = (reason: string, at: Point, r: bigint, s: bigint, valid: boolean): P256Case => ({
  reason,
  publicKey: keyFrom(at, MESSAGE, r, s),
  message: MESSAGE,
  r,
  s,
  valid,
});

/** u1 = e/s and u2 = r/s are what the case is about. */
function withProducts(reason: string, u1: bigint, u2: bigint): P256Case {
  const s = Fn.div(Fn.create(hashOf(MESSAGE)), Fn.create(u1));
  const r = Fn.mul(Fn.create(u2), s);
  const at = pointAt(r);
  if (at === null) return withProducts(reason, u1, u2 + 1n);
  return leadingTo(reason, at, r, s, true);
}

/** Products whose digits are special, with the first u2 from there on for which r is the x of a point. */
const products = (): P256Case[] => {
  const edges: readonly (readonly [string, bigint])[] = [
    ["1", 1n],
    ["small", 0x10000n],
    ["2^128", 2n ** 128n],
    ["2^255", 2n ** 255n],
    ["all-ones-half", 2n ** 128n - 1n],
    ["half", (n + 1n) / 2n],
    ["minus-small", n - 0x10000n],
  ];
  return [
    ...edges.map(([name, u]) => withProducts(`u1-${name}`, u, scalarOf(`u2 of ${name}`))),
    ...edges.map(([name, u]) => withProducts(`u2-${name}`, scalarOf(`u1 of ${name}`), u)),
    withProducts("u1-and-u2-small", 2n, 3n),
  ];
};

const refusals = (): P256Case[] => {
  const { r, s } = signed(MESSAGE);
  const edges: readonly (readonly [string, bigint])[] = [
    ["0", 0n],
    ["1", 1n],
    ["n-1", n - 1n],
    ["n", n],
    ["n+1", n + 1n],
    ["p", p],
    ["p-n", p - n],
    ["2^256-1", 2n ** 256n - 1n],
  ];
  const refuse = (reason: string, changed: Partial<P256Case>): P256Case => ({
    reason,
    publicKey: Q,
    message: MESSAGE,
    r,
    s,
    valid: false,
    ...changed,
  });
  return [
    ...edges.flatMap(([rName, first]) =>
      edges.map(([sName, second]) => refuse(`r-${rName}-s-${sName}`, { r: first, s: second })),
    ),
    ...edges.map(([name, value]) => refuse(`r-${name}`, { r: value })),
    ...edges.map(([name, value]) => refuse(`s-${name}`, { s: value })),
    refuse("message-flipped", { message: utf8("a pack of eventr") }),
    refuse("message-empty", { message: new Uint8Array() }),
    refuse("key-of-another", { publicKey: BASE.multiply(scalarOf("another")) }),
    refuse("key-opposite", { publicKey: Q.negate() }),
    refuse("r-minus", { r: n - r }),
    refuse("r-plus-1", { r: r + 1n }),
    refuse("r-bit", { r: r ^ (1n << 200n) }),
    refuse("s-plus-1", { s: s + 1n }),
    refuse("s-bit", { s: s ^ (1n << 100n) }),
    refuse("s-inverse", { s: Fn.inv(s) }),
    refuse("exchanged", { r: s, s: r }),
  ];
};

/** u1·G + u2·Q at infinity; then x and r at both ends of their ranges. */
const points = (): P256Case[] => {
  const s = scalarOf("s of points");
  const e = Fn.create(hashOf(MESSAGE));
  const r = scalarOf("r of points");
  const aboveN = pointFrom(n);
  const greatest = pointFrom(p - 1n, -1n);
  const zero = pointFrom(0n);
  const ordinary = BASE.multiply(scalarOf("nonce of points"));
  const small = pointFrom(1n);
  // x + n is below p for r below p − n alone: the x of this point is r + n − p, so that it fits modulo p and not modulo n.
  const wrapped = pointFrom(0x1234n);
  return [
    { ...byKey("sum-infinity", Fn.div(Fn.neg(e), r)), r, s, valid: false },
    { ...byKey("sum-infinity-r-small", Fn.div(Fn.neg(e), 1n)), r: 1n, s, valid: false },
    leadingTo("x-above-n", aboveN, xOf(aboveN) - n, s, true),
    leadingTo("x-greatest", greatest, xOf(greatest) - n, s, true),
    { ...leadingTo("x-above-n-as-r", aboveN, xOf(aboveN) - n, s, false), r: xOf(aboveN) },
    leadingTo("x-smallest", small, xOf(small), s, true),
    leadingTo("x-0-r-p-minus-n", zero, p - n, s, false),
    leadingTo("x-wrapped", wrapped, xOf(wrapped) + p - n, s, false),
    leadingTo("x-plus-1", ordinary, xOf(ordinary) + 1n, s, false),
    leadingTo("x-ordinary", ordinary, xOf(ordinary), s, true),
    leadingTo("s-1", ordinary, xOf(ordinary), 1n, true),
    leadingTo("s-n-minus-1", ordinary, xOf(ordinary), n - 1n, true),
    leadingTo("s-half", ordinary, xOf(ordinary), (n - 1n) / 2n, true),
    // Public keys with a special coordinate: their logarithm is unknown, so they sign nothing; the digits of their tables are what matters.
    ...[0n, p - 0x40n, 2n ** 224n, 2n ** 32n].map((x) => keySpecial(x)),
  ];
};

/** A signature of a key whose logarithm nobody knows: any u1 and u2 give one, of a hash that is what comes out; so it is refused with ours. */
const keySpecial = (x: bigint): P256Case => ({
  reason: `key-x-${x.toString(16).slice(0, 8)}`,
  publicKey: pointFrom(x),
  message: MESSAGE,
  ...signed(MESSAGE),
  valid: false,
});

/** Keys that are small multiples of G, or meet what the script starts from. */
const START = 0x5f3759df1234567n;
const keys = (): P256Case[] => [
  byKey("key-G", 1n),
  byKey("key-minus-G", n - 1n),
  byKey("key-2G", 2n),
  byKey("key-minus-2G", n - 2n),
  byKey("key-2^32-G", 2n ** 32n),
  byKey("key-half-G", (n + 1n) / 2n),
  byKey("key-start", START),
  byKey("key-minus-start", n - START),
];

/**
 * The first entry that is added is the point of the start, or its opposite: the holder chose the key for it. With `r` shifted the signature is false as well, and
 * an accumulator of zeros would pass for any r.
 */
const meetings = (): P256Case[] =>
  [1n, -1n].flatMap((sign) => {
    const entry = 2n ** 224n + 2n ** 192n + 2n ** 160n + 2n ** 128n;
    const d = Fn.div(Fn.create(sign * START), Fn.create(entry));
    const half = Fn.inv(2n);
    const recode = Fn.mul(Fn.create(2n ** 256n - 1n), half);
    // All four digits of the first column are 1 where these bits of the recoded number are.
    const isFirst = (u2: bigint): boolean => {
      const digits = Fn.add(Fn.mul(u2, half), recode);
      return [255n, 223n, 191n, 159n].every((bit) => (digits >> bit) & 1n);
    };
    for (let i = 0; i < 1_000; i++) {
      const signature = signed(MESSAGE, d, scalarOf(`meeting ${i}`));
      const name = sign === 1n ? "equal" : "opposite";
      if (!isFirst(Fn.div(signature.r, signature.s))) continue;
      const it = { ...byKey(`meets-${name}`, d), ...signature, meets: true } as const;
      return [it, falseOf(it, `meets-${name}-false`, isFirst)];
    }
    throw new Error("no such signature");
  });

/** The same u2, so the same way, with another r. */
function falseOf(of: P256Case, reason: string, isFirst: (u2: bigint) => boolean): P256Case {
  const r = Fn.mul(of.r, 2n);
  const s = Fn.mul(of.s, 2n);
  if (!isFirst(Fn.div(r, s))) throw new Error("doubling r and s changed their quotient");
  const { meets: _, ...rest } = of;
  return { ...rest, reason, r, s, valid: false };
}

export function p256Cases(): readonly P256Case[] {
  const { r, s } = signed(MESSAGE);
  const whole: P256Case = { reason: "signed", publicKey: Q, message: MESSAGE, r, s, valid: true };
  return [
    whole,
    { ...whole, reason: "s-minus", s: n - s },
    { ...byKey("message-of-0", secret), message: new Uint8Array(), ...signed(new Uint8Array()) },
    { ...byKey("message-long", secret), message: new Uint8Array(1_000), ...signed(new Uint8Array(1_000)) },
    byMessage("hash-leading-zeros", (hash) => hash < 2n ** 244n),
    byMessage("hash-trailing-zeros", (hash) => (hash & 0xfffn) === 0n),
    byMessage("hash-leading-ones", (hash) => hash >> 244n === 0xfffn),
    byMessage("hash-trailing-ones", (hash) => (hash & 0xfffn) === 0xfffn),
    ...keys(),
    ...products(),
    ...points(),
    ...meetings(),
    ...refusals(),
  ];
}
