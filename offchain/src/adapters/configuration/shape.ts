/** The building blocks of the configuration's table, and the type that follows from them. */
import type { Kind } from "./kinds.js";

/** One key with a value. */
export interface Field<T> {
  readonly node: "field";
  readonly kind: Kind<NonNullable<T>>;
  /** Half a sentence for the documentation. */
  readonly about: string;
  /** Taken when neither file nor environment has the key. Absent from a required field. */
  readonly otherwise?: T;
  readonly required: boolean;
  /** Further environment variables; the one made from the path goes first. */
  readonly variables: readonly string[];
  /** What stands in the documentation in place of a default. */
  readonly defaultText?: string;
}

export interface Section {
  readonly [key: string]: Field<unknown> | Section | Variants;
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** A section whose other keys depend on `kind`. */
export interface Variants<V extends Readonly<Record<string, Fields>> = Readonly<Record<string, Fields>>> {
  readonly node: "variants";
  readonly about: string;
  /** The first is the default. */
  readonly variants: V;
}

interface Note {
  readonly about: string;
  readonly variables?: readonly string[];
  readonly defaultText?: string;
}

export const required = <T>(kind: Kind<NonNullable<T>>, { about, variables = [] }: Note): Field<T> => ({
  node: "field",
  kind,
  about,
  required: true,
  variables,
});

export const optional = <T>(
  kind: Kind<NonNullable<T>>,
  { variables = [], ...note }: Note,
): Field<T | undefined> => ({ node: "field", kind, required: false, variables, ...note });

export const withDefault = <T>(
  kind: Kind<NonNullable<T>>,
  otherwise: NoInfer<T>,
  { variables = [], ...note }: Note,
): Field<T> => ({ node: "field", kind, otherwise, required: false, variables, ...note });

export const byKind = <const V extends Readonly<Record<string, Fields>>>(
  about: string,
  variants: V,
): Variants<V> => ({ node: "variants", about, variants });

export const isField = (node: unknown): node is Field<unknown> =>
  (node as { node?: unknown }).node === "field";
export const isVariants = (node: unknown): node is Variants =>
  (node as { node?: unknown }).node === "variants";

type ValuesOf<F> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** What a table's node is once it is read. */
export type ValueOf<N> =
  N extends Field<infer T>
    ? T
    : N extends Variants<infer V>
      ? { [K in keyof V]: { readonly kind: K } & ValuesOf<V[K]> }[keyof V]
      : ValuesOf<N>;

/** `ledger.projectIdFile` → `DPP_LEDGER_PROJECT_ID_FILE`. */
export const variableOf = (path: string): string =>
  `DPP_${path
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(".", "_")
    .toUpperCase()}`;
