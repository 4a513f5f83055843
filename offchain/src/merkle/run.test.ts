import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RUN_HASHES } from "../domain/weakest-link-proof.js";
import { bytesOf } from "../testing/arbitraries.js";
import { addToRange, emptyRange, proveInRange, rangeHash, rangeLeaf } from "./range.js";
import { proveRun, type RunProof, runHistory, verifyRun } from "./run.js";

const historyOf = (leaves: readonly Uint8Array[]): Uint8Array =>
  rangeHash(leaves.reduce(addToRange, emptyRange()));
const numbered = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, at) => rangeLeaf(Uint8Array.of(at >> 8, at & 0xff)));

const runs = fc
  .uniqueArray(bytesOf(32), { minLength: 1, maxLength: 70, selector: String })
  .chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length - 1 })))
  .chain(([leaves, first]) =>
    fc.tuple(fc.constant(leaves), fc.constant(first), fc.integer({ min: 1, max: leaves.length - first })),
  );

describe("the proof of a run", () => {
  it("leads from any run of entries to the history of all, and is small", () => {
    fc.assert(
      fc.property(runs, ([leaves, first, count]) => {
        const proof = proveRun(leaves, first, count);
        expect(verifyRun(historyOf(leaves), leaves.slice(first, first + count), proof)).toBe(true);
        expect(proof.hashes.length).toBeLessThanOrEqual(3 * Math.ceil(Math.log2(leaves.length + 1)));
      }),
    );
  });

  it("holds for every run of every short range", () => {
    for (let seq = 1; seq <= 17; seq++) {
      const leaves = numbered(seq);
      for (let first = 0; first < seq; first++)
        for (let count = 1; first + count <= seq; count++) {
          const proof = proveRun(leaves, first, count);
          expect(verifyRun(historyOf(leaves), leaves.slice(first, first + count), proof)).toBe(true);
        }
    }
  });

  it("of all entries needs no hash, and of one the hashes of its own proof", () => {
    const leaves = numbered(13);
    expect(proveRun(leaves, 0, 13).hashes).toEqual([]);
    for (let index = 0; index < 13; index++) {
      const { path, peaks } = proveInRange(leaves, index);
      const text = (hashes: readonly Uint8Array[]) => hashes.map(String).toSorted();
      expect(text(proveRun(leaves, index, 1).hashes)).toEqual(text([...path, ...peaks]));
    }
  });

  it("is refused with any leaf, place, length or hash altered", () => {
    fc.assert(
      fc.property(runs, fc.nat(), fc.integer({ min: 1, max: 255 }), ([leaves, first, count], at, flip) => {
        const history = historyOf(leaves);
        const run = leaves.slice(first, first + count);
        const proof = proveRun(leaves, first, count);
        const altered = (list: readonly Uint8Array[]): Uint8Array[] =>
          list.map((hash, index) =>
            index === at % list.length ? hash.with(at % 32, (hash[at % 32] ?? 0) ^ flip) : hash,
          );
        const refused = (changes: Partial<RunProof>, of = run) =>
          expect(verifyRun(history, of, { ...proof, ...changes })).toBe(false);
        refused({}, altered(run));
        if (proof.hashes.length > 0) {
          refused({ hashes: altered(proof.hashes) });
          refused({ hashes: proof.hashes.slice(1) });
        }
        refused({ hashes: [...proof.hashes, leaves[0] as Uint8Array] });
        refused({ seq: proof.seq + 1 });
        if (first > 0) refused({ first: first - 1 });
        refused({ first: first + 1 });
        refused({}, run.slice(1));
        refused({}, [...run, leaves[0] as Uint8Array]);
      }),
    );
  });

  it("has one form: anything else is malformed, whatever stands in it", () => {
    const leaves = numbered(6);
    const proof = proveRun(leaves, 1, 3);
    const run = leaves.slice(1, 4);
    const bad: readonly (readonly [readonly Uint8Array[], Partial<RunProof>])[] = [
      [[], {}],
      [run, { first: -1 }],
      [run, { first: 0.5 }],
      [run, { first: 4 }],
      [run, { seq: 3 }],
      [run, { seq: Number.NaN }],
      [run, { hashes: proof.hashes.map((hash) => hash.slice(1)) }],
      [run, { hashes: Array.from({ length: MAX_RUN_HASHES + 1 }, () => leaves[0] as Uint8Array) }],
      [run.map((leaf) => leaf.slice(1)), {}],
    ];
    for (const [of, changes] of bad) {
      expect(() => runHistory(of, { ...proof, ...changes })).toThrow(
        expect.objectContaining({ code: "range/malformed" }),
      );
      expect(verifyRun(historyOf(leaves), of, { ...proof, ...changes })).toBe(false);
    }
    for (const [first, count] of [
      [0, 0],
      [0, 7],
      [6, 1],
      [-1, 1],
    ] as const)
      expect(() => proveRun(leaves, first, count)).toThrow(expect.objectContaining({ code: "range/index" }));
  });

  it("of the longest history has a bounded number of hashes", () => {
    const seq = Number.MAX_SAFE_INTEGER;
    const hash = rangeLeaf(Uint8Array.of());
    const most = Array.from({ length: MAX_RUN_HASHES }, () => hash);
    // Two entries in the middle of the largest tree: each level needs both sides.
    const first = 2 ** 51 - 1;
    const needed = Array.from({ length: MAX_RUN_HASHES + 1 }, (_, count) => count).filter((count) => {
      try {
        return runHistory([hash, hash], { first, seq, hashes: most.slice(0, count) }).length === 32;
      } catch {
        return false;
      }
    });
    expect(needed).toHaveLength(1);
    expect(needed[0]).toBeLessThanOrEqual(MAX_RUN_HASHES);
  });
});
