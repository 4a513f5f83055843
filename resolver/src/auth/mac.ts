/** HMAC-SHA-256 (RFC 2104) over an unambiguous list of texts, and comparison in constant time. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** `secret`: at least 32 bytes. The parts are encoded as a JSON array, so that no two lists give the same bytes. */
export const macOf = (
  secret: Uint8Array,
  purpose: string,
  ...parts: readonly (string | number)[]
): Uint8Array =>
  createHmac("sha256", secret)
    .update(JSON.stringify([purpose, ...parts]))
    .digest();

export const sameMac = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b);
