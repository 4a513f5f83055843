/** Padding of plaintexts (ISO/IEC 7816-4: 0x80, then zeros), so that a ciphertext's length says little. Spec: docs/spec/document.md "Padding". */
import { DppError } from "../domain/errors.js";

export const BLOCK_BYTES = 512;

/** Up to the next multiple of 512 bytes; at least one byte is added. */
export function pad(plaintext: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(plaintext.length / BLOCK_BYTES) + 1) * BLOCK_BYTES);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  return padded;
}

/** @throws DppError `sealed/padding`. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  const whole = padded.length > 0 && padded.length % BLOCK_BYTES === 0;
  if (!whole || padded[end] !== 0x80 || padded.length - end > BLOCK_BYTES)
    throw new DppError("sealed/padding", "the sealed data is not padded as it should be");
  return padded.subarray(0, end);
}
