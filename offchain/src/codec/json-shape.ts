/** Readers of parsed JSON that a stranger wrote: exact keys, bounded values, every refusal with its path. What is read is equal to what was written. */
import { utf8 } from "../domain/bytes.js";
import { isRecord } from "../domain/element.js";
import { DppError } from "../domain/errors.js";

/** @throws DppError with the code of the shape, details `{ path }`. */
export type Read<T> = (value: unknown, path: string) => T;
export type ReadBy<R> = R extends Read<infer T> ? T : never;
type Fields = Readonly<Record<string, Read<unknown>>>;
type ReadFields<F extends Fields> = { readonly [K in keyof F]: ReadBy<F[K]> };

export interface JsonShape {
  refuse(path: string, expected: string): DppError;
  /** Exactly these keys, in this order when written again. */
  object<F extends Fields>(fields: F): Read<ReadFields<F>>;
  list<T>(item: Read<T>, min: number, max: number): Read<readonly T[]>;
  /** Lower-case hexadecimal of so many bytes. */
  hex(min: number, max?: number): Read<string>;
  int(min: number, max?: number): Read<number>;
  /** Well-formed text without control characters, bounded in UTF-8 bytes. */
  text(min: number, max: number): Read<string>;
  oneOf<const T extends string | number>(values: readonly T[]): Read<T>;
  orNull<T>(read: Read<T>): Read<T | null>;
  /** A reader with a condition more. */
  where<T>(read: Read<T>, holds: (value: T) => boolean, expected: string): Read<T>;
}

export function jsonShape(code: string, what: string): JsonShape {
  const refuse = (path: string, expected: string): DppError =>
    new DppError(code, `${what}${path}: expected ${expected}`, { details: { path } });
  const where: JsonShape["where"] = (read, holds, expected) => (value, path) => {
    const found = read(value, path);
    if (!holds(found)) throw refuse(path, expected);
    return found;
  };
  return {
    refuse,
    where,
    object: (fields) => (value, path) => {
      const keys = Object.keys(fields);
      if (!isRecord(value)) throw refuse(path, "an object");
      const unknown = Object.keys(value).find((key) => !keys.includes(key));
      if (unknown !== undefined) throw refuse(`${path}/${unknown.slice(0, 64)}`, "no such key");
      const missing = keys.find((key) => !Object.hasOwn(value, key));
      if (missing !== undefined) throw refuse(`${path}/${missing}`, "this key");
      return Object.fromEntries(
        Object.entries(fields).map(([key, read]) => [key, read(value[key], `${path}/${key}`)]),
      ) as never;
    },
    list: (item, min, max) => (value, path) => {
      if (!Array.isArray(value) || value.length < min || value.length > max)
        throw refuse(path, `a list of ${min} to ${max}`);
      return value.map((entry, at) => item(entry, `${path}/${at}`));
    },
    hex:
      (min, max = min) =>
      (value, path) => {
        const fits = typeof value === "string" && value.length >= 2 * min && value.length <= 2 * max;
        if (!fits || value.length % 2 !== 0 || !/^[0-9a-f]*$/.test(value))
          throw refuse(path, `${min === max ? min : `${min} to ${max}`} bytes in lower-case hexadecimal`);
        return value;
      },
    int:
      (min, max = Number.MAX_SAFE_INTEGER) =>
      (value, path) => {
        if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max)
          throw refuse(
            path,
            `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? "" : ` to ${max}`}`,
          );
        // -0 is written otherwise than it is read.
        return value === 0 ? 0 : value;
      },
    text: (min, max) => (value, path) => {
      // A byte order mark or a control character reads otherwise than it is.
      const plain = typeof value === "string" && !/[\p{Cc}\p{Surrogate}\ufeff]/u.test(value);
      const bytes = plain ? utf8(value).length : -1;
      if (bytes < min || bytes > max) throw refuse(path, `plain text of ${min} to ${max} bytes`);
      return value as string;
    },
    oneOf: (values) => (value, path) => {
      const found = values.find((candidate) => candidate === value);
      if (found === undefined) throw refuse(path, `one of ${values.join(", ")}`);
      return found;
    },
    orNull: (read) => (value, path) => (value === null ? null : read(value, path)),
  };
}
