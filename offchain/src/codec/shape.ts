/**
 * Typed codecs for Plutus data, built from the shapes that CIP-57 blueprints name. Each codec carries its own CIP-57 schema, so that a test
 * can hold it against the compiled contracts (`datum.test.ts`).
 *
 * Decoding is strict: a value that another field count, constructor or length encodes is refused, never repaired.
 */
import { fromHex, fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { Constr, PlutusData, PlutusMap } from "./plutus-data.js";

/** The part of CIP-57's schema language that our contracts use, with references resolved. */
export type Schema =
  | { readonly dataType: "integer" }
  | { readonly dataType: "bytes" }
  | { readonly dataType: "list"; readonly items: Schema }
  | { readonly dataType: "map"; readonly keys: Schema; readonly values: Schema }
  | { readonly anyOf: readonly { readonly index: number; readonly fields: readonly Schema[] }[] };

export interface Codec<T> {
  readonly schema: Schema;
  encode(value: T): PlutusData;
  /** @throws DppError `datum/shape` naming the path of what does not fit. */
  decode(data: PlutusData, path: string): T;
}

export type Decoded<C> = C extends Codec<infer T> ? T : never;

export const misfit = (path: string, expected: string): DppError =>
  new DppError("datum/shape", `${path}: expected ${expected}`, { details: { path } });

const range = (min: number, max: number): string => (min === max ? `${min}` : `${min} to ${max}`);

const isConstr = (data: PlutusData): data is Constr =>
  typeof data === "object" && !(data instanceof Uint8Array) && "index" in data;
const isMap = (data: PlutusData): data is PlutusMap =>
  typeof data === "object" && !(data instanceof Uint8Array) && !Array.isArray(data) && "entries" in data;

/** Bytes as hex; `min` and `max` bound the length in bytes. */
export const hexBytes = (min: number, max = min): Codec<string> => ({
  schema: { dataType: "bytes" },
  encode(value) {
    const bytes = fromHex(value);
    if (bytes.length < min || bytes.length > max) throw misfit("value", `${range(min, max)} bytes`);
    return bytes;
  },
  decode(data, path) {
    if (!(data instanceof Uint8Array) || data.length < min || data.length > max)
      throw misfit(path, `${range(min, max)} bytes`);
    return toHex(data);
  },
});

/** UTF-8 text, bounded in bytes. */
export const text = (min: number, max: number): Codec<string> => {
  const bytes = hexBytes(min, max);
  return {
    schema: bytes.schema,
    encode: (value) => bytes.encode(toHex(utf8(value))),
    decode(data, path) {
      const raw = fromHex(bytes.decode(data, path));
      try {
        return fromUtf8(raw);
      } catch {
        throw misfit(path, "UTF-8 text");
      }
    },
  };
};

/** An integer that fits a JavaScript number exactly. */
export const int = (min = 0, max = Number.MAX_SAFE_INTEGER): Codec<number> => ({
  schema: { dataType: "integer" },
  encode(value) {
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw misfit("value", `an integer from ${min} to ${max}`);
    return BigInt(value);
  },
  decode(data, path) {
    if (typeof data !== "bigint" || data < BigInt(min) || data > BigInt(max)) {
      throw misfit(path, `an integer from ${min} to ${max}`);
    }
    return Number(data);
  },
});

export const list = <T>(item: Codec<T>, max: number): Codec<readonly T[]> => ({
  schema: { dataType: "list", items: item.schema },
  encode: (values) => {
    if (values.length > max) throw misfit("value", `at most ${max} items`);
    return values.map((value) => item.encode(value));
  },
  decode(data, path) {
    if (!Array.isArray(data) || data.length > max) throw misfit(path, `a list of at most ${max} items`);
    return data.map((entry: PlutusData, index) => item.decode(entry, `${path}[${index}]`));
  },
});

/** A map with text keys, written in the order of its keys' bytes. */
export const textMap = <T>(value: Codec<T>, max: number): Codec<Readonly<Record<string, T>>> => {
  const key = text(1, 64);
  return {
    schema: { dataType: "map", keys: key.schema, values: value.schema },
    encode: (record) => ({
      entries: Object.keys(record)
        .sort()
        .map((name) => [key.encode(name), value.encode(record[name] as T)] as const),
    }),
    decode(data, path) {
      if (!isMap(data) || data.entries.length > max) throw misfit(path, `a map of at most ${max} entries`);
      const entries = data.entries.map(([k, v]) => {
        const name = key.decode(k, `${path} key`);
        return [name, value.decode(v, `${path}.${name}`)] as const;
      });
      if (new Set(entries.map(([name]) => name)).size !== entries.length) throw misfit(path, "distinct keys");
      return Object.fromEntries(entries);
    },
  };
};

/** A type without fields: one constructor for each name, in order. */
export const enumeration = <const Names extends readonly string[]>(names: Names): Codec<Names[number]> => ({
  schema: { anyOf: names.map((_, index) => ({ index, fields: [] })) },
  encode: (name) => ({ index: names.indexOf(name), fields: [] }),
  decode(data, path) {
    const name = isConstr(data) && data.fields.length === 0 ? names[data.index] : undefined;
    if (name === undefined) throw misfit(path, `one of ${names.join(", ")}`);
    return name;
  },
});

const flag = enumeration(["False", "True"]);
export const boolean: Codec<boolean> = {
  schema: flag.schema,
  encode: (value) => flag.encode(value ? "True" : "False"),
  decode: (data, path) => flag.decode(data, path) === "True",
};

export const option = <T>(inner: Codec<T>): Codec<T | null> => ({
  schema: {
    anyOf: [
      { index: 0, fields: [inner.schema] },
      { index: 1, fields: [] },
    ],
  },
  encode: (value) =>
    value === null ? { index: 1, fields: [] } : { index: 0, fields: [inner.encode(value)] },
  decode(data, path) {
    if (isConstr(data) && data.index === 1 && data.fields.length === 0) return null;
    const [field] = isConstr(data) && data.index === 0 && data.fields.length === 1 ? data.fields : [];
    if (field === undefined) throw misfit(path, "an option");
    return inner.decode(field, path);
  },
});

/** A sum type: for each `act`, in the order of its constructors, the codec of its fields. Values carry their constructor's name as `act`. */
export const oneOf = <F extends Readonly<Record<string, Readonly<Record<string, AnyCodec>>>>>(
  acts: F,
): Codec<ActsOf<F>> => {
  const options = Object.entries(acts).map(([act, fields], index) => ({ act, codec: record(fields, index) }));
  return {
    schema: { anyOf: options.flatMap(({ codec }) => ("anyOf" in codec.schema ? codec.schema.anyOf : [])) },
    encode(value) {
      const option = options.find(({ act }) => act === value.act);
      if (option === undefined) throw misfit("act", `one of ${Object.keys(acts).join(", ")}`);
      return option.codec.encode(value as never);
    },
    decode(data, path) {
      const option = isConstr(data) ? options[data.index] : undefined;
      if (option === undefined) throw misfit(path, `a constructor from 0 to ${options.length - 1}`);
      return { act: option.act, ...option.codec.decode(data, path) } as ActsOf<F>;
    },
  };
};

/** Any codec: `never` in, `unknown` out, which every codec satisfies. */
interface AnyCodec {
  readonly schema: Schema;
  encode(value: never): PlutusData;
  decode(data: PlutusData, path: string): unknown;
}
type RecordOf<F> = { readonly [K in keyof F]: F[K] extends Codec<infer T> ? T : never };
type ActsOf<F> = { readonly [A in keyof F]: { readonly act: A } & RecordOf<F[A]> }[keyof F];

/** A product type: constructor `index` with the fields in the order they are written here. */
export const record = <F extends Readonly<Record<string, AnyCodec>>>(
  fields: F,
  index = 0,
): Codec<RecordOf<F>> => {
  const names = Object.keys(fields) as (keyof F & string)[];
  const at = (name: keyof F & string): Codec<unknown> => fields[name] as Codec<unknown>;
  return {
    schema: { anyOf: [{ index, fields: names.map((name) => at(name).schema) }] },
    encode(value) {
      return {
        index,
        fields: names.map((name) => {
          try {
            return at(name).encode(value[name]);
          } catch (cause) {
            throw new DppError("datum/shape", `${name}: ${(cause as Error).message}`, {
              cause,
              details: { path: name },
            });
          }
        }),
      };
    },
    decode(data, path) {
      if (!isConstr(data) || data.index !== index || data.fields.length !== names.length) {
        throw misfit(path, `constructor ${index} with ${names.length} fields`);
      }
      const entries = names.map((name, position) => [
        name,
        at(name).decode(data.fields[position] as PlutusData, `${path}.${name}`),
      ]);
      return Object.fromEntries(entries) as RecordOf<F>;
    },
  };
};
