/** Where the ledger wrote an event of the store. */
import { decodeLeaf, eventHash, eventId } from "../../codec/event.js";
import { leafOf } from "../../codec/signed-event.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { EventLeaf } from "../../domain/event.js";
import { type AppendEntry, type CoAppendEntry, isWritten, type ThreadEntry } from "../../domain/pack.js";
import { verifyProof } from "../../merkle/tree.js";
import type { EventStore, ListedEvent } from "../../ports/event-store.js";
import type { LedgerTx } from "../../ports/ledger.js";
import type { Reading } from "../context.js";
import { storedPackTree } from "./pack-tree.js";
import { readThreadHistory, type ThreadHistory } from "./threads.js";

/** An entry without the bytes of its transaction, which a server does not keep. */
export interface PastEntry {
  readonly entry: ThreadEntry;
  readonly tx: Omit<LedgerTx, "cbor">;
}

/** `null`: there is no such thread, or it cannot be read. Oldest first. @throws DppError `ledger/*`. */
export type ReadThread = (name: string) => Promise<readonly PastEntry[] | null>;

/** Reads each thread once. `read`: what was read already. */
export function readPastOf(reading: Reading, ...read: readonly ThreadHistory[]): ReadThread {
  const known = new Map<string, ReturnType<ReadThread>>();
  for (const { source, entries } of read) known.set(source, Promise.resolve(entries));
  return (name) => {
    const there = known.get(name) ?? readPast(reading, name);
    known.set(name, there);
    return there;
  };
}

async function readPast(reading: Reading, name: string): Promise<readonly PastEntry[] | null> {
  try {
    return (await readThreadHistory(reading, name)).entries;
  } catch (error) {
    // A thread that cannot be read is a fault of its own events alone; a ledger that cannot be asked is not.
    if (isDppError(error) && !error.code.startsWith("ledger/")) return null;
    throw error;
  }
}

export interface WrittenPlace {
  readonly entry: AppendEntry | CoAppendEntry;
  readonly tx: Omit<LedgerTx, "cbor">;
  /** Position of the entry in the thread's history. */
  readonly seq: number;
}

export interface Placement {
  /** `null`: the ledger does not hold this event. */
  readonly place: WrittenPlace | null;
}

/** @throws DppError `event-store/*`, `ledger/*`. */
export async function placeOf(
  { contracts, store }: Pick<Reading, "contracts"> & { readonly store: EventStore },
  listed: ListedEvent,
  read: ReadThread,
): Promise<Placement & { readonly leaf: EventLeaf }> {
  const { event, pack } = listed;
  const leafBytes = leafOf(event.signed);
  const leaf = decodeLeaf(leafBytes);
  const hash = eventHash(leafBytes);
  if (eventId(contracts.config.hash, leaf.source, leaf.counter) !== event.id)
    throw new DppError(
      "event-store/damaged",
      `what the store keeps as the event ${event.id} is another event`,
    );
  const entries = (await read(leaf.source)) ?? [];
  const seq = entryAt(
    entries.map(({ entry }) => entry),
    leaf.counter,
  );
  const written = entries[seq];
  if (written === undefined || !isWritten(written.entry)) return { place: null, leaf };
  const { entry, tx } = written;
  const isUnder =
    // What came in as this pack was held against its root then.
    (pack !== null && toHex(hash) === event.hash && pack.lo === entry.lo && pack.root === entry.root) ||
    (await isUnderRoot(store, leaf, hash, entry));
  return { place: isUnder ? { entry, tx, seq } : null, leaf };
}

async function isUnderRoot(
  store: EventStore,
  { source, counter }: EventLeaf,
  hash: Uint8Array,
  { lo, hi, root }: AppendEntry | CoAppendEntry,
): Promise<boolean> {
  const stored = await storedPackTree(store, { source, lo, hi });
  return "tree" in stored && verifyProof(fromHex(root), hash, stored.tree.proof(counter - lo));
}

/** Position of the entry that covers a counter, −1 when none does. Entries follow one another without a hole. */
export function entryAt(
  entries: readonly { readonly lo: number; readonly hi: number }[],
  counter: number,
): number {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const { lo, hi } = entries[middle] as { readonly lo: number; readonly hi: number };
    if (counter < lo) high = middle - 1;
    else if (counter >= hi) low = middle + 1;
    else return middle;
  }
  return -1;
}
