/** Threads as they lie on the ledger: the state, what its commitment is made of, and the whole history. Spec: docs/spec/anchor.md. */
import { decodeAttestationDatum, decodeThreadDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { readSigned, type SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { type AnchorSpend, decodeAnchorSpend } from "../../codec/redeemer.js";
import { encodeEntry } from "../../codec/thread-entry.js";
import { equalBytes, fromHex, toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { tierOf } from "../../domain/event.js";
import type { Thread, ThreadEntry } from "../../domain/pack.js";
import { referenceUnit } from "../../domain/tokens.js";
import { addToRange, emptyRange, type Range, rangeHash, rangeLeaf } from "../../merkle/range.js";
import type { LedgerTx, OutRef, Utxo } from "../../ports/ledger.js";
import type { ThreadState } from "../../tx/anchor.js";
import { threadUnit } from "../../tx/threads.js";
import type { Reading } from "../context.js";
import { packSignature } from "./written-signature.js";

export interface ThreadView extends ThreadState {
  readonly thread: Thread;
}

/** One entry with the transaction that wrote it. */
export interface WrittenEntry {
  readonly entry: ThreadEntry;
  /** Signature over the pack digest in the form of its key, hex; empty for a gap, and when the transaction does not show it. */
  readonly signature: string;
  readonly tx: LedgerTx;
  /** Output of the attestation that the transaction referred to; `null` for a gap by the quorum. */
  readonly attestation: OutRef | null;
  /** The thread's output after it. */
  readonly state: OutRef;
  readonly after: Thread;
}

export interface ThreadHistory {
  readonly source: string;
  /** Oldest first. */
  readonly entries: readonly WrittenEntry[];
  readonly now: ThreadView;
}

const atAnchor = ({ contracts }: Reading, utxo: Utxo | null): utxo is Utxo =>
  utxo !== null && utxo.address === contracts.anchor.address && Boolean(utxo.datum);

/** The thread's output and datum. `null`: this source has no thread in this deployment. @throws DppError `datum/shape`, `ledger/*`. */
export async function readThreadState(
  reading: Reading,
  source: string,
): Promise<{ readonly utxo: Utxo; readonly thread: Thread } | null> {
  const utxo = await reading.ledger.utxoByUnit(threadUnit(reading.contracts, source));
  return atAnchor(reading, utxo) ? { utxo, thread: decodeThreadDatum(utxo.datum ?? "") } : null;
}

/**
 * The thread with its range, from the transaction that made its state alone: the redeemer there holds the peaks before.
 * @throws DppError `thread/none`; `thread/unreadable` when the ledger's answer does not make the thread's commitment; `ledger/*`.
 */
export async function readThread(reading: Reading, source: string): Promise<ThreadView> {
  const state = await readThreadState(reading, source);
  if (state === null) throw noThread(source);
  const { utxo, thread } = state;
  if (thread.seq === 0) return { ...state, range: emptyRange() };
  const made = await reading.ledger.transaction(utxo.txHash);
  if (made === null) throw unreadable(source, `its last transaction ${utxo.txHash} is not to be had`);
  const signed = readSigned(made.cbor);
  const unit = threadUnit(reading.contracts, source);
  for (const { redeemer } of threadSpends(signed)) {
    if (redeemer.act === "Close") continue;
    const written = await entryOf(reading, source, signed, redeemer).catch(notOurs);
    if (written === null) continue;
    const before: Range = { seq: thread.seq - 1, peaks: redeemer.peaks.map((peak) => fromHex(peak)) };
    const range = grown(before, written.entry);
    if (range !== null && toHex(rangeHash(range)) === thread.history) return { utxo, thread, range };
  }
  // Closed, or in company that hides which redeemer was its own: its past tells.
  return (await readThreadHistory(reading, source, unit)).now;
}

const noThread = (source: string): DppError =>
  new DppError(
    "thread/none",
    `${source} has no thread: only an attestation that was issued with an event key has one (dpp role issue --event-key)`,
  );
const unreadable = (source: string, what: string): DppError =>
  new DppError("thread/unreadable", `the thread of ${source}: ${what}`);

/** What is no entry of this thread in a transaction of several is passed over. */
function notOurs(error: unknown): null {
  if (isDppError(error, "ledger/unavailable") || !isDppError(error)) throw error;
  return null;
}

function grown(before: Range, entry: ThreadEntry): Range | null {
  try {
    return addToRange(before, rangeLeaf(encodeEntry(entry)));
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

interface ThreadSpend {
  readonly ref: OutRef;
  readonly redeemer: AnchorSpend;
}

/** Spent outputs whose redeemer reads as one of `anchor`; which script they lay at is not in the transaction. */
function threadSpends({ spent, witnesses }: SignedTransaction): readonly ThreadSpend[] {
  return spent.flatMap((ref, index) => {
    const data = witnesses.redeemers.find((it) => it.purpose === "spend" && it.index === index)?.data;
    if (data === undefined) return [];
    try {
      return [{ ref, redeemer: decodeAnchorSpend(data) }];
    } catch (error) {
      if (isDppError(error)) return [];
      throw error;
    }
  });
}

type Writing = Exclude<AnchorSpend, { act: "Close" }>;

/** The entry that the contract wrote for this redeemer: tier and key are those of the attestation that the transaction refers to. */
async function entryOf(
  reading: Reading,
  source: string,
  signed: SignedTransaction,
  redeemer: Writing,
): Promise<Pick<WrittenEntry, "entry" | "signature" | "attestation">> {
  if (redeemer.act === "Gap") {
    const { lo, hi, reason } = redeemer;
    return { entry: { kind: "gap", lo, hi, reason }, signature: "", attestation: null };
  }
  const attested = await attestationIn(reading, signed, source);
  const { extra } = decodeAttestationDatum(attested.datum ?? "");
  const { zeroTime, zeroSlot, slotLength } = reading.ledger.slotConfig;
  if (signed.validity.until === null) throw unreadable(source, `${signed.hash} has no end of validity`);
  const { lo, hi, root, cmin, cmax, late, signature } = redeemer;
  const until = zeroTime + (signed.validity.until - zeroSlot) * slotLength;
  const pack = { tier: tierOf(extra.kind), lo, hi, root, cmin, cmax };
  const header = { ...pack, config: reading.contracts.config.hash, source };
  return {
    entry: { kind: "append", ...pack, late, until, pk: extra.pk },
    signature: packSignature(signed, header, extra, signature),
    attestation: { txHash: attested.txHash, outputIndex: attested.outputIndex },
  };
}

/** Outputs that were referred to are spent one day, and lie in the transactions that made them. */
async function attestationIn(
  { ledger, contracts }: Reading,
  signed: SignedTransaction,
  source: string,
): Promise<OutputFacts> {
  const unit = referenceUnit(contracts.roles.hash, source);
  for (const ref of signed.referenceInputs) {
    const made = await ledger.transaction(ref.txHash);
    const output =
      made === null
        ? undefined
        : readSigned(made.cbor).outputs.find(({ outputIndex }) => outputIndex === ref.outputIndex);
    if (output?.assets[unit] === 1n) return output;
  }
  throw unreadable(source, `${signed.hash} refers to no attestation of it`);
}

/**
 * Every entry, oldest first, each held against the datum that the contract left.
 * @throws DppError `thread/none`, `thread/unreadable`, `ledger/*`.
 */
export async function readThreadHistory(
  reading: Reading,
  source: string,
  unit: string = threadUnit(reading.contracts, source),
): Promise<ThreadHistory> {
  const transactions = await reading.ledger.transactionsOf(unit);
  const entries: WrittenEntry[] = [];
  let now: { readonly output: OutputFacts; readonly thread: Thread } | null = null;
  let range = emptyRange();
  for (const tx of transactions) {
    const signed = readSigned(tx.cbor);
    const output = signed.outputs.find(({ assets }) => assets[unit] === 1n);
    if (output?.address !== reading.contracts.anchor.address)
      throw unreadable(source, `${tx.hash} does not continue it`);
    const thread = decodeThreadDatum(output.datum ?? "");
    const before = now?.output;
    const spend =
      before &&
      threadSpends(signed).find(
        ({ ref }) => ref.txHash === before.txHash && ref.outputIndex === before.outputIndex,
      );
    if (spend && spend.redeemer.act !== "Close") {
      const written = await entryOf(reading, source, signed, spend.redeemer);
      range = addToRange(range, rangeLeaf(encodeEntry(written.entry)));
      const state = { txHash: output.txHash, outputIndex: output.outputIndex };
      entries.push({ ...written, tx, state, after: thread });
    } else if (before !== undefined && spend === undefined)
      throw unreadable(source, `${tx.hash} does not continue it`);
    if (!equalBytes(rangeHash(range), fromHex(thread.history)) || thread.seq !== range.seq)
      throw unreadable(source, `what ${tx.hash} left is not what its entries make`);
    now = { output, thread };
  }
  if (now === null) throw noThread(source);
  return { source, entries, now: { utxo: utxoOf(now.output), thread: now.thread, range } };
}

const utxoOf = ({ txHash, outputIndex, address, assets, datum }: OutputFacts): Utxo => ({
  txHash,
  outputIndex,
  address,
  assets,
  datum,
});

/** Names of all threads of the deployment, ascending. */
export async function listThreads(
  reading: Reading,
): Promise<readonly { readonly utxo: Utxo; readonly thread: Thread }[]> {
  const policy = reading.contracts.anchor.hash;
  const utxos = await reading.ledger.utxosByCredential(policy);
  return utxos
    .flatMap((utxo) => {
      const unit = Object.keys(utxo.assets).find((name) => name.startsWith(policy));
      if (unit === undefined || !atAnchor(reading, utxo)) return [];
      return [{ utxo, thread: decodeThreadDatum(utxo.datum ?? "") }];
    })
    .toSorted((a, b) => (a.thread.source < b.thread.source ? -1 : 1));
}
