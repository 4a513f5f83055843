/** English texts about events. Tiers, types, clocks and gaps: `domain/tier-words.ts`, shared with the command. */
import { UNCHECKED_WORDS } from "@cardano-dpp/offchain/domain/event-key-words";
import { ROLE_NAMES } from "./names.js";

const moment = (ms: number): string => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? "an impossible date"
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
};
const times = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const EVENT_TEXTS = {
  moment,
  title: "Event in the life of a product",
  heading: "How it was made",
  intro:
    "What was said about this product on its way, oldest first. Your browser checked each entry. A server can leave entries out, and no check here would notice.",
  weakest: (tier: string, count: number, all: number) =>
    count === all
      ? `Trust: ${tier}, all ${times(all, "entry", "entries")}.`
      : `Weakest trust among these ${all} entries: ${tier} (${count}).`,
  /** After an amendment a list is told by what its entries count for. */
  proof: "Prove the weakest of these entries",
  weakestAmended: "Later amendments are counted in; each entry below says so.",
  late: "Late",
  waiting: "Not on the ledger yet",
  unchecked: "Not checked against the ledger",
  ended: "Source no longer accredited",
  onLedger: "On the ledger",
  by: (role: string, operator: string) => `by a ${ROLE_NAMES[role] ?? role.toLowerCase()}, ${operator}`,
  together: (who: string) => `by ${who} together`,
  signedTogether: "Signed together by",
  signer: (role: string | null, operator: string | null) =>
    `${role === null ? "somebody" : `a ${ROLE_NAMES[role] ?? role.toLowerCase()}`}${operator === null ? "" : `, ${operator}`}`,
  oneCompany: (operators: readonly string[]) =>
    `Not independent: ${operators.join(", ")} signed ${operators.length === 1 ? "in several roles" : "in several roles each"}.`,
  unnamed: (role: string) =>
    `by a ${ROLE_NAMES[role] ?? role.toLowerCase()} whom the ledger source could not name`,
  failed: (count: number) =>
    `${times(count, "entry", "entries")} of this server ${count === 1 ? "is" : "are"} not what the ledger records, and not shown. Do not rely on this list.`,
  what: "What is wrong",
  filter: "Show",
  all: "all entries",
  atLeast: (tier: string) => `“${tier}” or stronger`,
  hiddenByFilter: (count: number) => `${times(count, "entry", "entries")} with weaker trust not shown.`,
  more: "Show more entries",
  details: "Details and checks",
  particulars: "Details",
  sealed: (count: number) =>
    `${times(count, "further fact is", "further facts are")} sealed to those who may read them.`,
  noPayload: "What else it says is not kept here any more.",
  page: "This entry alone",
  receipt: "Download the receipt",
  receiptHint: "A file that proves this entry without this server: dpp verify.",
  noReceipt: "A receipt can be had once it is on the ledger.",
  gapsOf: (operator: string) => `Missing entries of ${operator}`,
  gapsHint:
    "A source numbers its entries without a hole. These numbers will never have one. They may have been about other products.",
  gapsMore: (count: number) =>
    `${times(count, "further number is", "further numbers are")} missing, which this server does not explain.`,
  gapsForged: "This server names missing entries that the ledger does not have.",
  about: "Later entries about this one",
  loading: "Reading the event and checking it …",
  unknown: ["No such event", "This server knows no event with this number."],
  unavailable: "The event cannot be shown now",
  verdict: {
    passed: [
      "Checked: this event is on the ledger",
      "It is what its source signed, and the ledger wrote it under this trust tier.",
    ],
    warning: ["Checked: on the ledger, and there is something to know", "See what was checked below."],
    unknown: [
      "Not proven yet",
      "It is not on the ledger, or the ledger could not be asked. See what was checked below.",
    ],
    failed: [
      "Do not rely on this page",
      "What this server shows is not what the ledger records. See what was checked below.",
    ],
  },
  /** How an event was signed, and who checked that. No word says where a key lies: nothing here can see it. */
  forms: {
    Ed25519: ["Signed with a digital key", "With a key of the usual kind (Ed25519)."],
    "P-256": [
      "Signed with a device's key",
      "With a key of the form that secure chips use (P-256). Whether it lies in a chip no ledger can see: who accredited the source looked at that.",
    ],
    WebAuthn: [
      "Confirmed with a fingerprint, face or PIN",
      "The signer's phone or computer says that somebody unlocked it for this very statement (WebAuthn). Its signature is checked; whose finger it was, nothing here can check.",
    ],
    none: ["Not signed with a key of its own", ""],
    unknown: ["Signed with a key of an unknown kind", ""],
  } as Readonly<Record<string, readonly [string, string]>>,
  checkedBy: {
    ledger: "checked by the ledger",
    page: "checked in your browser, not yet by the ledger",
    nobody: "not checked yet",
    "not-here": UNCHECKED_WORDS,
  },
  amended: {
    verdict: [
      "Checked: this event is on the ledger",
      "It is what its source signed. What it counts for was changed since, by several parties together: see below.",
    ],
    heading: "Later amendments of its trust",
    countsLike: (long: string) => `What it counts like: ${long}`,
    oneCompany: "an amendment that applies was signed by one company in several roles",
    counts: (tier: string) => `Counts as: ${tier}`,
    ledgerTier: (tier: string) => `The ledger wrote: ${tier}. That never changes.`,
    change: (from: string, to: string) => `From “${from}” to “${to}”`,
    unreadable: "An amendment whose content cannot be read here",
    reason: (reason: string) => ` (${reason.replaceAll("-", " ")})`,
    by: (who: string) => `, by ${who} together`,
    applies: (until: number | null) =>
      `Applies${until === null ? "" : `, since ${moment(until)} at the latest`}.`,
    not: (why: string) => `Does not apply: ${why}.`,
    page: "The amendment's own page, with its checks",
    note: "Amended",
    noteNot: "An amendment does not apply",
    otherCounts:
      "what this server says that it counts for is not what the ledger and the amendments shown make of it",
    otherOrder: "this server shows its amendments in another order than the ledger wrote them",
    forged: "an amendment that this server shows is not what the ledger records",
    unread: "an amendment that this server says applies could not be read and checked",
    unasked: "its amendments could not be held against the ledger",
    checked: (applied: number, all: number, several: boolean) =>
      `${times(all, "amendment", "amendments")} of its trust checked, ${applied === 0 ? "none applies" : `${applied} of them ${applied === 1 ? "applies" : "apply"}`}. Whether this server shows all of them${several ? ", and their order among several threads," : ""} is its word alone`,
  },
  checked: "What was checked",
  source: "Ledger source",
  sourceHint: "This server answered for the ledger, too. Choose another source to be independent of it.",
  facts: {
    id: "Number",
    subject: "About",
    captured: "When",
    clock: "Clock",
    counter: "Place in its source's thread",
    device: "Device",
    source: "Source",
    transaction: "Transaction",
    written: "On the ledger no later than",
    deployment: "Deployment",
  } as Readonly<Record<string, string>>,
  checks: {
    noLeaf: "what this server sends is no event that can be read",
    otherEvent: "it is another event than the one it is shown as",
    otherSubject: "it is not about this product",
    otherLeaf: "what was signed is not what is shown",
    toldOtherwise: "this server tells it otherwise than its source stated it",
    leaf: (id: string) => `it is well-formed, and its number follows from its source: ${id}`,
    unasked: (why: string) => `the ledger source could not be asked: ${why}`,
    unknownSource: "the ledger knows no such source",
    noThread: "the ledger has no events of this source",
    entryHidden: "the ledger has an entry for it, and this server does not show it",
    toldAnchored: "this server says that it is on the ledger, and it is not",
    notYet: "it is not on the ledger yet",
    notHere: `its key is of a kind that is ${UNCHECKED_WORDS}: what it signs stays off the ledger`,
    sealByLedger: "the ledger checked the signature over its pack; it is not shown here",
    sealAgain: (count: number) =>
      count === 1
        ? "the signature over its pack, which the ledger checked, was checked again here"
        : `the ${count} signatures over its pack, which the ledger checked, were checked again here`,
    sealForged:
      "what this server shows as the signature over its pack is none of the key that the ledger names",
    sealedTogether: "all its parties signed the pack that it waits in",
    signedAlone: "it bears a signature of its own, and on its thread several parties sign together",
    packTogether: "its parties signed the pack together; the ledger checks each signature",
    tierTogether: (count: number) => `the ledger saw ${count} signers with different roles and keys`,
    parties: (count: number) => `its ${count} signers are accredited: different roles, different companies`,
    partiesUnknown: "who signed it is not known here",
    partiesUnnamed: (count: number) => `${times(count, "signer", "signers")} could not be named`,
    otherRoles: "it names a role that none of its signers has",
    oneCompany: (operators: readonly string[]) =>
      `not all its signers are independent: ${operators.join(", ")} signed in several roles`,
    sealed: "its source signed the pack that it waits in",
    notSealed: "the pack that it waits in is not signed by today's key of its source",
    entryForged:
      "what this server shows as the ledger's entry is not in the ledger's history (or the history has just grown: reload)",
    givenUp: "the ledger says that there is no event with this number",
    noPath: "this server lacks other events of its pack, so that its place cannot be proven",
    noPathLedger: "the ledger has an entry for its number; that it holds this event cannot be proven here",
    otherPack: "the ledger wrote another event in its place",
    lateHidden: "this server tells another time or mark than the ledger wrote",
    inPack: (at: number, of: number) => `event ${at} of ${of} in the pack that the ledger wrote`,
    onLedger: (until: number) => `written on the ledger no later than ${moment(until)}`,
    late: (until: number) => `written on the ledger no later than ${moment(until)}, marked late`,
    unsigned: "its source signs packs and no single events",
    packSigned: "its source signed the pack; the ledger checked that signature",
    noKey: "the key of its source is not known",
    signed: "signed by its source's key",
    replacedKey: "not signed by today's key of its source, which was replaced since",
    notSigned: "not signed by its source's key",
    tierTold: "this server shows another trust tier than the event has",
    tier: "the ledger wrote it under this trust tier, by the accreditation of its source",
    tierOther: "it claims another trust tier than its source has",
    tierUnknown: "its trust tier could not be held against the ledger",
    tierAttested: "its source is accredited for this trust tier",
    otherRole: "its source is accredited in another role",
    source: (operator: string) => `its source is accredited: ${operator}`,
    sourceEnded: (operator: string, status: string) =>
      `its source, ${operator}, is ${status === "Revoked" ? "not accredited any more" : "suspended"}: what it wrote before stays written`,
    elementsForged: (ids: readonly string[]) =>
      `facts that the event does not commit to: ${ids.join(", ").slice(0, 200)}`,
    payloadBroken: "its facts cannot be read here",
    elements: (count: number) =>
      `${times(count, "public fact", "public facts")}, each proven to be the event's`,
  },
  words: { passed: "Checked", failed: "FAILED", warning: "Note", unknown: "Not checked" },
  marks: { passed: "✓", failed: "✗", warning: "!", unknown: "?" },
} as const;
