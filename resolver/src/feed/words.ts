/** What a feed says of each event, in public words. No names of persons, and nothing that an owner or actor wrote. Spec: docs/spec/feed.md. */
import type { ActionType } from "@cardano-dpp/offchain/domain/action";
import { reasonName } from "@cardano-dpp/offchain/domain/reason";
import { roleOfName } from "@cardano-dpp/offchain/domain/tokens";
import type { HistoryEntry } from "@cardano-dpp/offchain/usecases/history/read";

export interface Words {
  /** The category's term. */
  readonly term: string;
  readonly title: string;
  readonly text: string;
}

const words = (term: string, title: string, text: string): Words => ({ term, title, text });

const because = (reason: number): string =>
  reason === 0 ? "No reason is given." : `Reason: ${reasonName(reason)}.`;

/** `null`: nothing that a reader would call an event. Actions have words of their own, below. */
export function wordsOf(entry: HistoryEntry): Words | null {
  switch (entry.act) {
    case "Issue":
      return entry.predecessor === null
        ? words("issue", "Passport issued", "The manufacturer issued this passport.")
        : words("issue", "Passport issued", "It follows another passport: the product was repurposed.");
    case "Update":
      return words(
        "update",
        `Version ${(entry.after.datum?.extra.revision ?? 0) + 1}`,
        "The manufacturer recorded a new version of the passport's data.",
      );
    case "Revoke":
      return words(
        "revoke",
        "REVOKED by an authority",
        `The passport is no longer valid. ${because(entry.reason)}`,
      );
    case "Transfer":
      return words("transfer", "Changed hands", "The product has a new owner.");
    case "Send":
      return entry.after.owner?.address === entry.ownerBefore
        ? null
        : words("transfer", "Changed hands", "The ownership token was sent to another address.");
    case "Discard":
      return words("discard", "Nobody owns it any more", "The holder destroyed the ownership token.");
    case "Amend":
      return words(
        "amend",
        "Bound to another identifier",
        "Manufacturer and authority corrected which product the passport is for.",
      );
    case "Retire":
      return words(
        "retire",
        "Retired",
        "The product has reached the end of its life; its passport is closed.",
      );
    case "Succeed":
      return words(
        "succeed",
        "Replaced by another passport",
        "The product was repurposed; a new passport follows this one.",
      );
    case "Reassign":
      return words(
        "reassign",
        "Another manufacturer answers for it",
        "The consortium gave the passport to another manufacturer.",
      );
    case "Erase":
      return words("erase", "Passport removed", "An authority removed the retired passport from the ledger.");
    case "Unreadable":
      return words(
        "unreadable",
        "A change that cannot be read here",
        "This server's version does not know this kind of change.",
      );
    case "Log":
      return null;
  }
}

const ACTIONS: Readonly<Record<ActionType, readonly [title: string, text: string]>> = {
  // Only a Transfer carries one; a record that says so elsewhere is not of its place.
  transfer: ["Changed hands", "The product has a new owner."],
  repair: ["Repaired", "A repair was logged"],
  service: ["Serviced", "A service was logged"],
  inspection: ["Inspected", "An inspection was logged"],
  return: ["Returned", "A return was logged"],
  soh: ["State of health measured", "A measurement of the state of health was logged"],
  theft: ["REPORTED STOLEN", "A theft was logged"],
  loss: ["Reported lost", "A loss was logged"],
  found: ["Found again", "It was logged that the product was found"],
  recall: ["RECALL", "A recall was logged"],
  note: ["Note", "A note was logged"],
};

/** Whoever may log may write the word. */
const CLAIMED_RECALL = ["A recall is claimed", "A note of a recall was logged"] as const;

/** As the page's notices have it (docs/spec/history.md "Notices"): the issuer of then, or an authority. */
export const mayRecall = (actor: string | null, issuer: string | undefined): boolean =>
  actor !== null && (actor === issuer || roleOfName(actor) === "AUTHORITY");

const byWhom = (actor: string | null, issuer: string | undefined): string => {
  if (actor === null) return "by the owner";
  if (actor === issuer) return "by the manufacturer";
  const role = roleOfName(actor);
  return role === null ? "by an accredited actor" : `by an accredited actor (${role.toLowerCase()})`;
};

export interface ActionFacts {
  readonly type: ActionType;
  /** Of a recall; `null`: none is stated. */
  readonly reason: number | null;
}

/** `facts`: null when the record is not here, or not of its place. */
export function actionWords(
  facts: ActionFacts | null,
  actor: string | null,
  issuer: string | undefined,
): Words {
  const who = byWhom(actor, issuer);
  if (facts === null)
    return words("action", "An action was logged", `Logged ${who}. What it says cannot be read here.`);
  const known = facts.type === "recall" && !mayRecall(actor, issuer) ? CLAIMED_RECALL : ACTIONS[facts.type];
  const [title, text] = known;
  const reason = facts.reason === null ? "" : ` ${because(facts.reason)}`;
  return words(facts.type, title, `${text} ${who}.${reason}`);
}

export const issuerWords = (
  change: { readonly act: "Suspend" | "Revoke"; readonly reason: number } | { readonly act: "Renew" },
): Words => {
  switch (change.act) {
    case "Suspend":
      return words(
        "issuer-suspended",
        "Manufacturer SUSPENDED",
        `The consortium suspended the manufacturer; its statements are in doubt until that is settled. ${because(change.reason)}`,
      );
    case "Revoke":
      return words(
        "issuer-revoked",
        "Manufacturer no longer accredited",
        `The consortium withdrew the manufacturer's accreditation for good. ${because(change.reason)}`,
      );
    case "Renew":
      return words(
        "issuer-renewed",
        "Manufacturer accredited anew",
        "The consortium renewed the manufacturer's accreditation.",
      );
  }
};
