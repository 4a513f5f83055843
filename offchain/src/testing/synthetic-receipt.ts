/** A receipt from nothing: real bytes, hashes and signatures in the ledger's format, of which no ledger was asked. The same on every run, for vectors and benchmarks. */
import { eventHash } from "../codec/event.js";
import { encodeEntry } from "../codec/thread-entry.js";
import { toHex } from "../domain/bytes.js";
import { type EventLeaf, tierOf } from "../domain/event.js";
import type { OutRef } from "../domain/out-ref.js";
import type { PackHeader, Thread, ThreadEntry } from "../domain/pack.js";
import type { Receipt, ReceiptTransaction } from "../domain/receipt.js";
import type { TrustRoot } from "../domain/trust-root.js";
import { elementLeaf } from "../merkle/document.js";
import { payloadHash } from "../merkle/event-payload.js";
import { packTree } from "../merkle/pack.js";
import { addToRange, emptyRange, proveInRange, rangeHash, rangeLeaf } from "../merkle/range.js";
import { leavesOf } from "./event-world.js";
import { CONFIG_POLICY, ZERO_TIME } from "./synthetic-life.js";
import { FROM, issue, outputOf, ROOT, rotate, threadTx, UNTIL } from "./synthetic-receipt-tx.js";
import {
  type SyntheticSigner,
  type SyntheticSigners,
  type SyntheticSigning,
  sealOf,
  syntheticSigners,
} from "./synthetic-signers.js";

const HOUR = 3_600_000;

export interface SyntheticReceipt {
  readonly receipt: Receipt;
  readonly root: TrustRoot;
  /** Output of the thread after the receipt's later state. */
  readonly state: OutRef;
}

const ELEMENT = { id: "event.transport.mode", type: "string", value: "road", unit: null } as const;
const SHOWN = { index: 0, element: ELEMENT, salt: new Uint8Array(32).fill(7) };
const PAYLOAD_LEAVES = [elementLeaf(ELEMENT, SHOWN.salt)];

export interface SyntheticChanges {
  /** Who signs instead of those of that signing. */
  readonly signers?: SyntheticSigners;
  /** What every leaf says otherwise. */
  readonly leaf?: Partial<EventLeaf>;
}

/** What the contract writes of the pack. */
function entryOf(
  { isJoint, all }: SyntheticSigners,
  { tier, lo, hi, root, cmin, cmax }: PackHeader,
): ThreadEntry {
  const written = { late: false, lo, hi, root, cmin, cmax, until: ZERO_TIME + UNTIL * 1000 };
  const parties = all.map(({ name, attestation }) => ({ name, pk: attestation.pk }));
  return isJoint
    ? { kind: "co-append", tier: "MULTI_PARTY_SIGNED", ...written, parties }
    : { kind: "append", tier, ...written, pk: parties[0]?.pk ?? "" };
}

/**
 * Event 1 of a pack of `count`, by a source or parties whose consortium rotated before they were accredited, with a later state of their thread.
 */
export async function syntheticReceipt(
  count: number,
  signing: SyntheticSigning = "Ed25519",
  { signers = syntheticSigners(signing), leaf = {} }: SyntheticChanges = {},
): Promise<SyntheticReceipt> {
  const { isJoint, thread: source, all } = signers;
  const { attestation } = all.at(-1) as SyntheticSigner;
  const tier = isJoint ? "MULTI_PARTY_SIGNED" : tierOf(attestation.kind);
  const rotation = await rotate();
  const issues = await Promise.all(all.map((signer) => issue(signer, outputOf(rotation))));
  const captured = ZERO_TIME + FROM * 1000 - HOUR;
  const fields: Partial<EventLeaf> = {
    type: "transport",
    payload: payloadHash(PAYLOAD_LEAVES),
    tier,
    ...leaf,
  };
  const leaves = leavesOf(source, attestation, { lo: 0, count, captured }, fields);
  const tree = packTree(leaves.map(eventHash));
  const [lo, hi, cmin, cmax] = [0, count, captured, captured + count - 1];
  const header: PackHeader = {
    config: CONFIG_POLICY,
    source,
    tier,
    lo,
    hi,
    root: toHex(tree.root),
    cmin,
    cmax,
  };
  const appended = encodeEntry(entryOf(signers, header));
  // On a joint thread nobody gives counters up: another pack follows.
  const next = isJoint
    ? entryOf(signers, { ...header, lo: hi, hi: hi + 5 })
    : ({ kind: "gap", lo: hi, hi: hi + 5, reason: 1 } as const);
  const entries = [appended, encodeEntry(next)].map(rangeLeaf);
  const historyOf = (seq: number): string =>
    toHex(rangeHash(entries.slice(0, seq).reduce(addToRange, emptyRange())));
  const thread: Thread = {
    source,
    seq: 1,
    next: hi,
    history: historyOf(1),
    lastCmax: cmax,
    total: count,
    closed: false,
  };
  const opened: OutRef = { txHash: "0a".repeat(32), outputIndex: 1 };
  const append = await threadTx(signers, thread, opened, [outputOf(rotation), ...issues.map(outputOf)]);
  const after = {
    ...thread,
    seq: 2,
    next: hi + 5,
    history: historyOf(2),
    total: isJoint ? count + 5 : count,
  };
  const later = await threadTx(signers, after, outputOf(append), [outputOf(rotation)]);
  const { path, peaks } = proveInRange(entries, 0);
  const at = Math.min(1, count - 1);
  return {
    receipt: {
      network: "embedded",
      config: CONFIG_POLICY,
      leaf: leaves[at] ?? new Uint8Array(),
      path: tree.proof(at).path,
      pack: {
        lo,
        hi,
        root: header.root,
        cmin,
        cmax,
        late: false,
        peaks: [],
        signature: sealOf(signers, header),
      },
      append,
      attestations: all.map(({ name }, which) => ({
        name,
        transactions: [issues[which] as ReceiptTransaction],
      })),
      rotations: [rotation],
      state: { transaction: later, path, peaks },
      payload: { leaves: PAYLOAD_LEAVES, elements: [SHOWN] },
    },
    root: ROOT,
    state: outputOf(later),
  };
}
