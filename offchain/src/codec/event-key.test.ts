import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex, utf8 } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { EventKey } from "../domain/event-key.js";
import { hexOf } from "../testing/arbitraries.js";
import { decodeEventKey, encodeEventKey } from "./event-key.js";

const originByte = fc.integer({ min: 0x20, max: 0x7e }).filter((byte) => byte !== 0x22 && byte !== 0x5c);
const origin = fc
  .array(originByte, { minLength: 1, maxLength: 67 })
  .map((codes) => String.fromCharCode(...codes));
const eventKey: fc.Arbitrary<EventKey> = fc.oneof(
  fc.record({ form: fc.constant("Ed25519" as const), key: hexOf(32) }),
  fc.record({ form: fc.constant("P-256" as const), point: hexOf(33), tableHash: hexOf(28) }),
  fc.record({
    form: fc.constant("WebAuthn" as const),
    point: hexOf(33),
    tableHash: hexOf(28),
    rpIdHash: hexOf(32),
    origin,
  }),
);

const KEY = {
  form: "WebAuthn",
  point: "02".repeat(33),
  tableHash: "ab".repeat(28),
  rpIdHash: "cd".repeat(32),
  origin: "https://capture.example.org",
} as const;

describe("a key of an attestation", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(eventKey, (key) => {
        expect(decodeEventKey(encodeEventKey(key))).toEqual(key);
      }),
    );
  });

  it("has one encoding: any fields that are read encode to themselves", () => {
    fc.assert(
      fc.property(fc.nat({ max: 15 }), fc.nat({ max: 165 }).chain(hexOf), (alg, pk) => {
        let key: EventKey;
        try {
          key = decodeEventKey({ alg, pk });
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(["key/form", "key/origin"]).toContain(error.code);
          return;
        }
        expect(encodeEventKey(key)).toEqual({ alg, pk });
      }),
      { numRuns: 1000 },
    );
  });

  it("is the bytes that the specification says", () => {
    const { form: _, ...parts } = KEY;
    expect(encodeEventKey(KEY)).toEqual({
      alg: 3,
      pk: `${parts.point}${parts.tableHash}${parts.rpIdHash}${toHex(utf8(parts.origin))}`,
    });
    expect(encodeEventKey({ ...parts, form: "P-256" })).toEqual({
      alg: 2,
      pk: parts.point + parts.tableHash,
    });
    expect(encodeEventKey({ form: "Ed25519", key: "ee".repeat(32) })).toEqual({
      alg: 1,
      pk: "ee".repeat(32),
    });
  });

  it.each([
    ["none", 0, 0],
    ["a reserved form", 4, 32],
    ["an unknown form", 16, 32],
    ["Ed25519 with another length", 1, 33],
    ["P-256 without its table", 2, 33],
    ["P-256 with a relying party", 2, 94],
    ["WebAuthn without an origin", 3, 93],
    ["WebAuthn with a long origin", 3, 161],
  ])("is not read: %s", (_, alg, length) => {
    expect(() => decodeEventKey({ alg, pk: "61".repeat(length) })).toThrow(
      expect.objectContaining({ code: "key/form", details: { alg, bytes: length } }),
    );
  });

  it.each([
    ["empty", ""],
    ["too long", "https://".padEnd(68, "a")],
    ["with a quote", 'https://a"b'],
    ["with a backslash", "https://a\\b"],
    ["with a line break", "https://a\nb"],
    ["with a DEL", "https://a\x7f"],
    ["beyond ASCII", "https://münchen.example"],
  ])("has no origin that is %s", (_, wrong) => {
    const refusal = expect.objectContaining({ code: "key/origin" });
    expect(() => encodeEventKey({ ...KEY, origin: wrong })).toThrow(refusal);
    const bytes = utf8(wrong);
    if (bytes.length === 0 || bytes.length > 67) return;
    const pk = encodeEventKey({ ...KEY, form: "P-256" }).pk + KEY.rpIdHash + toHex(bytes);
    expect(() => decodeEventKey({ alg: 3, pk })).toThrow(refusal);
  });

  it("has no parts whose lengths make up for each other", () => {
    expect(() =>
      encodeEventKey({ ...KEY, form: "P-256", point: "02".repeat(32), tableHash: "ab".repeat(29) }),
    ).toThrow(expect.objectContaining({ code: "key/form" }));
  });
});
