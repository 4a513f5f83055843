import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyEd25519 } from "../crypto/ed25519.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import { ed25519Cases, keyCases } from "../testing/ed25519-cases.js";
import { nodeEd25519 } from "./ed25519-node.js";

const verify = nodeEd25519();

describe("Node's verifier", () => {
  it.each(ed25519Cases().map((it) => [it.reason, it] as const))(
    "decides as the specification says: %s",
    (_, { publicKey, message, signature, valid }) => {
      expect(verify(publicKey, message, signature)).toBe(valid);
    },
  );

  it("decides as the portable one under weak and ordinary keys, with R and s of any kind", () => {
    const message = Uint8Array.of(1);
    for (const { publicKey } of keyCases())
      for (const { signature } of ed25519Cases().slice(0, 12))
        expect(verify(publicKey, message, signature)).toBe(verifyEd25519(publicKey, message, signature));
  });

  it("decides as the portable one whatever bit is flipped", () => {
    fc.assert(
      fc.property(
        bytesOf(32),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.tuple(fc.constantFrom("key", "message", "signature"), fc.nat(), fc.nat()), {
          maxLength: 2,
        }),
        (secret, text, flips) => {
          const signed: Record<"key" | "message" | "signature", Uint8Array> = {
            key: ed25519.getPublicKey(secret),
            message: text,
            signature: ed25519.sign(text, secret),
          };
          for (const [part, position, mask] of flips) signed[part] = flipped(signed[part], position, mask);
          const { key, message, signature } = signed;
          const expected = verifyEd25519(key, message, signature);
          if (flips.length < 2) expect(expected).toBe(flips.length === 0);
          expect(verify(key, message, signature)).toBe(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("knows more keys than it keeps", () => {
    const message = Uint8Array.of(2);
    const signed = Array.from({ length: 300 }, (_, index) => {
      const secret = new Uint8Array(32).fill(index % 256).with(0, index >> 8);
      return { publicKey: ed25519.getPublicKey(secret), signature: ed25519.sign(message, secret) };
    });
    for (const { publicKey, signature } of [...signed, ...signed])
      expect(verify(publicKey, message, signature)).toBe(true);
  });
});
