import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { describe, expect, it } from "vitest";
import { nodeEventSigner } from "../adapters/ed25519-node.js";
import { nodeP256Signer } from "../adapters/p256-node.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { verifyEd25519 } from "./ed25519.js";
import { eventScalar, eventSeed } from "./event-key.js";
import { verifyKey } from "./event-signature.js";

const SECRET = new Uint8Array(32).fill(7);
const CONFIG = "ab".repeat(28);

it("derives a key for each deployment and generation, the same each time, and none that acts", () => {
  const seeds = [
    eventSeed(SECRET, CONFIG, 0),
    eventSeed(SECRET, CONFIG, 1),
    eventSeed(SECRET, "ac".repeat(28), 0),
  ];
  expect(new Set([...seeds.map(toHex), toHex(SECRET)]).size).toBe(4);
  expect(toHex(eventSeed(SECRET, CONFIG, 0))).toBe(toHex(seeds[0] ?? SECRET));
  // Computed apart: python3, hmac and hashlib after RFC 5869.
  expect(toHex(seeds[0] ?? SECRET)).toBe("9f061027d07c79a354e1435d80413d0067ca0db8746af5464f289fa4788fd325");
});

it("signs as RFC 8032 says, whoever signs", async () => {
  const seed = eventSeed(SECRET, CONFIG, 0);
  const signer = nodeEventSigner(seed);
  const message = Uint8Array.of(1, 2, 3);
  const signature = await signer.sign(message);
  expect(signer.publicKey).toBe(toHex(ed25519.getPublicKey(seed)));
  expect(toHex(signature)).toBe(toHex(ed25519.sign(message, seed)));
  expect(verifyEd25519(ed25519.getPublicKey(seed), message, signature)).toBe(true);
});

describe("a key of P-256 in software", () => {
  it("is another for each deployment and generation, the same each time, and never 0", () => {
    const scalar = toHex(eventScalar(SECRET, CONFIG, 0));
    const others = [eventScalar(SECRET, CONFIG, 1), eventScalar(SECRET, "ac".repeat(28), 0)].map(toHex);
    expect(new Set([scalar, ...others, toHex(eventSeed(SECRET, CONFIG, 0))]).size).toBe(4);
    // Computed apart: python3, hmac and hashlib after RFC 5869.
    expect(scalar).toBe("af821de95560d381209cf9227af0d7dd59dcf746dff6a44fb5a13f77f565dd29");
  });

  it("signs as FIPS 186-5 says, under the point that its attestation shows", async () => {
    const scalar = eventScalar(SECRET, CONFIG, 0);
    const signer = nodeP256Signer(scalar);
    const message = Uint8Array.of(1, 2, 3);
    expect(signer.alg).toBe(2);
    expect(signer.publicKey.slice(0, 66)).toBe(toHex(p256.getPublicKey(scalar)));
    expect(verifyKey(fromHex(signer.publicKey), message, await signer.sign(message))).toBe(true);
    expect(verifyKey(fromHex(signer.publicKey), Uint8Array.of(1, 2), await signer.sign(message))).toBe(false);
  });
});
