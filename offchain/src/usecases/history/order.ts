/** Transactions read once and put in the order in which the ledger took them. Pure. */
import { readSigned, type SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { LedgerTx } from "../../ports/ledger.js";

/** A transaction of the past with what its bytes say; `signed` null: they cannot be read, and `unreadable` says why. */
export interface PastTransaction {
  readonly tx: LedgerTx;
  readonly signed: SignedTransaction | null;
  readonly unreadable: string | null;
}

/** Reads a transaction; an app may remember what it read, since a hash names the bytes. */
export type ReadPast = (tx: LedgerTx) => PastTransaction;

/** An NFT moves once per act on it; more is somebody's game, and is not read into memory. */
export const MAX_TRANSACTIONS = 20_000;

export const readPast: ReadPast = (tx) => {
  try {
    const signed = readSigned(tx.cbor);
    if (signed.hash === tx.hash) return { tx, signed, unreadable: null };
    return { tx, signed: null, unreadable: `these are the bytes of transaction ${signed.hash}` };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { tx, signed: null, unreadable: error.message };
  }
};

/**
 * The union of several lists, oldest first. Within one block a transaction stands after those whose outputs it spends, whatever order the ledger gave.
 * @throws DppError `history/too-long`.
 */
export function inLedgerOrder(
  lists: readonly (readonly LedgerTx[])[],
  read: ReadPast = readPast,
): readonly PastTransaction[] {
  const byHash = new Map(lists.flat().map((tx) => [tx.hash, tx]));
  if (byHash.size > MAX_TRANSACTIONS)
    throw new DppError("history/too-long", `more than ${MAX_TRANSACTIONS} transactions moved this token`);
  const sorted = [...byHash.values()].sort((a, b) => a.height - b.height).map(read);
  const ordered: PastTransaction[] = [];
  for (let at = 0; at < sorted.length; ) {
    const height = sorted[at]?.tx.height;
    let end = at;
    while (sorted[end]?.tx.height === height) end++;
    ordered.push(...withinBlock(sorted.slice(at, end)));
    at = end;
  }
  return ordered;
}

function withinBlock(block: readonly PastTransaction[]): readonly PastTransaction[] {
  if (block.length === 1) return block;
  const left = new Map(block.map((past) => [past.tx.hash, past]));
  const ordered: PastTransaction[] = [];
  const take = (past: PastTransaction): void => {
    // Out of `left` first, so that not even a ring of forged bytes goes round twice.
    left.delete(past.tx.hash);
    for (const { txHash } of past.signed?.spent ?? []) {
      const before = left.get(txHash);
      if (before !== undefined) take(before);
    }
    ordered.push(past);
  };
  for (const past of block) if (left.has(past.tx.hash)) take(past);
  return ordered;
}
