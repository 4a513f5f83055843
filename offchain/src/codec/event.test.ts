import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { EventLeaf } from "../domain/event.js";
import { flipped, hexOf } from "../testing/arbitraries.js";
import { eventLeaf } from "../testing/arbitraries-event.js";
import { decodeLeaf, encodeLeaf, eventHash, eventId, hexToUuid, uuidToHex } from "./event.js";

const LEAF: EventLeaf = {
  source: "a1".repeat(22),
  counter: 41,
  device: "00112233445566778899aabbccddeeff",
  type: "purchase",
  subject: "11".repeat(28),
  role: "SUPERVISOR",
  tier: "INDIVIDUAL_SIGNED",
  payload: "22".repeat(32),
  previous: "33".repeat(32),
  captured: 1_790_000_000_000,
  clock: "network",
  uptime: 86_400_000,
  boot: 7,
};

const CONFIG = "c0".repeat(28);
const H = (bytes: Uint8Array) => blake2b(bytes, { dkLen: 32 });

const attempt = <T>(work: () => T): T | DppError => {
  try {
    return work();
  } catch (error) {
    if (isDppError(error)) return error;
    throw error;
  }
};

describe("a leaf", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(eventLeaf, (leaf) => {
        const bytes = encodeLeaf(leaf);
        expect(bytes[0]).toBe(0x8e);
        expect(bytes.length).toBeGreaterThanOrEqual(77);
        expect(bytes.length).toBeLessThanOrEqual(187);
        expect(decodeLeaf(bytes)).toEqual(leaf);
      }),
    );
  });

  it("has one encoding: any bytes that are read encode to themselves", () => {
    fc.assert(
      fc.property(eventLeaf, fc.nat(), fc.nat(), (leaf, position, mask) => {
        const bytes = flipped(encodeLeaf(leaf), position, mask);
        const read = attempt(() => decodeLeaf(bytes));
        if (read instanceof DppError) expect(read.code).toMatch(/^(event|cbor)\//);
        else {
          expect(read).not.toEqual(leaf);
          expect(encodeLeaf(read)).toEqual(bytes);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused when cut, or with a byte behind it", () => {
    fc.assert(
      fc.property(eventLeaf, fc.nat(), fc.nat({ max: 255 }), (leaf, position, byte) => {
        const bytes = encodeLeaf(leaf);
        expect(() => decodeLeaf(bytes.subarray(0, position % bytes.length))).toThrow(DppError);
        expect(() => decodeLeaf(concat(bytes, Uint8Array.of(byte)))).toThrow(DppError);
      }),
    );
  });

  it("never makes the decoder throw anything but a refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        attempt(() => decodeLeaf(bytes));
        attempt(() => decodeLeaf(concat(Uint8Array.of(0x8e, 1), bytes)));
      }),
      { numRuns: 1000 },
    );
  });

  it("is measured before it is parsed", () => {
    expect(() => decodeLeaf(new Uint8Array(257))).toThrow(
      expect.objectContaining({ code: "event/too-large" }),
    );
    expect(() => decodeLeaf(new Uint8Array(256))).toThrow(
      expect.objectContaining({ code: "cbor/malformed" }),
    );
  });

  it.each<[string, Partial<Record<keyof EventLeaf, unknown>>, string]>([
    ["a short source", { source: "a1".repeat(12) }, "/source"],
    ["a long source", { source: "a1".repeat(29) }, "/source"],
    ["a negative counter", { counter: -1 }, "/counter"],
    ["a device of 15 bytes", { device: "00".repeat(15) }, "/device"],
    ["a device without the variant", { device: "00".repeat(16) }, "/device"],
    ["a device of another variant", { device: `${"00".repeat(8)}c0${"00".repeat(7)}` }, "/device"],
    ["an unknown type", { type: "sale" }, "/type"],
    ["a subject of 5 bytes", { subject: "11".repeat(5) }, "/subject"],
    ["an unknown role", { role: "FARMER" }, "/role"],
    ["an unknown tier", { tier: "SIGNED" }, "/tier"],
    ["a payload hash of 31 bytes", { payload: "22".repeat(31) }, "/payload"],
    ["no payload hash", { payload: "" }, "/payload"],
    ["a previous of 31 bytes", { previous: "33".repeat(31) }, "/previous"],
    ["a time before 1970", { captured: -1 }, "/captured"],
    ["an unknown clock", { clock: "sun" }, "/clock"],
    ["a negative uptime", { uptime: -1 }, "/uptime"],
    ["a boot beyond 32 bits", { boot: 2 ** 32 }, "/boot"],
  ])("is not written with %s", (_, change, path) => {
    expect(() => encodeLeaf(LEAF)).not.toThrow();
    expect(() => encodeLeaf({ ...LEAF, ...change } as EventLeaf)).toThrow(
      expect.objectContaining({ code: "event/malformed", details: { path } }),
    );
  });

  it.each(["counter", "captured", "uptime", "boot"] as const)(
    "is not written with a fraction, or what is not exact, as %s",
    (field) => {
      for (const value of [0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
        expect(() => encodeLeaf({ ...LEAF, [field]: value })).toThrow(
          expect.objectContaining({ code: "cbor/value" }),
        );
    },
  );
});

describe("an event", () => {
  it("has a hash that no inner node of a tree can have", () => {
    const bytes = encodeLeaf(LEAF);
    expect(eventHash(bytes)).toEqual(H(concat(Uint8Array.of(0), bytes)));
  });

  it("has the id that the specification says", () => {
    fc.assert(
      fc.property(eventLeaf, hexOf(28), ({ source, counter }, config) => {
        const digest = toHex(
          H(
            concat(
              utf8("dpp/event-id/1"),
              fromHex(config + source + BigInt(counter).toString(16).padStart(16, "0")),
            ),
          ),
        );
        const id = eventId(config, source, counter);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        const bits = (hex: string): bigint => BigInt(`0x${hex}`) & ~(0xfn << 76n) & ~(3n << 62n);
        expect(bits(uuidToHex(id))).toBe(bits(digest.slice(0, 32)));
      }),
    );
  });

  it("has another id in another deployment, thread or place", () => {
    const id = eventId(CONFIG, LEAF.source, 5);
    expect(eventId("c1".repeat(28), LEAF.source, 5)).not.toBe(id);
    expect(eventId(CONFIG, "a2".repeat(22), 5)).not.toBe(id);
    expect(eventId(CONFIG, LEAF.source, 6)).not.toBe(id);
  });

  it.each<[string, [string, string, number], string]>([
    ["a short config", ["c0".repeat(27), LEAF.source, 5], "event/malformed"],
    ["a source that could be cut differently", [CONFIG, "a1".repeat(12), 5], "event/malformed"],
    ["a negative counter", [CONFIG, LEAF.source, -1], "bytes/u64"],
    ["a counter that is not exact", [CONFIG, LEAF.source, 2 ** 53], "bytes/u64"],
  ])("has no id with %s", (_, [config, source, counter], code) => {
    expect(() => eventId(config, source, counter)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a UUID", () => {
  it.each(["", "00".repeat(15), "00".repeat(17), "0g".repeat(16), `${"00".repeat(16)}\n`])(
    "is not made of %j",
    (hex) => {
      expect(() => hexToUuid(hex)).toThrow(expect.objectContaining({ code: "bytes/uuid" }));
    },
  );

  it("is text for 16 bytes, lower case", () => {
    fc.assert(
      fc.property(hexOf(16), (hex) => {
        expect(uuidToHex(hexToUuid(hex))).toBe(hex);
        expect(uuidToHex(hexToUuid(hex).toUpperCase())).toBe(hex);
      }),
    );
  });

  it.each([
    "",
    "00112233-4455-6677-8899-aabbccddeef",
    "00112233-4455-6677-8899-aabbccddeeff0",
    "001122334455-6677-8899-aabbccddeeff",
    "{00112233-4455-6677-8899-aabbccddeeff}",
    "00112233-4455-6677-8899-aabbccddeeff\n",
    "g0112233-4455-6677-8899-aabbccddeeff",
  ])("is not %j", (text) => {
    expect(() => uuidToHex(text)).toThrow(expect.objectContaining({ code: "bytes/uuid" }));
  });
});
