/** The one sentence at the top, from what was checked. The worst news wins, and the ledger's word goes before the server's. */
import type { PassportAnswer } from "../src/passport/answer.js";
import type { Check, CheckState } from "./checks.js";
import type { LedgerFacts } from "./ledger-facts.js";
import { TEXTS } from "./texts.js";

export interface Verdict {
  readonly state: CheckState;
  readonly title: string;
  readonly detail: string;
}

const T = TEXTS.verdict;
const say = (state: CheckState, [title = "", detail = ""]: readonly string[]): Verdict => ({
  state,
  title,
  detail,
});

export function verdictOf(
  answer: PassportAnswer,
  checks: readonly Check[],
  ledger: LedgerFacts | null | Error,
  sameParty: boolean,
): Verdict {
  const facts = ledger instanceof Error ? null : ledger;
  const status = facts?.passport.status ?? answer.passport.status;
  if (status === "Revoked") return say("failed", T.revoked);
  if (checks.some((check) => check.state === "failed" && !check.byRecord)) return say("failed", T.failed);
  if (status === "Retired") return say("failed", T.retired);
  if (status === "Repurposed") return say("failed", T.repurposed);
  const issuer = facts?.issuer?.status ?? answer.issuer?.status;
  if (issuer === "Suspended") return say("failed", T.issuerSuspended);
  if (issuer === "Revoked") return say("failed", T.issuerRevoked);
  if (facts === null) return say("unknown", T.unchecked);
  if (checks.some(({ id, state }) => id === "issuer" && state === "warning"))
    return say("warning", T.issuerEnded);
  const [title = "", detail = ""] = T.passed;
  const more = [youth(answer, facts) === null ? null : T.young, sameParty ? T.sameParty : null];
  return { state: "passed", title, detail: [detail, ...more].filter((text) => text !== null).join(" ") };
}

interface Youth {
  /** POSIX ms of the block. */
  readonly time: number;
  readonly confirmations: number;
  readonly needed: number;
}

/** How young the last change is, while it can still be undone; `null` once it is settled. The ledger's word goes before the server's. */
function youth({ anchor }: PassportAnswer, facts: LedgerFacts | null): Youth | null {
  const confirmations = facts?.confirmations ?? anchor.confirmations;
  const needed = anchor.settledAfter;
  return confirmations >= needed ? null : { time: facts?.time ?? anchor.time, confirmations, needed };
}

/** That and when the last change becomes final, in words; `null` once it is. `now`: POSIX ms. */
export function notFinalYet(
  answer: PassportAnswer,
  ledger: LedgerFacts | null | Error,
  now: number,
): string | null {
  const young = youth(answer, ledger instanceof Error ? null : ledger);
  return young === null ? null : TEXTS.notFinal(now - young.time, young.confirmations, young.needed);
}

/** For a passport that this server does not show at all. */
export function refusalVerdict(code: string, message: string): Verdict {
  if (code === "resolver/unknown-product") return say("failed", T.unknown);
  if (code === "resolver/identifier-mismatch") return say("failed", T.mismatch);
  if (code.startsWith("identifier/")) return say("failed", [T.badCode[0] ?? "", message]);
  return say("unknown", [T.unavailable[0] ?? "", TEXTS.problems[code] ?? message]);
}
