/** Every English text of the history. Plain words: who reads them stands in front of a product. */
import { ROLE_NAMES } from "./names.js";

const REASONS: readonly string[] = [
  "no reason given",
  "a key was lost or stolen",
  "false statements",
  "the accreditation has ended",
  "the product is unsafe",
  "counterfeit",
  "the company has ceased or is insolvent",
  "under investigation",
  "issued in error",
];
/** `null`: nobody said. */
export const reasonText = (reason: number | null): string =>
  reason === null ? "no reason given" : (REASONS[reason] ?? `reason ${reason}`);

const by = (role: string | null): string =>
  role === null ? "by its owner" : `by ${ROLE_NAMES[role] ?? role.toLowerCase()}`;

export const HISTORY_TEXTS = {
  heading: "What happened to this product",
  none: "The history cannot be read now.",
  intro: "Newest first. People are not named: an owner is a wallet's address, shortened.",
  words: {
    passed: "Checked",
    warning: "Something is missing",
    failed: "Do not rely on this",
    unknown: "Not checked",
  },
  lacks: {
    records: (missing: number, of: number): string =>
      missing === 1
        ? `1 of ${of} action records is missing: it may be a recall.`
        : `${missing} of ${of} action records are missing: a recall may be among them.`,
    redeemers: (missing: number, of: number): string =>
      `Reasons and names in ${missing} of ${of} transactions are this server's word.`,
    authority: (missing: number, of: number): string =>
      `Whether the actors of ${missing} of ${of} transactions were accredited then is not shown.`,
    time: "The time of the newest entry could not be compared with the ledger's.",
  },
  passed: "Your browser followed the signed transactions back from the ledger's present state to the issue.",
  unasked: "The ledger source could not be asked: this is what the server tells.",
  failed: (why: string): string =>
    `What the server tells does not lead to the ledger's present state: ${why}.`,
  withheld:
    "Your browser has not checked this: you came by the printed numbers, and the signed transactions go only to who scans the code on the product. This is what the server tells; owners are left out.",
  foreign: "it is another passport's",
  long: (count: number): string =>
    `With ${count} entries it is too long for this page. Check it with the dpp command: dpp passport history --out life.cbor`,
  act: {
    Issue: "The manufacturer issued this passport",
    Successor: "Issued as the successor of another passport",
    Update: (version: number): string => `The manufacturer recorded version ${version}`,
    Revoke: (reason: number): string => `An authority REVOKED the passport: ${reasonText(reason)}`,
    Transfer: "It changed hands, with a record",
    Send: "It changed hands",
    Discard: "Its owner destroyed the ownership token",
    Amend: "Manufacturer and authority bound the passport to its label anew",
    Retire: "A recycler closed the passport: end of life",
    Succeed: "Repurposed: another passport follows this one",
    Reassign: "Another manufacturer took over the passport",
    Erase: "An authority removed the closed passport from the ledger",
    Unreadable: "Something happened that this page cannot read",
  },
  /** `type`: of an action record; `null`: the record cannot be read. */
  action: (type: string | null, role: string | null): string => {
    const what: Readonly<Record<string, string>> = {
      repair: "Repaired",
      service: "Serviced",
      inspection: "Inspected",
      return: "Returned",
      soh: "Its state of health was measured",
      theft: "Reported STOLEN",
      loss: "Reported lost",
      found: "Found again",
      recall: "RECALLED",
      note: "A note was added",
    };
    return type === null
      ? `An action was recorded ${by(role)}; its record cannot be read`
      : `${what[type] ?? type} ${by(role)}`;
  },
  handed: (from: string, to: string): string => `from ${from} to ${to}`,
  nobody: "nobody",
  successor: (id: string): string => `Its successor is the passport ${id}.`,
  predecessor: (id: string): string => `Its predecessor is the passport ${id}.`,
  sealed: "Part of it is sealed for certain roles.",
  transaction: "Transaction",
  notice: {
    recall: [
      "RECALLED",
      "Manufacturer or authority call this product back. Do not use it before you know why.",
    ],
    theft: ["REPORTED STOLEN", "An owner of this product, or somebody accredited, has reported it stolen."],
    loss: ["REPORTED LOST", "An owner of this product, or somebody accredited, has reported it lost."],
  } as Readonly<Record<string, readonly [string, string]>>,
  noticeUnchecked: "According to this server; see below.",
  since: (time: string): string => `Recorded ${time}.`,
  asOf: {
    heading: "As it stood on a day",
    label: "Day",
    show: "Show",
    reading: "Reading …",
    notYet: "There was no passport of this product on that day.",
    state: (day: string, status: string, version: number): string =>
      `On ${day}: ${status}; version ${version}`,
    erased: "The passport had left the ledger by then; this was its last state.",
    proven: (count: number): string =>
      `${count} public facts of that version, each proven against the fingerprint in the history above.`,
    unproven: (count: number): string => `${count} public facts of that version, according to this server.`,
    failed: "What the server shows for that day is not what the history records.",
  },
};
