import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat } from "../domain/bytes.js";
import { bytesOf } from "../testing/arbitraries.js";
import { leafHash, merkleProof, merkleRoot, type Proof, verifyProof } from "./tree.js";

const H = (...parts: Uint8Array[]) => blake2b(concat(...parts), { dkLen: 32 });

/** The specification once more, word for word and slow. */
function referenceTop(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return H(Uint8Array.of(1), referenceTop(leaves.slice(0, k)), referenceTop(leaves.slice(k)));
}

const tree = fc
  .array(bytesOf(32), { minLength: 1, maxLength: 70 })
  .chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length - 1 })));

const prove = (leaves: readonly Uint8Array[], index: number) => ({
  root: merkleRoot(leaves),
  leaf: leaves[index] as Uint8Array,
  proof: merkleProof(leaves, index),
});

describe("the tree", () => {
  it("has the root that the specification says", () => {
    fc.assert(
      fc.property(tree, ([leaves]) => {
        const count = Uint8Array.of(2, 0, 0, 0, leaves.length);
        expect(merkleRoot(leaves)).toEqual(H(count, referenceTop(leaves)));
      }),
    );
  });

  it("proves every leaf", () => {
    fc.assert(
      fc.property(tree, ([leaves, index]) => {
        const { root, leaf, proof } = prove(leaves, index);
        expect(verifyProof(root, leaf, proof)).toBe(true);
      }),
    );
  });

  it("does not take a leaf for an inner node: salts fix where the content starts", () => {
    const [left, right] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(leafHash(left, right)).toEqual(H(Uint8Array.of(0), left, right));
    expect(leafHash(left, right)).not.toEqual(H(Uint8Array.of(1), left, right));
    expect(() => leafHash(left.subarray(1), right)).toThrow(expect.objectContaining({ code: "proof/salt" }));
  });

  it("has at least one leaf", () => {
    expect(() => merkleRoot([])).toThrow(expect.objectContaining({ code: "proof/count" }));
    expect(() => merkleProof([], 0)).toThrow(expect.objectContaining({ code: "proof/count" }));
    expect(() => merkleProof([new Uint8Array(32)], 1)).toThrow(
      expect.objectContaining({ code: "proof/index" }),
    );
  });
});

describe("a proof is refused", () => {
  it("with any bit flipped in root, leaf or path", () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat({ max: 7 }), ([leaves, index], position, bit) => {
        const { root, leaf, proof } = prove(leaves, index);
        const bytes = concat(root, leaf, ...proof.path);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const path = proof.path.map((_, level) => bytes.subarray(64 + 32 * level, 96 + 32 * level));
        expect(verifyProof(bytes.subarray(0, 32), bytes.subarray(32, 64), { ...proof, path })).toBe(false);
      }),
    );
  });

  it("for another index or another count: a leaf has one proof", () => {
    fc.assert(
      fc.property(
        tree,
        fc.nat({ max: 100 }),
        fc.nat({ max: 100 }),
        ([leaves, index], otherIndex, otherCount) => {
          const { root, leaf, proof } = prove(leaves, index);
          const changed = { ...proof, index: otherIndex, count: otherCount };
          const same = otherIndex === index && otherCount === leaves.length;
          const twin = otherCount === leaves.length && String(leaves[otherIndex]) === String(leaf);
          if (!same && !twin) expect(verifyProof(root, leaf, changed)).toBe(false);
        },
      ),
    );
  });

  const { root, leaf, proof } = prove(
    [1, 2, 3, 4, 5].map((n) => new Uint8Array(32).fill(n)),
    4,
  );
  const sibling = new Uint8Array(32);

  it.each<[string, Partial<Proof>]>([
    ["a longer path", { path: [...proof.path, sibling] }],
    ["a shorter path", { path: proof.path.slice(1) }],
    ["a short sibling", { path: proof.path.map((it) => it.subarray(1)) }],
    ["an index out of bounds", { index: 5 }],
    ["a negative index", { index: -1 }],
    ["a fraction as index", { index: 0.5 }],
    ["a count of none", { index: 0, count: 0, path: [] }],
    ["a count beyond the bound", { count: 2 ** 24 + 1 }],
    ["a count beyond all numbers", { count: Number.POSITIVE_INFINITY }],
    ["no number as count", { count: Number.NaN }],
    ["a tree of one leaf", { index: 0, count: 1, path: [] }],
  ])("with %s", (_, change) => {
    expect(verifyProof(root, leaf, proof)).toBe(true);
    expect(verifyProof(root, leaf, { ...proof, ...change })).toBe(false);
  });
});
