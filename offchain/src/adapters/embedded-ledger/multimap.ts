/** An index: key → set of values. A key without values is absent, so that membership answers "does anything exist here". */
export type Index = Map<string, Set<string>>;

export function indexed(index: Index, key: string, value: string): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

export function unindex(index: Index, key: string, value: string): void {
  const values = index.get(key);
  if (values?.delete(value) && values.size === 0) index.delete(key);
}

export const indexOf = (index: Index, key: string): ReadonlySet<string> => index.get(key) ?? new Set();
