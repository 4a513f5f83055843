/**
 * Signatures that the ledger must not take for the source's: altered or cut. And some that implementations of Ed25519 differ on, which a source can make
 * of its own key alone. Spec: docs/spec/event.md "Signed event".
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat } from "../../src/domain/bytes.js";
import { SMALL_ORDER_POINTS } from "../../src/testing/ed25519-cases.js";
import { eventSecret } from "../../src/testing/event-world.js";
import type { PackClaim } from "./anchor-claim.js";
import { BUILTIN_HALTS } from "./standing.js";

const { Point } = ed25519;
const { BASE, Fn } = Point;
type Point = typeof BASE;
type Alter = NonNullable<PackClaim["alter"]>;

const le = (value: bigint): Uint8Array => numberToBytesLE(value, 32);
const half = (signature: Uint8Array, at: 0 | 32): Uint8Array => signature.subarray(at, at + 32);

/** Adds to s, or takes it from another number; R stays. */
const withS =
  (change: (s: bigint) => bigint): Alter =>
  (signature) =>
    concat(half(signature, 0), le(change(bytesToNumberLE(half(signature, 32)))));

/** What the supervisor can sign who chooses R: the equation holds but for a part of small order. */
const withR =
  (nonce: bigint, torsion: Point): Alter =>
  (_, digest) => {
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(eventSecret("supervisor"));
    const r = (nonce === 0n ? torsion : BASE.multiply(nonce).add(torsion)).toBytes();
    const challenge = Fn.create(bytesToNumberLE(sha512(concat(r, pointBytes, digest))));
    return concat(r, le(Fn.create(nonce + challenge * scalar)));
  };

const [IDENTITY, TORSION] = SMALL_ORDER_POINTS as readonly [Point, Point, ...Point[]];
const NONCE = 0x1234567890abcdefn;

/** The identity: a key for which `[s]B = R` is all that is asked. */
const WEAK_KEY = IDENTITY.toBytes();
/** Under `WEAK_KEY` it fits whatever was said. */
const anyMessage: Uint8Array = concat(BASE.multiply(NONCE).toBytes(), le(NONCE));

/** Signatures that `docs/judges.md` "Lenient signatures" is about. `key`: what the source's attestation names, when it is not its own. */
export const lenientSignatures: readonly {
  readonly name:
    | "R is the identity"
    | "R has order 8"
    | "R has a part of order 8"
    | "the key is the identity";
  readonly alter: Alter;
  readonly key?: Uint8Array;
}[] = [
  { name: "R is the identity", alter: withR(0n, IDENTITY) },
  { name: "R has order 8", alter: withR(0n, TORSION) },
  { name: "R has a part of order 8", alter: withR(NONCE, TORSION) },
  { name: "the key is the identity", alter: () => anyMessage, key: WEAK_KEY },
];

export const signatureForgeries: readonly {
  readonly name: string;
  readonly rule: string;
  readonly alter: Alter;
}[] = [
  { name: "add the group's order to s", rule: "is_signed", alter: withS((s) => s + Fn.ORDER) },
  { name: "set the highest bit of s", rule: "is_signed", alter: withS((s) => s + (1n << 255n)) },
  { name: "negate s", rule: "is_signed", alter: withS((s) => Fn.ORDER - s) },
  { name: "sign with zeros", rule: "is_signed", alter: () => new Uint8Array(64) },
  { name: "give no signature", rule: BUILTIN_HALTS, alter: () => new Uint8Array(0) },
  {
    name: "give a signature of 63 bytes",
    rule: BUILTIN_HALTS,
    alter: (signature) => signature.subarray(0, 63),
  },
  {
    name: "give a signature of 65 bytes",
    rule: BUILTIN_HALTS,
    alter: (signature) => concat(signature, Uint8Array.of(0)),
  },
  {
    name: "give a signature of 5,000 bytes",
    rule: BUILTIN_HALTS,
    alter: (signature) => concat(signature, new Uint8Array(4936)),
  },
];
