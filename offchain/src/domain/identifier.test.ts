import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, identifier } from "../testing/arbitraries.js";
import { idCommit, identifierPath, parseIdentifier, parseIdentifierPath, parseSerial } from "./identifier.js";

describe("serial number", () => {
  it.each(["A", "EXB90-2026-000042", "!\"%&'()*+,-./:;<=>?_", "12345678901234567890", "..."])(
    "takes %s",
    (text) => {
      expect(parseSerial(text)).toBe(text);
    },
  );

  it.each([
    ["", "identifier/serial-length"],
    ["123456789012345678901", "identifier/serial-length"],
    ["a b", "identifier/serial-charset"],
    ["é", "identifier/serial-charset"],
    ["a#b", "identifier/serial-charset"],
    ["a\n", "identifier/serial-charset"],
    [".", "identifier/serial-dots"],
    ["..", "identifier/serial-dots"],
  ])("refuses %j", (text, code) => {
    expect(() => parseSerial(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe("identifier path", () => {
  it("reads what it writes", () => {
    fc.assert(
      fc.property(identifier, (id) => {
        expect(parseIdentifierPath(identifierPath(id))).toEqual(id);
      }),
    );
  });

  it.each([
    "",
    "/01/9506000134352/21/A",
    "/01/09506000134352/21/",
    "01/09506000134352/21/A",
    "/01/09506000134352/10/A",
  ])("refuses %j", (path) => {
    expect(() => parseIdentifierPath(path)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^identifier\//) }),
    );
  });
});

describe("commitment", () => {
  const id = parseIdentifier("9506000134352", "A1");

  it("opens with the salt and the identifier alone", () => {
    fc.assert(
      fc.property(bytesOf(16), bytesOf(16), identifier, identifier, (salt, otherSalt, a, b) => {
        const same = String(salt) === String(otherSalt) && identifierPath(a) === identifierPath(b);
        expect(idCommit(salt, a) === idCommit(otherSalt, b)).toBe(same);
      }),
    );
  });

  it("is the same however long the GTIN was written", () => {
    const salt = new Uint8Array(16);
    expect(idCommit(salt, parseIdentifier("09506000134352", "A1"))).toBe(idCommit(salt, id));
  });

  it("refuses a salt of another length", () => {
    expect(() => idCommit(new Uint8Array(15), id)).toThrow(
      expect.objectContaining({ code: "identifier/salt" }),
    );
  });
});
