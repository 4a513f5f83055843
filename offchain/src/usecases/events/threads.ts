/** Threads as they lie on the ledger: the state, what its commitment is made of, and the whole history. Spec: docs/spec/anchor.md. */
import { decodeThreadDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import { encodeEntry } from "../../codec/thread-entry.js";
import { equalBytes, fromHex, toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { isJointThread } from "../../domain/joint.js";
import type { Thread, ThreadEntry } from "../../domain/pack.js";
import { addToRange, emptyRange, type Range, rangeHash, rangeLeaf } from "../../merkle/range.js";
import type { LedgerTx, OutRef, Utxo } from "../../ports/ledger.js";
import type { ThreadState } from "../../tx/anchor.js";
import type { Contract } from "../../tx/contracts.js";
import { threadContract, threadUnit } from "../../tx/threads.js";
import type { Reading } from "../context.js";
import { entryOf, isWriting, type ReadEntry, threadSpends, unreadable } from "./thread-entries.js";

export interface ThreadView extends ThreadState {
  readonly thread: Thread;
}

/** One entry with the transaction that wrote it. */
export interface WrittenEntry extends ReadEntry {
  readonly tx: LedgerTx;
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

const isThread = ({ contracts }: Reading, name: string, utxo: Utxo | null): utxo is Utxo =>
  utxo !== null && utxo.address === threadContract(contracts, name).address && Boolean(utxo.datum);

/** The thread's output and datum. `source`: attestation name, or that of a joint thread. `null`: there is no such thread in this deployment. @throws DppError `datum/shape`, `ledger/*`. */
export async function readThreadState(
  reading: Reading,
  source: string,
): Promise<{ readonly utxo: Utxo; readonly thread: Thread } | null> {
  const utxo = await reading.ledger.utxoByUnit(threadUnit(reading.contracts, source));
  return isThread(reading, source, utxo) ? { utxo, thread: decodeThreadDatum(utxo.datum ?? "") } : null;
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
  for (const { redeemer } of threadSpends(signed, source)) {
    if (!isWriting(redeemer)) continue;
    const written = await entryOf(reading, source, signed, redeemer).catch(notOurs);
    if (written === null) continue;
    const before: Range = { seq: thread.seq - 1, peaks: redeemer.peaks.map((peak) => fromHex(peak)) };
    const range = grown(before, written.entry);
    if (range !== null && toHex(rangeHash(range)) === thread.history) return { utxo, thread, range };
  }
  // Closed, or in company that hides which redeemer was its own: its past tells.
  return (await readThreadHistory(reading, source, unit)).now;
}

export const noThread = (source: string): DppError =>
  new DppError(
    "thread/none",
    isJointThread(source)
      ? `this deployment has no joint thread ${source}: dpp joint threads lists those that there are, dpp joint open makes one`
      : `${source} has no thread: only an attestation that was issued with an event key has one (dpp role issue --event-key)`,
  );

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
    if (output?.address !== threadContract(reading.contracts, source).address)
      throw unreadable(source, `${tx.hash} does not continue it`);
    const thread = decodeThreadDatum(output.datum ?? "");
    const before = now?.output;
    const spend =
      before &&
      threadSpends(signed, source).find(
        ({ ref }) => ref.txHash === before.txHash && ref.outputIndex === before.outputIndex,
      );
    if (spend && isWriting(spend.redeemer)) {
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

export interface ListedThread {
  readonly utxo: Utxo;
  readonly thread: Thread;
}

/** All threads of the deployment, by name, ascending; those of sources and the joint ones. */
export async function listThreads(reading: Reading): Promise<readonly ListedThread[]> {
  const { anchor, joint } = reading.contracts;
  const [sources, shared] = await Promise.all([threadsOf(reading, anchor), threadsOf(reading, joint)]);
  return [...sources, ...shared].toSorted((a, b) => (a.thread.source < b.thread.source ? -1 : 1));
}

async function threadsOf(reading: Reading, { hash }: Contract): Promise<readonly ListedThread[]> {
  const utxos = await reading.ledger.utxosByCredential(hash);
  return utxos.flatMap((utxo) => {
    const unit = Object.keys(utxo.assets).find((name) => name.startsWith(hash));
    if (unit === undefined || !isThread(reading, unit.slice(hash.length), utxo)) return [];
    return [{ utxo, thread: decodeThreadDatum(utxo.datum ?? "") }];
  });
}
