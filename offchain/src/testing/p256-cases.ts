/**
 * Signatures on P-256 at the edges of ECDSA, each with what a standard verifier says: the classes of Wycheproof's `ecdsa_secp256r1_sha256`, made anew from fixed seeds, and
 * those at which the ledger's script alone could fail.
 */
import {
  BASE,
  Fn,
  Fp,
  hashOf,
  leadingTo,
  messageWith,
  ofDigest,
  ofMessage,
  type P256Case,
  pointAt,
  pointFrom,
  SAMPLE,
  SECRET,
  scalarOf,
  sign,
  signedBy,
  signedFor,
  xOf,
} from "./p256-case.js";
import { p256Refusals } from "./p256-refusals.js";

const n = Fn.ORDER;
const p = Fp.ORDER;

const hashes = (): P256Case[] => [
  signedBy("message-empty", SECRET, ofMessage(new Uint8Array())),
  signedBy("message-long", SECRET, ofMessage(new Uint8Array(1_000))),
  ...(
    [
      ["leading-zeros", (hash) => hash < 2n ** 244n],
      ["trailing-zeros", (hash) => (hash & 0xfffn) === 0n],
      ["leading-ones", (hash) => hash >> 244n === 0xfffn],
      ["trailing-ones", (hash) => (hash & 0xfffn) === 0xfffn],
    ] as readonly (readonly [string, (hash: bigint) => boolean])[]
  ).map(([name, fits]) => signedBy(`hash-${name}`, SECRET, messageWith(fits))),
  ...(
    [
      ["0", 0n],
      ["1", 1n],
      ["n-1", n - 1n],
      ["n", n],
      ["n+1", n + 1n],
      ["2^256-1", 2n ** 256n - 1n],
    ] as const
  ).map(([name, hash]) => signedBy(`hash-is-${name}`, SECRET, ofDigest(hash))),
];

/** c of what the script starts from: c·G. */
const START = 0x5f3759df1234567n;
/** Keys that are small multiples of G, or meet what the script starts from; and keys with a special x. */
const keys = (): P256Case[] => [
  ...(
    [
      ["G", 1n],
      ["minus-G", n - 1n],
      ["2G", 2n],
      ["minus-2G", n - 2n],
      ["2^32-G", 2n ** 32n],
      ["half-G", (n + 1n) / 2n],
      ["start", START],
      ["minus-start", n - START],
    ] as const
  ).map(([name, d]) => signedBy(`key-${name}`, d)),
  ...(
    [
      ["0", 0n],
      ["small", 1n],
      ["large", p - 0x40n],
      ["2^32", 2n ** 32n],
      ["2^224", 2n ** 224n],
    ] as const
  ).flatMap(([name, x]) => {
    const key = pointFrom(x);
    const [u1, u2] = [scalarOf(`u1 of ${name}`), scalarOf(`u2 of ${name}`)];
    return [
      signedFor(`key-x-${name}`, key, u1, u2),
      signedFor(`key-x-${name}-opposite`, key.negate(), u1, u2),
      { ...signedFor(`key-x-${name}-sign-wrong`, key, u1, u2), publicKey: key.negate(), valid: false },
    ];
  }),
];

/** u1 = e/s and u2 = r/s have special digits: u2 is the first from there on for which r is the x of a point. */
function withProducts(reason: string, u1: bigint, u2: bigint): P256Case {
  const s = Fn.div(hashOf(SAMPLE), u1);
  for (let i = 0n; i < 100n; i++) {
    const r = Fn.mul(u2 + i, s);
    const at = pointAt(r);
    if (at !== null) return leadingTo(reason, at, r, s, true);
  }
  throw new Error("no such products");
}

const products = (): P256Case[] => {
  const edges: readonly (readonly [string, bigint])[] = [
    ["1", 1n],
    ["2^16", 2n ** 16n],
    ["2^128", 2n ** 128n],
    ["2^128-1", 2n ** 128n - 1n],
    ["2^255", 2n ** 255n],
    ["half", (n + 1n) / 2n],
    ["minus-2^16", n - 2n ** 16n],
  ];
  return [
    ...edges.map(([name, u]) => withProducts(`u1-${name}`, u, scalarOf(`u2 of ${name}`))),
    ...edges.map(([name, u]) => withProducts(`u2-${name}`, scalarOf(`u1 of ${name}`), u)),
    withProducts("u1-and-u2-small", 2n, 3n),
  ];
};

/** x and r at both ends of their ranges; s at its own. */
const points = (): P256Case[] => {
  const s = scalarOf("s of points");
  const aboveN = pointFrom(n);
  const greatest = pointFrom(p - 1n, -1n);
  const zero = pointFrom(0n);
  const small = pointFrom(1n);
  // Modulo p, r + n is the x of this point, but r + n is not below p.
  const wrapped = pointFrom(0x1234n);
  const ordinary = BASE.multiply(scalarOf("nonce of points"));
  const x = xOf(ordinary);
  return [
    leadingTo("x-above-n", aboveN, xOf(aboveN) - n, s, true),
    leadingTo("x-greatest", greatest, xOf(greatest) - n, s, true),
    leadingTo("x-smallest", small, xOf(small), s, true),
    { ...leadingTo("x-above-n-as-r", aboveN, xOf(aboveN) - n, s, false), r: xOf(aboveN) },
    leadingTo("x-0-r-p-minus-n", zero, p - n, s, false),
    leadingTo("x-wrapped", wrapped, xOf(wrapped) + p - n, s, false),
    leadingTo("x-plus-1", ordinary, x + 1n, s, false),
    leadingTo("s-is-1", ordinary, x, 1n, true),
    leadingTo("s-is-n-1", ordinary, x, n - 1n, true),
    leadingTo("s-is-half", ordinary, x, (n - 1n) / 2n, true),
  ];
};

/** u1·G + u2·Q is the point at infinity. */
const infinities = (): P256Case[] =>
  [1n, scalarOf("r of infinity"), n - 1n].map((r) => ({
    ...signedBy("sum-infinity", Fn.div(Fn.neg(hashOf(SAMPLE)), r)),
    r,
    s: scalarOf("s of infinity"),
    valid: false,
  }));

/**
 * The first entry that is added is what the sum starts from, or its opposite: the holder chose the key for it. Each again with r and s doubled: it goes the same way, and is
 * false; from equal points on, all numbers would be 0 and fit any r.
 */
const meetings = (): P256Case[] => {
  const half = Fn.inv(2n);
  const recode = Fn.mul(Fn.create(2n ** 256n - 1n), half);
  // All digits of the first column's upper part are 1.
  const isMet = (u2: bigint): boolean => {
    const digits = Fn.add(Fn.mul(u2, half), recode);
    return [255n, 223n, 191n, 159n].every((bit) => (digits >> bit) & 1n);
  };
  const entry = 2n ** 224n + 2n ** 192n + 2n ** 160n + 2n ** 128n;
  return (["equal", "opposite"] as const).flatMap((name) => {
    const d = Fn.div(Fn.create(name === "equal" ? START : -START), entry);
    const signature = Array.from({ length: 200 }, (_, i) => sign(SAMPLE, d, scalarOf(`meeting ${i}`))).find(
      ({ r, s }) => isMet(Fn.div(r, s)),
    );
    if (signature === undefined) throw new Error("no such signature");
    const { r, s } = signature;
    const it = { ...signedBy(`meets-${name}`, d), r, s };
    return [
      { ...it, meets: true },
      { ...it, reason: `meets-${name}-false`, r: Fn.mul(r, 2n), s: Fn.mul(s, 2n), valid: false },
    ];
  });
};

export function p256Cases(): readonly P256Case[] {
  const whole = signedBy("signed", SECRET);
  return [
    whole,
    { ...whole, reason: "s-minus", s: n - whole.s },
    ...hashes(),
    ...keys(),
    ...products(),
    ...points(),
    ...infinities(),
    ...meetings(),
    ...p256Refusals(),
  ];
}
