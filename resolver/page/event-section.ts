/** A product's events on its page: what was said on its way, how far each can be trusted, and what is missing. */
import { meetsTier, TIERS, type Tier } from "@cardano-dpp/offchain/domain/event";
import { TIER_WORDS, TYPE_WORDS } from "@cardano-dpp/offchain/domain/tier-words";
import { MAX_RANGES, unitedRanges } from "@cardano-dpp/offchain/domain/weakest-link";
import type { EventList } from "../src/schemas/events.js";
import { byId, type Child, el, show } from "./dom.js";
import type { CountedEvent } from "./event-amended.js";
import { amendmentList } from "./event-amended-view.js";
import type { JudgedEvent } from "./event-check.js";
import { type JudgedEvents, judgeEvents } from "./event-judging.js";
import { checkList, elementList, gapNotes, marks, whoSays } from "./event-parts.js";
import { readEvent } from "./event-read.js";
import { EVENT_TEXTS } from "./event-texts.js";
import type { LedgerSource } from "./ledger-source.js";
import { linkOf } from "./weakest-address.js";

const T = EVENT_TEXTS;

export interface EventsInquiry {
  /** What the events are about, hex. */
  readonly subject: string;
  /** Config policy, hex. */
  readonly config: string;
  readonly source: LedgerSource;
  /** The list from the beginning. */
  readonly fetch: (after?: string) => Promise<EventList>;
}

type Believed = CountedEvent & {
  readonly leaf: NonNullable<CountedEvent["leaf"]>;
  readonly counts: Tier;
};
const isBelieved = (event: CountedEvent): event is Believed =>
  event.state !== "failed" && event.leaf !== null && event.counts !== null;

/** Shows nothing when there are no events. */
export async function showEvents(inquiry: EventsInquiry): Promise<void> {
  const pages: (string | undefined)[] = [undefined];
  const draw = async (): Promise<void> => {
    const judged = await judgeEvents(() => fetchAll(inquiry, pages), {
      ...inquiry,
      id: null,
      one: readEvent,
    });
    if (judged.events.length === 0) return show(byId("events"));
    const { next } = judged;
    const more = async (): Promise<void> => {
      if (next === null) return;
      pages.push(next);
      // What is there stays when the server does not answer: the button can be pressed again.
      await draw().catch(() => void pages.pop());
    };
    show(byId("events"), section(judged, more));
  };
  await draw();
}

async function fetchAll(
  { fetch }: EventsInquiry,
  pages: readonly (string | undefined)[],
): Promise<EventList> {
  const lists = await Promise.all(pages.map((after) => fetch(after)));
  const last = lists.at(-1) as EventList;
  const threads = new Map(
    lists.flatMap((list) => (list.threads ?? []).map((thread) => [thread.source, thread])),
  );
  return { ...last, events: lists.flatMap(({ events }) => events), threads: [...threads.values()] };
}

function section(judged: JudgedEvents, more: () => Promise<void>): HTMLElement {
  const believed = judged.events.filter(isBelieved);
  const failed = judged.events.filter((event) => !isBelieved(event));
  const list = el("ol", { class: "timeline", id: "event-list" });
  const hidden = el("p", { class: "detail", role: "status" });
  const asked = judged.fault === null;
  const draw = (least: Tier): void => {
    const shown = believed.filter(({ counts }) => meetsTier(counts, least));
    list.replaceChildren(...shown.map((event) => item(event, asked)));
    hidden.textContent =
      shown.length < believed.length ? T.hiddenByFilter(believed.length - shown.length) : "";
  };
  draw(TIERS[0]);
  return el(
    "section",
    { class: "card", "aria-labelledby": "made" },
    el("h2", { id: "made" }, T.heading),
    failed.length > 0 ? failures(failed) : null,
    weakest(believed),
    judged.fault === null
      ? null
      : el(
          "p",
          { "data-state": "unknown", id: "events-unchecked" },
          `${T.unchecked}: ${judged.fault.message}`,
        ),
    el("p", { class: "detail" }, T.intro),
    filter(believed, draw),
    list,
    hidden,
    judged.next === null ? null : el("button", { type: "button", click: () => void more() }, T.more),
    ...gapNotes(judged.threads, judged.sources, judged.facts),
    weakestLink(believed),
  );
}

function weakest(believed: readonly Believed[]): Child {
  const tier = TIERS.find((candidate) => believed.some(({ counts }) => counts === candidate));
  if (tier === undefined) return null;
  const count = believed.filter(({ counts }) => counts === tier).length;
  return el(
    "p",
    { id: "weakest", "data-tier": tier },
    el("strong", {}, T.weakest(TIER_WORDS[tier].short, count, believed.length)),
    believed.some((event) => event.counts !== event.tier) ? ` ${T.weakestAmended}` : null,
  );
}

/** To the page that proves the weakest of them; none where nothing is on the ledger, or where there are too many for an address. */
function weakestLink(believed: readonly Believed[]): Child {
  const written = believed.flatMap(({ entry, leaf: { source, counter } }) =>
    entry === null ? [] : [{ thread: source, lo: counter, hi: counter + 1 }],
  );
  if (written.length === 0 || written.length > MAX_RANGES) return null;
  const link = linkOf(unitedRanges(written));
  return link === null ? null : el("p", {}, el("a", { href: link, id: "weakest-proof" }, T.proof));
}

function failures(failed: readonly JudgedEvent[]): HTMLElement {
  return el(
    "div",
    { class: "verdict", "data-state": "failed", id: "events-failed" },
    el("p", {}, el("strong", {}, T.failed(failed.length))),
    el("details", {}, el("summary", {}, T.what), ...failed.map(checkList)),
  );
}

/** Only where there is something to choose. */
function filter(believed: readonly Believed[], draw: (least: Tier) => void): Child {
  const present = TIERS.filter((tier) => believed.some(({ counts }) => counts === tier));
  if (present.length < 2) return null;
  const choice = el(
    "select",
    { name: "minTier", id: "min-tier" },
    ...present.map((tier, at) =>
      el("option", { value: tier }, at === 0 ? T.all : T.atLeast(TIER_WORDS[tier].short)),
    ),
  );
  choice.addEventListener("change", () => draw(present.find((tier) => tier === choice.value) ?? TIERS[0]));
  return el("p", {}, el("label", {}, `${T.filter} `, choice));
}

function item(event: Believed, asked: boolean): HTMLElement {
  const { leaf } = event;
  return el(
    "li",
    { "data-event": event.id, "data-type": leaf.type, "data-state-of": event.state },
    el("strong", {}, TYPE_WORDS[leaf.type]),
    el("p", { class: "detail" }, `${T.moment(leaf.captured)} · ${whoSays(event)}`),
    ...marks(event, asked),
    amendmentList(event),
    elementList(event.elements),
    el(
      "details",
      {},
      el("summary", {}, T.details),
      checkList(event),
      el("p", {}, el("a", { href: `/events/${encodeURIComponent(event.id)}` }, T.page)),
    ),
  );
}
