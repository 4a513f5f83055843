/** Signatures on P-256 that are an ordinary one with something changed, and those with r or s at the edges of their ranges. */
import { utf8 } from "../domain/bytes.js";
import { BASE, Fn, Fp, ofMessage, type P256Case, SECRET, scalarOf, signedBy } from "./p256-case.js";

const n = Fn.ORDER;
const p = Fp.ORDER;

/** The integers that Wycheproof puts in the place of r and of s, as far as 32 bytes hold them. */
const EDGES: readonly (readonly [string, bigint])[] = [
  ["0", 0n],
  ["1", 1n],
  ["n-1", n - 1n],
  ["n", n],
  ["n+1", n + 1n],
  ["p-n", p - n],
  ["p", p],
  ["p+1", p + 1n],
  ["2^256-1", 2n ** 256n - 1n],
];

export function p256Refusals(): readonly P256Case[] {
  const whole = signedBy("", SECRET);
  const { r, s } = whole;
  const refuse = (reason: string, changed: Partial<P256Case>): P256Case => ({
    ...whole,
    reason,
    valid: false,
    ...changed,
  });
  return [
    refuse("message-other", ofMessage(utf8("a pack of eventr"))),
    refuse("message-none", ofMessage(new Uint8Array())),
    refuse("key-other", { publicKey: BASE.multiply(scalarOf("another")) }),
    refuse("key-opposite", { publicKey: whole.publicKey.negate() }),
    refuse("r-minus", { r: n - r }),
    refuse("r-plus-1", { r: r + 1n }),
    refuse("r-bit", { r: r ^ (1n << 200n) }),
    refuse("s-plus-1", { s: s + 1n }),
    refuse("s-bit", { s: s ^ (1n << 100n) }),
    refuse("s-inverse", { s: Fn.inv(s) }),
    refuse("exchanged", { r: s, s: r }),
    ...EDGES.map(([name, value]) => refuse(`r-${name}`, { r: value })),
    ...EDGES.map(([name, value]) => refuse(`s-${name}`, { s: value })),
    ...EDGES.flatMap(([first, r]) => EDGES.map(([second, s]) => refuse(`r-${first}-s-${second}`, { r, s }))),
  ];
}
