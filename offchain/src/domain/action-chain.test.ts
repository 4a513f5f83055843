import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf } from "../testing/arbitraries.js";
import { chainAction } from "./action-chain.js";
import { toHex } from "./bytes.js";

interface Step {
  readonly head: string;
  readonly record: string;
  readonly next: string;
}
const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const { chain, alone } = JSON.parse(read("vectors/action-chain.json")) as { chain: Step[]; alone: Step[] };

const record = fc.uint8Array({ minLength: 4, maxLength: 64 }).map(toHex);
const head = fc.oneof(fc.constant(""), hexOf(32));

describe("the chain of actions", () => {
  it("has the heads of the committed vectors", () => {
    for (const step of [...chain, ...alone]) expect(chainAction(step.head, step.record)).toBe(step.next);
    expect(chain.map((step) => step.head)).toEqual(["", ...chain.slice(0, -1).map((step) => step.next)]);
  });

  it("has the heads that the contract's own test asserts", () => {
    // Computed apart from both, with Python's hashlib.
    const asserted = read("lib/dpp/action.test.ak");
    for (const { next } of [...chain.slice(0, 2), ...alone.slice(0, 1)])
      expect(asserted).toContain(`#"${next}"`);
  });

  it("is told apart by every record, by their order and by their number", () => {
    fc.assert(
      fc.property(head, record, record, (start, one, two) => {
        const both = chainAction(chainAction(start, one), two);
        expect(both).toMatch(/^[0-9a-f]{64}$/);
        expect(both).not.toBe(chainAction(start, two));
        expect(both).not.toBe(chainAction(start, one));
        if (one !== two) expect(both).not.toBe(chainAction(chainAction(start, two), one));
      }),
    );
  });

  it("lets no byte slip from the head into the record", () => {
    fc.assert(
      fc.property(hexOf(32), record, (start, told) => {
        expect(chainAction(start, told)).not.toBe(chainAction(start.slice(0, -2), start.slice(-2) + told));
        expect(chainAction(start, told)).not.toBe(chainAction("", start + told));
      }),
    );
  });
});
