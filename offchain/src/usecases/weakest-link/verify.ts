/**
 * Checks the proof of a weakest link against a trust root without a network, check by check; names what is wrong and what it cannot say. Spec:
 * docs/spec/weakest-link.md "Checking". Pure, and no Node: the page checks with it. What a ledger adds is in `online.ts`.
 */

import { readReceiptTransaction } from "../../codec/receipt-transaction.js";
import { decodeEntry } from "../../codec/thread-entry.js";
import { decodeWeakestLink } from "../../codec/weakest-link.js";
import { type KeyVerify, verifyKey } from "../../crypto/event-signature.js";
import { fromHex } from "../../domain/bytes.js";
import { isJointThread } from "../../domain/joint.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { ThreadEntry } from "../../domain/pack.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { type AmendedTier, covers, type WeakestLink, weakestLink } from "../../domain/weakest-link.js";
import {
  claimOf,
  type ProvenRun,
  type ProvenThread,
  WEAKEST_LINK_CHECKS,
  type WeakestLinkCheck,
  type WeakestLinkCheckName,
  type WeakestLinkProof,
} from "../../domain/weakest-link-proof.js";
import { rangeLeaf } from "../../merkle/range.js";
import { verifyRun } from "../../merkle/run.js";
import { refText } from "../events/receipt-chain.js";
import { attempt, failed, judged, type Outcome, passed, unchecked } from "../events/receipt-checks.js";
import { threadIn } from "../events/receipt-thread.js";
import { judgeAmended, type ShownAmended } from "./verify-amended.js";

export interface ReadRun extends ProvenRun {
  readonly thread: string;
  readonly read: readonly ThreadEntry[];
}

/** What a proof shows, once no check failed. */
export interface WeakestLinkFacts {
  readonly link: WeakestLink;
  readonly runs: readonly ReadRun[];
  readonly amended: readonly ShownAmended[];
  /** The outputs that hold the threads' states, in the order of the threads. */
  readonly states: readonly ThreadStateFacts[];
}

export interface ThreadStateFacts {
  readonly thread: string;
  readonly output: OutRef;
  readonly seq: number;
  readonly history: string;
}

export interface WeakestLinkVerification {
  /** No check failed. */
  readonly ok: boolean;
  readonly checks: readonly WeakestLinkCheck[];
  /** Null: refused. */
  readonly facts: WeakestLinkFacts | null;
}

export interface WeakestLinkGiven {
  /** Outputs of threads that a ledger which the reader trusts has, or had. */
  readonly states?: readonly OutRef[];
}

type Found = Map<WeakestLinkCheckName, Outcome>;
const RESTS: Outcome = unchecked("not looked at: what it rests on does not hold");

/** `bytes`: the file. What is wrong with it is told, never thrown. */
export function verifyWeakestLink(
  bytes: Uint8Array,
  root: TrustRoot,
  { states = [] }: WeakestLinkGiven = {},
  verify: KeyVerify = verifyKey,
): WeakestLinkVerification {
  const found: Found = new Map();
  const facts = judge(bytes, root, states, verify, found);
  const checks = WEAKEST_LINK_CHECKS.map((name) => ({ name, ...(found.get(name) ?? RESTS) }));
  const ok = facts !== null && checks.every((check) => check.ok !== false);
  return { ok, checks, facts: ok ? facts : null };
}

function judge(
  bytes: Uint8Array,
  root: TrustRoot,
  given: readonly OutRef[],
  verify: KeyVerify,
  found: Found,
): WeakestLinkFacts | null {
  const read = attempt(() => {
    const proof = decodeWeakestLink(bytes);
    return { proof, runs: proof.threads.flatMap(runsOf) };
  });
  if (typeof read === "string") return refused(found, "form", read);
  const { proof, runs } = read;
  const entries = runs.reduce((sum, run) => sum + run.entries.length, 0);
  found.set(
    "form",
    passed(`whole, in its one form: ${count(runs.length, "range")}, ${count(entries, "entry")}`),
  );
  const deployment = deploymentOf(proof, root);
  found.set("deployment", deployment);
  if (deployment.ok !== true) return null;
  found.set("cover", coverOf(runs));
  const states = historyOf(proof.threads, root, found);
  if (states === null || found.get("cover")?.ok !== true) return null;
  const { amended, outcome, outputs } = judgeAmended(proof, runs, root, given, verify);
  found.set("state", stateOf(states, outputs, given));
  found.set("amendments", outcome);
  const link = weakestLink(
    runs.map(({ thread, lo, hi, read: list }) => ({ thread, lo, hi, entries: list })),
    amended.map(({ thread, counter, counts }): AmendedTier => ({ thread, counter, counts })),
  );
  found.set("answer", answerOf(proof, link));
  return { link, runs, amended, states };
}

function refused(found: Found, name: WeakestLinkCheckName, says: string): null {
  found.set(name, failed(says));
  return null;
}

const count = (many: number, one: string): string =>
  `${many} ${many === 1 ? one : one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`}`;

const runsOf = ({ name, runs }: ProvenThread): readonly ReadRun[] =>
  runs.map((run) => ({ ...run, thread: name, read: run.entries.map(decodeEntry) }));

function deploymentOf({ network, config }: WeakestLinkProof, root: TrustRoot): Outcome {
  if (network !== root.network)
    return failed(`it is of the network ${network}, and the trust root is of ${root.network}`);
  if (config !== root.config)
    return failed(`it is of the deployment ${config}, and the trust root is of ${root.config}`);
  return passed(`the trust root's: ${config} on ${network}`);
}

function coverOf(runs: readonly ReadRun[]): Outcome {
  const faults = runs.flatMap(({ thread, lo, hi, read }) => {
    const where = `${lo} to ${hi} of ${thread}`;
    const kinds = isJointThread(thread) ? ["co-append"] : ["append", "gap"];
    return [
      ...(covers({ thread, lo, hi, entries: read })
        ? []
        : [`the entries do not cover ${where}: they have a hole, or begin or end elsewhere`]),
      ...(read.every(({ kind }) => kinds.includes(kind))
        ? []
        : [`an entry of ${where} is of a kind that its thread cannot have`]),
    ];
  });
  return judged(
    faults,
    "the entries follow one another without a hole, from the first event asked for to the last",
  );
}

/** The states that the threads' transactions made; null: one is none, or does not commit to the entries. */
function historyOf(
  threads: readonly ProvenThread[],
  root: TrustRoot,
  found: Found,
): readonly ThreadStateFacts[] | null {
  const faults: string[] = [];
  const states: ThreadStateFacts[] = [];
  for (const { name, body, runs } of threads) {
    const script = isJointThread(name) ? root.joint : root.anchor;
    const made = attempt(() => readReceiptTransaction({ body, signatures: [] }));
    if (script === null) faults.push("the trust root's deployment has no joint threads");
    else if (typeof made === "string") faults.push(`${name}: ${made}`);
    else {
      const state = threadIn(made, name, script, root);
      if (typeof state === "string") {
        faults.push(`${name}: ${state}`);
        continue;
      }
      const { seq, history } = state.thread;
      const leads = runs.every(({ first, entries, hashes }) =>
        verifyRun(fromHex(history), entries.map(rangeLeaf), { first, seq, hashes }),
      );
      if (!leads)
        faults.push(`${name}: the entries do not stand where the proof says in the history of its state`);
      const { txHash, outputIndex } = state.output;
      states.push({ thread: name, output: { txHash, outputIndex }, seq, history });
    }
  }
  const where = states.map(({ seq, output }) => `${count(seq, "entry")} in ${refText(output)}`).join("; ");
  found.set("history", judged(faults, `they stand in what the threads' states commit to: ${where}`));
  return faults.length === 0 ? states : null;
}

/** `others`: outputs that receipts of amendments lead to. */
function stateOf(
  states: readonly ThreadStateFacts[],
  others: readonly OutRef[],
  given: readonly OutRef[],
): Outcome {
  const texts = given.map(refText);
  const known = [...states.map(({ output }) => output), ...others].map(refText);
  const strange = texts.filter((text) => !known.includes(text));
  if (strange.length > 0)
    return failed(
      `the proof does not lead to the output ${strange.join(", ")}: either the ledger has other entries, or the proof is older than that output; have it made anew`,
    );
  const open = states.filter(({ output }) => !texts.includes(refText(output)));
  if (open.length === 0) return passed("these outputs are the ones that you gave");
  return unchecked(
    `not shown that the ledger holds what the proof says${open.length < states.length ? ` of ${open.map(({ thread }) => thread).join(", ")}` : ""}: give --state for each thread, or ask with --online`,
  );
}

function answerOf({ answer }: WeakestLinkProof, link: WeakestLink): Outcome {
  const own = claimOf(link);
  const fields = ["ledger", "counts", "events", "late", "lost"] as const;
  const faults = fields.flatMap((field) =>
    answer[field] === own[field] ? [] : [`${field} is ${own[field]}, and the file says ${answer[field]}`],
  );
  return judged(faults, `recomputed: ${answerWords(link)}`);
}

/** `weakest DEVICE_SIGNED on the ledger, counts as …; 12 events, 2 late, 3 numbers given up`. */
export function answerWords({ ledger, counts, events, late, lost }: WeakestLink): string {
  if (ledger.tier === null) return `no events: ${count(lost, "number")} given up for good`;
  const both = counts.tier === ledger.tier ? "" : `, ${counts.tier} after amendments`;
  return `weakest ${ledger.tier} as the ledger wrote it${both}; ${count(events, "event")}, ${late} late, ${count(lost, "number")} given up for good`;
}
