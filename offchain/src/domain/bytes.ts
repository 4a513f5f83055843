/** Byte strings and their text forms. Hex is lower case; base64url has no padding (RFC 4648 §5). */
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64url } from "multiformats/bases/base64";
import { DppError } from "./errors.js";

export { concatBytes as concat, utf8ToBytes as utf8 };

export const toHex: (bytes: Uint8Array) => string = bytesToHex;

/** @throws DppError `bytes/hex` when the text is not even-length hexadecimal. */
export function fromHex(hex: string): Uint8Array {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new DppError("bytes/hex", "expected hexadecimal text");
  return hexToBytes(hex);
}

export const toBase64url = (bytes: Uint8Array): string => base64url.baseEncode(bytes);

/** @throws DppError `bytes/base64url` when the text is not canonical unpadded base64url. */
export function fromBase64url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new DppError("bytes/base64url", "expected base64url text");
  const bytes = tryDecode(text);
  // Trailing bits that do not fit a byte must be zero, or two texts would name the same bytes.
  if (bytes === null || toBase64url(bytes) !== text)
    throw new DppError("bytes/base64url", "expected base64url text");
  return bytes;
}

const tryDecode = (text: string): Uint8Array | null => {
  try {
    return base64url.baseDecode(text);
  } catch {
    return null;
  }
};

/** Equality of public bytes. Secrets are compared in `crypto/`, in constant time. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  if (a.length !== b.length) return false;
  // A plain loop: every event is compared several times, and a callback for each byte is ten times as slow.
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

export const fromUtf8 = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true }).decode(bytes);
