/** Every English text of the page. Plain words first; the field's terms only where a reader can look them up. */
import { HISTORY_TEXTS } from "./history-texts.js";
import { ROLE_NAMES, STATUS_NAMES } from "./names.js";
import { FOOTER_TEXT, TRUST_TEXTS } from "./trust-texts.js";

const roleName = (role: string): string => ROLE_NAMES[role] ?? role.toLowerCase();
export const roleList = (roles: readonly string[]): string => roles.map(roleName).join(", ");

const blocks = (count: number): string => (count === 1 ? "1 block" : `${count} blocks`);
const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"} ago`;

/** `ms`: age of a moment; a clock that lags makes it negative. */
function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return counted(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? counted(hours, "hour") : counted(Math.floor(hours / 24), "day");
}

export const TEXTS = {
  title: "Product passport",
  loading: "Reading the passport and checking it …",
  language: "en",

  verdict: {
    passed: [
      "Checked: this is the passport on the ledger",
      "The public facts below are exactly what the manufacturer recorded.",
    ],
    sameParty:
      "This server answered for the ledger too. To be independent of it, choose another ledger source below.",
    young: "Its last change is very recent and could still be undone: look again in a few minutes.",
    failed: [
      "Do not rely on this page",
      "What this server shows is not what the ledger records. See “What was checked”.",
    ],
    revoked: [
      "REVOKED by an authority",
      "This passport is no longer valid. The product should not be sold or used on its strength.",
    ],
    retired: ["Retired", "The product has reached the end of its life; its passport is closed."],
    repurposed: [
      "Replaced by another passport",
      "The product was repurposed; its new passport follows this one.",
    ],
    issuerSuspended: [
      "Issuer suspended",
      "The consortium has suspended the company that issued this passport. Its statements are in doubt until that is settled.",
    ],
    issuerRevoked: [
      "Issuer no longer accredited",
      "The consortium has withdrawn the accreditation of the company that issued this passport.",
    ],
    issuerEnded: [
      "Issuer's accreditation has ended",
      "The company that issued this passport is not accredited today. It was issued while it was.",
    ],
    unchecked: [
      "Not checked against the ledger",
      "The ledger source could not be asked. The facts below are this server's word alone.",
    ],
    unknown: [
      "No passport found",
      "There is no passport for this product here. The code may be misread, or not genuine.",
    ],
    mismatch: [
      "This code does not belong to this product",
      "The passport that the code names was made for another product. The label may be forged.",
    ],
    badCode: ["This is not a valid product code", ""],
    unavailable: ["The passport cannot be read now", ""],
  },

  status: (status: string): string => STATUS_NAMES[status] ?? status,
  revision: (revision: number): string => (revision === 0 ? "First version" : `Version ${revision + 1}`),
  /** `age`: ms since the last change was recorded. */
  notFinal: (age: number, confirmations: number, needed: number): string =>
    `Recorded ${ago(age)}; final after ${blocks(needed)} (${confirmations} so far)`,
  issuedBy: (operator: string): string => `Issued by ${operator}`,
  facts: "At a glance",
  keyFacts: {
    manufacturer: "Manufacturer",
    model: "Model",
    carbon: "Carbon class",
    capacity: "Capacity",
    cycles: "Charging cycles",
    made: "Made in",
    weight: "Weight",
    brand: "Brand",
    description: "Description",
    fibres: "Fibres",
    origin: "Country of making",
    care: "Care",
    footprint: "Carbon footprint",
  } as Readonly<Record<string, string>>,
  allFacts: "All public facts",
  factCount: (count: number): string => (count === 1 ? "1 fact" : `${count} facts`),

  checks: {
    heading: "What was checked",
    intro: "Your browser did this itself, just now.",
    marks: { passed: "✓", failed: "✗", warning: "!", unknown: "?" },
    words: { passed: "Passed", failed: "Failed", warning: "Attention", unknown: "Not checked" },
    proofs: (count: number, leaves: number): string =>
      `All ${count} facts shown belong to this passport (it has ${leaves - 1} in all, the others are sealed)`,
    proofsDetail: (root: string): string => `Each fact's proof leads to the fingerprint ${root}.`,
    proofsFailed: (ids: readonly string[]): string => `Not what the manufacturer recorded: ${ids.join(", ")}`,
    proofsFailedDetail:
      "The proof of each of these does not lead to the passport's fingerprint. They are not shown as facts.",
    ledger: "The ledger records this passport with this fingerprint",
    ledgerDetail: (source: string, confirmations: number | null): string =>
      `According to ${source}${confirmations === null ? "" : `, ${blocks(confirmations)} deep`}.`,
    ledgerMissing: "The ledger source does not know this passport",
    ledgerDiffers: "The ledger records another fingerprint than this server shows",
    ledgerUnavailable: "The ledger was not asked",
    state: (status: string, revision: number): string => `Status: ${status}; version ${revision + 1}`,
    stateDiffers: "This server shows another status or version than the ledger",
    stateDetail: (time: string): string => `Recorded on the ledger at ${time}.`,
    identifier: "The code you scanned belongs to this product",
    identifierDetail: (path: string): string =>
      `The ledger's commitment opens to ${path} with the secret number in the code.`,
    identifierFailed: "The code does not open the ledger's commitment to this product",
    identifierIndex: "Found by its printed numbers",
    identifierIndexDetail: "This server named the passport. Scan the QR code to be independent of that.",
    issuer: (operator: string): string => `The issuer ${operator} is accredited`,
    issuerDetail: (from: string, to: string): string => `By the consortium, from ${from} to ${to}.`,
    issuerReassigned: (now: string, then: string): string =>
      `${now} answers for this product now; its data was sealed by ${then}`,
    issuerReassignedDetail: "Right only if the product was reassigned since: the history below shows it",
    issuerFailed: "The issuer's accreditation is not on the ledger, or names another company",
    issuerStatus: (operator: string, status: string): string =>
      `The issuer ${operator} is ${status.toLowerCase()}`,
    deployment: "The passport follows the consortium's rules",
    deploymentDetail: (policy: string): string =>
      `Its contracts are the ones that the deployment ${policy} names.`,
    deploymentFailed: "The contracts are not the ones that the deployment names",
    document: "The passport's header agrees with the ledger and this address",
    documentDetail: (policy: string, version: number): string =>
      `Facts and groups follow the policy ${policy}, version ${version}.`,
    documentFailed: (what: string): string => `The passport's header contradicts: ${what}`,
    policyUnknown: (policy: string): string =>
      `The passport follows a policy that this page does not know (${policy})`,
  },

  limits: {
    heading: "What cannot be checked here",
    object: "That the product in your hands is the one this code was made for: a label can be copied.",
    truth: "That the manufacturer's statements are true: the ledger proves who said what, and when.",
    sealed: "The sealed groups: this page sees that they exist, not what they say, until a role opens them.",
    sameParty: "That this server's answer for the ledger is the ledger's: choose another source below.",
    source: (name: string): string => `That ${name} tells the truth about the ledger.`,
    page: "This page itself: it comes from this server. A checker from elsewhere, such as the dpp command, does not.",
    image: "The product image: it lies elsewhere and is not loaded.",
    trustRoot: "The trust root below: compare it with the one that the consortium publishes.",
  },

  trust: TRUST_TEXTS,

  sealed: {
    heading: "Sealed for certain roles",
    none: "This passport has no sealed groups.",
    for: (roles: readonly string[]): string =>
      `for: ${roles.length === 0 ? "named parties only" : roleList(roles)}`,
  },

  wallet: {
    heading: "Read more with a role",
    intro:
      "Repairers, recyclers and authorities prove their role with a Cardano wallet. It signs a text; nothing is paid.",
    connect: "Connect a wallet",
    connectWith: (name: string): string => `Connect ${name}`,
    none: "No Cardano wallet was found in this browser.",
    connecting: "Waiting for the wallet …",
    choose: "Asking which of the wallet's keys holds a role …",
    sign: "Please sign the text in your wallet.",
    reading: "Reading what your role grants …",
    declined: "The wallet's owner declined.",
    foreignHost: "The text to sign names another host than this page. It was not signed.",
    noRole: "No key of this wallet holds a role here.",
    roles: (roles: readonly string[]): string => `Your role: ${roleList(roles)}`,
    until: (time: string): string => `until ${time}`,
    refusedRole: (role: string, why: string): string => `Role ${roleName(role)}: ${why}`,
    group: (name: string): string => `Group “${name}”`,
    refusedGroup: (name: string): string => `“${name}” is refused`,
    disconnect: "Forget role and key",
    verified: (count: number): string => `${count} facts, each proven against the ledger's fingerprint.`,
    tampered: (ids: readonly string[]): string => `Refused, since the proof fails: ${ids.join(", ")}`,
  },

  key: {
    heading: (names: readonly string[]): string =>
      `Open ${names.map((name) => `“${name}”`).join(", ")} with your reading key`,
    intro: "The server cannot read these groups. Your browser opens them; the key never leaves it.",
    passkey: "Use a passkey",
    create: "Create a passkey",
    file: "Reading key file",
    passphrase: "Its passphrase, if it has one",
    useFile: "Open with the file",
    publicKey: "Public reading key, for the consortium to register as your enc_pk:",
    wrongKey:
      "This reading key is not the one that your role is registered with. Have its public key registered, then let the manufacturer refresh its keyring.",
    unsupported:
      "This browser or authenticator does not offer the passkey extension “prf”. Use a reading key file.",
    opened: (count: number): string =>
      `Opened here: ${count} facts, each proven against the ledger's fingerprint.`,
  },

  problems: {
    "access/no-role": "This wallet's key holds no role.",
    "access/suspended": "The role is suspended by the consortium.",
    "access/revoked": "The role was revoked by the consortium.",
    "access/expired": "The role is outside its dates.",
    "access/badge-elsewhere": "The role's badge does not lie in this wallet.",
    "access/not-holder": "The role was moved to another key.",
    "access/no-live-role": "None of this wallet's roles is in force.",
    "auth/network": "The wallet is on another network than these passports.",
    "cip8/network": "The wallet is on another network than these passports.",
    "cip8/script-address": "A script address has no key that could sign.",
    "auth/nonce-expired": "The text to sign has expired: try again.",
    "auth/nonce-used": "The signed text was used already: try again.",
    "auth/token-expired": "The proof has expired: prove the role again.",
    "request/rate-limited": "Too many requests: wait a minute.",
  } as Readonly<Record<string, string>>,

  history: HISTORY_TEXTS,

  footer: FOOTER_TEXT,
  json: "The same as JSON",
  yes: "yes",
  no: "no",
  absent: {
    notToBeFilled: "not required",
    pending: "not required yet",
    notApplicable: "does not apply",
    notAvailable: "not available",
  } as Readonly<Record<string, string>>,
};
