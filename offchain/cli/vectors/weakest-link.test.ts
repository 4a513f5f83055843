/** The vectors of weakest links, read as a stranger would: with the file and the public functions alone. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseTrustRoot } from "../../src/codec/trust-root.js";
import { decodeWeakestLink, encodeWeakestLink } from "../../src/codec/weakest-link.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { unitedRanges } from "../../src/domain/weakest-link.js";
import { rangeLeaf } from "../../src/merkle/range.js";
import { verifyRun } from "../../src/merkle/run.js";
import { verifyWeakestLink } from "../../src/usecases/weakest-link/verify.js";
import { weakestLinkVectors } from "./weakest-link.js";

const path = new URL("../../../vectors/weakest-link.json", import.meta.url);
const text = readFileSync(path, "utf8");
const vectors = JSON.parse(text);
const root = parseTrustRoot(JSON.stringify(vectors.trust));
const refsOf = (texts: readonly string[]) =>
  texts.map((ref) => {
    const [txHash = "", index] = ref.split("#");
    return { txHash, outputIndex: Number(index) };
  });

describe("the vectors of weakest links", () => {
  it("are what the code makes today", async () => {
    expect(`${JSON.stringify(await weakestLinkVectors(), null, 2)}\n`).toBe(text);
  });

  it("hold questions, united or refused by name", () => {
    for (const { ranges, united, error } of vectors.questions)
      if (error === null) expect(unitedRanges(ranges)).toEqual(united);
      else expect(() => unitedRanges(ranges)).toThrow(expect.objectContaining({ code: error }));
  });

  it("hold runs of histories", () => {
    for (const { seq, first, count, hashes, history } of vectors.runs) {
      const leaves = Array.from({ length: count }, (_, at) => rangeLeaf(Uint8Array.of(first + at)));
      expect(verifyRun(fromHex(history), leaves, { first, seq, hashes: hashes.map(fromHex) })).toBe(true);
      expect(verifyRun(fromHex(history), leaves, { first, seq: seq + 1, hashes: hashes.map(fromHex) })).toBe(
        false,
      );
    }
  });

  it("hold proofs that verify, with what stays open, and are the same bytes again", () => {
    for (const { name, proof, states, open, link } of vectors.proofs) {
      const bytes = fromHex(proof);
      expect(toHex(encodeWeakestLink(decodeWeakestLink(bytes))), name).toBe(proof);
      const { ok, checks, facts } = verifyWeakestLink(bytes, root, { states: refsOf(states) });
      expect([name, ok, facts?.link]).toEqual([name, true, link]);
      expect(checks.flatMap((check) => (check.ok === null ? [check.name] : []))).toEqual(open);
    }
  });

  it("hold proofs that are refused by the checks that they name", () => {
    for (const { reason, proof, states, failed } of vectors.refused) {
      const { ok, checks } = verifyWeakestLink(fromHex(proof), root, { states: refsOf(states) });
      expect([reason, ok]).toEqual([reason, false]);
      expect(checks.flatMap((check) => (check.ok === false ? [check.name] : []))).toEqual(failed);
      expect(failed.length).toBeGreaterThan(0);
    }
  });
});
