import { describe, expect, it } from "vitest";
import { EU_BATTERY } from "../policies/eu-battery.js";
import { ACTION_TYPES } from "./action.js";
import { checkNeeded, NEEDED_ELEMENTS } from "./action-elements.js";
import { parseActionPayload } from "./action-payload.js";
import type { Element } from "./element.js";
import type { DppError } from "./errors.js";
import type { Policy } from "./policy.js";

const parse = (json: unknown, policy: Policy | null = null) =>
  parseActionPayload(JSON.stringify(json), policy);
const refusal = (json: unknown, policy: Policy | null = null): unknown => {
  try {
    parse(json, policy);
  } catch (error) {
    const { code, details } = error as DppError;
    return [code, details.path];
  }
  return null;
};

const sealedOf = EU_BATTERY.elements.find(
  ({ group, shape }) =>
    shape.type === "decimal" &&
    EU_BATTERY.groups.some(({ name, access }) => name === group && access !== "public"),
);
const hidden = { id: sealedOf?.id ?? "", value: "50" };

describe("an action's file", () => {
  it("gives elements their type and unit, by id in order", () => {
    const { elements, sealed } = parse({
      elements: [
        { id: "soh.value", value: "87.5" },
        { id: "action.text", value: "Measured at 25 °C" },
        { id: "workshop.hours", value: "1.5", type: "decimal", unit: "h" },
        { id: "workshop.lift", value: 3 },
        { id: "soh.method", absent: "notAvailable" },
      ],
      sealed: { owner: [{ id: "invoice.total", value: "120.00", type: "decimal" }], service: [] },
    });
    expect(elements).toEqual([
      { id: "action.text", type: "string", value: "Measured at 25 °C", unit: null },
      { id: "soh.method", type: "absent", value: "notAvailable", unit: null },
      { id: "soh.value", type: "decimal", value: "87.5", unit: "%" },
      { id: "workshop.hours", type: "decimal", value: "1.5", unit: "h" },
      { id: "workshop.lift", type: "integer", value: 3, unit: null },
    ]);
    // A group without elements needs no section.
    expect(sealed.map(({ section }) => section)).toEqual(["owner"]);
  });

  it("reads the elements of the passport's policy by its shapes", () => {
    const { sealed } = parse({ sealed: { [sealedOf?.group ?? ""]: [hidden] } }, EU_BATTERY);
    expect(sealed[0]?.elements[0]?.type).toBe("decimal");
  });

  it.each<[string, unknown, string, string]>([
    ["no object", [], "action/payload", ""],
    ["another member", { element: [] }, "action/payload", "/element"],
    ["elements that are no list", { elements: {} }, "action/payload", "/elements"],
    ["an element without id", { elements: [{ value: 1 }] }, "action/payload", "/elements/0"],
    ["an ill-formed id", { elements: [{ id: "Repair", value: 1 }] }, "action/payload", "/elements/0"],
    [
      "an element twice",
      { elements: [1, 2].map((value) => ({ id: "a.b", value })) },
      "action/payload",
      "/elements/1/id",
    ],
    ["no value", { elements: [{ id: "a.b" }] }, "action/payload", "/elements/0"],
    [
      "a fraction as a number",
      { elements: [{ id: "a.b", value: 1.5 }] },
      "action/payload",
      "/elements/0/type",
    ],
    [
      "more than 100 %",
      { elements: [{ id: "soh.value", value: "100.1" }] },
      "action/payload",
      "/elements/0/value",
    ],
    [
      "less than 0 %",
      { elements: [{ id: "soh.value", value: "-1" }] },
      "action/payload",
      "/elements/0/value",
    ],
    [
      "another unit",
      { elements: [{ id: "soh.value", value: "1", unit: "1" }] },
      "action/payload",
      "/elements/0/unit",
    ],
    [
      "another type",
      { elements: [{ id: "soh.value", value: "1", type: "string" }] },
      "action/payload",
      "/elements/0/type",
    ],
    [
      "a script as link",
      { elements: [{ id: "action.document", value: "javascript:1" }] },
      "action/payload",
      "/elements/0/value",
    ],
    [
      "an unknown result",
      { elements: [{ id: "inspection.result", value: "fine" }] },
      "action/payload",
      "/elements/0/value",
    ],
    ["65 elements", { elements: Array(65).fill(0) }, "action/too-large", "/elements"],
    [
      "17 sections",
      { sealed: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`g${at}`, []])) },
      "action/too-large",
      "/sealed",
    ],
    ["a fault in a section", { sealed: { owner: [{}] } }, "action/payload", "/sealed/owner/0"],
  ])("is refused with %s", (_, json, code, path) => {
    expect(refusal(json)).toEqual([code, path]);
  });

  it("does not tell in public, or to another group, what the policy keeps sealed", () => {
    const other = EU_BATTERY.groups.find(
      ({ name, access }) => access !== "public" && name !== sealedOf?.group,
    );
    expect(refusal({ elements: [hidden] }, EU_BATTERY)).toEqual(["action/not-public", "/elements/0/id"]);
    expect(refusal({ sealed: { [other?.name ?? ""]: [hidden] } }, EU_BATTERY)).toEqual([
      "action/wrong-group",
      `/sealed/${other?.name}/0/id`,
    ]);
    expect(refusal({ sealed: { owner: [hidden] } }, EU_BATTERY)).toBeNull();
  });

  it("is refused when it is no JSON, names a key twice, or is too large", () => {
    const code = (text: string) => {
      try {
        parseActionPayload(text, null);
      } catch (error) {
        return (error as DppError).code;
      }
      return null;
    };
    expect(code("{")).toBe("action/malformed-json");
    expect(code('{"elements":[],"elements":[]}')).toBe("action/duplicate-key");
    expect(code(`"${"x".repeat(300_000)}"`)).toBe("action/too-large");
  });
});

describe("what each type needs", () => {
  const stated = (id: string): Element => ({ id, type: "string", value: "x", unit: null });

  it.each(ACTION_TYPES)("%s: every one of its elements in turn", (type) => {
    const needed = NEEDED_ELEMENTS[type];
    const full = needed.map(([id = ""]) => stated(id));
    expect(() => checkNeeded(type, full, [])).not.toThrow();
    full.forEach((_, at) => {
      expect(() => checkNeeded(type, full.toSpliced(at, 1), [])).toThrow(
        expect.objectContaining({ code: "action/element" }),
      );
      const absent = full.with(at, { ...(full[at] as Element), type: "absent", value: "pending" });
      expect(() => checkNeeded(type, absent, [])).toThrow(
        expect.objectContaining({ code: "action/element" }),
      );
    });
  });

  it("a repair may say it to some only; a recall may not", () => {
    expect(() => checkNeeded("repair", [], [stated("repair.done")])).not.toThrow();
    const recall = [stated("recall.reason"), stated("action.text")];
    for (const open of [[], recall.slice(0, 1)])
      expect(() => checkNeeded("recall", open, recall)).toThrow(
        expect.objectContaining({ code: "action/element" }),
      );
  });

  it("a reader who cannot open the sections takes the writer's word, but for a recall", () => {
    expect(() => checkNeeded("repair", [], null)).not.toThrow();
    expect(() => checkNeeded("recall", [], null)).toThrow(
      expect.objectContaining({ code: "action/element" }),
    );
  });
});
