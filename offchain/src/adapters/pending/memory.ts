/** Pending transactions without a disk, for tests and tools of one process. */
import type { NewPending, PendingTransactions, Trouble } from "../../ports/pending-transactions.js";
import { factsOf } from "./facts.js";
import { oldestFirst } from "./order.js";

export function pendingInMemory(): PendingTransactions {
  const records = new Map<string, NewPending>();
  const troubles = new Map<string, Trouble>();
  let last: Promise<unknown> = Promise.resolve();
  const view = (hash: string, record: NewPending) => ({
    ...factsOf(record.cbor),
    ...record,
    trouble: troubles.get(hash) ?? null,
  });
  return {
    read: factsOf,
    async add({ cbor, purpose, firstSent }) {
      const { hash } = factsOf(cbor);
      if (records.has(hash)) return false;
      records.set(hash, { cbor, purpose, firstSent });
      return true;
    },
    async mark(hash, trouble) {
      if (trouble === null) troubles.delete(hash);
      else if (records.has(hash)) troubles.set(hash, trouble);
    },
    async remove(hash) {
      records.delete(hash);
      troubles.delete(hash);
    },
    find: async (hash) => {
      const record = records.get(hash);
      return record === undefined ? null : view(hash, record);
    },
    list: async () => Array.from(records, ([hash, record]) => view(hash, record)).toSorted(oldestFirst),
    exclusive(work) {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
