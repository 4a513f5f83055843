/** Weakest links and their proofs as lines and JSON for people. */
import { trustFingerprint } from "../src/codec/trust-root.js";
import { meetsTier, type Tier } from "../src/domain/event.js";
import { TIER_WORDS } from "../src/domain/tier-words.js";
import type { TrustRoot } from "../src/domain/trust-root.js";
import type { ThreadRange, Weakest, WeakestLink } from "../src/domain/weakest-link.js";
import { amendmentLine } from "../src/usecases/events/amendment-words.js";
import { refText } from "../src/usecases/events/receipt-chain.js";
import type { AskedAmended } from "../src/usecases/weakest-link/ask.js";
import type { MadeWeakestLink } from "../src/usecases/weakest-link/prove.js";
import type { WeakestLinkVerification } from "../src/usecases/weakest-link/verify.js";
import { checkMark } from "./history-text.js";
import { table } from "./output.js";

const placeText = ({ thread, lo, hi }: ThreadRange): string => `${thread}:${lo}-${hi}`;

const weakestText = ({ tier, places, more }: Weakest): string =>
  tier === null
    ? "none: the ranges hold no event"
    : `${tier} (${TIER_WORDS[tier].short}), at ${places.map(placeText).join(", ")}${more > 0 ? ` and ${more} more places` : ""}`;

/** Whether all events count for this tier at least; where there is none, nothing does. */
export const linkMeets = ({ counts: { tier } }: WeakestLink, least: Tier): boolean =>
  tier !== null && meetsTier(tier, least);

export const linkLines = (link: WeakestLink): readonly string[] => [
  `weakest as the ledger wrote it: ${weakestText(link.ledger)}`,
  `weakest as events count:        ${weakestText(link.counts)}`,
  ...table(
    ["range", "events", "late", "given up", "ledger", "counts"],
    link.ranges.map((range) => [
      placeText(range),
      String(range.events),
      String(range.late),
      String(range.lost),
      range.ledger ?? "no event",
      range.counts ?? "no event",
    ]),
  ),
];

export const amendedLines = (amended: readonly AskedAmended[]): readonly string[] =>
  amended.flatMap(({ thread, counter, tier }) =>
    tier.amendments.map(
      (it) => `amended ${placeText({ thread, lo: counter, hi: counter + 1 })}  ${amendmentLine(it)}`,
    ),
  );

export const amendedJson = (amended: readonly AskedAmended[]): readonly object[] =>
  amended.map(({ id, thread, counter, tier }) => ({ id, thread, counter, ...tier }));

/** What was written, and how somebody checks it. */
export const proofLines = (made: MadeWeakestLink, path: string): readonly string[] => [
  `written ${path}, ${made.bytes.length} bytes: dpp verify ${path} --trust FILE ${made.states.map((ref) => `--state ${refText(ref)}`).join(" ")}`,
  ...made.leftOut.map(
    ({ id, reason }) =>
      `left out, so that the file proves another answer: the amendments of ${id}: ${reason}`,
  ),
];

/** Whether anything is shown: a proof whose states nobody vouches for could be anybody's. */
export const isShown = ({ ok, checks }: WeakestLinkVerification): boolean =>
  ok && checks.some((check) => check.name === "state" && check.ok === true);

/** The first thing that a person reads, and perhaps the only one. */
export function linkSummary({ ok, checks, facts }: WeakestLinkVerification): string {
  const outcome = (name: string) => checks.find((check) => check.name === name)?.ok;
  if (!ok || facts === null)
    return `REFUSED: ${checks.flatMap((check) => (check.ok === false ? [check.name] : [])).join(", ")}. What the proof says is not shown.`;
  if (outcome("state") !== true)
    return "NOT SHOWN that a ledger holds this: the proof is sound in itself, and leads to outputs that nobody vouched for.";
  return facts.amended.length > 0 && outcome("amendments") !== true
    ? "VERIFIED as the ledger wrote it; that the ledger holds the amendments, or their order, is not shown."
    : "VERIFIED: the ledger holds these entries.";
}

/** What such a proof leaves open, whatever its checks say. */
export const openInLink = ({ ok }: WeakestLinkVerification): readonly string[] =>
  ok
    ? [
        "whether an amendment that lowers an event, or undoes one that raised it, was left out of the file",
        "what came after the states that it leads to",
        "whether the events are true: the proof shows who vouches for them",
      ]
    : [];

export const linkVerificationLines = (
  verified: WeakestLinkVerification,
  root: TrustRoot,
): readonly string[] => [
  linkSummary(verified),
  `trust root ${trustFingerprint(root)}`,
  ...(verified.facts === null ? [] : ["", ...linkLines(verified.facts.link)]),
  "",
  ...verified.checks.map(({ name, ok, says }) => `${checkMark(ok)} ${name.padEnd(11)} ${says}`),
  ...openInLink(verified).map((text) => `  -  not shown: ${text}`),
];

export const linkVerificationJson = (verified: WeakestLinkVerification, root: TrustRoot): object => ({
  ok: verified.ok,
  shown: isShown(verified),
  summary: linkSummary(verified),
  fingerprint: trustFingerprint(root),
  checks: verified.checks,
  link: verified.facts?.link ?? null,
  states: verified.facts?.states ?? [],
  amended:
    verified.facts?.amended.map(({ amendments, ...event }) => ({
      ...event,
      amendments: amendments.map(({ id, signers, elements, state }) => ({ id, signers, elements, state })),
    })) ?? [],
  notShown: openInLink(verified),
});
