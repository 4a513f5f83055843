import type { DppError } from "../../domain/errors.js";
import { isJointThread } from "../../domain/joint.js";
import { isWritten } from "../../domain/pack.js";
import type { Range } from "../../merkle/range.js";
import type { Lease, PackState, StoredPack } from "../../ports/event-store.js";
import type { Utxo } from "../../ports/ledger.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import type { EventContext } from "./context.js";
import { type Attested, notLive, signerNames } from "./pack-signers.js";
import { readParties } from "./parties.js";
import type { AnchoredPack, RelayReport } from "./relay.js";
import { readThread, readThreadHistory, type ThreadView, type WrittenEntry } from "./threads.js";

export interface ThreadAtWork {
  readonly lease: Lease;
  /** Everybody who signed one of the packs. */
  readonly attested: Attested;
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
export const LOST = "event-store/lost-lease";

/** Of one thread, and neither of the ledger nor of the store as a whole. */
export const isOfThread = ({ code }: DppError): boolean =>
  code === LOST || !(code.startsWith("ledger/") || code.startsWith("event-store/"));

export async function catchUp(context: EventContext, lease: Lease, limit: number): Promise<Standing> {
  const view = await readThread(context, lease.source);
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
      `the thread stands at ${view.thread.next}, and the next pack here begins at ${ahead.lo}: have those between anchored first (dpp event pack, or dpp event import where they lie elsewhere), or give them up when they are lost for good (dpp event gap)`,
    );
  }
  if (view.thread.closed) {
    const [code, reason] = ["thread/closed", "the thread is closed: nothing is written to it any more"];
    for (const { lo } of packs.ready)
      await context.store.markPack(lease, lo, { kind: "refused", code, reason });
    const closed = packs.ready.map((pack) => ({ pack, code, reason, final: true }));
    return { anchored: anchored.done, held: [...refused, ...closed], work: null };
  }
  const attested = await attestedIn(context, packs.ready);
  const held = notLive(first, attested, context.clock.now());
  if (held !== null) return wait(first, held.code, held.message);
  return {
    anchored: anchored.done,
    held: refused,
    work: {
      lease,
      attested,
      utxo: view.utxo,
      range: view.range,
      packs: packs.ready,
      conflicts: 0,
    },
  };
}

async function attestedIn(context: EventContext, packs: readonly StoredPack[]): Promise<Attested> {
  const names = [...new Set(packs.flatMap(signerNames))];
  return new Map((await readParties(context, names)).map((view) => [view.name, view]));
}

/** What became of a pack that begins below `next`. */
export function fateOf(
  pack: StoredPack,
  entries: readonly WrittenEntry[],
  next: number,
): PackState & { kind: "anchored" | "refused" } {
  const seq = entries.findIndex((written) => isOf(pack, written));
  const written = entries[seq];
  if (written !== undefined && isWritten(written.entry))
    return { kind: "anchored", txHash: written.tx.hash, seq, late: written.entry.late };
  const reason = `the ledger has the counters up to ${next - 1} of this thread already, and not from this pack: dpp event thread shows what stands there; ${
    isJointThread(pack.source)
      ? "its parties sign what it said again, under new numbers (dpp joint pack)"
      : "its source seals what is left anew (dpp event pack), and says again under new numbers what was passed over (dpp event record)"
  }`;
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
  isWritten(entry) && entry.lo === lo && entry.hi === hi && entry.root === root;

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

export async function isUnderWay(
  ledger: EventContext["ledger"],
  { txHash }: PackState & { kind: "sent" },
): Promise<boolean> {
  const entry = await submissionsOf(ledger)?.pending.find(txHash);
  return entry !== null && entry !== undefined && entry.trouble?.final !== true;
}
