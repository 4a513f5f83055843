import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReason, REASONS, reasonName } from "./reason.js";

const spec = readFileSync(new URL("../../../docs/spec/datum.md", import.meta.url), "utf8");

describe("reasons", () => {
  it("have the numbers and words of the specification", () => {
    const [, list = ""] = /\*\*Reasons\*\* \([^)]*\): ([^.]*)\./.exec(spec.replaceAll(/\s+/g, " ")) ?? [];
    const told = list.split(", ").map((entry) => /^(\d+) (.*)$/.exec(entry)?.slice(1));
    expect(told).toEqual(REASONS.map((_, number) => [`${number}`, reasonName(number)]));
  });

  it("are shown as numbers when this version does not know them", () => {
    expect(reasonName(REASONS.length)).toBe(`reason ${REASONS.length}`);
    expect(reasonName(255)).toBe("reason 255");
    expect(reasonName(-1)).toBe("reason -1");
  });

  it("are read by name and by number", () => {
    for (const [number, name] of REASONS.entries()) {
      expect(parseReason(name)).toBe(number);
      expect(parseReason(`${number}`)).toBe(number);
    }
    expect(parseReason("255")).toBe(255);
  });

  it.each([
    "",
    "256",
    "-1",
    "1.5",
    " 1",
    "1e2",
    "0x1",
    "1000",
    "unsafe product",
    "toString",
    "UNSAFE-PRODUCT",
  ])("are not read from %j", (text) => {
    expect(parseReason(text)).toBeNull();
  });

  it("are from 0 to 255, or null, whatever is typed", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (text) => {
        const reason = parseReason(text);
        expect(reason === null || (Number.isInteger(reason) && reason >= 0 && reason <= 255)).toBe(true);
      }),
    );
  });
});
