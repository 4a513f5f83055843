/**
 * Plutus data and its CBOR (Plutus core specification, appendix "Serialising Data Objects").
 * Spec of what we store in it: docs/spec/datum.md. Small enough for the page's bundle, which is why no ledger library is used here;
 * `cborg`, our CBOR library elsewhere, refuses the chunked byte strings that the ledger requires above 64 bytes.
 *
 * Writes definite lengths. Reads what the ledger's own decoder reads: definite and indefinite lists, chunked bytes, tags 121–127, 1280–1400, 102.
 */
import { concat } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

export type PlutusData = Constr | PlutusMap | PlutusList | bigint | Uint8Array;
export interface Constr {
  readonly index: number;
  readonly fields: readonly PlutusData[];
}
export interface PlutusMap {
  readonly entries: readonly (readonly [PlutusData, PlutusData])[];
}
export type PlutusList = readonly PlutusData[];

export const constr = (index: number, ...fields: readonly PlutusData[]): Constr => ({ index, fields });

const CHUNK = 64;
const MAX_DEPTH = 32;
const MAX_BYTES = 64 * 1024;

const BREAK = Uint8Array.of(0xff);

/** CBOR head: major type and argument in its shortest form. */
function head(major: number, argument: bigint): Uint8Array {
  const top = major << 5;
  if (argument < 24n) return Uint8Array.of(top | Number(argument));
  const width = argument < 0x100n ? 1 : argument < 0x10000n ? 2 : argument < 0x100000000n ? 4 : 8;
  const out = new Uint8Array(1 + width);
  out[0] = top | { 1: 24, 2: 25, 4: 26, 8: 27 }[width];
  for (let i = 0; i < width; i++) out[width - i] = Number((argument >> BigInt(8 * i)) & 0xffn);
  return out;
}

function encodeBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= CHUNK) return concat(head(2, BigInt(bytes.length)), bytes);
  const chunks: Uint8Array[] = [Uint8Array.of(0x5f)];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const chunk = bytes.subarray(at, at + CHUNK);
    chunks.push(head(2, BigInt(chunk.length)), chunk);
  }
  return concat(...chunks, BREAK);
}

function encodeInt(value: bigint): Uint8Array {
  const argument = value < 0n ? -1n - value : value;
  if (argument < 1n << 64n) return head(value < 0n ? 1 : 0, argument);
  const hex = argument.toString(16);
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return concat(head(6, value < 0n ? 3n : 2n), encodeBytes(bytes));
}

const encodeList = (items: readonly PlutusData[]): Uint8Array =>
  concat(head(4, BigInt(items.length)), ...items.map(encodePlutusData));

/** @throws DppError `plutus-data/constructor` for a constructor above 127. */
export function encodePlutusData(data: PlutusData): Uint8Array {
  if (typeof data === "bigint") return encodeInt(data);
  if (data instanceof Uint8Array) return encodeBytes(data);
  if ("entries" in data && !Array.isArray(data)) {
    const entries = (data as PlutusMap).entries;
    return concat(
      head(5, BigInt(entries.length)),
      ...entries.flatMap(([key, value]) => [encodePlutusData(key), encodePlutusData(value)]),
    );
  }
  if (Array.isArray(data)) return encodeList(data);
  const { index, fields } = data as Constr;
  if (index < 0 || index > 127)
    throw new DppError("plutus-data/constructor", `constructor ${index} is out of range`);
  return concat(head(6, BigInt(index < 7 ? 121 + index : 1280 + index - 7)), encodeList(fields));
}

/** @throws DppError `plutus-data/malformed` for anything that is not exactly one Plutus data value of at most 64 KiB. */
export function decodePlutusData(bytes: Uint8Array): PlutusData {
  if (bytes.length > MAX_BYTES) throw malformed("longer than 64 KiB");
  const reader = new Reader(bytes);
  const data = readData(reader, 0);
  if (!reader.atEnd) throw malformed("bytes after the value");
  return data;
}

const malformed = (why: string): DppError =>
  new DppError("plutus-data/malformed", `malformed Plutus data: ${why}`);

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw malformed("truncated");
    return value;
  }
  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw malformed("truncated");
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }
  /** True, and consumed, when the next byte ends an indefinite item. */
  takeBreak(): boolean {
    if (this.bytes[this.at] !== 0xff) return false;
    this.at++;
    return true;
  }
  /** Major type and argument; argument `null` for an indefinite length. */
  head(): { major: number; argument: bigint | null } {
    const first = this.byte();
    const major = first >> 5;
    const minor = first & 31;
    if (minor < 24) return { major, argument: BigInt(minor) };
    if (minor === 31) return { major, argument: null };
    if (minor > 27) throw malformed("reserved length");
    let argument = 0n;
    for (const byte of this.take(1 << (minor - 24))) argument = (argument << 8n) | BigInt(byte);
    return { major, argument };
  }
}

function readData(reader: Reader, depth: number): PlutusData {
  if (depth > MAX_DEPTH) throw malformed("nested too deep");
  const { major, argument } = reader.head();
  if (major === 2) return readBytes(reader, argument);
  if (major === 4) return readItems(reader, argument, () => readData(reader, depth + 1));
  if (major === 5) {
    const pair = (): readonly [PlutusData, PlutusData] => [
      readData(reader, depth + 1),
      readData(reader, depth + 1),
    ];
    return { entries: readItems(reader, argument, pair) };
  }
  if (argument === null) throw malformed("indefinite length where none is allowed");
  if (major === 0) return argument;
  if (major === 1) return -1n - argument;
  if (major === 6) return readTagged(reader, argument, depth);
  throw malformed(`unexpected major type ${major}`);
}

function readItems<T>(reader: Reader, length: bigint | null, item: () => T): T[] {
  const items: T[] = [];
  if (length === null) while (!reader.takeBreak()) items.push(item());
  else for (let left = length; left > 0n; left--) items.push(item());
  return items;
}

function readBytes(reader: Reader, length: bigint | null): Uint8Array {
  if (length !== null) {
    if (length > BigInt(MAX_BYTES)) throw malformed("byte string too long");
    return reader.take(Number(length));
  }
  const chunks: Uint8Array[] = [];
  while (!reader.takeBreak()) {
    const chunk = reader.head();
    if (chunk.major !== 2 || chunk.argument === null || chunk.argument > BigInt(CHUNK))
      throw malformed("bad chunk");
    chunks.push(reader.take(Number(chunk.argument)));
  }
  return concat(...chunks);
}

function readTagged(reader: Reader, tag: bigint, depth: number): PlutusData {
  if (tag === 2n || tag === 3n) {
    const { major, argument } = reader.head();
    if (major !== 2) throw malformed("bad big integer");
    const magnitude = readBytes(reader, argument).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return tag === 2n ? magnitude : -1n - magnitude;
  }
  if (tag >= 121n && tag <= 127n) return constr(Number(tag - 121n), ...readFields(reader, depth));
  if (tag >= 1280n && tag <= 1400n) return constr(Number(tag - 1280n) + 7, ...readFields(reader, depth));
  if (tag === 102n) {
    const pair = readFields(reader, depth);
    const [index, fields] = pair;
    if (
      pair.length !== 2 ||
      typeof index !== "bigint" ||
      !Array.isArray(fields) ||
      index < 0n ||
      index > 127n
    ) {
      throw malformed("bad general constructor");
    }
    return constr(Number(index), ...(fields as PlutusData[]));
  }
  throw malformed(`unknown tag ${tag}`);
}

function readFields(reader: Reader, depth: number): PlutusData[] {
  const { major, argument } = reader.head();
  if (major !== 4) throw malformed("constructor without a list of fields");
  return readItems(reader, argument, () => readData(reader, depth + 1));
}
