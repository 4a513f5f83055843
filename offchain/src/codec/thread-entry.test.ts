import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { CoAppendEntry, ThreadEntry } from "../domain/pack.js";
import { flipped } from "../testing/arbitraries.js";
import { threadEntry } from "../testing/arbitraries-event.js";
import { decodeEntry, encodeEntry } from "./thread-entry.js";
import { readU64be, u64be } from "./u64.js";

const APPEND: Extract<ThreadEntry, { kind: "append" }> = {
  kind: "append",
  tier: "DEVICE_SIGNED",
  late: true,
  lo: 1,
  hi: 258,
  root: "44".repeat(32),
  cmin: 3,
  cmax: 4,
  until: 5,
  pk: "66".repeat(32),
};
const GAP: ThreadEntry = { kind: "gap", lo: 1, hi: 2, reason: 255 };

/** 75 bytes of an Append and a key of 32, 61 or 94 to 160. */
const isAppendOfAnyForm = ({ 0: kind, length }: Uint8Array): boolean =>
  kind === 0 && (length === 107 || length === 136 || (length >= 169 && length <= 235));

const partiesNamed = (count: number, pk = "66".repeat(32), length = 19) =>
  Array.from({ length: count }, (_, at) => ({ name: `${at}0`.padStart(4, "0").padEnd(2 * length, "0"), pk }));

const NAMES = ["44", "55"].map((byte) => byte.repeat(19));
const CO_APPEND: CoAppendEntry = {
  ...APPEND,
  kind: "co-append",
  tier: "MULTI_PARTY_SIGNED",
  parties: [
    { name: NAMES[0] as string, pk: "66".repeat(32) },
    { name: NAMES[1] as string, pk: "77".repeat(61) },
  ],
};

describe("an entry of a thread's history", () => {
  it("is the bytes that the specification says", () => {
    const u64 = (value: number): string => value.toString(16).padStart(16, "0");
    expect(toHex(encodeEntry(APPEND))).toBe(
      `000201${u64(1)}${u64(258)}${"44".repeat(32)}${u64(3)}${u64(4)}${u64(5)}${"66".repeat(32)}`,
    );
    expect(toHex(encodeEntry(CO_APPEND))).toBe(
      `020301${u64(1)}${u64(258)}${"44".repeat(32)}${u64(3)}${u64(4)}${u64(5)}13${NAMES[0]}20${"66".repeat(32)}13${NAMES[1]}3d${"77".repeat(61)}`,
    );
    expect(toHex(encodeEntry(GAP))).toBe(`01${u64(1)}${u64(2)}ff`);
  });

  it("comes back as it went", () => {
    fc.assert(
      fc.property(threadEntry, (entry) => {
        expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
      }),
    );
  });

  it("has one encoding: any bytes that are read encode to themselves", () => {
    fc.assert(
      fc.property(threadEntry, fc.nat(), fc.nat(), (entry, position, mask) => {
        const bytes = flipped(encodeEntry(entry), position, mask);
        let read: ThreadEntry;
        try {
          read = decodeEntry(bytes);
        } catch (error) {
          if (!isDppError(error)) throw error;
          return;
        }
        expect(read).not.toEqual(entry);
        expect(encodeEntry(read)).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it("is refused when cut, or with a byte behind it", () => {
    fc.assert(
      fc.property(threadEntry, fc.nat(), (entry, cut) => {
        const bytes = encodeEntry(entry);
        // The origin at the end of a WebAuthn key has no fixed length: such bytes are the entry of another key.
        for (const other of [bytes.subarray(0, cut % bytes.length), concat(bytes, Uint8Array.of(0))])
          if (!isAppendOfAnyForm(other)) expect(() => decodeEntry(other)).toThrow(DppError);
          else expect(decodeEntry(other)).not.toEqual(entry);
      }),
    );
  });

  it.each<[string, ThreadEntry, string]>([
    ["a tier that is none", { ...APPEND, tier: "SIGNED" as "DEVICE_SIGNED" }, "thread/entry"],
    ["no events", { ...APPEND, hi: 1 }, "thread/entry"],
    ["a negative counter", { ...APPEND, lo: -1 }, "bytes/u64"],
    [
      "root and key of lengths that make up for each other",
      { ...APPEND, root: "44".repeat(31), pk: "66".repeat(33) },
      "thread/entry",
    ],
    ["a key of no form", { ...APPEND, pk: "66".repeat(97 - 4) }, "thread/entry"],
    ["no key", { ...APPEND, pk: "" }, "thread/entry"],
    ["a key of 161 bytes", { ...APPEND, pk: "66".repeat(161) }, "thread/entry"],
    ["one party", { ...CO_APPEND, parties: CO_APPEND.parties.slice(1) }, "thread/entry"],
    ["ten parties", { ...CO_APPEND, parties: partiesNamed(10) }, "thread/entry"],
    ["parties in another order", { ...CO_APPEND, parties: CO_APPEND.parties.toReversed() }, "thread/entry"],
    [
      "a party twice",
      { ...CO_APPEND, parties: [CO_APPEND.parties[0], CO_APPEND.parties[0]] } as CoAppendEntry,
      "thread/entry",
    ],
    ["a party without a key", { ...CO_APPEND, parties: partiesNamed(2, "") }, "thread/entry"],
    [
      "a party with a name of 12 bytes",
      { ...CO_APPEND, parties: partiesNamed(2, undefined, 12) },
      "thread/entry",
    ],
    [
      "a weaker tier of what parties signed",
      { ...CO_APPEND, tier: "DEVICE_SIGNED" as "MULTI_PARTY_SIGNED" },
      "thread/entry",
    ],
    ["times in the wrong order", { ...APPEND, cmin: 5 }, "thread/entry"],
    ["a capture after the writing", { ...APPEND, cmax: 6 }, "thread/entry"],
    ["no lost counters", { ...GAP, hi: 1 } as ThreadEntry, "thread/entry"],
    ["a reason beyond a byte", { ...GAP, reason: 256 } as ThreadEntry, "thread/entry"],
    ["a negative reason", { ...GAP, reason: -1 } as ThreadEntry, "thread/entry"],
  ])("is not written with %s", (_, entry, code) => {
    expect(() => encodeEntry(entry)).toThrow(expect.objectContaining({ code }));
  });
});

describe("an integer of eight bytes", () => {
  it("is big-endian and comes back", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat({ max: 9 }), (value, before) => {
        expect(toHex(u64be(value))).toBe(value.toString(16).padStart(16, "0"));
        expect(readU64be(concat(new Uint8Array(before), u64be(value)), before)).toBe(value);
      }),
    );
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])("is not %d", (value) => {
    expect(() => u64be(value)).toThrow(expect.objectContaining({ code: "bytes/u64" }));
  });

  it("is not read where it is not exact or not there", () => {
    const refusal = expect.objectContaining({ code: "bytes/u64" });
    expect(() => readU64be(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), 0)).toThrow(refusal);
    expect(() => readU64be(new Uint8Array(8).fill(0xff), 0)).toThrow(refusal);
    expect(() => readU64be(new Uint8Array(8), 1)).toThrow(refusal);
  });
});
