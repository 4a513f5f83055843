import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { flipped, hexOf } from "../testing/arbitraries.js";
import { partyNames } from "../testing/arbitraries-event.js";
import { decodeParties, encodeParties, MAX_PARTIES_BYTES, type PartySignature } from "./parties.js";

const signature = fc.constantFrom(0, 64, 65, 300, 2048).chain(hexOf);
const parties: fc.Arbitrary<readonly PartySignature[]> = partyNames.chain((names) =>
  fc.tuple(...names.map((name) => signature.map((it) => ({ name, signature: it })))),
);

const name = (byte: string, length = 19): string => byte.repeat(length);
const signed = (...names: readonly string[]) => names.map((it) => ({ name: it, signature: "55".repeat(64) }));

describe("the signatures of a joint pack", () => {
  it("come back as they went", () => {
    fc.assert(
      fc.property(parties, (value) => {
        expect(decodeParties(encodeParties(value))).toEqual(value);
      }),
    );
  });

  it("have one encoding: any bytes that are read encode to themselves", () => {
    fc.assert(
      fc.property(parties, fc.nat({ max: 400 }), fc.nat(), (value, position, mask) => {
        const bytes = flipped(encodeParties(value), position, mask);
        let read: readonly PartySignature[];
        try {
          read = decodeParties(bytes);
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(error.code).toBe("pack/parties");
          return;
        }
        expect(read).not.toEqual(value);
        expect(encodeParties(read)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it("are refused when cut, or with a byte behind them", () => {
    fc.assert(
      fc.property(parties, fc.nat(), (value, cut) => {
        const bytes = encodeParties(value);
        expect(() => decodeParties(bytes.subarray(0, cut % bytes.length))).toThrow(DppError);
        expect(() => decodeParties(concat(bytes, Uint8Array.of(0)))).toThrow(DppError);
      }),
    );
  });

  it("are the bytes that the specification says", () => {
    const bytes = encodeParties([
      { name: name("44"), signature: "" },
      { name: name("55"), signature: "66".repeat(64) },
    ]);
    expect(toHex(bytes)).toBe(`828253${name("44")}408253${name("55")}5840${"66".repeat(64)}`);
  });

  it("fit into a pack, however many and long they are", () => {
    const names = Array.from({ length: 9 }, (_, at) => name(`1${at}`, 28));
    const longest = names.map((it) => ({ name: it, signature: "55".repeat(2048) }));
    expect(encodeParties(longest).length).toBeLessThan(MAX_PARTIES_BYTES);
  });

  it.each<[string, readonly PartySignature[]]>([
    ["nobody", []],
    ["one", signed(name("44"))],
    ["ten", signed(...Array.from({ length: 10 }, (_, at) => name(`1${at}`)))],
    ["one twice", signed(name("44"), name("44"))],
    ["another order", signed(name("55"), name("44"))],
    ["a name of 12 bytes", signed(name("44", 12), name("55"))],
    ["a name of 29 bytes", signed(name("44"), name("55", 29))],
    ["a signature of 63 bytes", [{ name: name("44"), signature: "55".repeat(63) }, ...signed(name("55"))]],
    [
      "a signature of 2,049 bytes",
      [{ name: name("44"), signature: "55".repeat(2049) }, ...signed(name("55"))],
    ],
  ])("are not those of %s", (_, value) => {
    expect(() => encodeParties(value)).toThrow(expect.objectContaining({ code: "pack/parties" }));
  });
});
