/**
 * What became of a thread's packs, by the ledger: anchored by us or by somebody else, rolled back, overtaken. Makes a relayer idempotent: it may crash,
 * be rolled back or be refused anywhere, and the next one begins here.
 */
import { eventId } from "../../codec/event.js";
import type { Thread } from "../../domain/pack.js";
import type { Range } from "../../merkle/range.js";
import type { EventStore, Lease, PackState, StoredPack } from "../../ports/event-store.js";
import type { Utxo } from "../../ports/ledger.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import type { Presented } from "../../tx/presented.js";
import { type AttestationView, readAttestation } from "../resolve.js";
import type { EventContext } from "./context.js";
import type { AnchoredPack, RelayReport } from "./relay.js";
import {
  readThread,
  readThreadHistory,
  readThreadState,
  type ThreadView,
  type WrittenEntry,
} from "./threads.js";

export interface ThreadAtWork {
  readonly lease: Lease;
  readonly source: AttestationView;
  readonly presented: Presented;
  /** As it will lie once all that was sent has happened. */
  utxo: Utxo;
  range: Range;
  /** To be appended, in order; each begins where the one before ends. */
  packs: readonly StoredPack[];
  /** How often somebody else was faster in this run. */
  conflicts: number;
}

export interface Standing {
  readonly anchored: readonly AnchoredPack[];
  readonly held: RelayReport["held"];
  /** `null`: nothing can be done now. */
  readonly work: ThreadAtWork | null;
}

const PAGE = 1_000;

export async function catchUp(context: EventContext, lease: Lease, limit: number): Promise<Standing> {
  const { clock } = context;
  const [view, source] = await Promise.all([
    readThread(context, lease.source),
    readAttestation(context, lease.source),
  ]);
  const anchored = await passed(context, lease, view);
  const refused = anchored.refused;
  const packs = await upcoming(context, lease, view.thread.next, limit);
  const [first] = packs.ready;
  const wait = (pack: StoredPack, code: string, reason: string): Standing => ({
    anchored: anchored.done,
    held: [...refused, { pack, code, reason, final: false }],
    work: null,
  });
  if (first === undefined) {
    const [ahead] = packs.ahead;
    if (ahead === undefined) return { anchored: anchored.done, held: refused, work: null };
    return wait(
      ahead,
      "pack/ahead",
      `the thread stands at ${view.thread.next}, and the next pack here begins at ${ahead.lo}: those between lie elsewhere, or are lost (dpp event gap)`,
    );
  }
  if (view.thread.closed)
    return wait(first, "thread/closed", "the thread is closed: nothing is written to it any more");
  if (source?.live !== true)
    return wait(
      first,
      "thread/not-live",
      `the attestation of the source is ${source === null ? "gone" : standingText(source, clock.now())}`,
    );
  return {
    anchored: anchored.done,
    held: refused,
    work: {
      lease,
      source,
      presented: { name: source.name, utxo: source.utxo },
      utxo: view.utxo,
      range: view.range,
      packs: packs.ready,
      conflicts: 0,
    },
  };
}

function standingText({ status, validFrom, validTo }: AttestationView, now: number): string {
  if (status !== "Active") return status;
  return now < validFrom
    ? `not valid before ${new Date(validFrom).toISOString()}`
    : `expired since ${new Date(Math.min(validTo, now)).toISOString()}`;
}

/**
 * Threads of which the ledger has less than counted as anchored here, or has it from another transaction: a reorganisation took it. Packs that did not come
 * back wait again; those that somebody else brought back, or that something else stands in place of, are marked so.
 * @throws DppError `ledger/*`, `event-store/*`.
 */
export async function reopenRolledBack(
  { store, clock, ...reading }: EventContext,
  worker: string,
  ms: number,
): Promise<void> {
  for (const { source, packs } of await store.threads()) {
    if (packs.anchored === 0) continue;
    const state = await readThreadState({ clock, ...reading }, source);
    if (state === null) continue;
    const beyond = await store.packs(source, state.thread.next, PAGE, ["anchored"]);
    const replaced = await isReplaced(store, reading.contracts.config.hash, state);
    if (beyond.length === 0 && !replaced) continue;
    const [lease] = await store.lease(worker, clock.now(), ms, 1, source);
    // Somebody is at work on it, and sees it himself.
    if (lease === undefined) continue;
    try {
      if (replaced) await anchoredAnew({ store, clock, ...reading }, lease, state.thread.next);
      for (const { lo, state: was } of beyond) {
        const again =
          was.kind === "anchored" && (await isUnderWay(reading.ledger, { kind: "sent", txHash: was.txHash }));
        await store.markPack(
          lease,
          lo,
          again && was.kind === "anchored" ? { kind: "sent", txHash: was.txHash } : { kind: "waiting" },
        );
      }
    } finally {
      await store.release(lease);
    }
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

/** What became of a pack that begins below `next`. */
function fateOf(
  pack: StoredPack,
  entries: readonly WrittenEntry[],
  next: number,
): PackState & { kind: "anchored" | "refused" } {
  const seq = entries.findIndex((written) => isOf(pack, written));
  const written = entries[seq];
  if (written !== undefined && written.entry.kind === "append")
    return { kind: "anchored", txHash: written.tx.hash, seq, late: written.entry.late };
  const reason = `the ledger has the counters up to ${next - 1} of this thread already, and not from this pack`;
  return { kind: "refused", code: "pack/overlap", reason };
}

/** Packs below the thread's next counter: the ledger has them, or others in their place. */
async function passed(
  { store, ...context }: EventContext,
  lease: Lease,
  { thread }: ThreadView,
): Promise<{ readonly done: readonly AnchoredPack[]; readonly refused: RelayReport["held"] }> {
  const open = (await store.packs(lease.source, 0, PAGE, ["waiting", "sent"])).filter(
    ({ lo }) => lo < thread.next,
  );
  if (open.length === 0) return { done: [], refused: [] };
  const { entries } = await readThreadHistory(context, lease.source);
  const done: AnchoredPack[] = [];
  const refused: RelayReport["held"][number][] = [];
  for (const pack of open) {
    const state = fateOf(pack, entries, thread.next);
    await store.markPack(lease, pack.lo, state);
    if (state.kind === "anchored")
      done.push({ pack, txHash: state.txHash, seq: state.seq, late: state.late });
    else refused.push({ pack, code: state.code, reason: state.reason, final: true });
  }
  return { done, refused };
}

const isOf = ({ lo, hi, root }: StoredPack, { entry }: WrittenEntry): boolean =>
  entry.kind === "append" && entry.lo === lo && entry.hi === hi && entry.root === root;

/** Packs from the thread's next counter on. One that counted as anchored was rolled back, and waits again. */
async function upcoming(
  { store, ledger }: EventContext,
  lease: Lease,
  next: number,
  limit: number,
): Promise<{ readonly ready: readonly StoredPack[]; readonly ahead: readonly StoredPack[] }> {
  const found = (await store.packs(lease.source, next, limit, ["waiting", "sent", "anchored"])).filter(
    ({ lo }) => lo >= next,
  );
  const ready: StoredPack[] = [];
  let at = next;
  for (const pack of found) {
    if (pack.lo !== at) break;
    // In another process' transaction, or in ours of before a crash: the keeper of what was sent goes on trying.
    if (pack.state.kind === "sent" && (await isUnderWay(ledger, pack.state))) break;
    if (pack.state.kind !== "waiting") await store.markPack(lease, pack.lo, { kind: "waiting" });
    ready.push({ ...pack, state: { kind: "waiting" } });
    at = pack.hi;
  }
  return { ready, ahead: found.filter(({ lo }, place) => place === 0 && lo > next) };
}

async function isUnderWay(
  ledger: EventContext["ledger"],
  { txHash }: PackState & { kind: "sent" },
): Promise<boolean> {
  const entry = await submissionsOf(ledger)?.pending.find(txHash);
  return entry !== null && entry !== undefined && entry.trouble?.final !== true;
}
