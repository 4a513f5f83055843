/** The page of one event: `/events/{id}`. */

import { hexToUuid } from "@cardano-dpp/offchain/codec/event";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { EVENT_FIELDS } from "@cardano-dpp/offchain/domain/event-fields";
import { CLOCK_WORDS, TYPE_WORDS } from "@cardano-dpp/offchain/domain/tier-words";
import type { EventAnswer } from "../src/schemas/events.js";
import { byId, type Child, el, show } from "./dom.js";
import type { CountedEvent } from "./event-amended.js";
import { amendmentList } from "./event-amended-view.js";
import type { JudgedEvent } from "./event-check.js";
import { type JudgedEvents, judgeEvents } from "./event-judging.js";
import { checkList, elementList, gapNotes, marks, whoSays } from "./event-parts.js";
import { readEvent } from "./event-read.js";
import { EVENT_TEXTS } from "./event-texts.js";
import { parseSource } from "./ledger-source.js";
import { type SourceChoice, sourceForm } from "./source-form.js";
import { FOOTER_TEXT } from "./trust-texts.js";

const T = EVENT_TEXTS;
const OWN_SOURCE = "/ledger/api/v0";
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this is the page of an event. */
export const isEventPage = (): boolean => document.getElementById("event") !== null;

export async function showEventPage(): Promise<void> {
  show(byId("footer"), el("p", {}, FOOTER_TEXT));
  show(byId("event"), verdict("unknown", [T.loading, ""]));
  try {
    await check({ base: OWN_SOURCE, projectId: "", expected: "" });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  const unknown = isDppError(error, "event/unknown") || isDppError(error, "request/invalid");
  show(byId("event"), unknown ? verdict("failed", T.unknown) : verdict("unknown", [T.unavailable, why]));
}

const verdict = (state: string, [title = "", detail = ""]: readonly string[]): HTMLElement =>
  el(
    "div",
    { class: "verdict", "data-state": state },
    el("strong", {}, title),
    detail === "" ? null : el("p", {}, detail),
  );

async function check(choice: SourceChoice): Promise<void> {
  const page = new URL(location.href);
  const id = decodeURIComponent(page.pathname.slice("/events/".length));
  const source = parseSource(choice.base, choice.projectId, page);
  let answer = await readEvent(id);
  const config = choice.expected === "" ? answer.deployment.configPolicy : choice.expected;
  const judged = await judgeEvents(
    async () => {
      answer = await readEvent(id);
      return { events: [answer.event], threads: answer.threads, next: null };
    },
    { source, config, subject: null, id, one: readEvent },
  );
  const [event] = judged.events;
  if (event === undefined) throw new Error(T.unavailable);
  const form = sourceForm({ ...choice, base: source.base }, async (next) => {
    try {
      await check(next);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  draw(answer, event, judged, source.base.startsWith(page.origin), form);
}

function draw(
  answer: EventAnswer,
  event: CountedEvent,
  judged: JudgedEvents,
  sameParty: boolean,
  form: HTMLElement,
): void {
  const { leaf, state, entry } = event;
  const title = leaf === null || state === "failed" ? T.title : TYPE_WORDS[leaf.type];
  document.title = title;
  show(
    byId("event"),
    verdict(state, state === "passed" && event.counts !== event.tier ? T.amended.verdict : T.verdict[state]),
    leaf === null || state === "failed"
      ? null
      : el(
          "section",
          { class: "card", "data-event": event.id },
          el("h1", {}, title),
          el("p", {}, `${T.moment(leaf.captured)} · ${whoSays(event)}`),
          ...marks(event, judged.fault === null),
          amendmentList(event),
          elementList(event.elements),
          sealedNote(answer),
          aboutEvent(event),
          facts(answer, event),
          ...about(answer),
          entry === null ? el("p", { class: "detail" }, T.noReceipt) : receipt(event.id),
        ),
    ...gapNotes(judged.threads, judged.sources, judged.facts).map((gaps) =>
      el("section", { class: "card" }, gaps),
    ),
  );
  show(
    byId("checks"),
    el(
      "section",
      { class: "card", "aria-labelledby": "checked" },
      el("h2", { id: "checked" }, T.checked),
      checkList(event),
      el(
        "details",
        { id: "trust" },
        el("summary", {}, T.source),
        sameParty ? el("p", { class: "detail" }, T.sourceHint) : null,
        form,
      ),
    ),
  );
}

function sealedNote({ event }: EventAnswer): Child {
  if (event.hidden === null) return el("p", { class: "detail" }, T.noPayload);
  const most = Object.keys(EVENT_FIELDS).length;
  // A number of the server's alone, within what there can be.
  return event.hidden > 0 && event.hidden <= most
    ? el("p", { class: "detail" }, T.sealed(event.hidden))
    : null;
}

const receipt = (id: string): HTMLElement =>
  el(
    "p",
    {},
    el(
      "a",
      { href: `/events/${encodeURIComponent(id)}/receipt`, download: `${id}.dppr`, id: "receipt" },
      T.receipt,
    ),
    " ",
    el("span", { class: "detail" }, T.receiptHint),
  );

function facts({ deployment, event: told }: EventAnswer, { id, leaf, entry }: JudgedEvent): Child {
  if (leaf === null) return null;
  const rows: readonly (readonly [string, string | null])[] = [
    ["id", id],
    ["captured", T.moment(leaf.captured)],
    ["clock", CLOCK_WORDS[leaf.clock]],
    ["subject", leaf.subject === "" ? null : leaf.subject],
    ["source", leaf.source],
    ["counter", String(leaf.counter)],
    ["device", leaf.device],
    ["written", entry === null ? null : T.moment(entry.until)],
    ["transaction", entry === null ? null : (told.anchor?.txHash ?? null)],
    ["deployment", deployment.configPolicy],
  ];
  return el(
    "details",
    {},
    el("summary", {}, T.particulars),
    el(
      "dl",
      { class: "facts" },
      ...rows.flatMap(([name, value]) =>
        value === null
          ? []
          : [el("dt", {}, T.facts[name] ?? name), el("dd", { class: "mono", "data-fact": name }, value)],
      ),
    ),
  );
}

/** What amends or corrects another event leads to it. */
function aboutEvent({ leaf }: JudgedEvent): Child {
  if (leaf === null || leaf.subject.length !== 32) return null;
  const id = hexToUuid(leaf.subject);
  return el("p", {}, `${T.facts.subject}: `, el("a", { href: `/events/${id}`, id: "subject" }, id));
}

function about({ about: ids }: EventAnswer): readonly Child[] {
  const known = Array.isArray(ids) ? ids.filter((id) => UUID.test(id)).slice(0, 20) : [];
  if (known.length === 0) return [];
  return [
    el("p", {}, el("strong", {}, T.about)),
    el("ul", {}, ...known.map((id) => el("li", {}, el("a", { href: `/events/${id}` }, id)))),
  ];
}
