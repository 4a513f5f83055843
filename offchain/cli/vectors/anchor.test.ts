import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeLeaf, eventHash } from "../../src/codec/event.js";
import { decodePack, encodePack, packDigest } from "../../src/codec/pack.js";
import { leafOf } from "../../src/codec/signed-event.js";
import { decodeEntry, encodeEntry } from "../../src/codec/thread-entry.js";
import { u64be } from "../../src/codec/u64.js";
import { verifyEd25519 } from "../../src/crypto/ed25519.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import { TIERS } from "../../src/domain/event.js";
import { packRoot } from "../../src/merkle/pack.js";
import { addToRange, emptyRange, rangeHash, rangeLeaf, verifyInRange } from "../../src/merkle/range.js";
import { verifyProof } from "../../src/merkle/tree.js";
import { anchorVectors } from "./anchor.js";

const text = readFileSync(new URL("../../../vectors/anchor.json", import.meta.url), "utf8");
const vectors = JSON.parse(text);
const publicKey = fromHex(vectors.publicKey);
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
  return "accepted";
};

describe("the committed vectors of threads and packs", () => {
  it("are what the code makes today", () => {
    expect(`${JSON.stringify(anchorVectors(), null, 2)}\n`).toBe(text);
  });

  it("hold digests, and signatures of them", () => {
    for (const { digest, signature, tier, ...header } of vectors.digests) {
      expect(toHex(packDigest({ ...header, tier: TIERS[tier] }))).toBe(digest);
      expect(verifyEd25519(publicKey, fromHex(digest), fromHex(signature))).toBe(true);
    }
  });

  it("hold roots and proofs", () => {
    for (const { count, root, proofs } of vectors.roots) {
      const hashes = Array.from({ length: count }, (_, index) => eventHash(u64be(index)));
      expect(toHex(packRoot(hashes))).toBe(root);
      for (const { index, path } of proofs)
        expect(
          verifyProof(fromHex(root), hashes[index] as Uint8Array, { index, count, path: path.map(fromHex) }),
        ).toBe(true);
    }
  });

  it("hold a history, entry by entry", () => {
    let range = emptyRange();
    expect(toHex(rangeHash(range))).toBe(vectors.emptyHistory);
    for (const { entry, leaf, seq, peaks, history, tier, ...fields } of vectors.history) {
      const expected = tier === undefined ? fields : { ...fields, tier: TIERS[tier] };
      expect(decodeEntry(fromHex(entry))).toEqual(expected);
      expect(toHex(encodeEntry(expected))).toBe(entry);
      expect(toHex(rangeLeaf(fromHex(entry)))).toBe(leaf);
      range = addToRange(range, fromHex(leaf));
      expect([range.seq, range.peaks.map(toHex), toHex(rangeHash(range))]).toEqual([seq, peaks, history]);
    }
    for (const { reason, entry, code } of vectors.refusedEntries)
      expect(
        codeOf(() => decodeEntry(fromHex(entry))),
        reason,
      ).toBe(code);
  });

  it.each([
    ["proofs", true],
    ["refusedProofs", false],
  ])("hold %s", (list, valid) => {
    for (const { reason, history, leaf, index, seq, path, peaks } of vectors[list]) {
      const proof = { index, seq, path: path.map(fromHex), peaks: peaks.map(fromHex) };
      expect(verifyInRange(fromHex(history), fromHex(leaf), proof), reason).toBe(valid);
    }
  });

  it("hold pack files whose parts belong together", () => {
    for (const { name, file, digest, signed, payloads, tier, ...header } of vectors.files) {
      const pack = decodePack(fromHex(file));
      expect(pack, name).toMatchObject({ ...header, tier: TIERS[tier] });
      expect(toHex(encodePack(pack)), name).toBe(file);
      expect(pack.events.map((it) => toHex(it.signed))).toEqual(signed);
      expect(pack.events.map((it) => (it.payload === null ? null : toHex(it.payload)))).toEqual(payloads);
      expect(toHex(packDigest(pack)), name).toBe(digest);
      expect(verifyEd25519(publicKey, fromHex(digest), fromHex(pack.signature)), name).toBe(true);
      const leaves = pack.events.map((it) => leafOf(it.signed));
      expect(toHex(packRoot(leaves.map(eventHash))), name).toBe(pack.root);
      const times = leaves.map((leaf) => decodeLeaf(leaf).captured);
      expect([Math.min(...times), Math.max(...times)]).toEqual([pack.cmin, pack.cmax]);
    }
  });

  it("hold damaged pack files", () => {
    for (const { reason, file, code } of vectors.refusedFiles)
      expect(
        codeOf(() => decodePack(fromHex(file))),
        reason,
      ).toBe(code);
  });
});
