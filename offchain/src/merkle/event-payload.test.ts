import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodePayload } from "../codec/event-payload.js";
import type { PayloadLeaf, PayloadRecord } from "../domain/event-payload.js";
import { flipped } from "../testing/arbitraries.js";
import { anyEvent, eventOf, fullEvent, payloadIn, payloadWorld } from "../testing/payload-world.js";
import { CONFIG } from "../testing/sealed-world.js";
import { checkPayload, discloseFields, payloadHash, verifyFieldDisclosure } from "./event-payload.js";

const world = payloadWorld("event-tree");
let record: PayloadRecord;
let leaf: PayloadLeaf;
beforeAll(async () => {
  const made = await payloadIn(world, "dispatch", fullEvent("dispatch"));
  record = decodePayload(made.record);
  ({ leaf } = made);
});

const refused = (code: string, field?: string) =>
  expect.objectContaining(field === undefined ? { code } : { code, details: { field } });

describe("a record", () => {
  it("is that of its leaf, and of no other", () => {
    expect(() => checkPayload(record, leaf, CONFIG)).not.toThrow();
    expect(() => checkPayload(record, leaf, "11".repeat(28))).toThrow(refused("payload/wrong-deployment"));
    for (const [field, other] of [
      ["source", { source: "11".repeat(26) }],
      ["counter", { counter: 42 }],
      ["type", { type: "transport" as const }],
      ["root", { payload: "11".repeat(32) }],
    ] as const)
      expect(() => checkPayload(record, { ...leaf, ...other }, CONFIG)).toThrow(
        refused("event/payload", field),
      );
  });

  it("is refused with any bit of its leaves flipped, even in those that are sealed", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (which, at, mask) => {
        const index = which % record.leaves.length;
        const leaves = record.leaves.map((it, position) => (position === index ? flipped(it, at, mask) : it));
        expect(() => checkPayload({ ...record, leaves }, leaf, CONFIG)).toThrow(
          refused("event/payload", "root"),
        );
      }),
    );
  });

  it("is refused with a leaf less, more, or in another place", () => {
    const [first, second, ...others] = record.leaves as [Uint8Array, Uint8Array, ...Uint8Array[]];
    for (const leaves of [
      [second, ...others],
      [first, first, second, ...others],
      [second, first, ...others],
    ])
      expect(() => checkPayload({ ...record, leaves }, leaf, CONFIG)).toThrow(
        refused("event/payload", "root"),
      );
  });

  it("is refused when a public element is another than the event commits to", () => {
    const elements = record.elements.map((it) =>
      it.element.id === "event.dispatch.destination"
        ? { ...it, element: { ...it.element, value: "NL" } }
        : it,
    );
    expect(() => checkPayload({ ...record, elements }, leaf, CONFIG)).toThrow(
      refused("payload/leaf-mismatch"),
    );
  });
});

describe("a public element", () => {
  it("is shown with a proof that leads to the leaf, of any event, through JSON", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, async ({ type, elements }) => {
        const made = await payloadIn(world, type, elements);
        const opened = decodePayload(made.record);
        const shown = JSON.parse(JSON.stringify(discloseFields(opened.leaves, opened.elements)));
        expect(shown.map((it: unknown) => verifyFieldDisclosure(made.leaf, it))).toEqual(
          opened.elements.map(({ element }) => element),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("may be the first leaf, since there is no header", async () => {
    const made = await payloadIn(world, "grade", eventOf("grade"));
    const opened = decodePayload(made.record);
    expect(opened.leaves).toHaveLength(1);
    expect(payloadHash(opened.leaves)).toBe(made.hash);
    const [only] = discloseFields(opened.leaves, opened.elements);
    expect(only?.proof).toEqual({ index: 0, count: 1, path: [] });
    expect(verifyFieldDisclosure(made.leaf, only).id).toBe("event.grade.to");
  });

  it("is not believed with anything changed", () => {
    const [shown] = discloseFields(record.leaves, record.elements);
    if (shown === undefined) throw new Error("nothing is shown");
    const { element, salt, proof } = shown;
    expect(verifyFieldDisclosure(leaf, { ...shown, note: "ignored" })).toEqual(element);
    for (const [json, code] of [
      [{ ...shown, element: { ...element, value: "NL" } }, "proof/mismatch"],
      [{ ...shown, salt: "00".repeat(32) }, "proof/mismatch"],
      [{ ...shown, proof: { ...proof, index: proof.index + 1 } }, "proof/mismatch"],
      [{ ...shown, proof: { ...proof, count: proof.count + 1 } }, "proof/mismatch"],
      [{ ...shown, proof: { ...proof, path: proof.path.slice(1) } }, "proof/mismatch"],
      [{ ...shown, proof: { ...proof, path: [...proof.path, ...proof.path] } }, "proof/malformed"],
      [{ ...shown, proof: { ...proof, path: ["zz"] } }, "proof/malformed"],
      [{ ...shown, proof: null }, "proof/malformed"],
      [{ ...shown, salt: `${salt}0` }, "proof/malformed"],
      [{ ...shown, element: { ...element, id: "event.note" } }, "event/unknown-field"],
      [{ ...shown, element: { ...element, value: 9 } }, "document/element-type"],
      [null, "proof/malformed"],
    ] as const)
      expect(() => verifyFieldDisclosure(leaf, json), JSON.stringify(json)).toThrow(refused(code));
    expect(() => verifyFieldDisclosure({ ...leaf, payload: "11".repeat(32) }, shown)).toThrow(
      refused("proof/mismatch"),
    );
  });
});
