/** Events of this server, judged with what the ledger source says of their sources. */
import type { EventList } from "../src/schemas/events.js";
import { type JudgedEvent, judgeEvent, type ShownEvent, sourceOf } from "./event-check.js";
import { type EventFacts, readEventFacts } from "./event-facts.js";
import type { LedgerSource } from "./ledger-source.js";

/** No list that a page shows has more; a server that sends more is cut short. */
const MAX_EVENTS = 1_000;
const MAX_SOURCES = 50;

export interface JudgedEvents {
  /** By capture time, oldest first. */
  readonly events: readonly JudgedEvent[];
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
}

type Shown = Pick<EventList, "threads" | "next"> & { readonly events: readonly ShownEvent[] };

/** `fetch` is called again when something does not fit: a thread may have grown between the server's answer and the ledger source's. */
export async function judgeEvents(fetch: () => Promise<Shown>, rules: JudgingRules): Promise<JudgedEvents> {
  const first = await judgeOnce(await fetch(), rules);
  return first.events.some(({ state }) => state === "failed") ? judgeOnce(await fetch(), rules) : first;
}

async function judgeOnce(
  { events: sent, threads = [], next }: Shown,
  { source, config, subject, id }: JudgingRules,
): Promise<JudgedEvents> {
  const events = sent.slice(0, MAX_EVENTS);
  const sources = [...new Set(events.map(sourceOf).filter((name) => name !== null))].slice(0, MAX_SOURCES);
  const facts = await readEventFacts(source, config, sources).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  const judged = events.map((shown) => {
    const name = sourceOf(shown);
    const ledger = facts instanceof Error ? facts : name === null ? null : (facts.get(name) ?? null);
    return judgeEvent({ shown, config, subject, id, ledger });
  });
  return {
    events: judged.toSorted((a, b) => (a.leaf?.captured ?? 0) - (b.leaf?.captured ?? 0)),
    sources,
    facts: facts instanceof Error ? new Map() : facts,
    fault: facts instanceof Error ? facts : null,
    threads,
    next,
  };
}
