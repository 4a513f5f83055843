/**
 * Tables of multiples of a point of P-256, with which the ledger checks signatures (`lib/dpp/p256.ak`). They depend on the point alone and are no secret. Spec:
 * docs/spec/signature-forms.md "Tables".
 */
import { p256 } from "@noble/curves/nist.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { DppError } from "../domain/errors.js";

export const KEY_TABLE_BYTES = 1_024;
export const BASE_TABLE_BYTES = 8_192;
export const ENTRY_BYTES = 64;

const { Point } = p256;
type Point = InstanceType<typeof Point>;

/** A tooth is a multiple 2^(32·tooth); `sign` is the one that the others of its part count from. */
interface Part {
  readonly sign: number;
  readonly teeth: readonly number[];
}
const KEY_PARTS: readonly Part[] = [
  { sign: 7, teeth: [4, 5, 6] },
  { sign: 3, teeth: [0, 1, 2] },
];
const BASE_PARTS: readonly Part[] = [{ sign: 7, teeth: [0, 1, 2, 3, 4, 5, 6] }];
const TEETH = 8;
const COLUMNS = 32;

/** Keys whose tables are kept: a server meets few keys often. */
const KEPT = 64;
const kept = new Map<string, Uint8Array>();
let base: Uint8Array | undefined;

/**
 * @param point SEC 1 §2.3.3, 33 bytes compressed or 65 bytes.
 * @returns the point, which is on the curve and not at infinity.
 * @throws DppError `p256/point`.
 */
export function expectPoint(point: Uint8Array): Point {
  try {
    if (point.length !== 33 && point.length !== 65) throw new RangeError(`${point.length} bytes`);
    return Point.fromBytes(point);
  } catch (cause) {
    throw new DppError(
      "p256/point",
      "this is no public key of P-256: give 33 bytes (02 or 03, then x) or 65 bytes (04, then x and y) of a point on the curve",
      { cause },
    );
  }
}

/**
 * @param point as `expectPoint`
 * @returns 1,024 bytes: 8 entries of the upper and 8 of the lower 128 bits.
 * @throws DppError `p256/point`.
 */
export function keyTable(point: Uint8Array): Uint8Array {
  const key = expectPoint(point);
  const name = key.toHex();
  const table = kept.get(name) ?? tableOf(key, KEY_PARTS);
  if (kept.size >= KEPT && !kept.has(name)) kept.clear();
  kept.set(name, table);
  return table.slice();
}

/** 8,192 bytes: 128 entries of the curve's base point. */
export function baseTable(): Uint8Array {
  base ??= tableOf(Point.BASE, BASE_PARTS);
  return base.slice();
}

function tableOf(point: Point, parts: readonly Part[]): Uint8Array {
  const multiples = [point];
  for (let tooth = 1; tooth < TEETH; tooth++) {
    let next = multiples[tooth - 1] as Point;
    for (let i = 0; i < COLUMNS; i++) next = next.double();
    multiples.push(next);
  }
  const tooth = (at: number): Point => multiples[at] as Point;
  const entries = parts.flatMap(({ sign, teeth }) =>
    Array.from({ length: 2 ** teeth.length }, (_, v) =>
      teeth.reduce(
        (sum, at, bit) => ((v >> bit) & 1 ? sum.add(tooth(at)) : sum.subtract(tooth(at))),
        tooth(sign),
      ),
    ),
  );
  return concatBytes(...entries.map(entryOf));
}

/** x + p·y: one number for the script to read, from which it takes x modulo p and y by division. */
function entryOf(point: Point): Uint8Array {
  const { x, y } = point.toAffine();
  return hexToBytes((x + Point.Fp.ORDER * y).toString(16).padStart(2 * ENTRY_BYTES, "0"));
}
