import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ACTION_TYPES,
  type ActionRecord,
  type ActionSection,
  type HandOver,
  MAX_RECORD_BYTES,
} from "../domain/action.js";
import { ACTION_ELEMENTS, NEEDED_ELEMENTS } from "../domain/action-elements.js";
import { toHex } from "../domain/bytes.js";
import { compareIds, type Element } from "../domain/element.js";
import { isDppError } from "../domain/errors.js";
import { actionWorld, repairInput, text } from "../testing/action-world.js";
import { attestationOf, bytesOf, elements, flipped, hexOf } from "../testing/arbitraries.js";
import { sealAction } from "../usecases/actions/seal.js";
import {
  decodeActionRecord,
  decodeSectionElements,
  encodeActionRecord,
  encodeSectionElements,
} from "./action-record.js";
import { type CborInput, decodeCbor, encodeCbor } from "./cbor.js";

/** Elements that make a record of any type complete. */
const COMPLETE: Readonly<Record<string, Element>> = {
  "soh.value": { id: "soh.value", type: "decimal", value: "87.5", unit: "%" },
  "inspection.result": text("inspection.result", "pass"),
  "recall.reason": { id: "recall.reason", type: "integer", value: 4, unit: null },
  "recall.notice": { id: "recall.notice", type: "uri", value: "https://a.example/r", unit: null },
};
const complete = (type: (typeof ACTION_TYPES)[number]): readonly Element[] =>
  NEEDED_ELEMENTS[type].map(([id = ""]) => COMPLETE[id] ?? text(id, "Something"));

const free = elements.map((list) =>
  list.filter(({ id, value }) => ACTION_ELEMENTS[id] === undefined && JSON.stringify(value).length < 300),
);

const section: fc.Arbitrary<ActionSection> = fc
  .record({
    group: fc.option(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,31}$/)),
    policy: hexOf(32),
    commitment: bytesOf(32),
    wraps: fc.uniqueArray(fc.record({ keyId: hexOf(8), wrapped: bytesOf(80) }), {
      selector: ({ keyId }) => keyId,
      minLength: 1,
      maxLength: 5,
    }),
    sealed: fc.constantFrom(552, 1064).chain(bytesOf),
  })
  .map(({ group, policy, wraps, ...rest }) => ({
    ...(group === null
      ? { kind: "owner" as const, group, policy: null }
      : { kind: "group" as const, group, policy }),
    ...rest,
    wraps: group === null ? wraps.slice(0, 1) : wraps.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
  }));

const handOver: fc.Arbitrary<HandOver> = fc.record({ keyId: hexOf(8), sealed: bytesOf(560) });

const record: fc.Arbitrary<ActionRecord> = fc
  .record({
    config: hexOf(28),
    passport: hexOf(28),
    previous: fc.oneof(fc.constant(""), hexOf(32)),
    type: fc.constantFrom(...ACTION_TYPES),
    at: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    actor: fc.option(attestationOf("REPAIRER")),
    elements: free,
    sealed: fc.uniqueArray(section, { selector: ({ group }) => group, maxLength: 3 }),
    handOver: fc.option(handOver),
  })
  .map((it) => ({
    ...it,
    elements: [...it.elements, ...complete(it.type)].toSorted(compareIds),
    sealed: it.sealed.toSorted((a, b) => ((a.group ?? "~") < (b.group ?? "~") ? -1 : 1)),
    handOver: it.type === "transfer" ? it.handOver : null,
  }));

describe("action records as CBOR", () => {
  it("read what they write", () => {
    fc.assert(
      fc.property(record, (it) => {
        expect(decodeActionRecord(encodeActionRecord(it))).toEqual(it);
      }),
    );
  });

  it("are refused with a named error, or encode again to the same bytes, after any flipped bit", () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.nat(), (it, position, mask) => {
        const damaged = flipped(encodeActionRecord(it), position, mask);
        try {
          expect(toHex(encodeActionRecord(decodeActionRecord(damaged)))).toBe(toHex(damaged));
        } catch (error) {
          if (!isDppError(error)) throw error;
        }
      }),
    );
  });

  it("are refused with a named error when they are cut off or other bytes altogether", () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.uint8Array({ maxLength: 200 }), (it, end, noise) => {
        const bytes = encodeActionRecord(it);
        for (const broken of [bytes.subarray(0, end % bytes.length), noise])
          expect(() => decodeActionRecord(broken)).toThrow(
            expect.objectContaining({ code: expect.stringMatching(/^(cbor|action|document)\//) }),
          );
      }),
    );
  });
});

let good: ActionRecord;
let bytes: Uint8Array;
beforeAll(async () => {
  ({ record: good, bytes } = await sealAction(
    repairInput(actionWorld("codec")),
    actionWorld("codec").random,
  ));
});

/** The accepted record with one member replaced, written without our own checks. */
function mutated(changes: Record<string, CborInput>): Uint8Array {
  const map = decodeCbor(bytes, MAX_RECORD_BYTES) as ReadonlyMap<string, CborInput>;
  return encodeCbor({ ...Object.fromEntries(map), ...changes });
}
const sectionsOf = (): CborInput[][] =>
  (
    (decodeCbor(bytes, MAX_RECORD_BYTES) as ReadonlyMap<string, CborInput>).get("sealed") as CborInput[][]
  ).map((it) => [...it]);
const wrapsOf = (): CborInput[] => (sectionsOf()[0] as CborInput[])[4] as CborInput[];
const withSection = (at: number, field: number, value: CborInput): Uint8Array => {
  const sections = sectionsOf();
  (sections[at] as CborInput[])[field] = value;
  return mutated({ sealed: sections });
};
const line = (id: string, value: CborInput, type = "string", unit: CborInput = null): CborInput => [
  id,
  type,
  value,
  unit,
];

describe("an action record is refused", () => {
  it("not as it is", () => {
    expect(decodeActionRecord(mutated({}))).toEqual(good);
  });

  it.each<[string, () => Uint8Array, string]>([
    ["of another version", () => mutated({ kind: "dpp/action-record/2" }), "action/version"],
    ["with another key", () => mutated({ more: 1 }), "action/malformed"],
    ["of an unknown type", () => mutated({ type: "gift" }), "action/malformed"],
    ["with a head of 31 bytes", () => mutated({ previous: new Uint8Array(31) }), "action/malformed"],
    ["with a passport of 27 bytes", () => mutated({ passport: new Uint8Array(27) }), "action/malformed"],
    ["at a time before 1970", () => mutated({ at: -1 }), "action/malformed"],
    ["with an actor's text", () => mutated({ actor: "repairer" }), "action/malformed"],
    [
      "with an element twice",
      () => mutated({ elements: [line("repair.done", "a"), line("repair.done", "b")] }),
      "action/malformed",
    ],
    [
      "with elements out of order",
      () => mutated({ elements: [line("repair.done", "a"), line("action.text", "b")] }),
      "action/malformed",
    ],
    [
      "with 65 elements",
      () =>
        mutated({
          elements: Array.from({ length: 65 }, (_, at) => line(`a.n${String(at).padStart(2, "0")}`, "x")),
        }),
      "action/malformed",
    ],
    [
      "with a public text of 2 KiB",
      () => mutated({ elements: [line("repair.done", "x".repeat(2048))] }),
      "action/too-large",
    ],
    [
      "with an element of fixed form in another form",
      () => mutated({ elements: [line("repair.done", "a"), line("soh.value", "101", "decimal", "%")] }),
      "action/element",
    ],
    [
      "with another unit",
      () => mutated({ elements: [line("repair.done", "a"), line("soh.value", "87", "decimal", "kg")] }),
      "action/element",
    ],
    ["as a repair that says nothing", () => mutated({ elements: [], sealed: [] }), "action/element"],
    [
      "as a recall whose reason is sealed",
      () => mutated({ type: "recall", elements: [line("action.text", "a")] }),
      "action/element",
    ],
    [
      "with a section twice",
      () => mutated({ sealed: [...sectionsOf().slice(0, 1), ...sectionsOf()] }),
      "action/malformed",
    ],
    ["with sections out of order", () => mutated({ sealed: sectionsOf().reverse() }), "action/malformed"],
    ["with a section of an unknown kind", () => withSection(0, 0, "all"), "action/malformed"],
    ["with a group section without policy", () => withSection(0, 2, null), "action/malformed"],
    ["with an owner's section that names a group", () => withSection(1, 1, "service"), "action/malformed"],
    ["with a short commitment", () => withSection(0, 3, new Uint8Array(31)), "action/malformed"],
    ["with a section without readers", () => withSection(0, 4, []), "action/malformed"],
    ["with half a wrap", () => withSection(0, 4, wrapsOf().slice(0, 3)), "action/malformed"],
    [
      "with a reader twice",
      () =>
        withSection(
          0,
          4,
          [0, 1, 0, 1].map((at) => wrapsOf()[at] ?? null),
        ),
      "action/malformed",
    ],
    ["with two owners' wraps", () => withSection(1, 4, wrapsOf().slice(0, 4)), "action/malformed"],
    ["with an empty ciphertext", () => withSection(0, 5, new Uint8Array(40)), "action/malformed"],
    [
      "with a hand-over in a repair",
      () => mutated({ handOver: [new Uint8Array(8), new Uint8Array(560)] }),
      "action/malformed",
    ],
    [
      "with more than 64 KiB",
      () => mutated({ sealed: [...sectionsOf(), [new Uint8Array(MAX_RECORD_BYTES)]] }),
      "cbor/too-large",
    ],
  ])("%s", (_, make, code) => {
    expect(() => decodeActionRecord(make())).toThrow(expect.objectContaining({ code }));
  });

  it("when it is written with more than 64 KiB", () => {
    const sealed = good.sealed.map((it) => ({ ...it, sealed: new Uint8Array(MAX_RECORD_BYTES) }));
    expect(() => encodeActionRecord({ ...good, sealed })).toThrow(
      expect.objectContaining({ code: "action/too-large" }),
    );
  });

  it("when it is written with a passport's id that is none", () => {
    expect(() => encodeActionRecord({ ...good, passport: "d0" })).toThrow(
      expect.objectContaining({ code: "action/malformed" }),
    );
  });
});

describe("the elements of a sealed section", () => {
  it("read what they write", () => {
    fc.assert(
      fc.property(free, (list) => {
        const sorted = list.toSorted(compareIds);
        expect(decodeSectionElements(encodeSectionElements(sorted))).toEqual(sorted);
      }),
    );
  });

  it("are refused out of order, and when they exceed a record", () => {
    expect(() => encodeSectionElements([text("b", "1"), text("a", "1")])).toThrow(
      expect.objectContaining({ code: "action/malformed" }),
    );
    const long = Array.from({ length: 9 }, (_, at) => text(`a.n${at}`, "x".repeat(8000)));
    expect(() => encodeSectionElements(long)).toThrow(expect.objectContaining({ code: "action/too-large" }));
  });
});
