import { readFileSync } from "node:fs";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyP256 } from "../crypto/p256.js";
import { concat, fromHex } from "../domain/bytes.js";
import { nodeP256 } from "./p256-node.js";

const { signatures, keys } = JSON.parse(
  readFileSync(new URL("../../../vectors/p256.json", import.meta.url), "utf8"),
) as {
  readonly keys: readonly { readonly publicKey: string; readonly uncompressed: string }[];
  readonly signatures: readonly {
    readonly reason: string;
    readonly publicKey: string;
    readonly message: string | null;
    readonly signature: string;
    readonly valid: boolean;
  }[];
};
const verify = nodeP256();

describe("P-256 by Node's OpenSSL", () => {
  const withMessage = signatures.filter(({ message }) => typeof message === "string");

  it.each(withMessage)("decides as the portable one: $reason", ({ publicKey, message, signature, valid }) => {
    const given = [fromHex(publicKey), fromHex(message ?? ""), fromHex(signature)] as const;
    expect(verify(...given)).toBe(valid);
    expect(verifyP256(...given)).toBe(valid);
  });

  it("takes both forms of a point, and no other", () => {
    const secret = new Uint8Array(32).fill(7);
    const message = Uint8Array.of(1, 2, 3);
    const signature = p256.sign(message, secret, { lowS: false });
    const whole = p256.getPublicKey(secret, false);
    const hybrid = concat(Uint8Array.of(6 + ((whole[64] ?? 0) & 1)), whole.subarray(1));
    for (const [key, good] of [
      [p256.getPublicKey(secret), true],
      [whole, true],
      [hybrid, false],
      [whole.subarray(0, 64), false],
      [new Uint8Array(33), false],
      [new Uint8Array(65), false],
    ] as const)
      expect([verify(key, message, signature), verifyP256(key, message, signature)]).toEqual([good, good]);
    expect(keys.every(({ publicKey }) => publicKey.length === 66)).toBe(true);
  });

  it("decides as the portable one whatever bytes it gets", () => {
    const secret = new Uint8Array(32).fill(9);
    const key = p256.getPublicKey(secret);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(63),
        fc.integer({ min: 0, max: 255 }),
        (message, at, byte) => {
          const signature = p256.sign(message, secret, { lowS: false });
          signature[at] = byte;
          expect(verify(key, message, signature)).toBe(verifyP256(key, message, signature));
        },
      ),
    );
  });
});
