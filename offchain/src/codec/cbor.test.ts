import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";

const input: fc.Arbitrary<CborInput> = fc.letrec<{ value: CborInput }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((it) => (Object.is(it, -0) ? 0 : it)),
    fc.string({ unit: "grapheme" }).filter((text) => !text.startsWith("\ufeff")),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

/** What decoding is to give: maps as `Map`s. */
const asDecoded = (value: CborInput): CborValue => {
  if (Array.isArray(value)) return value.map(asDecoded);
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array))
    return new Map(Object.entries(value).map(([key, entry]) => [key, asDecoded(entry)]));
  return value as CborValue;
};

describe("deterministic CBOR", () => {
  it("reads what it writes", () => {
    fc.assert(
      fc.property(input, (value) => {
        expect(decodeCbor(encodeCbor(value), 1e6)).toEqual(asDecoded(value));
      }),
    );
  });

  it("writes one form, whatever the order of the keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(encodeCbor(reversed)).toEqual(encodeCbor(record));
      }),
    );
  });

  it.each<[CborInput, string]>([
    // RFC 8949 appendix A, and its key order by bytes.
    [0, "00"],
    [23, "17"],
    [24, "1818"],
    [-1, "20"],
    [1_000_000_000_000, "1b000000e8d4a51000"],
    ["ü", "62c3bc"],
    [Uint8Array.of(1, 2, 3, 4), "4401020304"],
    [[1, [2, 3]], "8201820203"],
    [{ b: 1, a: 2, aa: 3 }, "a36161026162016261610 3".replace(" ", "")],
  ])("writes %j as %s", (value, hex) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
  });

  it.each<[unknown, string]>([
    [1.5, "a fraction"],
    [Number.NaN, "no number"],
    [2 ** 53, "beyond safe integers"],
    ["\ud800", "half a surrogate pair"],
    ["\ufeffa", "a byte order mark"],
    [undefined, "undefined"],
    [10n, "a bigint"],
    [{ a: undefined }, "undefined inside"],
    [{ "\udc00": 1 }, "half a pair as key"],
  ])("does not write %s", (value) => {
    expect(() => encodeCbor(value as CborInput)).toThrow(expect.objectContaining({ code: "cbor/value" }));
  });

  it.each([
    ["1800", "an integer longer than needed"],
    ["5800", "a length longer than needed"],
    ["9f01ff", "an indefinite list"],
    ["bf616101ff", "an indefinite map"],
    ["5f4101ff", "indefinite bytes"],
    ["f93c00", "a float, even a whole one"],
    ["f97e00", "NaN"],
    ["f7", "undefined"],
    ["f8ff", "a simple value"],
    ["c249010000000000000000", "a bignum"],
    ["1b0020000000000000", "an integer beyond 2^53 - 1"],
    ["a2616201616102", "keys out of order"],
    ["a2616101616102", "a key twice"],
    ["0000", "bytes behind the end"],
    ["", "nothing"],
    ["44010203", "too few bytes"],
    ["61ff", "ill-formed UTF-8"],
    ["63efbbbf", "a byte order mark"],
    ["64efbbbf61", "a byte order mark before text"],
  ])("does not read %s: %s", (hex) => {
    expect(() => decodeCbor(fromHex(hex), 1000)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^cbor\//) }),
    );
  });

  it("refuses nesting without end instead of exhausting the stack", () => {
    expect(() => decodeCbor(new Uint8Array(500_000).fill(0x81), 1e6)).toThrow(
      expect.objectContaining({ code: "cbor/malformed" }),
    );
  });

  it("refuses a length that is only claimed", () => {
    expect(() => decodeCbor(fromHex("9affffffff"), 1e6)).toThrow(
      expect.objectContaining({ code: "cbor/malformed" }),
    );
    expect(() => decodeCbor(fromHex("5affffffff"), 1e6)).toThrow(
      expect.objectContaining({ code: "cbor/malformed" }),
    );
  });

  it("refuses more bytes than the reader wants", () => {
    expect(() => decodeCbor(encodeCbor("hello"), 5)).toThrow(
      expect.objectContaining({ code: "cbor/too-large" }),
    );
  });

  it("takes __proto__ for a key like any other", () => {
    const bytes = fromHex("a1695f5f70726f746f5f5f01");
    expect(decodeCbor(bytes, 100)).toEqual(new Map([["__proto__", 1]]));
  });

  it("throws nothing but named errors on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(encodeCbor(decodeCbor(bytes, 1000) as CborInput)).toEqual(bytes);
        } catch (error) {
          expect(isDppError(error) || bytes.length === 0).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
