import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { Receipt, ReceiptTransaction } from "../domain/receipt.js";
import { bytesOf, hexOf } from "../testing/arbitraries.js";
import { decodeCbor, encodeCbor } from "./cbor.js";
import { decodeReceipt, encodeReceipt, isReceiptFile, receiptBytes, receiptToText } from "./receipt.js";

const hashes = (maxLength: number) => fc.array(bytesOf(32), { maxLength });
const transaction = (maxLength: number): fc.Arbitrary<ReceiptTransaction> =>
  fc.record({
    body: fc.uint8Array({ minLength: 1, maxLength: 60 }),
    signatures: fc
      .uniqueArray(fc.record({ publicKey: hexOf(32), signature: hexOf(64) }), {
        minLength: 1,
        maxLength,
        selector: ({ publicKey }) => publicKey,
      })
      .map((list) => list.toSorted((a, b) => (a.publicKey < b.publicKey ? -1 : 1))),
  });
const element = fc.record({
  index: fc.constant(0),
  element: fc.constant({ id: "event.transport.mode", type: "string" as const, value: "road", unit: null }),
  salt: bytesOf(32),
});
const receipt: fc.Arbitrary<Receipt> = fc.record({
  network: fc.constantFrom("mainnet" as const, "embedded" as const),
  config: hexOf(28),
  leaf: fc.uint8Array({ minLength: 1, maxLength: 90 }),
  path: hashes(3),
  pack: fc.record({
    lo: fc.nat(),
    hi: fc.nat(),
    root: hexOf(32),
    cmin: fc.nat(),
    cmax: fc.nat(),
    late: fc.boolean(),
    signature: fc.integer({ min: 64, max: 300 }).chain(hexOf),
    peaks: fc.array(hexOf(32), { maxLength: 3 }),
  }),
  append: transaction(1),
  attestations: fc
    .uniqueArray(
      fc.record({
        name: fc.integer({ min: 13, max: 28 }).chain(hexOf),
        transactions: fc.array(transaction(3), { minLength: 1, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3, selector: ({ name }) => name },
    )
    .map((list) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1))),
  rotations: fc.array(transaction(3), { maxLength: 2 }),
  state: fc.option(fc.record({ transaction: transaction(1), path: hashes(2), peaks: hashes(2) })),
  payload: fc.option(
    fc.record({
      leaves: fc.array(bytesOf(32), { minLength: 1, maxLength: 3 }),
      elements: fc.array(element, { maxLength: 1 }),
    }),
  ),
});

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeReceipt(bytes);
    return "none";
  } catch (error) {
    return isDppError(error) ? error.code : String(error);
  }
};

describe("a receipt's form", () => {
  it("comes back from its bytes and its text", () => {
    fc.assert(
      fc.property(receipt, fc.constantFrom("", "\n", "\r\n"), (value, end) => {
        const bytes = encodeReceipt(value);
        expect(decodeReceipt(bytes)).toEqual(value);
        const text = utf8(receiptToText(bytes) + end);
        expect([isReceiptFile(bytes), isReceiptFile(text)]).toEqual([true, true]);
        expect(receiptBytes(text)).toEqual(bytes);
        expect(receiptBytes(bytes)).toEqual(bytes);
      }),
    );
  });

  it("is refused with any key too many, too few or of another type", () => {
    const [value] = fc.sample(receipt, { numRuns: 1, seed: 7 });
    if (value === undefined) throw new Error("no sample");
    const map = Object.fromEntries(decodeCbor(encodeReceipt(value), 1 << 20) as ReadonlyMap<string, never>);
    const attestations = map.attestations as unknown as [
      Uint8Array,
      [Uint8Array, [Uint8Array, Uint8Array][]][],
    ][];
    const [name, transactions] = attestations[0] as (typeof attestations)[0];
    const [body, signatures] = transactions[0] as (typeof transactions)[0];
    const named = (at: number, bytes = 13): Uint8Array => new Uint8Array(bytes).fill(at);
    const [signature] = signatures;
    const refusals: Record<string, unknown>[] = [{ ...map, more: 1 }];
    for (const key of Object.keys(map)) {
      const { [key]: _, ...without } = map;
      refusals.push(without, { ...map, [key]: 7 }, { ...map, [key]: { a: 1 } }, { ...map, [key]: [[1, 2]] });
    }
    refusals.push(
      { ...map, network: "moon" },
      { ...map, attestations: [] },
      { ...map, attestations: transactions },
      { ...map, attestations: [[name, []]] },
      { ...map, attestations: [[name, transactions, 1]] },
      { ...map, attestations: [[name, Array.from({ length: 65 }, () => [body, signatures])]] },
      { ...map, attestations: [[name, [[body, []]]]] },
      { ...map, attestations: [[name, [[body, [signature, signature]]]]] },
      { ...map, attestations: [1, 1].map((at) => [named(at), transactions]) },
      { ...map, attestations: [2, 1].map((at) => [named(at), transactions]) },
      { ...map, attestations: Array.from({ length: 10 }, (_, at) => [named(at), transactions]) },
      { ...map, attestations: [[named(1, 12), transactions]] },
      { ...map, attestations: [[named(1, 29), transactions]] },
      { ...map, append: [body, [signature, signature]] },
      { ...map, path: Array.from({ length: 17 }, () => new Uint8Array(32)) },
      { ...map, payload: [new Uint8Array(33), []] },
    );
    for (const forged of refusals) {
      const code = codeOf(encodeCbor(forged as never));
      expect(["receipt/malformed", "receipt/version"], JSON.stringify(Object.keys(forged))).toContain(code);
    }
    const pack = map.pack as unknown as unknown[];
    for (const bytes of [63, 32_769]) {
      const signed = pack.with(6, new Uint8Array(bytes));
      expect(codeOf(encodeCbor({ ...map, pack: signed } as never))).toBe("receipt/malformed");
    }
    expect(codeOf(encodeCbor({ ...map, kind: "dpp/receipt/1" }))).toBe("receipt/version");
    expect(codeOf(new Uint8Array(262_145))).toBe("receipt/too-large");
  });

  it("never throws anything unnamed, and takes no second form", () => {
    fc.assert(
      fc.property(receipt, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, change) => {
        const bytes = encodeReceipt(value);
        bytes[where % bytes.length] = (bytes[where % bytes.length] ?? 0) ^ change;
        try {
          expect(encodeReceipt(decodeReceipt(bytes))).toEqual(bytes);
        } catch (error) {
          expect(isDppError(error), String(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is refused as text with anything around it", () => {
    const [value] = fc.sample(receipt, { numRuns: 1, seed: 7 });
    if (value === undefined) throw new Error("no sample");
    const text = receiptToText(encodeReceipt(value));
    for (const file of [`${text}\n\n`, `${text}\r`, ` ${text}`, `${text}=`, `${text} \n`, "", "€"])
      expect(() => decodeReceipt(receiptBytes(utf8(file)))).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(receipt|cbor)\//) }),
      );
  });
});
