/** What a proof of a weakest link shows: the tier first, in words, then where it stands, range by range, what was amended, and what no proof can say. */
import type { Tier } from "@cardano-dpp/offchain/domain/event";
import { isJointThread } from "@cardano-dpp/offchain/domain/joint";
import { TIER_WORDS } from "@cardano-dpp/offchain/domain/tier-words";
import { roleOfName } from "@cardano-dpp/offchain/domain/tokens";
import type { ThreadRange, WeakestLink } from "@cardano-dpp/offchain/domain/weakest-link";
import type { ShownAmended } from "@cardano-dpp/offchain/usecases/weakest-link/verify-amended";
import { type Child, el } from "./dom.js";
import { ROLE_NAMES } from "./names.js";
import type { JudgedLink, LinkCheck } from "./weakest-judge.js";
import { WEAKEST_TEXTS } from "./weakest-texts.js";

const T = WEAKEST_TEXTS;
const PLACES = 10;

export const tierWords = (tier: Tier | null): string => (tier === null ? T.noEvents : TIER_WORDS[tier].short);

export const verdictBox = (state: string, [title, detail]: readonly string[]): HTMLElement =>
  el(
    "div",
    { class: "verdict", "data-state": state },
    el("strong", {}, title ?? ""),
    detail === undefined || detail === "" ? null : el("p", {}, detail),
  );

export function linkVerdict({ state, facts }: JudgedLink): HTMLElement {
  const words = T.verdict[state]?.(tierWords(facts?.link.counts.tier ?? null)) ?? [];
  return verdictBox(state, words);
}

/** Whose thread it is, as its name says, and the name itself for who looks it up; or its end, where there is little room. */
function threadNote(thread: string, short = false): readonly Child[] {
  const role = roleOfName(thread);
  const whose = isJointThread(thread) ? T.joint : T.thread(role === null ? null : (ROLE_NAMES[role] ?? role));
  return [`${T.of(whose)} `, el("span", { class: "mono" }, short ? `…${thread.slice(-8)}` : thread)];
}

const entries = ({ lo, hi }: ThreadRange): string => (hi - lo === 1 ? T.one(lo) : T.many(lo, hi - 1));

/** `told`: by the server, unproven. */
export function answerCard(link: WeakestLink, ...more: readonly Child[]): HTMLElement {
  const { ledger, counts } = link;
  const places = counts.places.slice(0, PLACES);
  const rest = counts.places.length - places.length + counts.more;
  return el(
    "section",
    { class: "card", "aria-labelledby": "where" },
    counts.tier === null
      ? null
      : el("p", {}, (ledger.tier === counts.tier ? String : T.countsLike)(TIER_WORDS[counts.tier].long)),
    ledger.tier === counts.tier ? null : el("p", { id: "as-written" }, T.amendedFrom(tierWords(ledger.tier))),
    el("h2", { id: "where" }, T.where),
    el(
      "ul",
      { id: "places" },
      ...places.map((place) => el("li", {}, `${entries(place)} `, ...threadNote(place.thread))),
      rest > 0 ? el("li", {}, T.more(rest)) : null,
    ),
    el("p", { id: "summary" }, T.summary(link.events, link.late, link.lost)),
    link.late > 0 ? el("p", { class: "detail" }, T.late) : null,
    rangeTable(link),
    ...more,
  );
}

/** Its region can be scrolled with the keyboard where the screen is narrow. */
function rangeTable({ ranges }: WeakestLink): HTMLElement {
  const head = (text: string) => el("th", { scope: "col" }, text);
  const { caption, range, events, late, lost, ledger, counts } = T.table;
  return el(
    "div",
    { class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
    el(
      "table",
      { id: "ranges" },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...[range, counts, ledger, events, late, lost].map(head))),
      el(
        "tbody",
        {},
        ...ranges.map((one) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, `${entries(one)} `, ...threadNote(one.thread, true)),
            el("td", {}, one.counts === null ? T.none : tierWords(one.counts)),
            el("td", {}, one.ledger === null ? T.none : tierWords(one.ledger)),
            ...[one.events, one.late, one.lost].map((count) => el("td", {}, String(count))),
          ),
        ),
      ),
    ),
  );
}

const isOneCompany = (amendments: ShownAmended["amendments"]): boolean =>
  amendments.some(({ signers }) => new Set(signers.map(({ operator }) => operator)).size < signers.length);

/** Of the proof. */
export function amendedCard(amended: readonly ShownAmended[]): Child {
  if (amended.length === 0) return null;
  return el(
    "section",
    { class: "card", "aria-labelledby": "amended" },
    el("h2", { id: "amended" }, T.amended),
    el(
      "ul",
      {},
      ...amended.map(({ id, counter, tier, counts, amendments }) =>
        el(
          "li",
          { "data-amended": id },
          T.amendedOne(counter, tierWords(tier), tierWords(counts)),
          T.amendedBy(
            (amendments.at(-1)?.signers ?? [])
              .map(({ role, operator }) => `${ROLE_NAMES[role] ?? role} ${operator}`)
              .join(", "),
          ),
          ". ",
          isOneCompany(amendments) ? el("span", { "data-state": "warning" }, T.oneCompany, " ") : null,
          el("a", { href: `/events/${encodeURIComponent(id)}` }, T.amendedPage),
        ),
      ),
    ),
  );
}

export const checksCard = (checks: readonly LinkCheck[]): HTMLElement =>
  el(
    "section",
    { class: "card", "aria-labelledby": "checked" },
    el("h2", { id: "checked" }, T.checked),
    el(
      "ul",
      { class: "checks" },
      ...checks.map(({ name, state, says }) =>
        el(
          "li",
          { "data-link-check": name, "data-state": state },
          el("span", { class: "mark", "aria-hidden": "true" }, T.marks[state]),
          el("p", {}, el("strong", {}, `${T.words[state]}, ${T.checks[name] ?? name}: `), says),
        ),
      ),
    ),
    el("h2", {}, T.open),
    el("ul", { id: "open" }, ...T.openList.map((text) => el("li", {}, text))),
  );
