/**
 * Holds what was sent against the ledger: settled transactions leave the store, lost ones are sent again, and what cannot stand any more is kept with
 * the reason. No clock and no timer here: the app says when. Why: docs/rollbacks.md.
 */
import { type DppError, isDppError } from "../domain/errors.js";
import type { PendingTransaction, Submissions, Trouble } from "../ports/pending-transactions.js";
import { sameOutRef } from "../tx/plan.js";
import { rivalFor } from "./rival.js";

/**
 * `settled`: deep enough, and gone from the store; `shallow`: in a block; `waiting`: in none, and sent again; `superseded`, `refused`: it cannot
 * stand as things are (`trouble`).
 */
export type StandingStatus = "settled" | "shallow" | "waiting" | "superseded" | "refused";

export interface Standing {
  readonly transaction: PendingTransaction;
  readonly status: StandingStatus;
  /** Blocks, its own included; 0 outside the chain. */
  readonly confirmations: number;
}

/** Neither in the chain nor, any more, on its way there. */
export const isLost = ({ transaction }: Standing): boolean => transaction.trouble?.final === true;

/** The ledger judged. Everything else that submitting throws leaves open whether the transaction arrived. */
export const isAnswer = (error: unknown): error is DppError =>
  isDppError(error, "ledger/conflict") ||
  isDppError(error, "ledger/refused") ||
  isDppError(error, "ledger/bad-transaction");

/** @throws DppError `ledger/unavailable`, `home/pending`, `home/busy`. */
export async function settle(submissions: Submissions): Promise<readonly Standing[]> {
  const { pending } = submissions;
  if ((await pending.list()).length === 0) return [];
  return pending.exclusive(async () => {
    let entries = parentsFirst(await pending.list());
    const standings: Standing[] = [];
    for (const { hash } of entries) {
      const entry = entries.find((candidate) => candidate.hash === hash);
      if (entry === undefined) continue;
      const standing = await renew(submissions, entry, entries);
      standings.push(standing);
      // What comes later may spend from this one, and must see what became of it.
      entries = entries.map((other) => (other.hash === hash ? standing.transaction : other));
    }
    return standings;
  });
}

/** Where each stands, as it is: nothing is sent and nothing written. @throws DppError `ledger/unavailable`, `home/pending`. */
export async function survey({ ledger, pending, confirmations }: Submissions): Promise<readonly Standing[]> {
  const entries = await pending.list();
  if (entries.length === 0) return [];
  const { height } = await ledger.tip();
  return Promise.all(
    entries.map(async (transaction) => {
      const stands = await ledger.transaction(transaction.hash);
      if (stands !== null) return inChain(transaction, height, stands.height, confirmations);
      return { transaction, status: transaction.trouble?.kind ?? "waiting", confirmations: 0 };
    }),
  );
}

/** What spends from another comes after it. */
function parentsFirst(entries: readonly PendingTransaction[]): readonly PendingTransaction[] {
  const placed: PendingTransaction[] = [];
  let left = entries;
  while (left.length > 0) {
    const ready = left.filter(({ needs }) =>
      needs.every(({ txHash }) => !left.some(({ hash }) => hash === txHash)),
    );
    // Hashes admit no circle; were there one, it would still have to end.
    const next = ready.length > 0 ? ready : left;
    placed.push(...next);
    left = left.filter((entry) => !next.includes(entry));
  }
  return placed;
}

/**
 * Looks at one transaction: removes it when it is settled, sends it again when it stands in no block, and writes down what keeps it out.
 * `all`: everything that is pending. @throws DppError `ledger/unavailable`.
 */
export async function renew(
  submissions: Submissions,
  entry: PendingTransaction,
  all: readonly PendingTransaction[],
): Promise<Standing> {
  const { ledger, pending, confirmations } = submissions;
  // Before the transaction, so that a block or a reorganisation in between can make it look shallower, never deeper.
  const { height } = await ledger.tip();
  const stands = await ledger.transaction(entry.hash);
  if (stands !== null) {
    const standing = inChain(entry, height, stands.height, confirmations);
    if (standing.status === "settled") await pending.remove(entry.hash);
    else if (entry.trouble !== null) await pending.mark(entry.hash, null);
    return standing;
  }
  // It was given up, and its sender may have done something else instead.
  if (entry.trouble?.final === true) return outside(entry, entry.trouble);
  const trouble = await sendAgain(submissions, entry, all);
  if (trouble !== null || entry.trouble !== null) await pending.mark(entry.hash, trouble);
  return outside(entry, trouble);
}

function inChain(entry: PendingTransaction, tip: number, height: number, needed: number): Standing {
  const confirmations = Math.max(1, tip - height + 1);
  return {
    transaction: { ...entry, trouble: null },
    status: confirmations >= needed ? "settled" : "shallow",
    confirmations,
  };
}

const outside = (entry: PendingTransaction, trouble: Trouble | null): Standing => ({
  transaction: { ...entry, trouble },
  status: trouble?.kind ?? "waiting",
  confirmations: 0,
});

async function sendAgain(
  submissions: Submissions,
  entry: PendingTransaction,
  all: readonly PendingTransaction[],
): Promise<Trouble | null> {
  try {
    await submissions.ledger.submit(entry.cbor);
    return null;
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const obstacle = await obstacleOf(submissions, entry, all);
    // Asked last: it may have got into a block meanwhile, and have spent those outputs itself.
    if ((await submissions.ledger.transaction(entry.hash)) !== null) return null;
    if (obstacle === "parent") return null;
    if (obstacle !== null) return grown(submissions, entry, { kind: "superseded", ...obstacle });
    // Everything it needs is unspent in the chain: a conflict is one in the mempool, as a rule with the transaction itself.
    if (error.code === "ledger/conflict") return null;
    return grown(submissions, entry, { kind: "refused", reason: error.message, rival: null });
  }
}

/** `parent`: it waits for another one that is on its way; `null`: all that it needs is there. */
async function obstacleOf(
  submissions: Submissions,
  entry: PendingTransaction,
  all: readonly PendingTransaction[],
): Promise<"parent" | { readonly reason: string; readonly rival: string | null } | null> {
  const { ledger } = submissions;
  const found = await ledger.utxosByOutRef(entry.needs);
  const missing = entry.needs.filter((ref) => !found.some((utxo) => sameOutRef(utxo, ref)));
  let waits = false;
  for (const ref of missing) {
    const output = `${ref.txHash}#${ref.outputIndex}`;
    const parent = all.find(({ hash }) => hash === ref.txHash);
    if (parent !== undefined && (await ledger.transaction(parent.hash)) === null) {
      if (parent.trouble === null) waits = true;
      else {
        const reason = `it needs the output ${output} of a transaction that cannot stand itself`;
        return { reason, rival: parent.trouble.rival };
      }
      continue;
    }
    const others = all.filter(({ hash }) => hash !== entry.hash);
    const rival = await rivalFor(submissions, ref, entry, others);
    const by = rival === null ? "" : `, by ${rival}`;
    return { reason: `the output ${output}, which it needs, is spent or gone${by}`, rival };
  }
  return waits ? "parent" : null;
}

/** The trouble with its age: it is final once what caused it is settled. */
async function grown(
  { ledger, confirmations }: Submissions,
  { trouble: before }: PendingTransaction,
  found: Omit<Trouble, "since" | "final">,
): Promise<Trouble> {
  const same = before !== null && before.kind === found.kind;
  // When the rival's own outputs are spent it is not found again, but it was seen.
  const rival = found.rival ?? (same ? before.rival : null);
  const reason = found.rival === null && same && rival !== null ? before.reason : found.reason;
  // After the look at the outputs: what took them stands no higher than this.
  const { height } = await ledger.tip();
  const since = same ? Math.min(before.since, height) : height;
  const block = rival === null ? null : await ledger.transaction(rival);
  const depth = height - (block?.height ?? since) + 1;
  return { kind: found.kind, reason, rival, since, final: depth >= confirmations };
}
