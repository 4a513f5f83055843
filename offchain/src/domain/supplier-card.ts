/**
 * Card ids: 16 random bytes that say nothing of who carries the card, and their text `dpp-card:…` with a check character. Spec: docs/spec/supplier-registry.md "Card".
 * Leaves out whose card it is: only the registry knows.
 */
import { fromHex, toHex } from "./bytes.js";
import { DppError } from "./errors.js";

export const CARD_BYTES = 16;
const PREFIX = "dpp-card:";
/** Crockford's base32: no i, l, o, u, so that a card read out over a bad line is understood. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS = 26;
const MAX_TEXT = 64;
/** x⁵ + x² + 1, primitive over GF(2). */
const FIELD = 0b100101;

const double = (value: number): number => ((value << 1) & 32 ? (value << 1) ^ FIELD : value << 1);

/**
 * Σ αⁱ·cᵢ over GF(32), by Horner: the 27 weights are distinct and not zero, so one wrong character and two that changed places are always seen.
 */
const check = (words: readonly number[]): number => words.reduce((sum, word) => double(sum ^ word), 0);

/** `id`: 16 bytes hex. */
export function cardText(id: string): string {
  const words = wordsOf(fromHex(id));
  return PREFIX + [...words, check(words)].map((word) => ALPHABET[word]).join("");
}

/**
 * The id (hex) of a card's text: in any case, with or without `dpp-card:`, with blanks and dashes between; o is read as 0, i and l as 1.
 * @throws DppError `supplier/card-text`.
 */
export function parseCard(text: string): string {
  const bare = text.length > MAX_TEXT ? "" : text.trim().toLowerCase();
  const plain = (bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : bare)
    .replace(/[\s-]/g, "")
    .replace(/o/g, "0")
    .replace(/[il]/g, "1");
  const words = Array.from(plain, (letter) => ALPHABET.indexOf(letter));
  const last = words.pop();
  if (words.length !== LETTERS || words.includes(-1))
    throw malformed(`${PREFIX} and ${LETTERS + 1} characters`);
  // 26 characters hold 130 bits: two texts for one card would be two keys of one lookup.
  if (((words.at(-1) ?? 0) & 3) !== 0 || last !== check(words))
    throw malformed("the check character does not fit: read the card again");
  return toHex(bytesOf(words));
}

const malformed = (expected: string): DppError =>
  new DppError("supplier/card-text", `this is no card: ${expected}`);

function wordsOf(bytes: Uint8Array): number[] {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0"))
    .join("")
    .padEnd(LETTERS * 5, "0");
  return Array.from({ length: LETTERS }, (_, at) => Number.parseInt(bits.slice(5 * at, 5 * at + 5), 2));
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bits = words.map((word) => word.toString(2).padStart(5, "0")).join("");
  return Uint8Array.from({ length: CARD_BYTES }, (_, at) =>
    Number.parseInt(bits.slice(8 * at, 8 * at + 8), 2),
  );
}
