/** Makes the proof of a weakest link from the ledger and the store. Reads only. Spec: docs/spec/weakest-link.md "File". */
import { splitTransaction } from "../../codec/ledger-cbor/transaction.js";
import { encodeEntry } from "../../codec/thread-entry.js";
import { encodeWeakestLink } from "../../codec/weakest-link.js";
import { type KeyVerify, verifyKey } from "../../crypto/event-signature.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { type ThreadRange, type WeakestLink, weakestLink } from "../../domain/weakest-link.js";
import {
  claimOf,
  MAX_PROVEN_AMENDED,
  MAX_PROVEN_AMENDMENTS,
  MAX_PROVEN_ENTRIES,
  type ProvenAmended,
  type ProvenThread,
  type WeakestLinkProof,
} from "../../domain/weakest-link-proof.js";
import { rangeLeaf } from "../../merkle/range.js";
import { proveRun } from "../../merkle/run.js";
import type { EventStore } from "../../ports/event-store.js";
import type { Reading } from "../context.js";
import { makeReceipt } from "../events/receipt-make.js";
import { readTrustRoot } from "../trust-root.js";
import {
  type AskedAmended,
  type AskedThread,
  type AskOptions,
  askWeakestLink,
  type WeakestAnswer,
} from "./ask.js";
import { verifyWeakestLink } from "./verify.js";

export interface LeftOut {
  /** Of the amended event. */
  readonly id: string;
  /** Why its amendments cannot be shown. */
  readonly code: string;
  readonly reason: string;
}

export interface MadeWeakestLink {
  readonly asked: WeakestAnswer;
  /** What the file proves: another one than asked where amendments were left out. */
  readonly proven: WeakestLink;
  readonly proof: WeakestLinkProof;
  readonly bytes: Uint8Array;
  readonly root: TrustRoot;
  /** Outputs that a reader has to find on a ledger that he trusts. */
  readonly states: readonly OutRef[];
  readonly leftOut: readonly LeftOut[];
}

export interface ProveOptions extends AskOptions {
  /** Default: what a file holds. */
  readonly maxEntries?: number;
  /** Amended events that are shown; each takes two receipts or more. Default: what a file holds. */
  readonly maxAmended?: number;
}

export type ProvingReading = Reading & { readonly store: EventStore | null; readonly verify?: KeyVerify };

/**
 * Checked before it is handed out.
 * @throws DppError as `askWeakestLink`; `weakest-link/too-many`, `weakest-link/too-large`; `weakest-link/unreadable` when it would not verify; `trust-root/config`.
 */
export async function proveWeakestLink(
  reading: ProvingReading,
  question: readonly ThreadRange[],
  options: ProveOptions = {},
): Promise<MadeWeakestLink> {
  const verify = reading.verify ?? verifyKey;
  const asked = await askWeakestLink(reading, question, options);
  requireFew(asked, options.maxEntries ?? MAX_PROVEN_ENTRIES);
  const root = await readTrustRoot(reading);
  const names = [...asked.threads.keys()].toSorted();
  const threads: ProvenThread[] = [];
  for (const name of names) threads.push(await provenThread(reading, name, asked));
  const { amended, leftOut, counted } = await provenAmended(
    { ...reading, verify },
    asked,
    names,
    options.maxAmended ?? MAX_PROVEN_AMENDED,
  );
  const proven = weakestLink(
    asked.ranges.map((range) => ({ ...range, entries: range.entries.map(({ entry }) => entry) })),
    counted.flatMap(({ thread, counter, tier: { counts } }) =>
      counts === null ? [] : [{ thread, counter, counts }],
    ),
  );
  const proof: WeakestLinkProof = {
    network: root.network,
    config: root.config,
    threads,
    amended,
    answer: claimOf(proven),
  };
  const bytes = encodeWeakestLink(proof);
  const { checks, facts } = verifyWeakestLink(bytes, root, {}, verify);
  const wrong = checks.find(({ ok }) => ok === false);
  if (wrong !== undefined || facts === null)
    throw new DppError(
      "weakest-link/unreadable",
      `the proof would not verify: ${wrong?.name}: ${wrong?.says}`,
      { details: { check: wrong?.name } },
    );
  const states = facts.states.map(({ output }) => output);
  const others = facts.amended.flatMap(({ amendments }) => amendments.map(({ state }) => state));
  return { asked, proven, proof, bytes, root, states: distinct([...states, ...others]), leftOut };
}

const distinct = (refs: readonly OutRef[]): readonly OutRef[] => [
  ...new Map(refs.map((ref) => [`${ref.txHash}#${ref.outputIndex}`, ref])).values(),
];

function requireFew({ ranges }: WeakestAnswer, most: number): void {
  const entries = ranges.reduce((sum, range) => sum + range.entries.length, 0);
  if (entries > most)
    throw new DppError(
      "weakest-link/too-many",
      `${entries} entries of the ledger cover these ranges, and a proof holds ${most} here: ask for fewer together`,
    );
}

async function provenThread(reading: Reading, name: string, asked: WeakestAnswer): Promise<ProvenThread> {
  const past = asked.threads.get(name) as AskedThread;
  const { txHash } = past.now.utxo;
  const made = await reading.ledger.transaction(txHash);
  if (made === null)
    throw new DppError(
      "weakest-link/unreadable",
      `the last transaction ${txHash} of the thread ${name} is not to be had`,
    );
  const leaves = past.leaves ?? past.entries.map(({ entry }) => rangeLeaf(encodeEntry(entry)));
  const runs = asked.ranges
    .filter(({ thread }) => thread === name)
    .map(({ lo, hi, first, entries }) => ({
      ...{ lo, hi, first },
      entries: entries.map(({ entry }) => encodeEntry(entry)),
      hashes: proveRun(leaves, first, entries.length).hashes,
    }));
  return { name, body: Uint8Array.from(splitTransaction(made.cbor).body), runs };
}

interface Shown {
  readonly amended: readonly ProvenAmended[];
  readonly leftOut: readonly LeftOut[];
  /** Those that the file shows. */
  readonly counted: readonly AskedAmended[];
}

async function provenAmended(
  reading: ProvingReading & { readonly verify: KeyVerify },
  { amended }: WeakestAnswer,
  names: readonly string[],
  most: number,
): Promise<Shown> {
  const shown: ProvenAmended[] = [];
  const leftOut: LeftOut[] = [];
  const counted: AskedAmended[] = [];
  const { store } = reading;
  if (store === null) return { amended: [], leftOut: [], counted: [] };
  const receiptOf = async (id: string, payload: boolean): Promise<Uint8Array> =>
    (await makeReceipt({ ...reading, store }, id, { payload })).bytes;
  for (const one of amended) {
    const { id, thread, counter, tier } = one;
    const applied = tier.amendments.filter((it) => it.applied);
    if (applied.length === 0) continue;
    if (shown.length >= most || applied.length > MAX_PROVEN_AMENDMENTS) {
      leftOut.push({ id, code: "weakest-link/too-many", reason: "a file holds no more amendments" });
      continue;
    }
    try {
      const amendments: Uint8Array[] = [];
      for (const amendment of applied) amendments.push(await receiptOf(amendment.id, true));
      const event = await receiptOf(id, false);
      shown.push({ thread: names.indexOf(thread), counter, event, amendments });
      counted.push(one);
    } catch (error) {
      if (!isDppError(error) || !error.code.startsWith("receipt/")) throw error;
      leftOut.push({ id, code: error.code, reason: error.message });
    }
  }
  return { amended: shown, leftOut, counted };
}
