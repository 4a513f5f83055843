/**
 * Finds where a CBOR item ends without decoding it (RFC 8949 §3), so that transaction bodies are hashed and datums are kept byte for byte as
 * they were submitted: two encodings of one value have two hashes. Leaves out values: `cborg` decodes small leaves.
 */
import { DppError } from "../../domain/errors.js";

const MAX_DEPTH = 64;

const malformed = (why: string): DppError => new DppError("cbor/malformed", `malformed CBOR: ${why}`);

export interface Head {
  readonly major: number;
  /** Null for an indefinite length. */
  readonly argument: number | null;
  /** Position after the head. */
  readonly next: number;
}

/** @throws DppError `cbor/malformed`. */
export function headAt(bytes: Uint8Array, at: number): Head {
  const first = bytes[at];
  if (first === undefined) throw malformed("truncated");
  const major = first >> 5;
  const minor = first & 31;
  if (minor < 24) return { major, argument: minor, next: at + 1 };
  if (minor === 31) return { major, argument: null, next: at + 1 };
  if (minor > 27) throw malformed("reserved length");
  const width = 1 << (minor - 24);
  if (at + 1 + width > bytes.length) throw malformed("truncated");
  let argument = 0;
  // Beyond 2^53 this rounds, which only matters for integers; as a length it is longer than any transaction.
  for (let i = 0; i < width; i++) argument = argument * 256 + (bytes[at + 1 + i] ?? 0);
  return { major, argument, next: at + 1 + width };
}

const isBreak = (bytes: Uint8Array, at: number): boolean => bytes[at] === 0xff;

/** Position after the item that starts at `at`. @throws DppError `cbor/malformed`. */
export function endOf(bytes: Uint8Array, at: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw malformed("nested too deep");
  const { major, argument, next } = headAt(bytes, at);
  if (major === 0 || major === 1 || major === 7) {
    if (argument === null) throw malformed("break outside an indefinite item");
    return next;
  }
  if (major === 6) return endOf(bytes, next, depth + 1);
  if (major === 2 || major === 3) {
    if (argument === null) return endOfMany(bytes, next, null, depth);
    if (argument > bytes.length - next) throw malformed("truncated");
    return next + argument;
  }
  const each = major === 5 ? 2 : 1;
  return endOfMany(bytes, next, argument === null ? null : argument * each, depth, each);
}

/** `each`: items that belong together; an indefinite map may not end between a key and its value. */
function endOfMany(bytes: Uint8Array, start: number, count: number | null, depth: number, each = 1): number {
  let at = start;
  if (count === null) {
    while (!isBreak(bytes, at)) for (let part = 0; part < each; part++) at = endOf(bytes, at, depth + 1);
    return at + 1;
  }
  if (count > bytes.length) throw malformed("more items than bytes");
  for (let left = count; left > 0; left--) at = endOf(bytes, at, depth + 1);
  return at;
}

/** The items of an array, or of a set (tag 258), each as its own bytes. */
export function arrayItems(bytes: Uint8Array): Uint8Array[] {
  const head = headAt(bytes, 0);
  if (head.major === 6 && head.argument === 258) return arrayItems(bytes.subarray(head.next));
  if (head.major !== 4) throw malformed("expected an array");
  return items(bytes, head.next, head.argument);
}

/** The entries of a map, each key and value as its own bytes. */
export function mapEntries(bytes: Uint8Array): [Uint8Array, Uint8Array][] {
  const { major, argument, next } = headAt(bytes, 0);
  if (major !== 5) throw malformed("expected a map");
  const flat = items(bytes, next, argument === null ? null : 2 * argument);
  const entries: [Uint8Array, Uint8Array][] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const [key, value] = [flat[i], flat[i + 1]];
    if (key === undefined || value === undefined) throw malformed("a key without a value");
    entries.push([key, value]);
  }
  return entries;
}

function items(bytes: Uint8Array, start: number, count: number | null): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = start;
  while (count === null ? !isBreak(bytes, at) : found.length < count) {
    const end = endOf(bytes, at);
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}

/** The content of a tagged item. @throws DppError `cbor/malformed` for another tag. */
export function untag(bytes: Uint8Array, tag: number): Uint8Array {
  const { major, argument, next } = headAt(bytes, 0);
  if (major !== 6 || argument !== tag) throw malformed(`expected tag ${tag}`);
  return bytes.subarray(next, endOf(bytes, next));
}
