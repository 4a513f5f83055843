import { generateKeyPairSync, sign } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { numberToBytesBE } from "@noble/curves/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import type { P256Case } from "../testing/p256-case.js";
import { p256Cases } from "../testing/p256-cases.js";
import { compressP256, derToRaw, p256Hints, p256KeyOf, tableHash, verifyP256 } from "./p256.js";
import { verifiesComb, verifiesCombDigest } from "./p256-comb.js";
import { baseTable, keyTable } from "./p256-table.js";

const BASE_TABLE = baseTable();
const CASES = p256Cases();
const n = p256.Point.Fn.ORDER;
const raw = (r: bigint, s: bigint): Uint8Array => concat(numberToBytesBE(r, 32), numberToBytesBE(s, 32));

/** What the ledger says to a signature: whoever submits has to make hints of it first. */
function ledgerSays({ publicKey, digest, r, s }: P256Case): boolean {
  const isHinted = [r, s].every((it) => it > 0n && it < n);
  if (!isHinted) {
    expect(() => p256Hints(raw(r, s))).toThrow(expect.objectContaining({ code: "p256/signature" }));
    return false;
  }
  const { w } = p256Hints(raw(r, s));
  return verifiesCombDigest(digest, r, w, keyTable(publicKey.toBytes(true)), BASE_TABLE);
}

/** Both verifiers of one signature, which share no step. */
function both(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { r, w } = p256Hints(signature);
  const says = verifyP256(key, message, signature);
  expect(verifiesComb(message, r, w, keyTable(key), BASE_TABLE)).toBe(says);
  return says;
}

describe("a signature on P-256", () => {
  it.each(CASES.map((it) => [it.reason, it] as const))("%s", (_, it) => {
    const { publicKey, message, digest, r, s, valid, meets } = it;
    const given = { format: "compact", lowS: false, prehash: false } as const;
    expect(p256.verify(raw(r, s), digest, publicKey.toBytes(), given)).toBe(valid);
    if (message !== null)
      for (const isCompressed of [true, false])
        expect(verifyP256(publicKey.toBytes(isCompressed), message, raw(r, s))).toBe(valid);
    expect(ledgerSays(it)).toBe(valid && meets === undefined);
  });

  it("verifies for both verifiers, and not with any bit flipped in it, its message or its key's table", () => {
    fc.assert(
      fc.property(
        bytesOf(48),
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.nat(),
        fc.nat(),
        (seed, message, position, mask) => {
          const { secretKey, publicKey } = p256.keygen(seed);
          const signature = p256.sign(message, secretKey, { lowS: false });
          expect(both(publicKey, message, signature)).toBe(true);
          expect(both(publicKey, flipped(message, position, mask), signature)).toBe(false);
          expect(both(publicKey, message, flipped(signature, position, mask))).toBe(false);
          const opposite = flipped(publicKey, 0, 0);
          expect(both(opposite, message, signature)).toBe(false);
          const { r, s } = p256.Signature.fromBytes(signature);
          expect(both(publicKey, message, raw(r, n - s))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("of random numbers is refused by both", () => {
    const { publicKey } = p256.keygen(new Uint8Array(48).fill(1));
    fc.assert(
      fc.property(bytesOf(64), bytesOf(32), (signature, message) => {
        expect(both(publicKey, message, signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it("by node's crypto verifies, raw and in DER", () => {
    for (let i = 0; i < 20; i++) {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const { x = "", y = "" } = publicKey.export({ format: "jwk" });
      const key = concat(Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url"));
      const message = Uint8Array.of(i, 1, 2);
      const inRaw = new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" }));
      const inDer = derToRaw(new Uint8Array(sign("sha256", message, privateKey)));
      for (const signature of [inRaw, inDer]) {
        expect(both(key, message, signature)).toBe(true);
        expect(both(compressP256(key), message, signature)).toBe(true);
      }
    }
  });

  it("has 64 bytes, and its key 33 or 65 of a point on the curve", () => {
    const { secretKey, publicKey } = p256.keygen(new Uint8Array(48).fill(2));
    const message = Uint8Array.of(1);
    const signature = p256.sign(message, secretKey);
    expect(verifyP256(publicKey, message, signature)).toBe(true);
    const long = concat(signature, Uint8Array.of(0));
    for (const wrong of [new Uint8Array(), signature.subarray(1), long])
      expect(verifyP256(publicKey, message, wrong)).toBe(false);
    for (const wrong of WRONG_POINTS)
      expect(verifyP256(fromHex(wrong), message, signature), wrong).toBe(false);
  });
});

const G = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
const WRONG_POINTS = [
  "",
  "00",
  "00".repeat(33),
  G.slice(2),
  `${G}00`,
  `04${G.slice(2)}`,
  `05${G.slice(2)}`,
  // x = p + 5, which is not reduced; x that is on no point; a point off the curve; a hybrid encoding
  "02ffffffff00000001000000000000000000000001000000000000000000000004",
  `02${"00".repeat(31)}02`,
  `04${G.slice(2)}${"11".repeat(32)}`,
  `07${toHex(p256.Point.BASE.toBytes(false).subarray(1))}`,
];

describe("a key", () => {
  it("is its compressed point and its table's hash", () => {
    const long = p256.Point.BASE.toBytes(false);
    expect(toHex(compressP256(long))).toBe(G);
    expect(p256KeyOf(long)).toBe(G + toHex(tableHash(keyTable(fromHex(G)))));
    expect(p256KeyOf(long)).toHaveLength(2 * 61);
  });

  it.each(WRONG_POINTS)("is not %s", (point) => {
    for (const work of [compressP256, p256KeyOf, keyTable])
      expect(() => work(fromHex(point))).toThrow(expect.objectContaining({ code: "p256/point" }));
  });
});

describe("DER", () => {
  const { r, s } = { r: 0x80n << 248n, s: 5n };
  const GOOD = `302602 21 00${"80".padEnd(64, "0")} 020105`.replaceAll(" ", "");
  const read = (hex: string): string => toHex(derToRaw(fromHex(hex.replaceAll(" ", ""))));

  it("is read as r and s of 32 bytes each", () => {
    expect(read(GOOD)).toBe(toHex(raw(r, s)));
    expect(read("3006 020101 02017f")).toBe(toHex(raw(1n, 0x7fn)));
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: n - 1n }), fc.bigInt({ min: 1n, max: n - 1n }), (a, b) => {
        const der = new p256.Signature(a, b).toBytes("der");
        expect(toHex(derToRaw(der))).toBe(toHex(raw(a, b)));
      }),
    );
  });

  it.each([
    ["empty", ""],
    ["head alone", "30"],
    ["no SEQUENCE", "3106 020101 020101"],
    ["long form of a length", "308106 020101 020101"],
    ["indefinite length", "3080 020101 020101 0000"],
    ["length too small", "3005 020101 020101"],
    ["length too large", "3007 020101 020101"],
    ["bytes after", "3006 020101 020101 00"],
    ["bytes in the SEQUENCE after s", "3008 020101 020101 0500"],
    ["one integer", "3003 020101"],
    ["no BOOLEAN", "3006 010101 020101"],
    ["r of no bytes", "3005 0200 020101"],
    ["r 0", "3006 020100 020101"],
    ["s 0", "3006 020101 020100"],
    ["r negative", "3006 020181 020101"],
    ["r not shortest", "3007 02020001 020101"],
    ["r of 33 bytes", `3026 0221 01${"00".repeat(32)} 020101`],
    ["r of 34 bytes", `3027 0222 0080${"00".repeat(32)} 020101`],
    ["s beyond the end", "3006 020101 020201"],
    ["longer than 72", `3047${"00".repeat(71)}`],
  ])("is refused: %s", (_, hex) => {
    expect(() => read(hex)).toThrow(expect.objectContaining({ code: "p256/der" }));
  });

  it("never makes of other bytes what it does not make of DER", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (position, mask) => {
        const changed = flipped(fromHex(GOOD), position, mask);
        let read: Uint8Array;
        try {
          read = derToRaw(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: "p256/der" });
          return;
        }
        const signature = p256.Signature.fromBytes(read, "compact");
        expect(toHex(signature.toBytes("der"))).toBe(toHex(changed));
      }),
      { numRuns: 400 },
    );
  });
});
