import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gtinText } from "../testing/arbitraries.js";
import { parseGtin } from "./gtin.js";

describe("GTIN", () => {
  it.each([
    ["95060002", 8],
    ["614141999996", 12],
    ["9506000134352", 13],
    ["09506000134352", 14],
  ])("takes %s and fills it to 14 digits", (text, length) => {
    expect(text).toHaveLength(length);
    expect(parseGtin(text)).toBe(text.padStart(14, "0"));
  });

  it.each([
    ["9506000134353", "identifier/gtin-check-digit"],
    ["950600013435", "identifier/gtin-check-digit"],
    ["95060001343", "identifier/gtin-length"],
    ["095060001343520", "identifier/gtin-length"],
    ["", "identifier/gtin-digits"],
    ["950600013435X", "identifier/gtin-digits"],
    [" 9506000134352", "identifier/gtin-digits"],
    ["٩٥٠٦٠٠٠١٣٤٣٥٢", "identifier/gtin-digits"],
  ])("refuses %j", (text, code) => {
    expect(() => parseGtin(text)).toThrow(expect.objectContaining({ code }));
  });

  it("notices every single wrong digit", () => {
    fc.assert(
      fc.property(gtinText, fc.nat(), fc.integer({ min: 1, max: 9 }), (text, position, shift) => {
        const at = position % text.length;
        const digit = (Number(text[at]) + shift) % 10;
        const wrong = text.slice(0, at) + digit + text.slice(at + 1);
        expect(() => parseGtin(wrong)).toThrow(
          expect.objectContaining({ code: "identifier/gtin-check-digit" }),
        );
      }),
    );
  });
});
