/** Pieces that the section on a product's page and the page of one event share. */
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { TIERS } from "@cardano-dpp/offchain/domain/event";
import { EVENT_FIELDS } from "@cardano-dpp/offchain/domain/event-fields";
import type { ThreadEntry } from "@cardano-dpp/offchain/domain/pack";
import { gapWords, LATE_WORDS, TIER_WORDS } from "@cardano-dpp/offchain/domain/tier-words";
import type { ThreadGaps } from "../src/schemas/events.js";
import { type Child, el } from "./dom.js";
import type { CountedEvent } from "./event-amended.js";
import type { JudgedEvent } from "./event-check.js";
import type { EventFacts } from "./event-facts.js";
import { judgeGap } from "./event-place.js";
import { signerNames, signing } from "./event-signers-view.js";
import { EVENT_TEXTS } from "./event-texts.js";

const T = EVENT_TEXTS;

/** A badge that says more when it is tapped. Its border and words carry the meaning, not its colour. */
const badge = (short: string, long: string, attributes: Readonly<Record<string, string>>): HTMLElement =>
  el(
    "details",
    { class: "tier", ...attributes },
    el("summary", {}, el("span", { class: "badge" }, short)),
    el("p", { class: "detail" }, long),
  );

/** What it counts for, lateness, and what stands in the way of believing it. */
export function marks(
  { leaf, entry, state, source, counts, tier, amendments, seal }: CountedEvent,
  ledgerAsked: boolean,
): readonly Child[] {
  if (leaf === null) return [];
  const told = counts ?? leaf.tier;
  const { short, long } = TIER_WORDS[told];
  const note = (text: string, name: string): HTMLElement =>
    el("span", { class: "badge", "data-state": "warning", "data-mark": name }, text);
  return [
    badge(
      tier === told ? short : T.amended.counts(short),
      tier === told ? long : T.amended.countsLike(long),
      { "data-tier": told },
    ),
    amendments.length > 0 && told === tier ? note(T.amended.noteNot, "amendments-unapplied") : null,
    entry?.late === true ? badge(T.late, LATE_WORDS, { "data-mark": "late", "data-state": "warning" }) : null,
    state === "unknown" && entry === null
      ? note(ledgerAsked ? T.waiting : T.unchecked, ledgerAsked ? "waiting" : "unchecked")
      : null,
    source?.attestation != null && source.attestation.status !== "Active" ? note(T.ended, "ended") : null,
    ...signing(seal),
  ];
}

export function whoSays({ leaf, source, seal }: JudgedEvent): string {
  if (leaf === null) return "";
  if (seal !== null && seal.signers.length > 1) return T.together(signerNames(seal.signers));
  const operator = source?.attestation?.operator;
  return operator === undefined ? T.unnamed(leaf.role) : T.by(leaf.role, operator);
}

/** `shea-kernel` → `Shea kernel`; what is no word of a list stays as it is. */
function inWords({ id, value, unit }: Element): string {
  const tier = TIERS.find((name) => name === value);
  if (tier !== undefined) return TIER_WORDS[tier].short;
  const listed = typeof value === "string" && /^[a-z]+(?:-[a-z]+)*$/.test(value);
  const text = listed ? value.replaceAll("-", " ") : Array.isArray(value) ? value.join(", ") : String(value);
  const shown =
    listed && id !== "event.dispatch.destination" ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return unit === null ? shown : `${shown} ${unit}`;
}

export function elementList(elements: readonly Element[]): HTMLElement | null {
  if (elements.length === 0) return null;
  return el(
    "dl",
    { class: "facts" },
    ...elements.flatMap((element) => {
      const label = EVENT_FIELDS[element.id]?.note ?? element.id;
      return [
        el("dt", {}, label.charAt(0).toUpperCase() + label.slice(1)),
        el("dd", { "data-element": element.id }, inWords(element)),
      ];
    }),
  );
}

export const checkList = (judged: JudgedEvent): HTMLElement =>
  el(
    "ul",
    { class: "checks" },
    ...judged.checks.map(({ id, state, says }) =>
      el(
        "li",
        { "data-event-check": id, "data-state": state },
        el("span", { class: "mark", "aria-hidden": "true" }, T.marks[state]),
        el("p", {}, el("strong", {}, `${T.words[state]}: `), says),
      ),
    ),
  );

type Gap = Extract<ThreadEntry, { kind: "gap" }>;

/** Numbers that will never have an event, per source; how many there are says the ledger, whatever the server tells. */
export function gapNotes(
  threads: readonly ThreadGaps[],
  sources: readonly string[],
  facts: EventFacts,
): readonly HTMLElement[] {
  return sources.flatMap((source) => {
    const ledger = facts.sources.get(source);
    if (ledger === undefined || ledger === null || ledger.thread === null) return [];
    const told = threads.find((thread) => thread.source === source)?.gaps.slice(0, 100) ?? [];
    const proven = told.map((gap) => judgeGap(gap, ledger));
    // One that is told twice counts once.
    const gaps = [
      ...new Map(proven.flatMap((gap): [number, Gap][] => (gap === null ? [] : [[gap.lo, gap]]))).values(),
    ];
    const lost = ledger.thread.next - ledger.thread.total;
    const named = gaps.reduce((sum, { lo, hi }) => sum + hi - lo, 0);
    if (lost === 0 && told.length === 0) return [];
    return [
      el(
        "div",
        { class: "gaps", "data-state": "warning", "data-gaps": source },
        el("p", {}, el("strong", {}, T.gapsOf(ledger.attestation?.operator ?? source))),
        el("ul", {}, ...gaps.map(({ lo, hi, reason }) => el("li", {}, gapWords(lo, hi, reason)))),
        proven.includes(null) ? el("p", { "data-state": "failed" }, T.gapsForged) : null,
        lost > named ? el("p", { "data-mark": "unexplained" }, T.gapsMore(lost - named)) : null,
        el("p", { class: "detail" }, T.gapsHint),
      ),
    ];
  });
}
