/** Every English text of the report form and of the link to the feed. */
import type { IncidentCategory, IncidentOutcome } from "@cardano-dpp/offchain/domain/incident";

export const REPORT_TEXTS = {
  feed: "Follow this passport in a feed reader: recalls, changes of hands, suspensions",
  feedTitle: "What happens to this passport",
  summary: "Report a problem with this product or its maker",
  intro:
    "Your report goes to the consortium that accredits the makers. You need no account. It can suspend a maker or have a passport revoked; every passport then says so.",
  private: "The address of this page, without the secret number in the code, is sent along.",
  about: "It is about",
  abouts: { passport: "this product", maker: "its maker" },
  category: "What is wrong",
  categories: {
    counterfeit: "It is not genuine",
    "unsafe-product": "It is dangerous",
    "false-statements": "What the passport says is not true",
    "key-lost-or-stolen": "Somebody acts in the maker's name",
    "ceased-or-insolvent": "The maker no longer exists",
    "issued-in-error": "It has the wrong passport",
    other: "Something else",
  } satisfies Record<IncidentCategory, string> as Readonly<Record<string, string>>,
  text: (max: number): string => `Describe it (up to ${max} characters)`,
  evidence: "Links to photos or documents, one a line (optional)",
  contact: "How to reach you (optional; only the consortium can read it)",
  noContact: "This server has no key to keep a contact secret, so it takes none.",
  send: "Send the report",
  sending: "Sending …",
  sent: "The report has arrived.",
  receipt: "Its number, to ask here what became of it:",
  ask: "What became of my report?",
  number: "Number of the report",
  askNow: "Ask",
  open: (since: string): string => `Received ${since}. The consortium has not closed it yet.`,
  closed: (since: string, outcome: string): string => `Received ${since}. Closed: ${outcome}.`,
  outcomes: {
    upheld: "the consortium agreed and acted",
    unfounded: "the consortium found no ground for it",
    duplicate: "it was reported before",
    referred: "another authority deals with it",
    "out-of-scope": "it is not for the consortium to decide",
  } satisfies Record<IncidentOutcome, string> as Readonly<Record<string, string>>,
  problems: {
    "incident/text": "Say what happened in plain text.",
    "incident/contact": "Give the contact on one line.",
    "incident/evidence": "One of the links is none, or too long: give whole addresses, e.g. https://…",
    "incident/unknown": "There is no report with this number.",
    "incident/full":
      "Too many reports wait at the moment: write to the consortium directly, or try again later.",
    "request/invalid": "Something in the form is too long or missing.",
    "request/rate-limited": "Too many reports from here: wait a few minutes.",
  } as Readonly<Record<string, string>>,
};
