/** Events of the store, each held against what the ledger wrote of its thread. */
import { decodeLeaf, eventId } from "@cardano-dpp/offchain/codec/event";
import { leafOf } from "@cardano-dpp/offchain/codec/signed-event";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { EventLeaf } from "@cardano-dpp/offchain/domain/event";
import { isWritten } from "@cardano-dpp/offchain/domain/pack";
import type { ProofJson } from "@cardano-dpp/offchain/merkle/disclosure";
import type { EventStore, ListedEvent } from "@cardano-dpp/offchain/ports/event-store";
import { PackPaths } from "./pack-paths.js";
import { entryAt, isOfThread, type KnownEntry, type KnownThread, type ThreadReader } from "./threads.js";

export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** What the ledger and the store together say of an event. */
export interface Placed extends ListedEvent {
  readonly leaf: EventLeaf;
  readonly leafBytes: Uint8Array;
  readonly thread: KnownThread | null;
  /** Why its source's thread cannot be read. */
  readonly fault: Fault | null;
  /** The entry that covers its counter. */
  readonly entry: { readonly seq: number; readonly written: KnownEntry } | null;
  /** Under that entry's root, or the pack's while there is no entry. `null` also when nothing needed it. */
  readonly path: ProofJson | null;
}

type ReadThread = Pick<Placed, "thread" | "fault">;

export class Placer {
  private readonly config: string;
  private readonly threads: ThreadReader;
  private readonly paths = new PackPaths();

  /** `config`: config policy, hex. */
  constructor(config: string, threads: ThreadReader) {
    this.config = config;
    this.threads = threads;
  }

  /** A thread that cannot be read is a fault of its own events alone. @throws DppError `event-store/*`, `ledger/*`. */
  async placeAll(
    store: EventStore,
    found: readonly ListedEvent[],
    withPaths: boolean,
  ): Promise<readonly Placed[]> {
    const placed: Placed[] = [];
    const threads = new Map<string, ReadThread>();
    for (const listed of found) {
      const { source } = listed.event;
      const read = threads.get(source) ?? (await this.readThread(source));
      threads.set(source, read);
      placed.push(await this.place(store, listed, read, withPaths));
    }
    return placed;
  }

  private async readThread(source: string): Promise<ReadThread> {
    try {
      return { thread: await this.threads.read(source), fault: null };
    } catch (error) {
      if (!isDppError(error) || !isOfThread(error)) throw error;
      return { thread: null, fault: { code: error.code, message: error.message } };
    }
  }

  private async place(
    store: EventStore,
    listed: ListedEvent,
    { thread, fault }: ReadThread,
    withPaths: boolean,
  ): Promise<Placed> {
    const { event, pack } = listed;
    const leafBytes = leafOf(event.signed);
    const leaf = decodeLeaf(leafBytes);
    if (eventId(this.config, leaf.source, leaf.counter) !== event.id)
      throw new DppError(
        "event-store/damaged",
        `what the store keeps as the event ${event.id} is another event`,
      );
    const entry = thread === null ? null : entryAt(thread, leaf.counter);
    const written = entry?.written.entry;
    const under = written === undefined ? pack : isWritten(written) ? written : null;
    // The ledger wrote another root than that of the pack here: only the path tells whether the event is under it.
    const isNeeded = withPaths || (written !== undefined && under?.root !== pack?.root);
    const path =
      under === null || !isNeeded
        ? null
        : await this.paths.path(
            store,
            { source: leaf.source, lo: under.lo, hi: under.hi, root: under.root },
            event,
          );
    return { ...listed, leaf, leafBytes, thread, fault, entry, path };
  }
}
