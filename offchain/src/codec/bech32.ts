/**
 * Bech32 text (BIP-173) as Cardano uses it (CIP-5): no length limit of 90, lower case only, checksum constant 1. Leaves out bech32m.
 */
import { DppError } from "../domain/errors.js";

const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM = 6;
const MAX_TEXT = 256;

export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const words = regroup(bytes, 8, 5, true) ?? [];
  const mod = polymod([...expand(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const checksum = Array.from({ length: CHECKSUM }, (_, i) => (mod >> (5 * (CHECKSUM - 1 - i))) & 31);
  return `${prefix}1${[...words, ...checksum].map((word) => ALPHABET[word]).join("")}`;
}

/** @throws DppError `bech32/malformed` wrong alphabet, checksum, case or padding. */
export function decodeBech32(text: string): { prefix: string; bytes: Uint8Array } {
  const separator = text.lastIndexOf("1");
  const prefix = text.slice(0, Math.max(separator, 0));
  const words = Array.from(text.slice(separator + 1), (letter) => ALPHABET.indexOf(letter));
  if (
    text.length > MAX_TEXT ||
    !/^[!-@[-~]+$/.test(prefix) ||
    words.length < CHECKSUM ||
    words.includes(-1)
  ) {
    throw malformed();
  }
  if (polymod([...expand(prefix), ...words]) !== 1) throw malformed();
  const bytes = regroup(words.slice(0, -CHECKSUM), 5, 8, false);
  if (bytes === null) throw malformed();
  return { prefix, bytes: Uint8Array.from(bytes) };
}

const malformed = (): DppError => new DppError("bech32/malformed", "not a bech32 text");

const expand = (prefix: string): number[] => {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
};

function polymod(words: readonly number[]): number {
  let checksum = 1;
  for (const word of words) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ word;
    GENERATOR.forEach((value, bit) => {
      if ((top >> bit) & 1) checksum ^= value;
    });
  }
  return checksum >>> 0;
}

/** Regroups bits; null when unpadded input leaves more than padding behind, or padding that is not zero. */
function regroup(values: Iterable<number>, from: number, to: number, pad: boolean): number[] | null {
  const out: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const value of values) {
    buffer = (buffer << from) | value;
    bits += from;
    while (bits >= to) {
      bits -= to;
      out.push((buffer >> bits) & ((1 << to) - 1));
    }
    buffer &= (1 << bits) - 1;
  }
  if (pad) return bits > 0 ? [...out, (buffer << (to - bits)) & ((1 << to) - 1)] : out;
  return bits >= from || buffer !== 0 ? null : out;
}
