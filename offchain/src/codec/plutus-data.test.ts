import { CML } from "@lucid-evolution/lucid";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { constr, decodePlutusData, encodePlutusData, type PlutusData } from "./plutus-data.js";

const bytes = (max: number) => fc.uint8Array({ maxLength: max });
const { data } = fc.letrec<{ data: PlutusData }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    bytes(200),
    fc.bigInt({ min: -(1n << 130n), max: 1n << 130n }),
    fc.array(tie("data"), { maxLength: 5 }),
    fc
      .tuple(fc.nat(127), fc.array(tie("data"), { maxLength: 5 }))
      .map(([index, fields]) => constr(index, ...fields)),
    fc.array(fc.tuple(tie("data"), tie("data")), { maxLength: 4 }).map((entries) => ({ entries })),
  ),
}));

describe("Plutus data", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(decodePlutusData(encodePlutusData(value))).toEqual(value);
      }),
    );
  });

  it("is read by the ledger's library as the same value, and its bytes are read by us", () => {
    fc.assert(
      fc.property(data, (value) => {
        const hex = toHex(encodePlutusData(value));
        const theirs = CML.PlutusData.from_cbor_hex(hex);
        expect(theirs.to_cbor_hex()).toBe(hex);
        // The node's own format has indefinite lists, and this library sorts maps in it: compare what it then says.
        const node = theirs.to_cardano_node_format();
        const ours = decodePlutusData(Uint8Array.from(Buffer.from(node.to_cbor_hex(), "hex")));
        expect(
          CML.PlutusData.from_cbor_hex(toHex(encodePlutusData(ours)))
            .to_cardano_node_format()
            .to_cbor_hex(),
        ).toBe(node.to_cbor_hex());
      }),
    );
  });

  it("splits byte strings above 64 bytes into chunks, as the ledger demands", () => {
    const encoded = toHex(encodePlutusData(new Uint8Array(65)));
    expect(encoded.startsWith("5f5840")).toBe(true);
    expect(encoded.endsWith("4100ff")).toBe(true);
  });

  it.each([
    ["an empty input", ""],
    ["a truncated list", "82"],
    ["bytes after the value", "0000"],
    ["text", "6161"],
    ["a float", "f90000"],
    ["a chunk above 64 bytes", `5f5841${"00".repeat(65)}ff`],
    ["a list that claims 2^60 items", "9b1000000000000000"],
    ["a byte string that claims 4 GiB", "5affffffff"],
    ["an unknown tag", "c100"],
    ["a constructor without fields", "d87900"],
    ["nesting without end", "81".repeat(1000)],
  ])("refuses %s", (_, hex) => {
    expect(() => decodePlutusData(Uint8Array.from(Buffer.from(hex, "hex")))).toThrow(/malformed Plutus data/);
  });

  it("answers random bytes with a value or a named error, never with anything else", () => {
    fc.assert(
      fc.property(bytes(300), (input) => {
        try {
          decodePlutusData(input);
        } catch (error) {
          expect(isDppError(error, "plutus-data/malformed")).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
