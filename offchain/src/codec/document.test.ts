import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Header } from "../domain/document.js";
import { isDppError } from "../domain/errors.js";
import { element, flipped, header } from "../testing/arbitraries.js";
import { encodeCbor } from "./cbor.js";
import { decodeElement, decodeHeader, encodeElement, encodeHeader, headerToCbor } from "./document.js";

const named = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    if (!isDppError(error)) throw error;
  }
};

describe("elements as CBOR", () => {
  it("read what they write", () => {
    fc.assert(
      fc.property(element, (it) => {
        expect(decodeElement(encodeElement(it))).toEqual(it);
      }),
    );
  });

  it("differ in bytes when they differ in anything", () => {
    fc.assert(
      fc.property(element, element, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        if (!same) expect(encodeElement(a)).not.toEqual(encodeElement(b));
      }),
    );
  });

  it("are refused with a named error, or are another element, after any flipped bit", () => {
    fc.assert(
      fc.property(element, fc.nat(), fc.nat(), (it, position, mask) => {
        named(() => {
          expect(decodeElement(flipped(encodeElement(it), position, mask))).not.toEqual(it);
        });
      }),
    );
  });

  it.each([
    ["three fields", ["a", "string", "x"]],
    ["an unknown type", ["a", "float", "1.5", null]],
    ["a value of another type", ["a", "integer", "1", null]],
    ["null as a value", ["a", "string", null, null]],
    ["bytes as a value", ["a", "string", new Uint8Array(2), null]],
    ["an ill-formed id", ["A", "string", "x", null]],
    ["a number as unit", ["a", "integer", 1, 5]],
    ["no list", { id: "a" }],
    ["a prototype as field", ["a", "object", JSON.parse('{"__proto__": 1}'), null]],
  ])("are refused with %s", (_, value) => {
    expect(() => decodeElement(encodeCbor(value))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^document\//) }),
    );
  });

  it("throw nothing but named errors on any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => named(() => decodeElement(bytes))));
  });
});

describe("headers as CBOR", () => {
  it("read what they write", () => {
    fc.assert(
      fc.property(header, (it) => {
        expect(decodeHeader(encodeHeader(it))).toEqual(it);
      }),
    );
  });

  it("never read as the same header after a flipped bit", () => {
    fc.assert(
      fc.property(header, fc.nat(), fc.nat(), (it, position, mask) => {
        named(() => {
          expect(decodeHeader(flipped(encodeHeader(it), position, mask))).not.toEqual(it);
        });
      }),
    );
  });

  const sample = fc.sample(header, { numRuns: 1, seed: 1 })[0] as Header;

  it.each<[string, Partial<Header> | { [field: string]: unknown }]>([
    ["a category with blanks", { category: "a b" }],
    ["a policy hash of another length", { policy: { ...sample.policy, hash: "ab" } }],
    ["an operator id with blanks", { issuer: { ...sample.issuer, operator: "gln: 5" } }],
    ["an issuer that is no attestation", { issuer: { ...sample.issuer, attestation: "ab" } }],
    ["an empty name", { name: "" }],
    ["a script as image", { image: "javascript:alert(1)" }],
    ["no language", { language: "x" }],
    ["a negative revision", { revision: -1 }],
    ["a fraction of a millisecond", { issuedAt: 0.5 }],
    ["a group twice", { sealedGroups: Array(2).fill({ name: "a", access: "direct", epoch: 0 }) }],
    ["a sealed group that is public", { sealedGroups: [{ name: "a", access: "public", epoch: 0 }] }],
  ])("are not written with %s", (_, change) => {
    expect(() => encodeHeader({ ...sample, ...change } as Header)).toThrow(
      expect.objectContaining({ code: "document/header" }),
    );
  });

  it("of a later version are refused as such", () => {
    const later = { ...(headerToCbor(sample) as object), version: 2 };
    expect(() => decodeHeader(encodeCbor(later))).toThrow(
      expect.objectContaining({ code: "document/version" }),
    );
  });

  it("with a member more or less are refused", () => {
    const { language: _, ...less } = headerToCbor(sample) as { language: string };
    expect(() => decodeHeader(encodeCbor(less))).toThrow(
      expect.objectContaining({ code: "document/malformed" }),
    );
    const more = { ...(headerToCbor(sample) as object), extra: 1 };
    expect(() => decodeHeader(encodeCbor(more))).toThrow(
      expect.objectContaining({ code: "document/malformed" }),
    );
  });
});
