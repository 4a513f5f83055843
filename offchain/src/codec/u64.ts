/** Big-endian integers of eight bytes, as hashed formats write them. JavaScript holds them exactly below 2^53, so nothing larger is written or read. */
import { DppError } from "../domain/errors.js";

const HIGH = 2 ** 32;

/** @throws DppError `bytes/u64` for what is no whole number below 2^53. */
export function u64be(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new DppError("bytes/u64", "expected a whole number below 2^53");
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / HIGH));
  view.setUint32(4, value % HIGH);
  return bytes;
}

/** The integer in the eight bytes from `at` on. @throws DppError `bytes/u64` for less than eight bytes, or 2^53 and more. */
export function readU64be(bytes: Uint8Array, at: number): number {
  if (at + 8 > bytes.length) throw new DppError("bytes/u64", "expected eight bytes of an integer");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = view.getUint32(at) * HIGH + view.getUint32(at + 4);
  if (!Number.isSafeInteger(value)) throw new DppError("bytes/u64", "expected a whole number below 2^53");
  return value;
}
