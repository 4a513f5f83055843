/** Both tiers of an amended event, and its amendments: who changed what, since when, and which do not apply. */
import { TIER_WORDS } from "@cardano-dpp/offchain/domain/tier-words";
import { type Child, el } from "./dom.js";
import type { AmendmentShown, CountedEvent } from "./event-amended.js";
import { signerNames } from "./event-signers-view.js";
import { EVENT_TEXTS } from "./event-texts.js";

const T = EVENT_TEXTS.amended;

/** Nothing where nothing amends it. */
export function amendmentList({ amendments, tier, counts }: CountedEvent): Child {
  if (amendments.length === 0 || tier === null || counts === null) return null;
  return el(
    "div",
    { class: "amendments", "data-counts": counts },
    el("p", {}, el("strong", {}, T.heading)),
    el("p", { class: "detail", "data-ledger-tier": tier }, T.ledgerTier(TIER_WORDS[tier].short)),
    el("ul", {}, ...amendments.map(item)),
  );
}

function item({ id, told, signers, shared, until, fault, words }: AmendmentShown): HTMLElement {
  const { from, to } = told?.change ?? {};
  const said =
    from === undefined || to === undefined
      ? T.unreadable
      : T.change(TIER_WORDS[from].short, TIER_WORDS[to].short);
  const why = told === null || told.reason === null ? "" : T.reason(told.reason);
  const who = signers.length === 0 ? "" : T.by(signerNames(signers));
  return el(
    "li",
    { "data-amendment": id, "data-fault": fault },
    `${said}${why}${who}. `,
    el(
      "span",
      { "data-state": fault === null ? "passed" : "warning" },
      fault === null ? T.applies(until) : T.not(words ?? ""),
    ),
    shared.length === 0
      ? null
      : el("span", { "data-state": "warning" }, ` ${EVENT_TEXTS.oneCompany(shared)}`),
    " ",
    el("a", { href: `/events/${encodeURIComponent(id)}` }, T.page),
  );
}
