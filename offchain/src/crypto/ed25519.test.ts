import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../domain/bytes.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import {
  ed25519Cases,
  keyCases,
  SMALL_ORDER_ENCODINGS,
  SMALL_ORDER_POINTS,
} from "../testing/ed25519-cases.js";
import { isWeakEncoding, isWeakKey, verifyEd25519 } from "./ed25519.js";

const CASES = ed25519Cases();

describe("a signature", () => {
  it.each(CASES.map((it) => [it.reason, it] as const))(
    "%s",
    (_, { publicKey, message, signature, valid }) => {
      expect(verifyEd25519(publicKey, message, signature)).toBe(valid);
    },
  );

  // Otherwise the refusals above would show nothing.
  it("of a hostile case holds for a verifier without these rules", () => {
    const hostile = CASES.filter(({ reason }) => /^(mixed|small-order)-/.test(reason));
    expect(hostile).toHaveLength(2 + 7 + 14 + 14);
    for (const { reason, publicKey, message, signature } of hostile)
      expect(ed25519.verify(signature, message, publicKey, { zip215: true }), reason).toBe(true);
    const cofactored = CASES.filter(({ reason }) => /^mixed-(key-cofactored|r)-/.test(reason));
    for (const { reason, publicKey, message, signature } of cofactored)
      expect(ed25519.verify(signature, message, publicKey, { zip215: false }), reason).toBe(true);
  });

  it("verifies, and not with any bit flipped in it, its message or its key", () => {
    fc.assert(
      fc.property(
        bytesOf(32),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(),
        fc.nat(),
        (secret, message, position, mask) => {
          const publicKey = ed25519.getPublicKey(secret);
          const signature = ed25519.sign(message, secret);
          expect(verifyEd25519(publicKey, message, signature)).toBe(true);
          expect(verifyEd25519(publicKey, message, flipped(signature, position, mask))).toBe(false);
          expect(verifyEd25519(publicKey, flipped(message, position, mask), signature)).toBe(false);
          expect(verifyEd25519(flipped(publicKey, position, mask), message, signature)).toBe(false);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("a weak key", () => {
  it.each(keyCases().map((it) => [`${it.reason} ${toHex(it.publicKey)}`, it] as const))(
    "%s",
    (_, { publicKey, weak }) => {
      expect(isWeakKey(publicKey)).toBe(weak);
    },
  );

  it("is each of the eight points of small order, and each of their encodings", () => {
    const encodings = SMALL_ORDER_POINTS.map((point) => toHex(point.toBytes()));
    expect(new Set(encodings).size).toBe(8);
    for (const point of SMALL_ORDER_POINTS) expect(point.isSmallOrder()).toBe(true);
    for (const encoding of SMALL_ORDER_ENCODINGS) expect(isWeakEncoding(encoding)).toBe(true);
    // Two signs of five y, and of those two that have a second form below 2^255.
    expect(new Set(SMALL_ORDER_ENCODINGS.map(toHex)).size).toBe(14);
    expect(encodings.every((encoding) => SMALL_ORDER_ENCODINGS.some((it) => toHex(it) === encoding))).toBe(
      true,
    );
  });

  it("is no key that is made as it should be", () => {
    fc.assert(
      fc.property(bytesOf(32), (secret) => {
        expect(isWeakKey(ed25519.getPublicKey(secret))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
