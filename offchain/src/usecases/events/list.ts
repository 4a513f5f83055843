/**
 * Events of the store by what they count for. The store knows the tiers that the ledger wrote; the few events that were amended are looked at one by one, so that
 * a least tier keeps an event that was raised to it and drops one that was lowered below. Pages stay those of the store's order. docs/events.md.
 */
import { meetsTier, type Tier } from "../../domain/event.js";
import type { EventCursor, EventQuery, EventStore, ListedEvent } from "../../ports/event-store.js";
import { type AmendmentReader, amendedIds, type EventTier } from "./amendments.js";

export interface CountedEvent extends ListedEvent {
  /** `null`: no joint thread amends it here. */
  readonly amended: EventTier | null;
}

/** What it counts for; what is not on the ledger is taken by what it claims. */
export const countsFor = ({ event, amended }: CountedEvent): Tier => amended?.counts ?? event.tier;

/** @throws DppError `event-store/*`, `ledger/*`, `amendment/too-many`. */
export async function listCounted(
  store: EventStore,
  reader: AmendmentReader,
  query: EventQuery,
): Promise<readonly CountedEvent[]> {
  const ids = await amendedIds(store);
  const counted = async (listed: ListedEvent): Promise<CountedEvent> => ({
    ...listed,
    amended: ids.has(listed.event.id) ? await reader.of(listed) : null,
  });
  const { minTier, limit } = query;
  if (minTier === undefined) return inTurn(await store.list(query), counted);
  const raised = await raisedTo(store, ids, query, minTier, counted);
  const kept: CountedEvent[] = [];
  let cursor = query.after;
  // Each turn but the last takes a full page; only what was lowered is dropped from it.
  for (let more = true; more && kept.length < limit; ) {
    const page = await store.list({ ...query, ...(cursor && { after: cursor }) });
    const strong = await inTurn(page, counted);
    kept.push(...strong.filter((it) => meetsTier(countsFor(it), minTier)));
    cursor = page.at(-1)?.event;
    more = page.length === limit;
  }
  return [...kept, ...raised].toSorted((a, b) => byOrder(a.event, b.event)).slice(0, limit);
}

async function inTurn(
  events: readonly ListedEvent[],
  counted: (listed: ListedEvent) => Promise<CountedEvent>,
): Promise<readonly CountedEvent[]> {
  const all: CountedEvent[] = [];
  for (const listed of events) all.push(await counted(listed));
  return all;
}

/** Events that the store leaves out for their tier, and that count for enough. */
async function raisedTo(
  store: EventStore,
  ids: ReadonlySet<string>,
  query: EventQuery,
  minTier: Tier,
  counted: (listed: ListedEvent) => Promise<CountedEvent>,
): Promise<readonly CountedEvent[]> {
  const raised: CountedEvent[] = [];
  for (const id of ids) {
    const listed = await store.event(id);
    if (listed === null || meetsTier(listed.event.tier, minTier) || !fits(listed, query)) continue;
    const it = await counted(listed);
    if (meetsTier(countsFor(it), minTier)) raised.push(it);
  }
  return raised;
}

/** All that a query asks but the tier. */
function fits({ event, pack }: ListedEvent, { type, source, subject, anchored, after }: EventQuery): boolean {
  return (
    (type === undefined || event.type === type) &&
    (source === undefined || event.source === source) &&
    (subject === undefined || event.subject === subject) &&
    (anchored === undefined || (pack?.state.kind === "anchored") === anchored) &&
    (after === undefined || byOrder(after, event) < 0)
  );
}

/** The store's order: newest received first, of one moment the greatest id first. */
function byOrder(a: EventCursor, b: EventCursor): number {
  if (a.receivedAt !== b.receivedAt) return b.receivedAt - a.receivedAt;
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1;
}
