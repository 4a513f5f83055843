/** What is lost for good when counters are given up or a thread is closed, as far as the store here knows: what a person is told before it is done. */
import type { EventStore, StoredPack } from "../../ports/event-store.js";
import type { EventReading } from "./context.js";
import { readThreadState } from "./threads.js";

const EVENTS_PAGE = 10_000;
const PACKS_PAGE = 1_000;

export interface Losses {
  /** The thread's next counter; `null` when the ledger has no such thread. */
  readonly next: number | null;
  /** Events of the store among the counters. */
  readonly events: number;
  /** Counters of the first and the last of them. */
  readonly first: number | null;
  readonly last: number | null;
  /** How many of them are in a pack that was sealed and waits. */
  readonly sealed: number;
  /** Counters after the last event that the ledger or this store knows: nothing says that they were ever used. */
  readonly beyond: number;
}

/** Of the counters from the thread's next one up to `through`. @throws DppError `event-store/*`, `ledger/*`. */
export async function lossesOf(reading: EventReading, source: string, through: number): Promise<Losses> {
  const { store } = reading;
  const state = await readThreadState(reading, source);
  if (state === null) return { next: null, events: 0, first: null, last: null, sealed: 0, beyond: 0 };
  const { next } = state.thread;
  let from = next;
  let events = 0;
  let first: number | null = null;
  let last: number | null = null;
  while (from <= through) {
    const page = (await store.marks(source, from, EVENTS_PAGE)).filter(({ counter }) => counter <= through);
    const end = page.at(-1);
    if (end === undefined) break;
    events += page.length;
    first ??= page[0]?.counter ?? null;
    last = end.counter;
    from = end.counter + 1;
  }
  const packs = (await waitingPacks(store, source, next)).filter(({ lo }) => lo <= through);
  const sealed = packs.reduce((sum, { lo, hi }) => sum + Math.min(hi, through + 1) - Math.max(lo, next), 0);
  const known = Math.max(next - 1, (await store.lastEvent(source))?.counter ?? -1);
  return { next, events, first, last, sealed, beyond: Math.max(0, through - known) };
}

/** Packs of the thread that wait for a relayer or are in a transaction that is in no block yet, ascending, from counter `from` on. */
export async function waitingPacks(
  store: EventStore,
  source: string,
  from: number,
): Promise<readonly StoredPack[]> {
  const found: StoredPack[] = [];
  for (let at = from; ; ) {
    const page = await store.packs(source, at, PACKS_PAGE, ["waiting", "sent"]);
    found.push(...page);
    const end = page.at(-1);
    if (end === undefined || page.length < PACKS_PAGE) return found;
    at = end.hi;
  }
}
