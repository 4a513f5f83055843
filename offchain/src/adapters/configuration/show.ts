/** A configuration for people: every key with its value, secrets masked, and where the value comes from. */
import type { ReadConfiguration } from "./read.js";
import { MASK, Secret } from "./secret.js";

export interface ShownKey {
  readonly key: string;
  /** JSON; `undefined` shows as null. */
  readonly value: unknown;
  readonly source: string;
}

export const showConfiguration = ({ configuration, sources }: ReadConfiguration): readonly ShownKey[] =>
  leaves(configuration, "", new Set(sources.keys())).map(([key, value]) => ({
    key,
    value: masked(value),
    source: sources.get(key) ?? "default",
  }));

function leaves(value: unknown, path: string, fields: ReadonlySet<string>): [string, unknown][] {
  if (fields.has(path) || typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === "" ? key : `${path}.${key}`, fields),
  );
}

function masked(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Secret) return MASK;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}
