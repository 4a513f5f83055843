/** The weakest link among ranges of events, as the ledger has them and as the amendments of a store count. Reads only. Spec: docs/spec/weakest-link.md. */
import { DppError } from "../../domain/errors.js";
import type { Thread } from "../../domain/pack.js";
import {
  type AmendedTier,
  type ThreadRange,
  unitedRanges,
  type WeakestLink,
  weakestLink,
} from "../../domain/weakest-link.js";
import type { EventStore } from "../../ports/event-store.js";
import type { OutRef } from "../../ports/ledger.js";
import type { Reading } from "../context.js";
import { AmendmentReader, amendedIds, type EventTier } from "../events/amendments.js";
import { entryAt, type PastEntry } from "../events/placement.js";
import { readThreadHistory } from "../events/threads.js";

/** A thread's past and its present state. */
export interface AskedThread {
  /** Oldest first. */
  readonly entries: readonly PastEntry[];
  readonly now: { readonly utxo: OutRef; readonly thread: Thread };
  /** Hashes of the entries for its range, where they are known. */
  readonly leaves?: readonly Uint8Array[];
}

/** @throws DppError `thread/none`, `thread/unreadable`, `ledger/*`. */
export type ReadAsked = (name: string) => Promise<AskedThread>;

/** An event of the ranges that several parties amended, whether or not it counts for another tier now. */
export interface AskedAmended {
  readonly id: string;
  readonly thread: string;
  readonly counter: number;
  readonly tier: EventTier;
}

/** A range with the entries that cover it, and the position of the first. */
export interface AskedRange extends ThreadRange {
  readonly first: number;
  readonly entries: readonly PastEntry[];
}

export interface WeakestAnswer {
  readonly link: WeakestLink;
  readonly ranges: readonly AskedRange[];
  /** By name. */
  readonly threads: ReadonlyMap<string, AskedThread>;
  /** By thread and counter. */
  readonly amended: readonly AskedAmended[];
}

export interface AskOptions {
  /** Default: from the ledger. */
  readonly read?: ReadAsked;
}

/** Amended events of a store that are looked at for one question. */
const MAX_AMENDED = 10_000;

/**
 * `reading.store` null: there is none here, and no amendment is known.
 * @throws DppError those of `unitedRanges`; `thread/none`, `thread/unreadable`, `weakest-link/not-anchored`, `weakest-link/too-many`; `event-store/*`, `ledger/*`.
 */
export async function askWeakestLink(
  reading: Reading & { readonly store: EventStore | null },
  question: readonly ThreadRange[],
  { read = (name) => readThreadHistory(reading, name) }: AskOptions = {},
): Promise<WeakestAnswer> {
  const united = unitedRanges(question);
  const threads = new Map<string, AskedThread>();
  for (const { thread } of united) if (!threads.has(thread)) threads.set(thread, await read(thread));
  const ranges = united.map((range) => coveredBy(range, (threads.get(range.thread) as AskedThread).entries));
  const amended = await amendedIn(reading, ranges, threads, read);
  const covered = ranges.map(({ thread, lo, hi, entries }) => ({
    ...{ thread, lo, hi },
    entries: entries.map(({ entry }) => entry),
  }));
  return { link: weakestLink(covered, amended.flatMap(countedOf)), ranges, threads, amended };
}

const countedOf = ({ thread, counter, tier: { counts } }: AskedAmended): readonly AmendedTier[] =>
  counts === null ? [] : [{ thread, counter, counts }];

/** @throws DppError `weakest-link/not-anchored`. */
function coveredBy(range: ThreadRange, all: readonly PastEntry[]): AskedRange {
  const { thread, lo, hi } = range;
  const from = all.at(-1)?.entry.hi ?? 0;
  if (hi > from)
    throw new DppError(
      "weakest-link/not-anchored",
      `the ledger has the events of ${thread} up to ${from}, and you ask up to ${hi}: what comes from ${Math.max(lo, from)} on is not anchored`,
      { details: { thread, from, lo, hi } },
    );
  const entries = all.map(({ entry }) => entry);
  const first = entryAt(entries, lo);
  return { ...range, first, entries: all.slice(first, entryAt(entries, hi - 1) + 1) };
}

async function amendedIn(
  reading: Reading & { readonly store: EventStore | null },
  ranges: readonly AskedRange[],
  threads: ReadonlyMap<string, AskedThread>,
  read: ReadAsked,
): Promise<readonly AskedAmended[]> {
  const { store } = reading;
  if (store === null) return [];
  const ids = await amendedIds(store);
  if (ids.size > MAX_AMENDED)
    throw new DppError(
      "weakest-link/too-many",
      `the store here knows more than ${MAX_AMENDED} amended events; that many are not looked through`,
    );
  const reader = new AmendmentReader({ ...reading, store }, async (name) => {
    const known = threads.get(name);
    if (known !== undefined) return known.entries;
    return read(name).then(
      ({ entries }) => entries,
      (error: unknown) => {
        // A thread that cannot be read is a fault of its own amendments alone.
        if (error instanceof DppError && !error.code.startsWith("ledger/")) return null;
        throw error;
      },
    );
  });
  const found: AskedAmended[] = [];
  for (const id of ids) {
    const listed = await store.event(id);
    if (listed === null) continue;
    const { source: thread, counter } = listed.event;
    const inside = ranges.some(
      (range) => range.thread === thread && range.lo <= counter && counter < range.hi,
    );
    if (inside) found.push({ id, thread, counter, tier: await reader.of(listed) });
  }
  return found.toSorted((a, b) =>
    a.thread === b.thread ? a.counter - b.counter : a.thread < b.thread ? -1 : 1,
  );
}
