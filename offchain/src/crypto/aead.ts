/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a random nonce in front. Spec: docs/spec/document.md "Sealing". */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { concat } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { Entropy } from "./entropy.js";

export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

/** Nonce(24) ‖ ciphertext ‖ tag(16). 192 bits of random nonce make a repetition under one key negligible. */
export function sealBox(
  key: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
  random: Entropy,
): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  return concat(nonce, xchacha20poly1305(key, nonce, aad).encrypt(plaintext));
}

/** @throws DppError `code` when the box was not made with this key for this context. */
export function openBox(
  key: Uint8Array,
  box: Uint8Array,
  aad: Uint8Array,
  code = "sealed/tampered",
): Uint8Array {
  try {
    // The cipher compares the tag in constant time and releases nothing before.
    return xchacha20poly1305(key, box.subarray(0, NONCE_BYTES), aad).decrypt(box.subarray(NONCE_BYTES));
  } catch {
    // The cipher's own message is dropped: there is nothing to tell apart.
    throw new DppError(code, "the sealed data was altered, or sealed for another key or context");
  }
}
