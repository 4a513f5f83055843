/** What counts as anchored in the store, held against the ledger: a reorganisation may have taken it, or put something else in its place. */
import { eventId } from "../../codec/event.js";
import { isDppError } from "../../domain/errors.js";
import type { Thread } from "../../domain/pack.js";
import type { EventStore, Lease, PackState } from "../../ports/event-store.js";
import type { Utxo } from "../../ports/ledger.js";
import type { EventContext } from "./context.js";
import { fateOf, isOfThread, isUnderWay } from "./reconcile.js";
import { readThreadHistory, readThreadState } from "./threads.js";

const PAGE = 1_000;

/**
 * Threads of which the ledger has less than counted as anchored here, or has it from another transaction: a reorganisation took it. Packs that did not come
 * back wait again; those that somebody else brought back, or that something else stands in place of, are marked so. `only`: this source alone.
 * @throws DppError `ledger/*`, `event-store/*`.
 */
export async function reopenRolledBack(
  context: EventContext,
  worker: string,
  ms: number,
  only?: string,
): Promise<void> {
  for (const { source, packs } of await context.store.threads()) {
    if (packs.anchored === 0 || (only !== undefined && source !== only)) continue;
    try {
      await reopen(context, source, worker, ms);
    } catch (error) {
      // What is wrong with it is said when its packs are due.
      if (!isDppError(error) || !isOfThread(error)) throw error;
    }
  }
}

async function reopen(context: EventContext, source: string, worker: string, ms: number): Promise<void> {
  const { store, clock, ledger, contracts } = context;
  // `null`: what opened the thread was taken, too.
  const state = await readThreadState(context, source);
  const next = state?.thread.next ?? 0;
  const beyond = await store.packs(source, next, PAGE, ["anchored"]);
  const replaced = state !== null && (await isReplaced(store, contracts.config.hash, state));
  if (beyond.length === 0 && !replaced) return;
  const [lease] = await store.lease(worker, clock.now(), ms, 1, source);
  // Somebody is at work on it, and sees it himself.
  if (lease === undefined) return;
  try {
    if (replaced) await anchoredAnew(context, lease, next);
    for (const { lo, state: was } of beyond) {
      if (was.kind !== "anchored") continue;
      const sent: PackState & { kind: "sent" } = { kind: "sent", txHash: was.txHash };
      await store.markPack(lease, lo, (await isUnderWay(ledger, sent)) ? sent : { kind: "waiting" });
    }
  } finally {
    await store.release(lease);
  }
}

/** Whether the thread's last entry is not what the store has as anchored in its place. What lies deeper was replaced with it, or not at all. */
async function isReplaced(
  store: EventStore,
  config: string,
  { utxo, thread }: { readonly utxo: Utxo; readonly thread: Thread },
): Promise<boolean> {
  if (thread.next === 0) return false;
  const last = await store.event(eventId(config, thread.source, thread.next - 1));
  const state = last?.pack?.state;
  if (state?.kind !== "anchored") return false;
  // Closing a thread makes a state without an entry.
  return state.seq !== thread.seq - 1 || (!thread.closed && state.txHash !== utxo.txHash);
}

/** Packs that count as anchored below `next`, by what the ledger says of them now. */
async function anchoredAnew({ store, ...context }: EventContext, lease: Lease, next: number): Promise<void> {
  const { entries } = await readThreadHistory(context, lease.source);
  for (let from = 0; from < next; ) {
    const packs = await store.packs(lease.source, from, PAGE, ["anchored"]);
    for (const pack of packs.filter(({ lo }) => lo < next)) {
      const state = fateOf(pack, entries, next);
      const was = pack.state.kind === "anchored" ? pack.state : null;
      if (state.kind !== "anchored" || was?.txHash !== state.txHash || was.seq !== state.seq)
        await store.markPack(lease, pack.lo, state);
    }
    from = packs.at(-1)?.hi ?? next;
  }
}
