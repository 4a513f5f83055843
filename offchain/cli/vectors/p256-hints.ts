/**
 * Hints that no signature gives. Most say of r or w what holds modulo n and is out of its range. Where nobody could find a signature that only the range refuses, one entry of G's
 * table is another: so that the sum is a point which fits r, and only the range refuses it.
 */
import { numberToBytesBE } from "@noble/curves/utils.js";
import { toHex } from "../../src/domain/bytes.js";
import {
  BASE,
  Fn,
  Fp,
  hashOf,
  ofMessage,
  type P256Case,
  type P256Point,
  SECRET,
  type Signed,
  scalarOf,
  signedBy,
} from "../../src/testing/p256-case.js";

const n = Fn.ORDER;
const p = Fp.ORDER;
const START = 0x5f3759df1234567n;

export interface P256Hints {
  readonly reason: string;
  readonly publicKey: P256Point;
  readonly digest: Uint8Array;
  readonly r: bigint;
  readonly w: bigint;
  /** An entry that G's table has instead of its own. */
  readonly changed?: { readonly entry: number; readonly bytes: string };
  readonly accepted: boolean;
}

interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** The sum of two points with different x. It does not ask whether they are on one curve. */
function chord(a: Affine, b: Affine): Affine {
  const slope = Fp.div(Fp.sub(b.y, a.y), Fp.sub(b.x, a.x));
  const x = Fp.sub(Fp.sub(Fp.sqr(slope), a.x), b.x);
  return { x, y: Fp.sub(Fp.mul(slope, Fp.sub(a.x, x)), a.y) };
}

/** Bits of one column of u1, recoded as the script does: entry and sign for each. */
function columnsOf(u1: bigint): readonly { readonly entry: number; readonly isPositive: boolean }[] {
  const half = Fn.inv(2n);
  const recode = Fn.mul(Fn.create(2n ** 256n - 1n - START * 2n ** 31n), half);
  const digits = Fn.add(Fn.mul(u1, half), recode);
  return Array.from({ length: 32 }, (_, column) => {
    const bit = (tooth: number): number => Number((digits >> BigInt(32 * tooth + column)) & 1n);
    const isPositive = bit(7) === 1;
    const entry = Array.from({ length: 7 }, (_, tooth) => (bit(tooth) === bit(7) ? 1 << tooth : 0));
    return { entry: entry.reduce((a, b) => a | b), isPositive };
  });
}

/** The entry which brings the sum to `at`. The last column alone must use it. */
function changeTo(at: Affine, publicKey: P256Point, u1: bigint, u2: bigint) {
  const columns = columnsOf(u1);
  const last = columns[0];
  if (last === undefined || columns.filter(({ entry }) => entry === last.entry).length !== 1)
    throw new Error("the entry is used in another column, too: take another message");
  const { entry, isPositive } = last;
  const multiple = Array.from({ length: 7 }, (_, j) => ((entry >> j) & 1 ? 1n : -1n) << BigInt(32 * j));
  const added = multiple.reduce((a, b) => a + b, 1n << 224n) * (isPositive ? 1n : -1n);
  const before = BASE.multiplyUnsafe(Fn.sub(u1, Fn.create(added))).add(publicKey.multiplyUnsafe(u2));
  const { x, y } = chord(at, before.negate().toAffine());
  const number = x + p * (isPositive ? y : Fp.neg(y));
  return { entry, bytes: toHex(numberToBytesBE(number, 64)) };
}

/** The sum has this x: (r, w) would be accepted but for the ranges. */
function changed(
  reason: string,
  what: Signed,
  x: bigint,
  { r, w }: { readonly r: bigint; readonly w: bigint },
  accepted = false,
): P256Hints {
  const { publicKey } = signedBy(reason, SECRET);
  const u1 = Fn.mul(hashOf(what), Fn.create(w));
  const u2 = Fn.mul(Fn.create(r), Fn.create(w));
  const change = changeTo({ x, y: 0x123456789n }, publicKey, u1, u2);
  return { reason, publicKey, digest: what.digest, r, w, changed: change, accepted };
}

const message = (i: number): Signed => ofMessage(Uint8Array.of(i));

/** @param aboveN a valid signature whose point has an x not below n */
export function p256HintCases(aboveN: P256Case): readonly P256Hints[] {
  const { publicKey, digest, r, s } = signedBy("signed", SECRET);
  const w = Fn.inv(s);
  const own = (reason: string, hints: { r?: bigint; w?: bigint }, accepted = false): P256Hints => ({
    reason,
    publicKey,
    digest,
    r,
    w,
    ...hints,
    accepted,
  });
  const other = scalarOf("w of hints");
  return [
    own("whole", {}, true),
    own("w-minus", { w: n - w }, true),
    own("w-plus-n", { w: w + n }),
    own("w-less-n", { w: w - n }),
    own("r-plus-n", { r: r + n }),
    own("r-less-n", { r: r - n }),
    own("r-negative", { r: -r }),
    own("w-negative", { w: -w }),
    own("w-plus-1", { w: w + 1n }),
    own("w-is-s", { w: s }),
    own("w-is-1", { w: 1n }),
    own("r-is-w", { r: w }),
    own("r-huge", { r: r + n * 2n ** 512n }),
    own("w-huge", { w: w + n * 2n ** 512n }),
    {
      reason: "r-is-x-above-n",
      publicKey: aboveN.publicKey,
      digest: aboveN.digest,
      r: aboveN.r + n,
      w: Fn.inv(aboveN.s),
      accepted: false,
    },
    changed("changed", message(0), 5n, { r: 5n, w: other }, true),
    changed("changed-r-plus-n", message(0), 5n + n, { r: 5n, w: other }, true),
    changed("changed-r-1", message(0), 1n, { r: 1n, w: other }, true),
    changed("changed-r-n-1", message(0), n - 1n, { r: n - 1n, w: other }, true),
    changed("changed-r-0", message(0), 0n, { r: 0n, w: other }),
    changed("changed-r-0-x-n", message(0), n, { r: 0n, w: other }),
    changed("changed-r-n", message(0), n, { r: n, w: other }),
    changed("changed-w-0", message(0), 5n, { r: 5n, w: 0n }),
    changed("changed-w-n", message(0), 5n, { r: 5n, w: n }),
  ];
}
