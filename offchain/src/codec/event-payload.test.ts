import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fromHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { MAX_PAYLOAD_BYTES } from "../domain/event.js";
import type { PayloadRecord, PayloadSection } from "../domain/event-payload.js";
import {
  anyEvent,
  asInput,
  eventOf,
  fullEvent,
  type PayloadWorld,
  payloadIn,
  payloadWorld,
} from "../testing/payload-world.js";
import { makePayload } from "../usecases/events/payload.js";
import { type CborInput, decodeCbor, encodeCbor } from "./cbor.js";
import { decodePayload, encodePayload } from "./event-payload.js";

let world: PayloadWorld;
let bytes: Uint8Array;
let record: PayloadRecord;
beforeAll(async () => {
  world = payloadWorld("codec");
  bytes = (await payloadIn(world, "harvest", fullEvent("harvest"))).record;
  record = decodePayload(bytes);
});

/** The record's own map with changes, as a careless or hostile writer encodes it. */
const forged = (changes: Record<string, unknown>): Uint8Array =>
  encodeCbor({ ...(asInput(decodeCbor(bytes, MAX_PAYLOAD_BYTES)) as object), ...changes } as CborInput);

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof DppError) return error.code;
    throw error;
  }
  return "accepted";
};

// biome-ignore lint/suspicious/noExplicitAny: lists are damaged item by item
const mapOf = (): any => asInput(decodeCbor(bytes, MAX_PAYLOAD_BYTES));

describe("a payload record", () => {
  it("decodes to what was encoded, of any event", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, async ({ type, elements }) => {
        const made = await payloadIn(world, type, elements);
        expect(encodePayload(decodePayload(made.record))).toEqual(made.record);
      }),
      { numRuns: 25 },
    );
  });

  it("holds public elements in clear, and one section for each group that has some", () => {
    expect(record.elements.map(({ element }) => element.id)).toEqual([
      "event.grade.code",
      "event.grade.scheme",
      "event.product.commodity",
      "event.quantity.method",
    ]);
    expect(record.sections.map(({ group }) => group)).toEqual(["origin", "person", "trade"]);
    expect(record.leaves).toHaveLength(fullEvent("harvest").length);
  });

  it.each<[string, () => Record<string, unknown>, string]>([
    ["another kind", () => ({ kind: "dpp/event-payload/2" }), "payload/version"],
    ["a key too many", () => ({ note: "" }), "payload/malformed"],
    ["a short config", () => ({ config: new Uint8Array(27) }), "payload/malformed"],
    ["a long source", () => ({ source: new Uint8Array(29) }), "payload/malformed"],
    ["a negative counter", () => ({ counter: -1 }), "payload/malformed"],
    ["a type that is none", () => ({ type: "birth" }), "payload/malformed"],
    ["a type without these elements", () => ({ type: "incident" }), "event/unknown-field"],
    ["leaves cut short", () => ({ leaves: mapOf().leaves.subarray(1) }), "payload/malformed"],
    ["65 leaves", () => ({ leaves: new Uint8Array(65 * 32) }), "payload/malformed"],
    ["no leaf for an element", () => ({ leaves: new Uint8Array(32) }), "payload/malformed"],
    [
      "leaves that nobody reads",
      () => ({
        type: "grade",
        sections: [],
        elements: [[0, ["event.grade.to", "string", "A", null], new Uint8Array(32)]],
      }),
      "payload/malformed",
    ],
    ["no public element that is needed", () => ({ elements: [] }), "event/missing-field"],
    ["no section that is needed", () => ({ sections: mapOf().sections.slice(0, 1) }), "event/missing-field"],
    [
      "a section twice",
      () => ({ sections: [...mapOf().sections.slice(0, 2), mapOf().sections[1]] }),
      "payload/malformed",
    ],
    ["sections out of order", () => ({ sections: mapOf().sections.toReversed() }), "payload/malformed"],
    [
      "a section that is public",
      () => ({ sections: [["public", ...mapOf().sections[0].slice(1)]] }),
      "payload/malformed",
    ],
    [
      "a section without readers",
      () => ({ sections: mapOf().sections.map((it: unknown[]) => it.with(2, [])) }),
      "payload/malformed",
    ],
    [
      "wraps out of order",
      () => ({ sections: mapOf().sections.map((it: unknown[]) => it.with(2, swapped(it[2] as unknown[]))) }),
      "payload/malformed",
    ],
    [
      "a wrap cut short",
      () => ({
        sections: mapOf().sections.map((it: unknown[]) => it.with(2, (it[2] as unknown[]).slice(1))),
      }),
      "payload/malformed",
    ],
    ["elements out of order", () => ({ elements: mapOf().elements.toReversed() }), "payload/malformed"],
    [
      "an element without salt",
      () => ({ elements: mapOf().elements.map((it: unknown[]) => it.slice(0, 2)) }),
      "payload/malformed",
    ],
  ])("is refused with %s", (_, changes, code) => {
    expect(codeOf(() => decodePayload(forged(changes())))).toBe(code);
  });

  const swapped = (wraps: readonly unknown[]) => [
    ...wraps.slice(2, 4),
    ...wraps.slice(0, 2),
    ...wraps.slice(4),
  ];
  const inPublic = (...elements: readonly (readonly unknown[])[]) =>
    forged({ elements: elements.map((element, at) => [at, element, new Uint8Array(32)]) });
  const commodity = ["event.product.commodity", "string", "shea-kernel", null];

  it.each<[string, readonly unknown[], string]>([
    ["a supplier's card", ["event.supplier.card", "string", "c4".repeat(16), null], "event/wrong-group"],
    ["a cell", ["event.place.cell", "string", "cell:+09.3-000.8", null], "event/wrong-group"],
    ["a fine place", ["event.place.cell", "string", "cell:+09.34-000.81", null], "event/precise-place"],
    [
      "a fine place in degrees",
      ["event.place.cell", "string", "9.3456 -0.8123", null],
      "event/precise-place",
    ],
    ["a note", ["event.note", "string", "by Amina", null], "event/unknown-field"],
    ["a word of no list", ["event.grade.code", "string", "by Amina", null], "event/wrong-type"],
    ["a list for a word", ["event.grade.code", "list", ["A"], null], "event/wrong-type"],
    ["an absent one", ["event.grade.code", "absent", "notAvailable", null], "event/wrong-type"],
    ["a unit too many", ["event.grade.code", "string", "A", "kg"], "event/unit-mismatch"],
  ])("does not show %s in public", (_, element, code) => {
    const sorted = [element, commodity].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
    expect(codeOf(() => decodePayload(inPublic(...sorted)))).toBe(code);
  });

  it("says nothing of the value that it refuses", () => {
    for (const element of [
      ["event.grade.code", "string", "by Amina", null],
      ["event.note", "string", "by Amina", null],
      ["event.place.cell", "string", "9.345678 Amina", null],
    ]) {
      let said = "";
      try {
        decodePayload(inPublic(element));
      } catch (error) {
        said = `${(error as Error).message} ${JSON.stringify((error as DppError).details)}`;
      }
      expect(said).not.toBe("");
      expect(said).not.toMatch(/Amina|9\.345/);
    }
  });

  it("beyond 64 KiB is neither read nor written", () => {
    expect(codeOf(() => decodePayload(new Uint8Array(MAX_PAYLOAD_BYTES + 1)))).toBe("event/too-large");
    expect(codeOf(() => decodePayload(new Uint8Array(1024 * 1024)))).toBe("event/too-large");
    const [first, ...others] = record.sections as [PayloadSection, ...PayloadSection[]];
    const large = { ...first, sealed: new Uint8Array(MAX_PAYLOAD_BYTES) };
    expect(codeOf(() => encodePayload({ ...record, sections: [large, ...others] }))).toBe("event/too-large");
  });

  it("is not read in another encoding, cut off, or followed by anything", () => {
    expect(codeOf(() => decodePayload(bytes.subarray(0, -1)))).toBe("cbor/malformed");
    expect(codeOf(() => decodePayload(Uint8Array.of(...bytes, 0)))).toBe("cbor/malformed");
    // The map's head with its number of entries in a byte of its own.
    expect(codeOf(() => decodePayload(Uint8Array.of(0xb8, 8, ...bytes.subarray(1))))).toBe("cbor/malformed");
  });

  it("never crashes its reader", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(255), (junk, at, byte) => {
        const damaged = bytes.slice();
        damaged[at % damaged.length] = byte;
        for (const input of [junk, damaged, fromHex("a0")])
          expect(codeOf(() => decodePayload(input))).toMatch(
            /^(?:accepted|(?:cbor|payload|event|document)\/.+)$/,
          );
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a record's writer needs", () => {
  it("is a place of the right lengths", async () => {
    const { random, readers } = world;
    const make = (place: { config: string; source: string; counter: number }) =>
      makePayload("grade", eventOf("grade"), place, readers, random);
    const good = { config: "c0".repeat(28), source: "5e".repeat(26), counter: 0 };
    await expect(make(good)).resolves.toBeDefined();
    for (const bad of [{ config: "c0" }, { source: "5e".repeat(29) }, { counter: 2 ** 53 }, { counter: -1 }])
      await expect(make({ ...good, ...bad })).rejects.toBeInstanceOf(DppError);
  });
});
