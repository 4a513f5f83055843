import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementFor, formSamples, fullEvent, sampleElement } from "../testing/payload-world.js";
import { isElementId, isUnit } from "./element.js";
import { EVENT_TYPES } from "./event.js";
import { EVENT_FIELDS } from "./event-fields.js";
import { fieldMisfit } from "./event-payload.js";
import { EVENT_SCHEMA } from "./event-schema.js";
import { FORMS, type FormName } from "./event-vocabulary.js";

const fields = EVENT_TYPES.flatMap((type) => EVENT_SCHEMA[type].map((field) => ({ type, field })));

describe("the schema of events", () => {
  it("has elements for each type, by id, ascending, none twice", () => {
    for (const type of EVENT_TYPES) {
      const ids = EVENT_SCHEMA[type].map(({ id }) => id);
      expect(ids, type).toEqual([...new Set(ids)].sort());
      expect(
        EVENT_SCHEMA[type].some(({ mandatory }) => mandatory),
        type,
      ).toBe(true);
      expect(ids.length).toBeLessThanOrEqual(64);
    }
  });

  it("gives an element the same group and form in every type, and uses each that it defines", () => {
    for (const { field } of fields) expect(field).toMatchObject(EVENT_FIELDS[field.id] ?? {});
    expect(new Set(fields.map(({ field }) => field.id))).toEqual(new Set(Object.keys(EVENT_FIELDS)));
  });

  it("names elements and units as documents do", () => {
    for (const [id, field] of Object.entries(EVENT_FIELDS)) {
      expect(isElementId(id), id).toBe(true);
      if (field.type === "decimal") expect(field.units.every(isUnit), id).toBe(true);
    }
  });

  it("lets a correction restate whatever another type states, but for amendments", () => {
    const restated = EVENT_SCHEMA.correction.map(({ id }) => id);
    for (const { type, field } of fields)
      if (!["correction", "tier-amendment"].includes(type)) expect(restated).toContain(field.id);
    expect(restated.filter((id) => id.startsWith("event.tier."))).toEqual([]);
  });

  it("keeps who, where and how much out of what everybody reads", () => {
    const shown = Object.entries(EVENT_FIELDS).filter(([, { group }]) => group === "public");
    for (const [id] of shown)
      expect(id).not.toMatch(/supplier|place|evidence|party|mass|price|card|certificate/);
    for (const id of ["event.supplier.card", "event.evidence.photo", "event.supplier.confirmation"])
      expect(EVENT_FIELDS[id]?.group, id).toBe("person");
    for (const id of ["event.place.cell", "event.place.from", "event.place.to"])
      expect(EVENT_FIELDS[id]?.group, id).toBe("origin");
  });
});

describe("free text", () => {
  it("has no element that takes it: every text is a word of a list or has a form", () => {
    for (const [id, field] of Object.entries(EVENT_FIELDS)) {
      expect(["string", "list", "decimal", "integer", "date"], id).toContain(field.type);
      if (field.type === "string" || field.type === "list")
        expect("values" in field || "form" in field, id).toBe(true);
    }
  });

  it.each([
    "Amina Diallo",
    "Amina",
    "AMINA",
    "amina",
    "+233 20 123 4567",
    "9.345678,-0.812345",
    "see notebook",
    "a@b.example",
    "",
    " ",
    "A".repeat(65),
  ])("%j has no form", (text) => {
    for (const [name, { accepts }] of Object.entries(FORMS)) expect(accepts(text), name).toBe(false);
  });

  it("of any kind with a blank, a line end, or letters beyond ASCII has no form and stands in no list", () => {
    const odd = fc.constantFrom(" ", "\n", "\t", "é", "Ñ", "\u202e", "\u0000", "'", '"', "<", "@");
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), odd, fc.string({ maxLength: 70 }), (a, b, c) => {
        const text = a + b + c;
        for (const { accepts } of Object.values(FORMS)) expect(accepts(text)).toBe(false);
        for (const field of Object.values(EVENT_FIELDS))
          if (field.type === "string" && "values" in field) expect(field.values).not.toContain(text);
      }),
    );
  });
});

describe("forms", () => {
  it("have a sample each", () => {
    expect(formSamples.map(([name]) => name).sort()).toEqual(Object.keys(FORMS).sort());
    for (const [name, fits] of formSamples) expect(fits, name).toBe(true);
  });

  it.each<[FormName, string]>([
    ["operator", "gln:9506000134353"],
    ["operator", "gln:950600013435"],
    ["container", "CSQU3054384"],
    ["consignment", "sscc:095060001343511112"],
    ["card", "C4".repeat(16)],
    ["hash", "ab".repeat(31)],
    ["event", "0b5e7a54-6f2c-4d11-9a3e-4c1d2e3f4a5b"],
    ["commodity", "shea"],
    ["commodity", "hs:12345"],
    ["method", "iso:"],
    ["seal", "ABCDEF"],
    ["certificate", "ORGANIC-GHANA"],
    ["country", "gh"],
  ])("of %s refuses %s", (name, text) => {
    expect(FORMS[name].accepts(text)).toBe(false);
  });
});

describe("values", () => {
  it("that the schema allows are accepted, of every element", () => {
    for (const { field } of fields) {
      expect(fieldMisfit(field, sampleElement(field)), field.id).toBeNull();
      fc.assert(
        fc.property(elementFor(field), (element) => {
          expect(fieldMisfit(field, element)).toBeNull();
        }),
        { numRuns: 5 },
      );
    }
    expect(fullEvent("correction").length).toBeGreaterThan(30);
  });
});
