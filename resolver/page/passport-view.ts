/** The public part of the page: verdict, product, checks, facts, sealed groups, trust root. */
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import type { PassportAnswer } from "../src/passport/answer.js";
import type { Check, Judgement } from "./checks.js";
import { byId, type Child, el, show } from "./dom.js";
import { keyFactList, sections } from "./element-view.js";
import { keyFacts } from "./key-facts.js";
import type { LedgerFacts } from "./ledger-facts.js";
import { TEXTS } from "./texts.js";
import { notFinalYet, type Verdict } from "./verdict.js";

export function showVerdict({ state, title, detail }: Verdict): void {
  show(
    byId("verdict"),
    el(
      "div",
      { class: "verdict", "data-state": state },
      el("strong", {}, title),
      detail === "" ? null : el("p", {}, detail),
    ),
  );
}

export function showProduct(
  answer: PassportAnswer,
  judgement: Judgement,
  ledger: LedgerFacts | null | Error,
  policy: Policy | null,
  now = Date.now(),
): void {
  const notFinal = notFinalYet(answer, ledger, now);
  const facts = ledger instanceof Error ? null : ledger;
  // Proven name and category, or none: an unproven one would be the server's word in large letters.
  const { header } = judgement;
  const status = facts?.passport.status ?? answer.passport.status;
  const revision = facts?.passport.revision ?? answer.passport.revision;
  const name = header?.name ?? TEXTS.title;
  document.title = `${name} – ${TEXTS.title}`;
  document.documentElement.lang = TEXTS.language;
  show(
    byId("product"),
    el(
      "section",
      { class: "card", "aria-labelledby": "name" },
      el(
        "div",
        { class: "product" },
        el("div", { class: "image", "aria-hidden": "true" }, name.charAt(0)),
        el(
          "div",
          {},
          el("h1", { id: "name", lang: header?.language ?? null }, name),
          header === null ? null : el("p", {}, policy?.categories[header.category] ?? header.category),
          el(
            "p",
            {},
            el(
              "span",
              { class: "badge", "data-state": status === "Active" ? "passed" : "failed", id: "status" },
              TEXTS.status(status),
            ),
            ` ${TEXTS.revision(revision)}`,
          ),
          notFinal === null ? null : el("p", { id: "not-final", class: "detail" }, notFinal),
        ),
      ),
      header === null ? null : el("p", {}, TEXTS.issuedBy(header.issuer.operator)),
      header === null ? null : el("h2", {}, TEXTS.facts),
      header === null ? null : keyFactList(policy, keyFacts(header.policy.name, judgement.elements)),
    ),
  );
}

export function showElements(judgement: Judgement, policy: Policy | null): void {
  show(
    byId("elements"),
    el("section", { class: "card" }, el("h2", {}, TEXTS.allFacts), ...sections(policy, judgement.elements)),
  );
}

export function showSealed(answer: PassportAnswer): void {
  const T = TEXTS.sealed;
  const groups = answer.groups.map(({ name, roles }) =>
    el("li", {}, el("strong", {}, name), " ", T.for(roles)),
  );
  show(
    byId("sealed"),
    el(
      "section",
      { class: "card" },
      el("h2", {}, T.heading),
      groups.length === 0 ? el("p", {}, T.none) : el("ul", {}, ...groups),
    ),
  );
}

const checkItem = ({ id, state, title, detail }: Check): HTMLElement =>
  el(
    "li",
    { "data-check": id, "data-state": state },
    el("span", { class: "mark", "aria-hidden": "true" }, TEXTS.checks.marks[state]),
    el("p", {}, el("strong", {}, `${TEXTS.checks.words[state]}: `), title),
    detail === "" ? null : el("p", { class: "detail" }, detail),
  );

export function showChecks(
  answer: PassportAnswer,
  judgement: Judgement,
  source: { readonly name: string; readonly sameParty: boolean },
  form: HTMLElement,
): void {
  const T = TEXTS.checks;
  const L = TEXTS.limits;
  const limits = [
    L.object,
    L.truth,
    answer.groups.length > 0 ? L.sealed : null,
    source.sameParty ? L.sameParty : L.source(source.name),
    L.trustRoot,
    L.page,
    L.image,
  ];
  const item = (text: string | null): Child => (text === null ? null : el("li", {}, text));
  show(
    byId("checks"),
    el(
      "section",
      { class: "card", "aria-labelledby": "checked" },
      el("h2", { id: "checked" }, T.heading),
      el("p", {}, T.intro),
      el("ul", { class: "checks" }, ...judgement.checks.map(checkItem)),
      el("details", {}, el("summary", {}, L.heading), el("ul", {}, ...limits.map(item))),
      el(
        "details",
        { id: "trust" },
        el("summary", {}, TEXTS.trust.heading),
        trustRoot(answer, source.name),
        form,
      ),
    ),
  );
}

function trustRoot({ deployment }: PassportAnswer, sourceName: string): HTMLElement {
  const T = TEXTS.trust;
  const rows: readonly (readonly [string, string])[] = [
    [T.config, deployment.configPolicy],
    [T.passport, deployment.passportPolicy],
    [T.roles, deployment.rolesPolicy],
    [T.network, deployment.network],
    [T.source, sourceName],
  ];
  return el(
    "div",
    {},
    el("p", {}, T.intro),
    el(
      "dl",
      { class: "facts" },
      ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, el("code", {}, value))]),
    ),
  );
}
