import type { PendingTransaction } from "../../ports/pending-transactions.js";

export const oldestFirst = (a: PendingTransaction, b: PendingTransaction): number =>
  a.firstSent - b.firstSent || (a.hash < b.hash ? -1 : 1);
