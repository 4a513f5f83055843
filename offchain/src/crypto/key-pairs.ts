/** The two key pairs of an actor: Ed25519 (RFC 8032) signs transactions and messages, X25519 (RFC 7748) opens what is sealed for him. */
import { ed25519, x25519 } from "@noble/curves/ed25519.js";

export const KEY_BYTES = 32;

export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** @param secret 32-byte seed; it stays inside the closure. */
export function signingKey(secret: Uint8Array): SigningKey {
  const seed = secret.slice();
  return { publicKey: ed25519.getPublicKey(seed), sign: (message) => ed25519.sign(message, seed) };
}

export const readingPublicKey = (secret: Uint8Array): Uint8Array => x25519.getPublicKey(secret);
