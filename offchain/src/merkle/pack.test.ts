import { describe, expect, it } from "vitest";
import { packRoot, packTree } from "./pack.js";
import { merkleProof, verifyProof } from "./tree.js";

const hashes = Array.from({ length: 1000 }, (_, index) =>
  new Uint8Array(32).fill(index % 256).with(0, index >> 8),
);

describe("the tree of a pack", () => {
  it("proves each of its events, as one tree", () => {
    const tree = packTree(hashes);
    expect(packRoot(hashes)).toEqual(tree.root);
    hashes.forEach((hash, index) => {
      expect(verifyProof(tree.root, hash, tree.proof(index))).toBe(true);
    });
    expect(tree.proof(998)).toEqual(merkleProof(hashes, 998));
    for (const index of [-1, 1000, 0.5])
      expect(() => tree.proof(index)).toThrow(expect.objectContaining({ code: "proof/index" }));
  });

  it.each([
    ["nothing", []],
    ["more than 65,536 events", Array.from({ length: 65_537 }, () => new Uint8Array(32))],
    ["what is no hash", [new Uint8Array(31)]],
  ])("is not made of %s", (_, list) => {
    expect(() => packRoot(list)).toThrow(expect.objectContaining({ code: "pack/malformed" }));
  });
});
