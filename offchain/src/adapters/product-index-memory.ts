/** The product index without a disk, for tests and tools of one process. */
import { type Identifier, parseIdentifier } from "../domain/identifier.js";
import type { ProductEntry, ProductIndex } from "../ports/product-index.js";

export function productIndexInMemory(): ProductIndex {
  const entries = new Map<string, ProductEntry & Identifier>();
  let last: Promise<unknown> = Promise.resolve();
  const keyOf = (gtin: string, serial: string): string => `${gtin}/${serial}`;
  return {
    find: async (gtin, serial) => {
      const entry = entries.get(keyOf(gtin, serial));
      return entry === undefined ? null : { id: entry.id, salt: entry.salt };
    },
    put: async (gtin, serial, { id, salt }) => {
      entries.set(keyOf(gtin, serial), { ...parseIdentifier(gtin, serial), id, salt });
    },
    exclusive(work) {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
    list: async () => [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry),
  };
}
