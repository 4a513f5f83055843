/** Proofs of weakest links from nothing: as synthetic receipts are, real bytes and hashes of which no ledger was asked. For vectors and benchmarks. */
import { eventId, uuidToHex } from "../codec/event.js";
import { encodeReceipt } from "../codec/receipt.js";
import { encodeEntry } from "../codec/thread-entry.js";
import { fromHex, toHex } from "../domain/bytes.js";
import type { Element } from "../domain/element.js";
import { TIERS, type Tier } from "../domain/event.js";
import { isWritten, type Thread, type ThreadEntry } from "../domain/pack.js";
import type { Receipt } from "../domain/receipt.js";
import { type AmendedTier, type ThreadRange, weakestLink } from "../domain/weakest-link.js";
import {
  claimOf,
  type ProvenAmended,
  type ProvenThread,
  type WeakestLinkProof,
} from "../domain/weakest-link-proof.js";
import { elementLeaf } from "../merkle/document.js";
import { payloadHash } from "../merkle/event-payload.js";
import { addToRange, emptyRange, rangeHash, rangeLeaf } from "../merkle/range.js";
import { proveRun } from "../merkle/run.js";
import type { OutRef } from "../ports/ledger.js";
import { entryAt } from "../usecases/events/placement.js";
import { verifyReceipt } from "../usecases/events/receipt-verify.js";
import { CONFIG_POLICY, ZERO_TIME } from "./synthetic-life.js";
import { syntheticReceipt } from "./synthetic-receipt.js";
import { outputOf, ROOT, threadTx } from "./synthetic-receipt-tx.js";
import { syntheticSigners } from "./synthetic-signers.js";

export interface SyntheticThread {
  readonly name: string;
  readonly entries: readonly ThreadEntry[];
  readonly leaves: readonly Uint8Array[];
  readonly body: Uint8Array;
  readonly state: OutRef;
}

/** A source's thread of `count` packs of one event each, of tiers in turn, every eleventh late, with a gap after every seventh. */
export async function syntheticThread(count: number): Promise<SyntheticThread> {
  const signers = syntheticSigners("Ed25519");
  const pk = signers.all[0]?.attestation.pk ?? "";
  const entries = Array.from({ length: count }, (_, at): ThreadEntry => {
    if (at % 8 === 7) return { kind: "gap", lo: at, hi: at + 1, reason: 1 };
    const [root, time] = [at.toString(16).padStart(64, "0"), ZERO_TIME + at];
    const tier = TIERS[1 + (at % 2)] as Tier;
    const written = { tier, late: at % 11 === 10, lo: at, hi: at + 1, root };
    return { kind: "append", ...written, cmin: time, cmax: time, until: time + 1000, pk };
  });
  return threadOver(entries);
}

async function threadOver(entries: readonly ThreadEntry[]): Promise<SyntheticThread> {
  const signers = syntheticSigners("Ed25519");
  const leaves = entries.map((entry) => rangeLeaf(encodeEntry(entry)));
  const written = entries.filter(isWritten);
  const thread: Thread = {
    source: signers.thread,
    seq: entries.length,
    next: entries.at(-1)?.hi ?? 0,
    history: toHex(rangeHash(leaves.reduce(addToRange, emptyRange()))),
    lastCmax: Math.max(0, ...written.slice(-1).map(({ cmax }) => cmax)),
    total: written.length,
    closed: false,
  };
  const made = await threadTx(signers, thread, { txHash: "0a".repeat(32), outputIndex: 1 }, []);
  return { name: signers.thread, entries, leaves, body: made.body, state: outputOf(made) };
}

/** Over ranges of one thread, ascending. */
export function syntheticProof(
  { name, entries, leaves, body }: SyntheticThread,
  ranges: readonly Omit<ThreadRange, "thread">[],
  amended: readonly ProvenAmended[] = [],
  counted: readonly AmendedTier[] = [],
): WeakestLinkProof {
  const covered = ranges.map(({ lo, hi }) => {
    const [first, last] = [entryAt(entries, lo), entryAt(entries, hi - 1)];
    return { thread: name, lo, hi, first, entries: entries.slice(first, last + 1) };
  });
  const thread: ProvenThread = {
    name,
    body,
    runs: covered.map(({ lo, hi, first, entries: run }) => ({
      ...{ lo, hi, first },
      entries: run.map(encodeEntry),
      hashes: proveRun(leaves, first, run.length).hashes,
    })),
  };
  return {
    network: ROOT.network,
    config: CONFIG_POLICY,
    threads: [thread],
    amended,
    answer: claimOf(weakestLink(covered, counted)),
  };
}

export { ROOT as SYNTHETIC_ROOT } from "./synthetic-receipt-tx.js";

const word = (id: string, value: string): Element => ({ id, type: "string", value, unit: null });

export interface SyntheticAmended {
  readonly proof: WeakestLinkProof;
  /** Of the source's thread and of the joint one. */
  readonly states: readonly [OutRef, OutRef];
}

/** Event 1 of a source's pack of three and a gap of five, which three parties raised from `from` to `to`. */
export async function syntheticAmended(from: Tier, to: Tier): Promise<SyntheticAmended> {
  const event = await syntheticReceipt(3);
  const { facts } = verifyReceipt(encodeReceipt(event.receipt), ROOT);
  if (facts === null) throw new Error("the synthetic receipt does not verify");
  const { source, counter } = facts.leaf;
  const elements = [
    word("event.tier.from", from),
    word("event.tier.reason", "audited"),
    word("event.tier.to", to),
  ].map((element, index) => ({ index, element, salt: new Uint8Array(32).fill(index + 1) }));
  const leaves = elements.map(({ element, salt }) => elementLeaf(element, salt));
  const subject = uuidToHex(eventId(CONFIG_POLICY, source, counter));
  const { receipt, state } = await syntheticReceipt(2, ["Ed25519", "P-256", "WebAuthn"], {
    leaf: { type: "tier-amendment", subject, payload: payloadHash(leaves) },
  });
  const amendment: Receipt = { ...receipt, payload: { leaves, elements } };
  const gap = encodeEntry({ kind: "gap", lo: 3, hi: 8, reason: 1 });
  const later = event.receipt.state;
  if (later === null) throw new Error("the synthetic receipt has no later state");
  const amended: readonly ProvenAmended[] = [
    { thread: 0, counter, event: encodeReceipt(event.receipt), amendments: [encodeReceipt(amendment)] },
  ];
  const proof: WeakestLinkProof = {
    network: ROOT.network,
    config: CONFIG_POLICY,
    threads: [
      {
        name: source,
        body: later.transaction.body,
        runs: [{ lo: 1, hi: 4, first: 0, entries: [fromHex(facts.entry), gap], hashes: [] }],
      },
    ],
    amended,
    answer: { ledger: facts.leaf.tier, counts: facts.leaf.tier, events: 2, late: 0, lost: 1 },
  };
  return { proof, states: [event.state, state] };
}
