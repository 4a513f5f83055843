/** Which events of the store the ledger has given up for good: their counters stand in a gap. Rules: docs/spec/anchor.md "Gap". */
import { DppError } from "../../domain/errors.js";
import type { GapEntry } from "../../domain/pack.js";
import type { ListedEvent } from "../../ports/event-store.js";
import type { EventReading } from "./context.js";
import { readThreadHistory, readThreadState } from "./threads.js";

export type { GapEntry } from "../../domain/pack.js";

/**
 * By id. Asks the ledger only for threads that have passed an event here which no pack brought there.
 * @throws DppError `ledger/*`. A thread that cannot be read says nothing: its events are listed as the store has them.
 */
export async function givenUpAmong(
  reading: EventReading,
  events: readonly ListedEvent[],
): Promise<ReadonlyMap<string, GapEntry>> {
  const open = events.filter(({ pack }) => pack === null || pack.state.kind !== "anchored");
  const found = new Map<string, GapEntry>();
  for (const source of new Set(open.map(({ event }) => event.source))) {
    const ours = open.filter(({ event }) => event.source === source);
    const gaps = await gapsOf(reading, source, Math.min(...ours.map(({ event }) => event.counter)));
    for (const { event } of ours) {
      const gap = gaps.find(({ lo, hi }) => lo <= event.counter && event.counter < hi);
      if (gap !== undefined) found.set(event.id, gap);
    }
  }
  return found;
}

async function gapsOf(reading: EventReading, source: string, least: number): Promise<readonly GapEntry[]> {
  try {
    const state = await readThreadState(reading, source);
    if (state === null || state.thread.next <= least) return [];
    const { entries } = await readThreadHistory(reading, source);
    return entries.flatMap(({ entry }) => (entry.kind === "gap" ? [entry] : []));
  } catch (error) {
    if (error instanceof DppError && !error.code.startsWith("ledger/")) return [];
    throw error;
  }
}
