/** Events of this server, judged with what the ledger source says of their sources, and with the amendments that the server shows of them. */
import type { EventAnswer, EventList } from "../src/schemas/events.js";
import { type CountedEvent, countEvent, toldOf } from "./event-amended.js";
import { type JudgedEvent, judgeEvent, type ShownEvent, sourceOf } from "./event-check.js";
import { type EventFacts, NO_FACTS, readEventFacts } from "./event-facts.js";
import { partyNamesIn } from "./event-seal.js";
import type { LedgerSource } from "./ledger-source.js";

/** No list that a page shows has more; a server that sends more is cut short. */
const MAX_EVENTS = 1_000;
const MAX_SOURCES = 50;
/** Attestations of those who sign together. */
const MAX_PARTIES = 50;
/** Amendments that are read for one list. */
const MAX_READ = 100;
const AT_ONCE = 6;

export interface JudgedEvents {
  /** By capture time, oldest first. */
  readonly events: readonly CountedEvent[];
  /** Sources of the events, as leaves name them. */
  readonly sources: readonly string[];
  readonly facts: EventFacts;
  /** Why the ledger source could not be asked. */
  readonly fault: Error | null;
  readonly threads: NonNullable<EventList["threads"]>;
  readonly next: string | null;
}

export interface JudgingRules {
  readonly source: LedgerSource;
  readonly config: string;
  readonly subject: string | null;
  readonly id: string | null;
  /** One event, by its id; for amendments. */
  readonly one: (id: string) => Promise<EventAnswer>;
}

type Shown = Pick<EventList, "threads" | "next"> & { readonly events: readonly ShownEvent[] };

/** `fetch` is called again when something does not fit: a thread may have grown between the server's answer and the ledger source's. */
export async function judgeEvents(fetch: () => Promise<Shown>, rules: JudgingRules): Promise<JudgedEvents> {
  const first = await judgeOnce(await fetch(), rules);
  return first.events.some(({ state }) => state === "failed") ? judgeOnce(await fetch(), rules) : first;
}

async function judgeOnce(
  { events: sent, threads = [], next }: Shown,
  { source, config, subject, id, one }: JudgingRules,
): Promise<JudgedEvents> {
  const events = sent.slice(0, MAX_EVENTS);
  const amending = await readAmendments(events, one);
  const all = [...events, ...amending];
  // Threads of amendments do not push sources of the events out.
  const own = distinct(events.map(sourceOf), MAX_SOURCES);
  const sources = distinct([...own, ...distinct(amending.map(sourceOf), MAX_SOURCES)], 2 * MAX_SOURCES);
  const parties = distinct(
    all.flatMap(({ evidence }) => partyNamesIn(evidence)),
    MAX_PARTIES,
  );
  const facts = await readEventFacts(source, config, sources, parties).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  const found = new Map(
    amending.map((shown) => [shown.id, judgeEvent({ shown, config, subject: null, id: null, facts })]),
  );
  const judged = events.map((shown) => judgeEvent({ shown, config, subject, id, facts }));
  return {
    events: judged
      .map((event: JudgedEvent) => countEvent(event, found, facts))
      .toSorted((a, b) => (a.leaf?.captured ?? 0) - (b.leaf?.captured ?? 0)),
    sources: own,
    facts: facts instanceof Error ? NO_FACTS : facts,
    fault: facts instanceof Error ? facts : null,
    threads,
    next,
  };
}

const distinct = (names: readonly (string | null)[], most: number): readonly string[] =>
  [...new Set(names.filter((name) => name !== null))].slice(0, most);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the server tells as amendments of these events; one that it does not give is not there. */
async function readAmendments(
  events: readonly ShownEvent[],
  one: JudgingRules["one"],
): Promise<readonly ShownEvent[]> {
  const told = events.flatMap((shown) => toldOf({ shown })).map(({ id }) => String(id));
  const ids = distinct(
    told.filter((id) => UUID.test(id)),
    MAX_READ,
  );
  const found: ShownEvent[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await Promise.all(
      ids.slice(at, at + AT_ONCE).map(async (id) => {
        const answer = await one(id).catch(() => null);
        if (answer?.event?.id === id) found.push(answer.event);
      }),
    );
  return found;
}
