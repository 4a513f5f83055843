import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { list, object, oneOf, optional, percent, string } from "../policies/shapes.js";
import { compareDecimals, shapeMisfit } from "./policy-values.js";

const decimalText = fc
  .tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.stringMatching(/^\d{0,6}$/))
  .map(([whole, fraction]) => (fraction === "" ? `${whole}` : `${whole}.${fraction}`));

describe("comparing decimals", () => {
  it("agrees with exact integers after scaling", () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.maxSafeInteger(),
        fc.integer({ min: 1, max: 6 }),
        (a, b, places) => {
          const text = (n: number) => {
            const digits = String(Math.abs(n)).padStart(places + 1, "0");
            return `${n < 0 ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
          };
          expect(compareDecimals(text(a), text(b))).toBe(Math.sign(a - b) || (a === b ? 0 : a < b ? -1 : 1));
        },
      ),
    );
  });

  it("is antisymmetric, and sees no difference in trailing zeros", () => {
    fc.assert(
      fc.property(decimalText, decimalText, (a, b) => {
        expect(compareDecimals(a, b) + compareDecimals(b, a)).toBe(0);
        expect(compareDecimals(a, a.includes(".") ? `${a}0` : `${a}.0`)).toBe(0);
      }),
    );
  });

  it.each([
    ["-0.5", "0", -1],
    ["0.5", "-0.5", 1],
    ["100.0000000000000000001", "100", 1],
    ["9", "10", -1],
  ])("puts %s and %s in order %i", (a, b, order) => expect(compareDecimals(a, b)).toBe(order));
});

describe("shapes", () => {
  const shape = list(object({ name: string, share: optional(percent), kind: oneOf("a", "b") }));

  it.each([
    [[], null],
    [[{ name: "x", kind: "a" }], null],
    [[{ name: "x", kind: "b", share: "100" }], null],
    [[{ name: "x", kind: "c" }], "/0/kind"],
    [[{ name: "x", kind: "a", share: "100.1" }], "/0/share"],
    [[{ name: "x", kind: "a", share: "-1" }], "/0/share"],
    [[{ name: "x", kind: "a", share: 5 }], "/0/share"],
    [[{ name: "x" }], "/0/kind"],
    [[{ name: "x", kind: "a", more: 1 }], "/0/more"],
    [{ 0: "x" }, ""],
    [["x"], "/0"],
    [[{ name: "x", kind: "a", toString: 1 }], "/0/toString"],
  ])("judge %j", (value, path) => {
    expect(shapeMisfit(shape, value)?.path ?? null).toBe(path);
  });

  it("do not take an inherited member for a field", () => {
    expect(shapeMisfit(object({ constructor: string }), {})).toMatchObject({ path: "/constructor" });
  });
});
