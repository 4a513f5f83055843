import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EU_BATTERY } from "../policies/eu-battery.js";
import { LADDER } from "../policies/ladder.js";
import { checkElements, parsePassportFile } from "./document-input.js";
import { isDppError } from "./errors.js";

// biome-ignore lint/suspicious/noExplicitAny: the tests damage the file in every way
type Loose = any;

const shirt = (): Loose =>
  JSON.parse(readFileSync(new URL("../../../examples/cotton-shirt.json", import.meta.url), "utf8"));

const check = (json: unknown) => {
  const file = parsePassportFile(JSON.stringify(json));
  return checkElements(file.policy === "eu-battery" ? EU_BATTERY : LADDER, file);
};

const index = (json: Loose, id: string): number => json.elements.findIndex((it: Loose) => it.id === id);
const at = (json: Loose, id: string): Loose => json.elements[index(json, id)];

describe("a passport file is refused with a named error that points at the place", () => {
  it.each<[string, string, (json: Loose) => void]>([
    ["document/file", "/policy", (it) => delete it.policy],
    ["document/unknown-key", "/colour", (it) => Object.assign(it, { colour: "red" })],
    ["document/file", "/identifier", (it) => delete it.identifier],
    ["document/file", "/identifier/gtin", (it) => Object.assign(it.identifier, { gtin: 9506000221403 })],
    [
      "identifier/gtin-check-digit",
      "/identifier/gtin",
      (it) => Object.assign(it.identifier, { gtin: "9506000221404" }),
    ],
    ["identifier/gtin-length", "/identifier/gtin", (it) => Object.assign(it.identifier, { gtin: "950600" })],
    [
      "identifier/serial-charset",
      "/identifier/serial",
      (it) => Object.assign(it.identifier, { serial: "a b" }),
    ],
    ["document/product", "/product/name", (it) => Object.assign(it.product, { name: "" })],
    ["document/product", "/product/name", (it) => Object.assign(it.product, { name: "ü".repeat(33) })],
    ["document/product", "/product/image", (it) => Object.assign(it.product, { image: "shirt.png" })],
    ["document/product", "/product/language", (it) => Object.assign(it.product, { language: "english" })],
    ["document/category", "/product/category", (it) => Object.assign(it.product, { category: "ev" })],
    [
      "document/category",
      "/product/category",
      (it) => Object.assign(it.product, { category: "constructor" }),
    ],
    ["document/file", "/elements", (it) => Object.assign(it, { elements: {} })],
    ["document/file", "/elements/0", (it) => it.elements.splice(0, 1, "x")],
    [
      "document/too-many-elements",
      "/elements",
      (it) => Object.assign(it, { elements: Array(1001).fill({}) }),
    ],
    [
      "document/unknown-element",
      "/elements/0/id",
      (it) => Object.assign(it.elements[0], { id: "textile.nothing" }),
    ],
    ["document/duplicate-element", "/elements/1/id", (it) => it.elements.splice(1, 1, it.elements[0])],
    ["document/unknown-key", "/elements/0/note", (it) => Object.assign(it.elements[0], { note: "x" })],
    ["document/file", "/elements/0", (it) => delete it.elements[0].value],
    ["document/wrong-type", "/elements/0/value", (it) => Object.assign(it.elements[0], { value: 5 })],
    ["document/wrong-type", "/elements/0/value", (it) => Object.assign(it.elements[0], { value: null })],
    ["document/wrong-type", "/elements/3/value", (it) => Object.assign(it.elements[3], { value: 182 })],
    ["document/unit-mismatch", "/elements/3/unit", (it) => Object.assign(it.elements[3], { unit: "kg" })],
    ["document/unit-mismatch", "/elements/0/unit", (it) => Object.assign(it.elements[0], { unit: "kg" })],
    [
      "document/wrong-type",
      "/elements/0/absent",
      (it) => it.elements.splice(0, 1, { id: it.elements[0].id, absent: "lost" }),
    ],
    ["document/file", "/elements/0", (it) => Object.assign(it.elements[0], { absent: "pending" })],
  ])("%s at %s", (code, path, change) => {
    const json = shirt();
    change(json);
    expect(() => check(json)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ path }) }),
    );
  });

  it("points into values", () => {
    const json = shirt();
    at(json, "textile.fibres.composition").value[1].share = "103";
    expect(() => check(json)).toThrow(
      expect.objectContaining({
        code: "document/wrong-type",
        details: expect.objectContaining({
          path: `/elements/${index(json, "textile.fibres.composition")}/value/1/share`,
        }),
      }),
    );
  });

  it("counts what nests too deep apart from what has the wrong type", () => {
    const json = shirt();
    at(json, "textile.care.instructions").value = [[[[[[["x"]]]]]]];
    expect(() => check(json)).toThrow(expect.objectContaining({ code: "document/too-deep" }));
  });

  it("tells all faults at once", () => {
    const json = shirt();
    json.elements[0].value = 5;
    json.elements[1].id = "textile.nothing";
    const faults = [
      expect.objectContaining({ code: "document/wrong-type", path: "/elements/0/value" }),
      expect.objectContaining({ code: "document/unknown-element", path: "/elements/1/id" }),
    ];
    expect(() => check(json)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ faults }) }),
    );
  });

  it.each([
    ["document/malformed-json", "{"],
    ["document/malformed-json", ""],
    ["document/malformed-json", '{"a": 1} x'],
    ["document/malformed-json", new Uint8Array([0x22, 0xff, 0x22])],
    ["document/duplicate-key", '{"policy": "ladder", "policy": "eu-battery"}'],
    ["document/duplicate-key", '{"elements": [{"id": "a", "i\\u0064": "b"}]}'],
    ["document/too-large", `"${"x".repeat(1024 * 1024)}"`],
    ["document/file", "[]"],
    ["document/file", "null"],
  ])("%s for the text %j", (code, text) => {
    expect(() => parsePassportFile(text)).toThrow(expect.objectContaining({ code }));
  });

  it("throws nothing but named errors on any text and any JSON", () => {
    const named = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        if (!isDppError(error)) throw error;
      }
    };
    fc.assert(fc.property(fc.string(), (text) => named(() => parsePassportFile(text))));
    fc.assert(fc.property(fc.jsonValue(), (json) => named(() => check({ ...shirt(), elements: [json] }))));
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 22 }), (json, position) =>
        named(() => {
          const file = shirt();
          file.elements[position].value = json;
          check(file);
        }),
      ),
    );
  });
});

describe("what the law asks for", () => {
  const battery = (): Loose =>
    JSON.parse(readFileSync(new URL("../../../examples/ev-battery.json", import.meta.url), "utf8"));

  it("stops a battery passport without a mandatory element", () => {
    const json = battery();
    json.elements.splice(index(json, "battery.design.weight"), 1);
    expect(() => check(json)).toThrow(
      expect.objectContaining({
        code: "document/missing-mandatory",
        message: expect.stringContaining("battery.design.weight"),
      }),
    );
  });

  it("takes no reason for the absence of a mandatory element", () => {
    const json = battery();
    json.elements.splice(index(json, "battery.design.weight"), 1, {
      id: "battery.design.weight",
      absent: "notAvailable",
    });
    expect(() => check(json)).toThrow(expect.objectContaining({ code: "document/missing-mandatory" }));
  });

  it("goes by category: what an LMT battery leaves empty, an EV battery states", () => {
    const json = battery();
    json.product.category = "lmt";
    expect(() => check(json)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("battery.health.remainingCapacity") }),
    );
  });

  it("warns of a value where the law wants none", () => {
    const json = battery();
    json.elements.splice(index(json, "battery.materials.summary"), 1, {
      id: "battery.materials.summary",
      value: "NMC",
    });
    expect(check(json).warnings).toMatchObject([{ code: "document/not-to-be-filled" }]);
  });

  it("only warns of a missing mandatory element where the policy says so", () => {
    const json = shirt();
    json.elements.splice(index(json, "textile.brand.name"), 1);
    expect(check(json).warnings).toMatchObject([{ code: "document/missing-mandatory" }]);
  });
});
