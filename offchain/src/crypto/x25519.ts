/** Reading keys: X25519 (RFC 7748). The secret key is random, never derived from a wallet's signature. Spec: docs/spec/keyring.md "Keys". */
import { x25519 } from "@noble/curves/ed25519.js";
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

/** Any scalar does: clamping makes it a multiple of the cofactor, which sends every point of low order to zero. */
const PROBE = new Uint8Array(32).fill(1);

/**
 * Refuses a key that everyone could read: a point of low order makes the shared secret zero (RFC 7748 §6.1).
 * @throws DppError `keyring/bad-public-key`.
 */
export function assertPublicKey(publicKey: Uint8Array): void {
  if (publicKey.length !== 32 || !isUsable(publicKey))
    throw new DppError("keyring/bad-public-key", "this is no X25519 public key that data may be sealed to");
}

function isUsable(publicKey: Uint8Array): boolean {
  try {
    return x25519.getSharedSecret(PROBE, publicKey).some((byte) => byte !== 0);
  } catch {
    return false;
  }
}
