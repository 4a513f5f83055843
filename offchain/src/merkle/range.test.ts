import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex } from "../domain/bytes.js";
import { bytesOf } from "../testing/arbitraries.js";
import {
  addToRange,
  emptyRange,
  proveInRange,
  type Range,
  type RangeProof,
  rangeHash,
  rangeLeaf,
  verifyInRange,
} from "./range.js";

const H = (...parts: Uint8Array[]) => blake2b(concat(...parts), { dkLen: 32 });

/** The root of a perfect tree, as the specification says it and slow. */
const perfect = (leaves: readonly Uint8Array[]): Uint8Array =>
  leaves.length === 1
    ? (leaves[0] as Uint8Array)
    : H(
        Uint8Array.of(1),
        perfect(leaves.slice(0, leaves.length / 2)),
        perfect(leaves.slice(leaves.length / 2)),
      );

/** All peaks of a list of leaves, from the largest tree on, by cutting the list. */
function peaksOf(leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 0) return [];
  const size = 2 ** Math.floor(Math.log2(leaves.length));
  return [...peaksOf(leaves.slice(size)), perfect(leaves.slice(0, size))];
}

function hashOf(leaves: readonly Uint8Array[]): Uint8Array {
  const seq = fromHex(leaves.length.toString(16).padStart(16, "0"));
  return H(Uint8Array.of(2), seq, ...peaksOf(leaves));
}

const rangeOver = (leaves: readonly Uint8Array[]): Range => leaves.reduce(addToRange, emptyRange());
const leaves = fc.uniqueArray(bytesOf(32), { minLength: 1, maxLength: 70, selector: String });
const proven = leaves.chain((list) => fc.tuple(fc.constant(list), fc.nat({ max: list.length - 1 })));

const prove = (list: readonly Uint8Array[], index: number) => ({
  history: rangeHash(rangeOver(list)),
  leaf: list[index] as Uint8Array,
  proof: proveInRange(list, index),
});

describe("a range", () => {
  it("grows to what a list of all leaves gives", () => {
    fc.assert(
      fc.property(leaves, (list) => {
        let range = emptyRange();
        list.forEach((leaf, index) => {
          range = addToRange(range, leaf);
          expect(range).toEqual({ seq: index + 1, peaks: peaksOf(list.slice(0, index + 1)) });
        });
        expect(rangeHash(range)).toEqual(hashOf(list));
      }),
    );
  });

  it("begins empty, and its leaves are no nodes", () => {
    expect(rangeHash(emptyRange())).toEqual(H(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0)));
    expect(rangeLeaf(Uint8Array.of(7))).toEqual(H(Uint8Array.of(0, 7)));
  });

  it("counts beyond 32 bits", () => {
    const peaks = Array.from({ length: 33 }, (_, at) => new Uint8Array(32).fill(at));
    const grown = addToRange({ seq: 2 ** 33 - 1, peaks }, new Uint8Array(32).fill(99));
    expect(grown.seq).toBe(2 ** 33);
    expect(grown.peaks).toEqual([
      peaks.reduce((node, peak) => H(Uint8Array.of(1), peak, node), new Uint8Array(32).fill(99)),
    ]);
  });

  const hash = new Uint8Array(32);
  it.each<[string, Range, Uint8Array]>([
    ["too few peaks", { seq: 3, peaks: [hash] }, hash],
    ["too many peaks", { seq: 2, peaks: [hash, hash] }, hash],
    ["a short peak", { seq: 1, peaks: [hash.subarray(1)] }, hash],
    ["a negative seq", { seq: -1, peaks: [] }, hash],
    ["a fraction as seq", { seq: 0.5, peaks: [] }, hash],
    ["a short leaf", { seq: 0, peaks: [] }, hash.subarray(1)],
    ["no more room", { seq: Number.MAX_SAFE_INTEGER, peaks: Array.from({ length: 53 }, () => hash) }, hash],
  ])("does not grow with %s", (_, range, leaf) => {
    expect(() => addToRange(range, leaf)).toThrow(expect.objectContaining({ code: "range/malformed" }));
  });

  it("has no hash with peaks that do not fit", () => {
    expect(() => rangeHash({ seq: 3, peaks: [hash] })).toThrow(
      expect.objectContaining({ code: "range/malformed" }),
    );
  });
});

describe("a proof", () => {
  it("shows every entry", () => {
    fc.assert(
      fc.property(proven, ([list, index]) => {
        const { history, leaf, proof } = prove(list, index);
        expect(verifyInRange(history, leaf, proof)).toBe(true);
      }),
    );
  });

  it("is refused with any bit flipped in history, leaf, path or peaks", () => {
    fc.assert(
      fc.property(proven, fc.nat(), fc.nat({ max: 7 }), ([list, index], position, bit) => {
        const { history, leaf, proof } = prove(list, index);
        const bytes = concat(history, leaf, ...proof.path, ...proof.peaks);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const hashes = Array.from({ length: bytes.length / 32 }, (_, k) =>
          bytes.subarray(32 * k, 32 * k + 32),
        ) as [Uint8Array, Uint8Array, ...Uint8Array[]];
        const pathEnd = 2 + proof.path.length;
        const changed = { ...proof, path: hashes.slice(2, pathEnd), peaks: hashes.slice(pathEnd) };
        expect(verifyInRange(hashes[0], hashes[1], changed)).toBe(false);
      }),
    );
  });

  it("is refused with its hashes in another order or number", () => {
    fc.assert(
      fc.property(proven, fc.nat(), fc.nat(), fc.boolean(), ([list, index], from, to, double) => {
        const { history, leaf, proof } = prove(list, index);
        const all = [...proof.path, ...proof.peaks];
        if (all.length === 0) return;
        const moved = all[from % all.length] as Uint8Array;
        const rest = double ? all : all.filter((it) => it !== moved);
        const changed = rest.toSpliced(to % (rest.length + 1), 0, moved);
        // Cut anywhere: path and peaks of other lengths are refused as well.
        for (let cut = 0; cut <= changed.length; cut++) {
          const other = { ...proof, path: changed.slice(0, cut), peaks: changed.slice(cut) };
          const same = cut === proof.path.length && !double && changed.every((it, at) => it === all[at]);
          expect(verifyInRange(history, leaf, other)).toBe(same);
        }
      }),
    );
  });

  it("is refused for another index or another seq: an entry has one proof", () => {
    fc.assert(
      fc.property(proven, fc.nat({ max: 80 }), fc.nat({ max: 80 }), ([list, index], otherIndex, otherSeq) => {
        const { history, leaf, proof } = prove(list, index);
        const same = otherIndex === index && otherSeq === list.length;
        const changed = { ...proof, index: otherIndex, seq: otherSeq };
        expect(verifyInRange(history, leaf, changed)).toBe(same);
        // Each change alone, too: both at once seldom fit the lengths.
        expect(verifyInRange(history, leaf, { ...proof, index: otherIndex })).toBe(otherIndex === index);
        expect(verifyInRange(history, leaf, { ...proof, seq: otherSeq })).toBe(otherSeq === list.length);
      }),
    );
  });

  it("of one history is none of a later one", () => {
    fc.assert(
      fc.property(proven, bytesOf(32), ([list, index], next) => {
        const { leaf, proof } = prove(list, index);
        expect(verifyInRange(rangeHash(rangeOver([...list, next])), leaf, proof)).toBe(false);
      }),
    );
  });

  const list = [1, 2, 3, 4, 5, 6, 7].map((n) => new Uint8Array(32).fill(n));
  const { history, leaf, proof } = prove(list, 2);

  it.each<[string, unknown]>([
    ["an index out of bounds", { index: 7 }],
    ["a negative index", { index: -1 }],
    ["a fraction as index", { index: 2.5 }],
    ["a text as index", { index: "2" }],
    ["a seq of none", { index: 0, seq: 0, path: [], peaks: [] }],
    ["a seq that is not exact", { seq: 2 ** 53 }],
    ["no number as seq", { seq: Number.NaN }],
    ["a seq beyond all numbers", { seq: Number.POSITIVE_INFINITY }],
    ["no path", { path: undefined }],
    ["no list as peaks", { peaks: "peaks" }],
    ["texts in the path", { path: ["00".repeat(32), "00".repeat(32)] }],
    ["a short sibling", { path: proof.path.map((it) => it.subarray(1)) }],
    ["a long peak", { peaks: proof.peaks.map((it) => concat(it, Uint8Array.of(0))) }],
  ])("is refused, and does not throw, with %s", (_, change) => {
    expect(verifyInRange(history, leaf, proof)).toBe(true);
    expect(verifyInRange(history, leaf, { ...proof, ...(change as Partial<RangeProof>) })).toBe(false);
  });

  it("is refused, and does not throw, for what is no hash in a range of one", () => {
    const one = prove(list.slice(0, 1), 0);
    expect(verifyInRange(one.history, one.leaf, one.proof)).toBe(true);
    for (const other of [one.leaf.subarray(1), concat(one.leaf, Uint8Array.of(0)), new Uint8Array()])
      expect(verifyInRange(one.history, other, one.proof)).toBe(false);
  });

  it("is made for entries that are there", () => {
    for (const index of [-1, 7, 0.5, Number.NaN])
      expect(() => proveInRange(list, index)).toThrow(expect.objectContaining({ code: "range/index" }));
    expect(() => proveInRange([], 0)).toThrow(expect.objectContaining({ code: "range/index" }));
    expect(() => proveInRange([new Uint8Array(31)], 0)).toThrow(
      expect.objectContaining({ code: "range/malformed" }),
    );
  });
});
