import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { element } from "../testing/arbitraries.js";
import {
  checkElement,
  type Element,
  type ElementType,
  isElementId,
  MAX_DEPTH,
  MAX_NODES,
  valueMisfit,
} from "./element.js";

const accepted: [ElementType, unknown[]][] = [
  ["string", ["a", "ü\n\t", "𝔘", "x".repeat(8192)]],
  ["decimal", ["0", "-1", "94.50", "0.001", "-0.5", "123456789012345678901234567890"]],
  ["integer", [0, -5, Number.MAX_SAFE_INTEGER]],
  ["boolean", [true, false]],
  ["date", ["2024-02-29", "2026-12-31"]],
  ["yearMonth", ["2026-01", "2026-12"]],
  ["dateTime", ["2026-01-01T00:00:00Z", "2026-01-01T23:59:59.123Z"]],
  ["uri", ["https://a.example/x?y#z", "mailto:a@b.example", "urn:x:y", "did:web:a.example", "ipfs://bafk"]],
  ["absent", ["notToBeFilled", "pending", "notApplicable", "notAvailable"]],
  ["list", [[], [1, "a", true, [2], { b: 3 }]]],
  ["object", [{}, { a: { b: [{ c: "d" }] } }]],
];

const refused: [ElementType, unknown[]][] = [
  [
    "string",
    ["", "\u0000", "\ud800", "a\ufeff", 1, null, undefined, "x".repeat(8193), "ü".repeat(4097), ["a"]],
  ],
  ["decimal", ["", ".5", "1.", "01", "-0", "-0.0", "1e3", "+1", "1,5", " 1", 1.5, 1, "1".repeat(41), "NaN"]],
  ["integer", [1.5, Number.NaN, 2 ** 53, "1", -0]],
  ["boolean", ["true", 1, null]],
  ["date", ["2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T00:00:00Z", 20260101]],
  ["yearMonth", ["2026-00", "2026-13", "2026", "2026-01-01"]],
  [
    "dateTime",
    [
      "2026-01-01",
      "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:00+01:00",
      "2026-02-30T00:00:00Z",
    ],
  ],
  [
    "uri",
    [
      "javascript:alert(1)",
      "data:text/html,x",
      "//a.example",
      "https://a b",
      "https://ü.example",
      `https://${"a".repeat(2000)}`,
      "https://",
    ],
  ],
  ["absent", ["", "unknown", null]],
  ["list", [{}, "a", [null], [1.5], [""], [undefined], [new Uint8Array(1)]]],
  [
    "object",
    [[], "a", null, { A: 1 }, { "a b": 1 }, { a: null }, { a: 0.5 }, JSON.parse('{"__proto__": 1}')],
  ],
];

const cases = (table: [ElementType, unknown[]][]) =>
  table.flatMap(([type, values]) => values.map((value): [ElementType, unknown] => [type, value]));

describe("element values", () => {
  it.each(cases(accepted))("%s takes %j", (type, value) => {
    expect(valueMisfit(type, value)).toBeNull();
  });

  it.each(cases(refused))("%s refuses %j", (type, value) => {
    expect(valueMisfit(type, value)).not.toBeNull();
  });

  it("bounds depth and number of nodes", () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(valueMisfit("list", deep(MAX_DEPTH))).toBeNull();
    expect(valueMisfit("list", deep(MAX_DEPTH + 1))).toMatchObject({ beyondBounds: true });
    expect(valueMisfit("list", Array(MAX_NODES - 1).fill(1))).toBeNull();
    expect(valueMisfit("list", Array(MAX_NODES).fill(1))).toMatchObject({ beyondBounds: true });
  });

  it("points at what does not fit", () => {
    expect(valueMisfit("object", { a: [1, { b: "" }] })).toMatchObject({ path: "/a/1/b" });
  });
});

describe("elements", () => {
  it.each(["a", "battery.design.weight", "a1.b2"])("have ids such as %s", (id) =>
    expect(isElementId(id)).toBe(true),
  );

  it.each(["", "A", "a.", ".a", "a..b", "a.B", "a-b", "1a", "ä", "__proto__", "a".repeat(97)])(
    "have no id %j",
    (id) => expect(isElementId(id)).toBe(false),
  );

  it("are taken when id, type, value and unit fit", () => {
    fc.assert(fc.property(element, (it) => checkElement(it) === it));
  });

  it.each([
    [{ id: "A" }, "document/element-id"],
    [{ type: "float" }, "document/element-type"],
    [{ value: 5 }, "document/element-type"],
    [{ unit: "k g" }, "document/element-unit"],
    [{ unit: "" }, "document/element-unit"],
  ])("are refused with %j", (change, code) => {
    const sound: Element = { id: "a", type: "decimal", value: "1", unit: "kg" };
    expect(() => checkElement({ ...sound, ...change } as Element)).toThrow(expect.objectContaining({ code }));
  });
});
