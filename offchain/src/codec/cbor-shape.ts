/** Reads decoded CBOR against expected shapes; every refusal carries the caller's error code and the path. Spec: docs/spec/document.md "Encoding". */
import { DppError } from "../domain/errors.js";
import type { CborValue } from "./cbor.js";

export interface CborShape {
  refuse(path: string, expected: string): DppError;
  /** A map with exactly these keys, in any order: the encoding fixes the order. */
  map<const K extends string>(
    value: CborValue | undefined,
    keys: readonly K[],
    path: string,
  ): Record<K, CborValue>;
  /** A list of exactly `length` values. */
  tuple(value: CborValue | undefined, length: number, path: string): readonly CborValue[];
  list<T>(
    value: CborValue | undefined,
    max: number,
    path: string,
    item: (value: CborValue, path: string) => T,
  ): readonly T[];
  text(value: CborValue | undefined, max: number, path: string): string;
  oneOf<const T extends string>(value: CborValue | undefined, names: readonly T[], path: string): T;
  bytes(value: CborValue | undefined, min: number, max: number, path: string): Uint8Array;
  int(value: CborValue | undefined, path: string, max?: number): number;
}

export function cborShape(code: string): CborShape {
  const refuse = (path: string, expected: string): DppError =>
    new DppError(code, `${path || "document"}: expected ${expected}`, { details: { path } });

  const text = (value: CborValue | undefined, max: number, path: string): string => {
    if (typeof value !== "string" || value.length > max)
      throw refuse(path, `text of at most ${max} characters`);
    return value;
  };

  const list = <T>(
    value: CborValue | undefined,
    max: number,
    path: string,
    item: (value: CborValue, path: string) => T,
  ): readonly T[] => {
    if (!Array.isArray(value) || value.length > max) throw refuse(path, `a list of at most ${max}`);
    return value.map((entry: CborValue, index) => item(entry, `${path}/${index}`));
  };

  return {
    refuse,
    text,
    list,
    map(value, keys, path) {
      if (!(value instanceof Map) || value.size !== keys.length || !keys.every((key) => value.has(key)))
        throw refuse(path, `a map of ${keys.join(", ")}`);
      return Object.fromEntries(keys.map((key) => [key, value.get(key)])) as Record<
        (typeof keys)[number],
        CborValue
      >;
    },
    tuple(value, length, path) {
      if (!Array.isArray(value) || value.length !== length) throw refuse(path, `a list of ${length}`);
      return value;
    },
    oneOf(value, names, path) {
      const name = names.find((candidate) => candidate === value);
      if (name === undefined) throw refuse(path, `one of ${names.join(", ")}`);
      return name;
    },
    bytes(value, min, max, path) {
      if (!(value instanceof Uint8Array) || value.length < min || value.length > max)
        throw refuse(path, min === max ? `${min} bytes` : `${min} to ${max} bytes`);
      return value;
    },
    int(value, path, max = Number.MAX_SAFE_INTEGER) {
      if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > max)
        throw refuse(path, `a whole number up to ${max}`);
      return value;
    },
  };
}
