import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainAction } from "../../domain/action-chain.js";
import type { DppError } from "../../domain/errors.js";
import { hexOf } from "../../testing/arbitraries.js";
import { type ChainStep, verifyActionChain } from "./chain.js";

const cid = hexOf(32).map((digest) => `01551220${digest}`);
const cids = fc.uniqueArray(cid, { minLength: 2, maxLength: 12 });

function chained(records: readonly string[]): ChainStep[] {
  let head = "";
  return records.map((record) => {
    head = chainAction(head, record);
    return { record, headAfter: head };
  });
}

const headOf = (steps: readonly ChainStep[]): string => steps.at(-1)?.headAfter ?? "";

function placeOfFault(steps: readonly ChainStep[], head: string): unknown {
  try {
    verifyActionChain(steps, head);
  } catch (error) {
    expect((error as DppError).code).toBe("action/chain");
    return (error as DppError).details.place;
  }
  return null;
}

describe("a chain of actions", () => {
  it("holds against the head that it makes, the empty one too", () => {
    verifyActionChain([], "");
    fc.assert(fc.property(cids, (records) => verifyActionChain(chained(records), headOf(chained(records)))));
  });

  it("shows where an action was dropped", () => {
    fc.assert(
      fc.property(cids, fc.nat(), (records, at) => {
        const steps = chained(records);
        const dropped = at % steps.length;
        const left = steps.toSpliced(dropped, 1);
        expect(placeOfFault(left, headOf(steps))).toBe(dropped + 1);
      }),
    );
  });

  it("shows where an action was added, with whichever head beside it", () => {
    fc.assert(
      fc.property(cids, cid, fc.nat(), fc.boolean(), (records, record, at, plausible) => {
        const steps = chained(records);
        const added = at % (steps.length + 1);
        const before = headOf(steps.slice(0, added));
        const headAfter = plausible ? chainAction(before, record) : headOf(steps);
        const more = steps.toSpliced(added, 0, { record, headAfter });
        // One that leads on from the head before it shows at the next.
        expect(placeOfFault(more, headOf(steps))).toBe(plausible ? added + 2 : added + 1);
      }),
    );
  });

  it("shows where two actions changed places", () => {
    fc.assert(
      fc.property(cids, fc.nat(), (records, at) => {
        const steps = chained(records);
        const first = at % (steps.length - 1);
        const [a, b] = steps.slice(first, first + 2) as [ChainStep, ChainStep];
        expect(placeOfFault(steps.toSpliced(first, 2, b, a), headOf(steps))).toBe(first + 1);
        const records2 = steps.toSpliced(first, 2, { ...a, record: b.record }, { ...b, record: a.record });
        expect(placeOfFault(records2, headOf(steps))).toBe(first + 1);
      }),
    );
  });

  it("shows where a record was changed", () => {
    fc.assert(
      fc.property(cids, cid, fc.nat(), (records, record, at) => {
        const steps = chained(records);
        const changed = at % steps.length;
        fc.pre(!records.includes(record));
        const other = steps.with(changed, { ...(steps[changed] as ChainStep), record });
        expect(placeOfFault(other, headOf(steps))).toBe(changed + 1);
      }),
    );
  });

  it("shows that the ledger's head is another than the last action's", () => {
    const steps = chained(["01551220aa", "01551220bb"]);
    expect(placeOfFault(steps, headOf(steps.slice(0, 1)))).toBe(3);
    expect(placeOfFault([], headOf(steps))).toBe(1);
  });
});
