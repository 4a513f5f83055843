/** Threads as the ledger has them. A thread's past is read again only when its state moved. Spec: docs/spec/anchor.md. */
import { encodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { proveInRange, type RangeProof, rangeLeaf } from "@cardano-dpp/offchain/merkle/range";
import type { OutRef } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import {
  readThreadHistory,
  readThreadState,
  type ThreadHistory,
  type WrittenEntry,
} from "@cardano-dpp/offchain/usecases/events/threads";
import { RecentMap } from "../passport/cache.js";

/** A thread's past, and proofs that its entries stand in what the ledger commits to. */
export interface KnownThread extends ThreadHistory {
  /** Leaves of the range, oldest first. */
  readonly leaves: readonly Uint8Array[];
  proof(seq: number): RangeProof;
}

/** Threads whose past is kept. */
const THREADS = 64;
/** Proofs that are kept of each. */
const PROOFS = 1_000;

export class ThreadReader {
  private readonly reading: Reading;
  private readonly known = new RecentMap<string, KnownThread>(THREADS);
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
    // Readers that come at once wait for one reading.
    const reading = this.underWay.get(key) ?? this.readAnew(source);
    this.underWay.set(key, reading);
    try {
      return await reading;
    } finally {
      this.underWay.delete(key);
    }
  }

  private async readAnew(source: string): Promise<KnownThread | null> {
    try {
      const history = await readThreadHistory(this.reading, source);
      return this.known.set(keyOf(source, history.now.utxo), withProofs(history));
    } catch (error) {
      if (isDppError(error, "thread/none")) return null;
      throw error;
    }
  }
}

const keyOf = (source: string, { txHash, outputIndex }: OutRef): string =>
  `${source} ${txHash}#${outputIndex}`;

function withProofs(history: ThreadHistory): KnownThread {
  const leaves = history.entries.map(({ entry }) => rangeLeaf(encodeEntry(entry)));
  const proofs = new RecentMap<number, RangeProof>(PROOFS);
  return {
    ...history,
    leaves,
    proof: (seq) => proofs.get(seq) ?? proofs.set(seq, proveInRange(leaves, seq)),
  };
}

/** The entry that covers a counter. Entries follow one another without a hole. */
export function entryAt(
  { entries }: KnownThread,
  counter: number,
): { readonly seq: number; readonly written: WrittenEntry } | null {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const seq = Math.floor((low + high) / 2);
    const written = entries[seq] as WrittenEntry;
    if (counter < written.entry.lo) high = seq - 1;
    else if (counter >= written.entry.hi) low = seq + 1;
    else return { seq, written };
  }
  return null;
}
