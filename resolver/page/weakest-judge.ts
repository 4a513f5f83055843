/**
 * Checks the proof of a weakest link in the reader's browser: the file against a trust root, and where the proof leads against outputs that the reader names or that
 * the chosen ledger source has. Without a network the first two are enough. Spec: docs/spec/weakest-link.md "Checking".
 */
import { decodeConfigDatum } from "@cardano-dpp/offchain/codec/datum";
import { parseTrustRoot, trustFingerprint } from "@cardano-dpp/offchain/codec/trust-root";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { OutRef } from "@cardano-dpp/offchain/domain/out-ref";
import { CONFIG_TOKEN } from "@cardano-dpp/offchain/domain/tokens";
import type { TrustRoot } from "@cardano-dpp/offchain/domain/trust-root";
import type { WeakestLinkCheckName } from "@cardano-dpp/offchain/domain/weakest-link-proof";
import {
  verifyWeakestLink,
  type WeakestLinkFacts,
  type WeakestLinkVerification,
} from "@cardano-dpp/offchain/usecases/weakest-link/verify";
import { stateOutput } from "./ledger-facts.js";
import { type LedgerSource, transactionHeld } from "./ledger-source.js";
import { WEAKEST_TEXTS } from "./weakest-texts.js";

const T = WEAKEST_TEXTS;
/** Threads, and threads of amendments. */
const MAX_STATES = 128;
const AT_ONCE = 6;

export type LinkState = "passed" | "failed" | "warning" | "unknown";

export interface LinkCheck {
  readonly name: "root" | WeakestLinkCheckName;
  readonly state: LinkState;
  readonly says: string;
}

export interface JudgedLink {
  readonly state: LinkState;
  readonly checks: readonly LinkCheck[];
  /** `null`: refused. */
  readonly facts: WeakestLinkFacts | null;
}

export interface JudgingTools {
  /** A file of the reader's, or what this server gave; `null`: there is none. */
  readonly root: { readonly json: string; readonly own: boolean } | null;
  /** Outputs that the reader trusts. */
  readonly states: readonly OutRef[];
  /** `null`: nobody is asked. */
  readonly source: LedgerSource | null;
}

/** `hash#index` a line. @throws DppError `weakest-link/outputs`. */
export function outputsIn(text: string): readonly OutRef[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  return words.slice(0, MAX_STATES).map((word) => {
    const [, txHash, index] = /^([0-9a-f]{64})#(\d{1,5})$/.exec(word) ?? [];
    if (txHash === undefined)
      throw new DppError(
        "weakest-link/outputs",
        `${word.slice(0, 80)}: expected the hash of a transaction, # and a position`,
      );
    return { txHash, outputIndex: Number(index) };
  });
}

/** What is wrong with the file is told; @throws DppError `trust-root/*` for a trust root that is not there or cannot be read. */
export async function judgeLink(
  bytes: Uint8Array,
  { root: given, states, source }: JudgingTools,
): Promise<JudgedLink> {
  if (given === null) throw new DppError("trust-root/none", T.rootNone);
  const root = parseTrustRoot(given.json);
  const rooted = await checkRoot(root, given.own, source);
  if (rooted.state === "failed") return refused(rooted);
  const offline = verifyWeakestLink(bytes, root, { states });
  if (offline.facts === null || source === null || states.length > 0) return judged(rooted, offline, null);
  const needed = outputsOf(offline.facts);
  const held = await heldBy(source, needed).catch(() => null);
  if (held === null || held.length === 0) return judged(rooted, offline, null);
  const online = verifyWeakestLink(bytes, root, { states: held });
  const lacking = needed.length - held.length;
  return judged(rooted, online, { source: new URL(source.base).host, lacking });
}

const refused = (check: LinkCheck): JudgedLink => ({ state: "failed", checks: [check], facts: null });

function judged(
  rooted: LinkCheck,
  { ok, checks, facts }: WeakestLinkVerification,
  asked: { readonly source: string; readonly lacking: number } | null,
): JudgedLink {
  const told = checks.map(({ name, ok: good, says }): LinkCheck => {
    const state = good === null ? "unknown" : good ? "passed" : "failed";
    return {
      name,
      state,
      says: name === "state" && good === true && asked !== null ? T.stateAsked(asked.source) : says,
    };
  });
  const of = (name: string) => told.find((check) => check.name === name)?.state;
  const unsure = facts !== null && facts.amended.length > 0 && of("amendments") !== "passed";
  const state = !ok ? "failed" : of("state") !== "passed" ? "unknown" : unsure ? "warning" : "passed";
  return { state, checks: [rooted, ...told], facts };
}

/** A trust root of this server's has to be the ledger source's deployment; one of the reader's own is taken as it is. */
async function checkRoot(root: TrustRoot, own: boolean, source: LedgerSource | null): Promise<LinkCheck> {
  const name = "root";
  const fingerprint = trustFingerprint(root);
  if (own) return { name, state: "passed", says: T.rootOwn(fingerprint) };
  const unasked: LinkCheck = { name, state: "unknown", says: T.rootUnasked(fingerprint) };
  if (source === null) return unasked;
  try {
    const output = await stateOutput(source, root.config, CONFIG_TOKEN);
    if (output === null) return { name, state: "failed", says: T.rootDiffers };
    const { roles, anchor, joint, p256 } = decodeConfigDatum(output.datum).scripts;
    const last = root.configs.at(-1)?.output;
    const same =
      roles === root.roles &&
      anchor === root.anchor &&
      (joint ?? null) === root.joint &&
      (p256 ?? null) === root.p256 &&
      last?.txHash === output.txHash &&
      last.outputIndex === output.outputIndex;
    return same
      ? { name, state: "passed", says: T.rootServer(fingerprint) }
      : { name, state: "failed", says: T.rootDiffers };
  } catch {
    return unasked;
  }
}

/** That the proof leads to: of its threads, and of those on which its amendments stand. */
function outputsOf({ states, amended }: WeakestLinkFacts): readonly OutRef[] {
  const all = [
    ...states.map(({ output }) => output),
    ...amended.flatMap(({ amendments }) => amendments.map(({ state }) => state)),
  ];
  return [...new Map(all.map((ref) => [`${ref.txHash}#${ref.outputIndex}`, ref])).values()].slice(
    0,
    MAX_STATES,
  );
}

/** Those whose transaction the ledger has: what it made it made, whoever spent it since. @throws DppError `ledger/unavailable`. */
async function heldBy(source: LedgerSource, outputs: readonly OutRef[]): Promise<readonly OutRef[]> {
  const held: OutRef[] = [];
  for (let at = 0; at < outputs.length; at += AT_ONCE) {
    const some = outputs.slice(at, at + AT_ONCE);
    const known = await Promise.all(some.map(({ txHash }) => transactionHeld(source, txHash)));
    held.push(...some.filter((_, index) => known[index] === true));
  }
  return held;
}
