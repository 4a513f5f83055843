import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDppError } from "../domain/errors.js";
import { BLOCK_REASONS, CONFIRMATIONS, SUPPLIER_ACTS, type Supplier } from "../domain/supplier.js";
import { bytesOf, hexOf } from "../testing/arbitraries.js";
import { encodeCbor } from "./cbor.js";
import { decodeSupplier, encodeSupplier, MAX_RECORD_BYTES } from "./supplier-record.js";
import {
  decodeDeviceCards,
  decodeIndex,
  decodeRegistryFile,
  encodeDeviceCards,
  encodeIndex,
  encodeRegistryFile,
} from "./supplier-registry.js";

const time = fc.nat(2 ** 41);
const number = fc.integer({ min: 1, max: 0xffff_fffe });
const ascii = (max: number) => fc.stringMatching(new RegExp(`^[!-~]{1,${max}}$`));
const by = fc.constantFrom(13, 26, 28).chain(hexOf);
const supplier: fc.Arbitrary<Supplier> = fc.record({
  number,
  name: fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/^\ufeff|\p{Surrogate}/u.test(text)),
  phones: fc.array(fc.stringMatching(/^\+[1-9]\d{6,14}$/), { maxLength: 4 }),
  cards: fc.array(
    fc.record({
      id: hexOf(16),
      from: time,
      to: time,
      issued: time,
      blocked: fc.option(fc.record({ at: time, reason: fc.constantFrom(...BLOCK_REASONS) })),
    }),
    { maxLength: 5 },
  ),
  declarations: fc.array(
    fc.record({
      at: time,
      season: ascii(32),
      product: ascii(32),
      plots: fc.array(
        fc.record({ cell: fc.constantFrom("", "cell:+09.3-000.8"), areaM2: fc.nat(1_000_000_000) }),
        { maxLength: 4 },
      ),
      capacityKg: fc.nat(100_000_000),
    }),
    { maxLength: 3 },
  ),
  enrolments: fc.array(
    fc.record({
      at: time,
      by,
      confirmed: fc.constantFrom(...CONFIRMATIONS),
      reference: fc.constantFrom(0, 32).chain(hexOf),
    }),
    { maxLength: 3 },
  ),
  audit: fc.array(fc.record({ at: time, by, act: fc.constantFrom(...SUPPLIER_ACTS), about: ascii(64) }), {
    maxLength: 5,
  }),
  ended: fc.option(time),
});

describe("a supplier's record", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(supplier, (one) => {
        expect(decodeSupplier(encodeSupplier(one))).toEqual(one);
      }),
    );
  });

  it("with one byte changed reads as another record, or is refused by name", () => {
    fc.assert(
      fc.property(supplier, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
        const bytes = encodeSupplier(one);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        try {
          expect(decodeSupplier(bytes)).not.toEqual(one);
        } catch (error) {
          if (!isDppError(error) || !/^(supplier\/malformed|cbor\/)/.test(error.code)) throw error;
        }
      }),
    );
  });

  it("is bounded, and so are its parts", () => {
    expect(() => decodeSupplier(new Uint8Array(MAX_RECORD_BYTES + 1))).toThrowError(
      expect.objectContaining({ code: "cbor/too-large" }),
    );
    const empty = [1, "", [], [], [], [], [], null] as const;
    expect(decodeSupplier(encodeCbor(empty)).number).toBe(1);
    const wrong: [number, never][] = [
      [2, ["5550100199"] as never],
      [2, Array(5).fill("+15550100199") as never],
      [4, [[0, "s", "p", [["cell:+09.31-000.8", 1]], 1]] as never],
      [5, [[0, new Uint8Array(28), 9, new Uint8Array(0)]] as never],
      [5, [[0, new Uint8Array(28), 0, new Uint8Array(16)]] as never],
      [5, [[0, new Uint8Array(3), 0, new Uint8Array(0)]] as never],
    ];
    for (const [at, value] of wrong)
      expect(() => decodeSupplier(encodeCbor(empty.with(at, value)))).toThrowError(
        expect.objectContaining({ code: "supplier/malformed" }),
      );
  });
});

const tags = fc.array(hexOf(32), { maxLength: 3 });
const index = fc.record({
  lookup: bytesOf(32),
  next: fc.constant(0xffff_ffff),
  entries: fc
    .uniqueArray(fc.record({ number, record: hexOf(32), cards: tags, phones: tags }), {
      maxLength: 5,
      selector: (entry) => entry.number,
    })
    .map((entries) => entries.toSorted((a, b) => a.number - b.number)),
  erased: tags,
});
const file = fc.record({
  config: hexOf(28),
  operator: ascii(64),
  revision: time,
  sealer: bytesOf(32),
  readers: fc.array(fc.record({ name: by, publicKey: bytesOf(32), wrapped: bytesOf(112) }), { maxLength: 3 }),
  index: fc.uint8Array({ minLength: 40, maxLength: 100 }),
});
const deviceCards = fc.array(
  fc.record({
    card: hexOf(16),
    supplier: number,
    from: time,
    to: time,
    capacities: fc.array(fc.record({ season: ascii(32), product: ascii(32), kg: fc.nat(100_000_000) }), {
      maxLength: 2,
    }),
  }),
  { maxLength: 5 },
);

describe("the registry's file, index and device list", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(index, file, deviceCards, (one, whole, cards) => {
        expect(decodeIndex(encodeIndex(one))).toEqual(one);
        expect(decodeRegistryFile(encodeRegistryFile(whole))).toEqual(whole);
        expect(decodeDeviceCards(encodeDeviceCards(cards))).toEqual(cards);
      }),
    );
  });

  it("refuse numbers that do not ascend, or that are still to be given", () => {
    const entry = (n: number) => ({ number: n, record: "00".repeat(32), cards: [], phones: [] });
    const of = (next: number, ...numbers: number[]) =>
      encodeIndex({ lookup: new Uint8Array(32), next, entries: numbers.map(entry), erased: [] });
    expect(decodeIndex(of(4, 1, 3)).next).toBe(4);
    for (const bytes of [of(4, 3, 1), of(4, 1, 1), of(3, 1, 3), of(4, 0)])
      expect(() => decodeIndex(bytes)).toThrowError(expect.objectContaining({ code: "supplier/malformed" }));
  });
});
