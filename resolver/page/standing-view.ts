/**
 * Under the verdict: since when and why the issuer is suspended or revoked, and who of those that logged actions is. The issuer's status itself the page reads off
 * the ledger (verdict.ts); reason and time are this server's reading of it.
 */
import type { PassportAnswer } from "../src/passport/answer.js";
import { byId, el } from "./dom.js";
import type { LedgerFacts } from "./ledger-facts.js";
import { STANDING_TEXTS } from "./standing-texts.js";

const T = STANDING_TEXTS;

/** Adds to what `showVerdict` showed. */
export function showStandings(answer: PassportAnswer, ledger: LedgerFacts | null | Error): void {
  const facts = ledger instanceof Error ? null : ledger;
  const ended = answer.issuer?.ended ?? null;
  // Where the ledger contradicts the server, the server's reason is no reason.
  const agreed = facts === null || facts.issuer?.status === ended?.status;
  const box = byId("verdict").querySelector(".verdict");
  if (ended !== null && agreed && box !== null)
    box.append(el("p", { id: "issuer-ended" }, T.since(ended.since.time, ended.reason)));
  if (answer.actors.length === 0) return;
  byId("verdict").append(
    el(
      "ul",
      { id: "doubted-actors", class: "doubted" },
      ...answer.actors.map(({ role, operator, actions, status, since, reason }) =>
        el(
          "li",
          { "data-state": "warning" },
          T.doubted(role, operator, actions) + T.ended(status, since.time, reason),
        ),
      ),
    ),
  );
}
