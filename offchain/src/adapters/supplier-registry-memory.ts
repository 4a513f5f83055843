/** SupplierRegistryStore of one process, for tests and for reading a copy. */
import { DppError } from "../domain/errors.js";
import type { SupplierRegistryStore } from "../ports/supplier-registry.js";

export function supplierRegistryInMemory(): SupplierRegistryStore {
  let file: Uint8Array | null = null;
  let revision = -1;
  const records = new Map<string, Uint8Array>();
  let last: Promise<unknown> = Promise.resolve();
  let writing = false;
  return {
    file: async () => file?.slice() ?? null,
    record: async (hash) => records.get(hash)?.slice() ?? null,
    seen: async () => revision,
    exclusively(work) {
      const turn = async () => {
        writing = true;
        try {
          return await work();
        } finally {
          writing = false;
        }
      };
      const done = last.then(turn, turn);
      last = done.catch(() => undefined);
      return done;
    },
    async commit(change) {
      if (!writing) throw new DppError("supplier/unavailable", "a change is written by who has the turn");
      for (const { hash, bytes } of change.records) records.set(hash, bytes.slice());
      file = change.file.slice();
      revision = Math.max(revision, change.revision);
      for (const hash of records.keys()) if (!change.keep.has(hash)) records.delete(hash);
    },
  };
}
