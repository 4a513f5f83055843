import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBase64url } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { bytesOf, hexOf } from "../testing/arbitraries.js";
import { decodeCbor, encodeCbor } from "./cbor.js";
import { blockCid } from "./content-id.js";
import { decodeHistoryFile, encodeHistoryFile, type HistoryFile } from "./history-file.js";
import { historyFileToJson, parseHistoryFile } from "./history-file-json.js";

const blob = fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => ({ cid: blockCid(bytes), bytes }));
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 4 });
const file: fc.Arbitrary<HistoryFile> = fc.record({
  network: fc.constantFrom("mainnet" as const, "embedded" as const),
  config: hexOf(28),
  roles: hexOf(28),
  policy: hexOf(28),
  passport: hexOf(28),
  slots: fc.record({ zeroTime: fc.nat(), zeroSlot: fc.nat(), slotLength: fc.nat(3_600_000) }),
  transactions: some(
    fc.record({
      cbor: fc.uint8Array({ minLength: 1, maxLength: 60 }),
      slot: fc.nat(),
      height: fc.nat(),
      view: fc.constantFrom(null, 0),
    }),
  ),
  references: some(bytesOf(30)),
  views: fc.tuple(bytesOf(9)),
  records: some(blob),
  documents: some(blob),
});

const ours = (error: unknown): void => expect(isDppError(error), String(error)).toBe(true);

describe("a history file", () => {
  it("comes back from its CBOR and its JSON", () => {
    fc.assert(
      fc.property(file, (value) => {
        expect(decodeHistoryFile(encodeHistoryFile(value))).toEqual(value);
        expect(parseHistoryFile(JSON.stringify(historyFileToJson(value)))).toEqual(value);
      }),
    );
  });

  it("is refused with any key too many, too few or of another type, in both forms alike", () => {
    const [value] = fc.sample(file, 1);
    if (value === undefined) throw new Error("no sample");
    const json = historyFileToJson(value) as unknown as Record<string, unknown>;
    const refusals: Record<string, unknown>[] = [{ ...json, more: 1 }];
    for (const key of Object.keys(json)) {
      const { [key]: _, ...without } = json;
      refusals.push(
        without,
        { ...json, [key]: 7 },
        { ...json, [key]: { a: 1 } },
        { ...json, [key]: [[1, 2]] },
      );
    }
    refusals.push(
      { ...json, kind: "dpp/history/2" },
      { ...json, network: "moon" },
      { ...json, passport: "00" },
    );
    refusals.push({ ...json, transactions: [[toBase64url(new Uint8Array(3)), 1, 1, 9]] });
    refusals.push({ ...json, transactions: [["!", 1, 1, null]] }, { ...json, records: [["nocid", "AA"]] });
    for (const forged of refusals) {
      try {
        parseHistoryFile(JSON.stringify(forged));
        expect.unreachable(JSON.stringify(forged).slice(0, 200));
      } catch (error) {
        ours(error);
      }
    }
    for (const text of ["", "null", "[]", "{", "7"]) expect(() => parseHistoryFile(text)).toThrow();
  });

  it("refuses bytes that are not in their one form, and never throws anything unnamed", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, change) => {
        const bytes = encodeHistoryFile(value);
        bytes[where % bytes.length] = (bytes[where % bytes.length] ?? 0) ^ change;
        try {
          const read = decodeHistoryFile(bytes);
          expect(encodeHistoryFile(read)).toEqual(bytes);
        } catch (error) {
          ours(error);
        }
      }),
    );
  });

  it("is refused where a list is longer than anybody reads", () => {
    const [value] = fc.sample(file, 1);
    if (value === undefined) throw new Error("no sample");
    const map = decodeCbor(encodeHistoryFile(value), 1 << 20) as ReadonlyMap<string, never>;
    const many = encodeCbor(
      Object.fromEntries([...map, ["views", Array.from({ length: 65 }, () => new Uint8Array(1))]]),
    );
    expect(() => decodeHistoryFile(many)).toThrow(expect.objectContaining({ code: "history/malformed" }));
  });
});
