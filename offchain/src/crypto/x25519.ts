/** Reading keys: X25519 (RFC 7748). The secret key is random, never derived from a wallet's signature. Spec: docs/spec/keyring.md "Keys". */
import { x25519 } from "@noble/curves/ed25519.js";
import { toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { Entropy } from "./entropy.js";

export interface ReadingKeyPair {
  /** 32 bytes. */
  readonly secretKey: Uint8Array;
  /** 32 bytes: an attestation's `enc_pk`. */
  readonly publicKey: Uint8Array;
}

export function generateKeyPair(random: Entropy): ReadingKeyPair {
  const secretKey = random.bytes(32);
  return { secretKey, publicKey: publicKeyOf(secretKey) };
}

/** @throws DppError `keyring/bad-secret-key`. */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  if (secretKey.length !== 32) throw new DppError("keyring/bad-secret-key", "a reading key has 32 bytes");
  return x25519.getPublicKey(secretKey);
}

/**
 * Points of small order in every encoding of 255 bits: 0, 1, the two of order 8, and p − 1, p, p + 1. X25519 sends each to the shared secret
 * zero, whatever the scalar (RFC 7748 §6.1).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `00${"00".repeat(30)}00`,
  `01${"00".repeat(30)}00`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

/** Whether data may be sealed to it. A lookup, since a keyring asks it for every reader. */
export function isPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const point = Uint8Array.from(publicKey);
  // X25519 ignores the topmost bit.
  point[31] = (point[31] ?? 0) & 0x7f;
  return !SMALL_ORDER.has(toHex(point));
}

/** Refuses a key that everyone could read with. @throws DppError `keyring/bad-public-key`. */
export function assertPublicKey(publicKey: Uint8Array): void {
  if (!isPublicKey(publicKey))
    throw new DppError("keyring/bad-public-key", "this is no X25519 public key that data may be sealed to");
}
