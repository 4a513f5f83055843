/** The receipt's vectors, read as a stranger would: with the file and the public functions alone. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeReceipt, encodeReceipt, receiptBytes } from "../../src/codec/receipt.js";
import { parseTrustRoot, trustFingerprint } from "../../src/codec/trust-root.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { verifyReceipt } from "../../src/usecases/events/receipt-verify.js";

const path = new URL("../../../vectors/receipt.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8"));

const refOf = (text: string) => {
  const [txHash = "", index] = text.split("#");
  return { txHash, outputIndex: Number(index) };
};
const rootOf = (json: unknown) => parseTrustRoot(JSON.stringify(json));

describe("the receipt's vectors", () => {
  it("hold a trust root with its fingerprint", () => {
    expect(trustFingerprint(rootOf(vectors.trust))).toBe(vectors.fingerprint);
  });

  it("hold a receipt that verifies, in both forms", () => {
    const bytes = fromHex(vectors.receipt);
    expect(toHex(encodeReceipt(decodeReceipt(bytes)))).toBe(vectors.receipt);
    expect(toHex(receiptBytes(utf8(vectors.text)))).toBe(vectors.receipt);
    const root = rootOf(vectors.trust);
    const { ok, facts, checks } = verifyReceipt(bytes, root);
    expect(ok).toBe(true);
    expect(checks.flatMap((check) => (check.ok === null ? [check.name] : []))).toEqual(vectors.open);
    expect(facts).toEqual({ ...vectors.facts, state: refOf(vectors.facts.state) });
    const given = verifyReceipt(bytes, root, { state: refOf(vectors.state) });
    expect(given.checks.every((check) => check.ok === true)).toBe(true);
  });

  it("hold one of each form of signature, and one of a joint pack", () => {
    const root = rootOf(vectors.trust);
    expect(vectors.others).toHaveLength(3);
    for (const { reason, receipt, state, facts } of vectors.others) {
      const found = verifyReceipt(fromHex(receipt), root, { state: refOf(state) });
      expect(
        found.checks.filter((check) => check.ok !== true),
        reason,
      ).toEqual([]);
      expect(found.facts, reason).toEqual({ ...facts, state: refOf(facts.state) });
    }
  });

  it("hold what is refused, by the checks that are named", () => {
    for (const { reason, receipt, trust, state, failed } of vectors.refused) {
      const given = state === null ? {} : { state: refOf(state) };
      const { ok, checks } = verifyReceipt(fromHex(receipt), rootOf(trust), given);
      expect(ok, reason).toBe(false);
      expect(
        checks.flatMap((check) => (check.ok === false ? [check.name] : [])),
        reason,
      ).toEqual(failed);
    }
  });
});
