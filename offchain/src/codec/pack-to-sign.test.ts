import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../domain/bytes.js";
import { TIERS } from "../domain/event.js";
import type { PackHeader } from "../domain/pack.js";
import { decodePackToSign, encodePackToSign, packToSign } from "./pack-to-sign.js";

const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((it) => Buffer.from(it).toString("hex"));
const header: fc.Arbitrary<PackHeader> = fc
  .record({
    config: hexOf(28),
    source: fc.integer({ min: 13, max: 28 }).chain(hexOf),
    tier: fc.constantFrom(...TIERS),
    lo: fc.nat(),
    hi: fc.integer({ min: 1, max: 65_536 }),
    root: hexOf(32),
    cmin: fc.nat(),
    cmax: fc.nat(),
  })
  .map((it) => ({ ...it, hi: it.lo + it.hi, cmax: it.cmin + it.cmax }));
const ONE = packToSign(
  {
    ...{ config: "ab".repeat(28), source: "cd".repeat(20), tier: "DEVICE_SIGNED", lo: 0, hi: 3 },
    ...{ root: "ef".repeat(32), cmin: 1, cmax: 2 },
  },
  "P-256",
);

describe("a pack to sign", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(header, (given) => {
        const pack = packToSign(given, "WebAuthn");
        expect(decodePackToSign(utf8(encodePackToSign(pack)))).toEqual(pack);
      }),
    );
  });

  it.each<[string, object]>([
    ["another digest", { digest: "00".repeat(32) }],
    ["another header", { hi: 4 }],
    ["no event", { hi: 0 }],
    ["an end before its beginning", { lo: 5 }],
    ["another challenge", { challenge: "A".repeat(43) }],
    ["another kind", { kind: "dpp/pack/1" }],
    ["one key more", { more: 1 }],
  ])("is refused with %s", (_, change) => {
    const given = JSON.parse(encodePackToSign(ONE));
    expect(() => decodePackToSign(utf8(JSON.stringify({ ...given, ...change })))).toThrow(
      expect.objectContaining({ code: "pack/to-sign" }),
    );
  });

  it("is refused when it is too large or no JSON", () => {
    for (const text of [" ".repeat(20_000), "{", ""])
      expect(() => decodePackToSign(utf8(text))).toThrow(expect.objectContaining({ code: "pack/to-sign" }));
  });
});
