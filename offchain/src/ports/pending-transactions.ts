/**
 * Transactions that were sent, or are about to be, and are not settled yet. Each is written here before it leaves, so that neither a crash nor a
 * reorganisation loses one. Shared by the processes of one home directory. Why: docs/rollbacks.md.
 */
import type { Ledger, OutRef } from "./ledger.js";

/** What a signed transaction says of itself. */
export interface TransactionFacts {
  /** Hex. */
  readonly hash: string;
  /** Outputs that it spends. */
  readonly spends: readonly OutRef[];
  /** Outputs that must exist when it is judged: what it spends, its collateral, what it refers to; each once. */
  readonly needs: readonly OutRef[];
  /** Units that it mints or burns. */
  readonly mints: readonly string[];
  /** In the order of their indices. */
  readonly outputs: readonly { readonly address: string; readonly units: readonly string[] }[];
}

/** Why a transaction that was sent cannot stand now. */
export interface Trouble {
  /** `superseded`: something that it needs was spent by another; `refused`: a rule refuses it, such as the end of its validity. */
  readonly kind: "superseded" | "refused";
  /** A sentence for a person. */
  readonly reason: string;
  /** Hash of the transaction that took what this one needs; `null` when it is not known. */
  readonly rival: string | null;
  /** Height of the tip when this was first seen. */
  readonly since: number;
  /** The trouble itself is settled: the transaction is lost, and is not sent again. */
  readonly final: boolean;
}

export interface NewPending {
  /** Signed transaction, CBOR hex. */
  readonly cbor: string;
  /** What it is for, in a few words for a person; nothing secret. */
  readonly purpose: string;
  /** POSIX ms. */
  readonly firstSent: number;
}

export interface PendingTransaction extends TransactionFacts, NewPending {
  readonly trouble: Trouble | null;
}

export interface PendingTransactions {
  /** @throws DppError `ledger/bad-transaction`. */
  read(cbor: string): TransactionFacts;
  /** Durable when it resolves. `false`: it was here already, and stays as it was. @throws DppError `ledger/bad-transaction`. */
  add(transaction: NewPending): Promise<boolean>;
  /** Durable when it resolves; without such a transaction nothing happens. */
  mark(hash: string, trouble: Trouble | null): Promise<void>;
  /** Durable when it resolves; without such a transaction nothing happens. */
  remove(hash: string): Promise<void>;
  find(hash: string): Promise<PendingTransaction | null>;
  /** Oldest first. @throws DppError `home/pending` naming a file that is damaged. */
  list(): Promise<readonly PendingTransaction[]>;
  /**
   * Runs `work` while nobody else over this store runs his: between the record of a new transaction and the ledger's first answer, nobody sends it.
   * Calls do not nest. @throws DppError `home/busy`.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** What goes with a ledger that keeps track of what was sent over it. */
export interface Submissions {
  /** The ledger as it is, which keeps nothing and leaves nothing out. */
  readonly ledger: Ledger;
  readonly pending: PendingTransactions;
  /** Blocks, the transaction's own included, after which it counts as settled; 1 or more. */
  readonly confirmations: number;
}

/** A ledger that keeps what is sent until it is settled (usecases/track.ts). */
export interface TrackedLedger extends Ledger {
  readonly submissions: Submissions;
}

/** `null`: this ledger keeps no track. */
export const submissionsOf = (ledger: Ledger): Submissions | null =>
  (ledger as Partial<TrackedLedger>).submissions ?? null;
