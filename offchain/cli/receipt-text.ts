/** Receipts and trust roots as lines for people. */
import { trustFingerprint } from "../src/codec/trust-root.js";
import { formWords } from "../src/domain/event-key-words.js";
import { reasonName } from "../src/domain/reason.js";
import { CLOCK_WORDS, LATE_WORDS, TIER_WORDS, TYPE_WORDS } from "../src/domain/tier-words.js";
import type { TrustRoot } from "../src/domain/trust-root.js";
import { refText } from "../src/usecases/events/receipt-chain.js";
import type { ReceiptOnline, SignerStanding } from "../src/usecases/events/receipt-ledger.js";
import { sameOperators } from "../src/usecases/events/receipt-signers.js";
import type { ReceiptFacts, ReceiptVerification } from "../src/usecases/events/receipt-verify.js";
import { checkMark } from "./history-text.js";
import { isoTime, table } from "./output.js";

/** A date far off has no ISO form. */
const timeText = (time: number): string =>
  Number.isFinite(new Date(time).getTime()) ? isoTime(time) : `${time} ms`;

const onLedger = ({ checks }: ReceiptVerification): boolean =>
  checks.some(({ name, ok }) => name === "ledger" && ok === true);

/** The first thing that a person reads, and perhaps the only one. */
export function summaryOf(verified: ReceiptVerification): string {
  if (!verified.ok) {
    const failed = verified.checks.filter(({ ok }) => ok === false).map(({ name }) => name);
    return `REFUSED: ${failed.join(", ")}. What the receipt says is not shown.`;
  }
  const signers = verified.facts?.signers ?? [];
  const by =
    signers.length < 2 ? "by the source" : `together by ${signers.map(({ role }) => role).join(", ")}`;
  const shared = sameOperators(signers).map((sentence) => ` Not independent: ${sentence}.`);
  const first = onLedger(verified)
    ? `VERIFIED: signed ${by}, accredited by the consortium, and on the ledger.`
    : `VERIFIED: signed ${by} and accredited by the consortium; presence on the ledger not checked.`;
  return first + shared.join("");
}

/** What a receipt leaves open, whatever its checks say. */
export function openQuestions(
  verified: ReceiptVerification,
  standings: ReceiptOnline["standings"],
): readonly string[] {
  if (!verified.ok) return [];
  return [
    ...(onLedger(verified)
      ? []
      : [
          "that the ledger holds the pack, and so the time by which it was written: without a ledger they are the word of whoever made the transaction, who may hold the key of somebody who was suspended since",
        ]),
    ...(standings === null
      ? ["whether who signed was suspended or revoked since: --online tells the standing of today"]
      : []),
    "whether a later event corrects or amends this one",
    "whether the statement is true: the receipt shows who made it, how and when",
  ];
}

/** Who signed, by which keys, and which of them act for one operator. */
const signerRows = (signers: ReceiptFacts["signers"]): readonly (readonly [string, string])[] => [
  ...signers.map(
    ({ role, operator, form }) =>
      [
        signers.length === 1 ? "source" : "signed by",
        `${role} of ${operator}, key: ${formWords(form)}`,
      ] as const,
  ),
  ...sameOperators(signers).map((sentence) => ["not independent", sentence] as const),
];

export const signerLines = (signers: ReceiptFacts["signers"]): readonly string[] =>
  signerRows(signers).map((row) => row.join(": "));

function factRows({ leaf, id, signers, late, until, txHash, elements, hidden }: ReceiptFacts, held: boolean) {
  const written = `no later than ${timeText(until)}${held ? "" : ", if the ledger holds it"}`;
  return [
    ["event", id],
    ["tier", `${leaf.tier}. ${TIER_WORDS[leaf.tier].long}`],
    ...signerRows(signers),
    ...(signers.length === 1 ? [] : [["recorded by", leaf.role]]),
    ["captured", `${timeText(leaf.captured)}, ${CLOCK_WORDS[leaf.clock]}`],
    ["written", written],
    ...(late ? [["mark", LATE_WORDS]] : []),
    ["transaction", txHash],
    ["subject", leaf.subject === "" ? "none" : leaf.subject],
    ...(elements ?? []).map(({ id: name, value, unit }) => [
      name.replace(/^event\./, ""),
      `${JSON.stringify(value)}${unit === null ? "" : ` ${unit}`}`,
    ]),
    ...(elements === null ? [["payload", "not included"]] : []),
    ...(hidden > 0 ? [["sealed", `${hidden} more, which the receipt does not show`]] : []),
  ];
}

export function receiptLines(
  verified: ReceiptVerification,
  root: TrustRoot,
  standings: ReceiptOnline["standings"],
): readonly string[] {
  const { facts, checks } = verified;
  return [
    summaryOf(verified),
    `trust root ${trustFingerprint(root)}`,
    ...(facts === null
      ? []
      : ["", TYPE_WORDS[facts.leaf.type], ...table(["", ""], factRows(facts, onLedger(verified))).slice(1)]),
    ...(facts === null || standings === null
      ? []
      : standings.flatMap((one, at) => standingLines(one, facts, at))),
    "",
    ...checks.map(({ name, ok, says }) => `${checkMark(ok)} ${name.padEnd(11)} ${says}`),
    ...openQuestions(verified, standings).map((text) => `  -  not shown: ${text}`),
  ];
}

function standingLines(
  { standing }: SignerStanding,
  { signers }: ReceiptFacts,
  at: number,
): readonly string[] {
  if (standing === null) return [];
  const { status, since, reason } = standing;
  const why = reason === null || reason === 0 ? "" : `: ${reasonName(reason)}`;
  const whose = signers.length === 1 ? "the source's attestation" : `the attestation of ${signers[at]?.role}`;
  return [`${whose} is ${status} today, since ${timeText(since.time)}${why}`];
}

export const trustLines = (root: TrustRoot): readonly string[] => {
  const now = root.configs.at(-1);
  return [
    `fingerprint ${trustFingerprint(root)}`,
    ...table(
      ["", ""],
      [
        ["network", root.network],
        ["deployment", root.config],
        ["roles", root.roles],
        ["anchor", root.anchor],
        ["joint", root.joint ?? "none: nobody signs together in this deployment"],
        ["p256", root.p256 ?? "none: its ledger checks no P-256 signatures"],
        [
          "slots",
          `${timeText(root.slots.zeroTime)} is slot ${root.slots.zeroSlot}, ${root.slots.slotLength} ms each`,
        ],
        ["consortium", now === undefined ? "" : `${now.threshold} of ${now.members.length} members sign`],
        ...(now?.members ?? []).map((member) => ["member", member]),
        ["config", now === undefined ? "" : refText(now.output)],
        ["earlier", `${root.configs.length - 1} configs before it`],
      ],
    ).slice(1),
  ];
};
