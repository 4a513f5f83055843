import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import { arrayItems, endOf, mapEntries, untag } from "./span.js";

const { tree: value } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ maxLength: 30 }),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true }),
    fc.array(tie("tree"), { maxLength: 5 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie("tree"), { maxKeys: 4 }),
  ),
}));

describe("spans of CBOR items", () => {
  it("end where an encoder stopped, whatever follows", () => {
    fc.assert(
      fc.property(value, fc.uint8Array({ maxLength: 20 }), (item, rest) => {
        const bytes = encode(item);
        expect(endOf(concat(bytes, rest), 0)).toBe(bytes.length);
      }),
    );
  });

  it("split arrays and maps into the very bytes they were joined from", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), (items) => {
        const parts = items.map((item) => encode(item));
        expect(arrayItems(encode(items)).map(toHex)).toEqual(parts.map(toHex));
        const entries = parts.map((part, index) => [encode(index), part] as const);
        const indefinite = concat(Uint8Array.of(0xbf), ...entries.flat(), Uint8Array.of(0xff));
        expect(mapEntries(indefinite).map((pair) => pair.map(toHex))).toEqual(
          entries.map((pair) => pair.map(toHex)),
        );
      }),
    );
  });

  it.each([
    ["9f0102ff", ["01", "02"]],
    ["d90102820102", ["01", "02"]],
    ["825f4101420203ff00", ["5f4101420203ff", "00"]],
    ["81d8184100", ["d8184100"]],
  ])("reads %s", (hex, items) => {
    expect(arrayItems(fromHex(hex)).map(toHex)).toEqual(items);
  });

  it.each([
    "",
    "82",
    "8201",
    "5f41",
    "9f01",
    "1c",
    "ff",
    "a101",
    "bf01ff",
    "5bffffffffffffffff00",
    "9bffffffffffffffff",
    "81".repeat(100),
  ])("refuses %j", (hex) => {
    expect(() => endOf(fromHex(hex), 0)).toThrow(expect.objectContaining({ code: "cbor/malformed" }));
  });

  it("never reads past the end or throws anything unnamed, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of [
          () => endOf(bytes, 0),
          () => arrayItems(bytes),
          () => mapEntries(bytes),
          () => untag(bytes, 24),
        ]) {
          try {
            const end = read();
            if (typeof end === "number") expect(end).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(isDppError(error, "cbor/malformed")).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
