/** Threads as the ledger has them. A thread's past is read again only when its state moved. Spec: docs/spec/anchor.md. */
import { encodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { type DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { proveInRange, type RangeProof, rangeLeaf } from "@cardano-dpp/offchain/merkle/range";
import type { LedgerTx, OutRef } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import type { ReadThread } from "@cardano-dpp/offchain/usecases/events/placement";
import {
  noThread,
  readThreadHistory,
  readThreadState,
  type ThreadHistory,
  type WrittenEntry,
} from "@cardano-dpp/offchain/usecases/events/threads";
import type { ReadAsked } from "@cardano-dpp/offchain/usecases/weakest-link/ask";
import { RecentMap } from "../passport/cache.js";
import { WeightedMap } from "../passport/history-cache.js";

/** An entry without the bytes of its transaction, which nothing here needs. */
export type KnownEntry = Omit<WrittenEntry, "tx"> & { readonly tx: Omit<LedgerTx, "cbor"> };

/** A thread's past, and proofs that its entries stand in what the ledger commits to. */
export interface KnownThread extends Omit<ThreadHistory, "entries"> {
  /** Oldest first. */
  readonly entries: readonly KnownEntry[];
  /** Leaves of the range, oldest first. */
  readonly leaves: readonly Uint8Array[];
  proof(seq: number): RangeProof;
}

/** Entries that are kept, of all threads together, about a kilobyte each: a page of the list names up to 200 threads. */
const ENTRIES = 100_000;
/** What a longer thread counts as, so that it is kept too. */
const MOST_OF_ONE = ENTRIES / 8;
/** Each thread holds more than its entries. */
const THREAD_WEIGHT = 100;
/** Proofs that are kept of each. */
const PROOFS = 200;
/** A thread that cannot be read is tried again after this, in ms: a source that lacked a transaction may have it then. */
const FAULT_AGE = 10_000;
const FAULTS = 1_000;

/** Whether it is this thread that cannot be read, rather than the ledger that cannot be asked. */
export const isOfThread = ({ code }: DppError): boolean => !code.startsWith("ledger/");

export class ThreadReader {
  private readonly reading: Reading;
  private readonly known = new WeightedMap<string, KnownThread>(ENTRIES);
  private readonly faults = new RecentMap<string, { readonly error: DppError; readonly until: number }>(
    FAULTS,
  );
  private readonly underWay = new Map<string, Promise<KnownThread | null>>();

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** `null`: this source has no thread in this deployment. @throws DppError `thread/unreadable`, `ledger/*`. */
  async read(source: string): Promise<KnownThread | null> {
    const state = await readThreadState(this.reading, source);
    if (state === null) return null;
    const key = keyOf(source, state.utxo);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const fault = this.faults.get(key);
    if (fault !== undefined && this.reading.clock.now() < fault.until) throw fault.error;
    // Readers that come at once wait for one reading.
    const reading = this.underWay.get(key) ?? this.readAnew(source, key);
    this.underWay.set(key, reading);
    try {
      return await reading;
    } finally {
      this.underWay.delete(key);
    }
  }

  private async readAnew(source: string, key: string): Promise<KnownThread | null> {
    try {
      const history = await readThreadHistory(this.reading, source);
      const weight = Math.min(THREAD_WEIGHT + history.entries.length, MOST_OF_ONE);
      return this.known.set(keyOf(source, history.now.utxo), withProofs(history), weight);
    } catch (error) {
      if (isDppError(error, "thread/none")) return null;
      if (isDppError(error) && isOfThread(error))
        this.faults.set(key, { error, until: this.reading.clock.now() + FAULT_AGE });
      throw error;
    }
  }
}

/** For who asks for a weakest link. @throws DppError `thread/none`, `thread/unreadable`, `ledger/*`. */
export const askedIn =
  (threads: ThreadReader): ReadAsked =>
  async (name) => {
    const known = await threads.read(name);
    if (known === null) throw noThread(name);
    return known;
  };

/** For who asks what threads hold: one that cannot be read says nothing. @throws DppError `ledger/*`. */
export const pastIn =
  (threads: ThreadReader): ReadThread =>
  async (name) => {
    try {
      return (await threads.read(name))?.entries ?? null;
    } catch (error) {
      if (isDppError(error) && isOfThread(error)) return null;
      throw error;
    }
  };

const keyOf = (source: string, { txHash, outputIndex }: OutRef): string =>
  `${source} ${txHash}#${outputIndex}`;

function withProofs(history: ThreadHistory): KnownThread {
  const leaves = history.entries.map(({ entry }) => rangeLeaf(encodeEntry(entry)));
  const proofs = new RecentMap<number, RangeProof>(PROOFS);
  return {
    ...history,
    entries: history.entries.map(({ tx: { cbor: _, ...tx }, ...entry }) => ({ ...entry, tx })),
    leaves,
    proof: (seq) => proofs.get(seq) ?? proofs.set(seq, proveInRange(leaves, seq)),
  };
}

/** The entry that covers a counter. Entries follow one another without a hole. */
export function entryAt(
  { entries }: KnownThread,
  counter: number,
): { readonly seq: number; readonly written: KnownEntry } | null {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const seq = Math.floor((low + high) / 2);
    const written = entries[seq] as KnownEntry;
    if (counter < written.entry.lo) high = seq - 1;
    else if (counter >= written.entry.hi) low = seq + 1;
    else return { seq, written };
  }
  return null;
}
