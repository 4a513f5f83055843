/**
 * Events and packs on their way to the ledger, and what became of them. Several processes may share one store: a relayer works on a thread only while it
 * holds the thread's lease, so no two do one pack. Contract suite: `testing/event-store-contract.ts`.
 */
import type { EventType, Tier } from "../domain/event.js";
import type { SealedPack } from "../domain/pack.js";

/** One event. The store takes the fields as they are given and parses nothing. */
export interface StoredEvent {
  /** UUID text, lower case. */
  readonly id: string;
  /** Attestation name, hex. */
  readonly source: string;
  readonly counter: number;
  /** Event hash, hex: what tells the same event from another one with its id. */
  readonly hash: string;
  readonly type: EventType;
  /** Hex, may be empty. */
  readonly subject: string;
  readonly tier: Tier;
  /** POSIX ms by the device's clock. */
  readonly captured: number;
  /** POSIX ms by the clock of whoever stored it. */
  readonly receivedAt: number;
  /** Signed event or bare leaf. */
  readonly signed: Uint8Array;
  /** Payload record; `null` when it never came, or was erased after its retention. */
  readonly payload: Uint8Array | null;
}

export type EventMark = Pick<StoredEvent, "id" | "counter" | "hash" | "captured">;

/** `same`: it was there already, with the same hash, and stays as it is, its payload too; `conflict`: its id or its counter is taken by another event, which stays. */
export type Added = "added" | "same" | "conflict";

export type PackState =
  | { readonly kind: "waiting" }
  /** In a transaction that is not in a block yet, as far as is known. */
  | { readonly kind: "sent"; readonly txHash: string }
  | { readonly kind: "anchored"; readonly txHash: string; readonly seq: number; readonly late: boolean }
  /** It will never be anchored as it is: an error code and a sentence. */
  | { readonly kind: "refused"; readonly code: string; readonly reason: string };

export interface StoredPack extends SealedPack {
  /** POSIX ms. */
  readonly sealedAt: number;
  readonly state: PackState;
}

export interface EventQuery {
  readonly minTier?: Tier;
  readonly type?: EventType;
  readonly source?: string;
  readonly subject?: string;
  /** `true`: those in an anchored pack alone; `false`: the others alone. */
  readonly anchored?: boolean;
  /** Where the page before ended. */
  readonly after?: EventCursor;
  /** 1–1,000. */
  readonly limit: number;
}

/** Place of an event in the order of `list`: newest received first, of one moment the greatest id first. */
export interface EventCursor {
  readonly receivedAt: number;
  readonly id: string;
}

export interface ListedEvent {
  readonly event: StoredEvent;
  /** The pack that holds it; `null` while it is in none. */
  readonly pack: StoredPack | null;
}

export interface Lease {
  readonly source: string;
  /** Grows with every lease of the thread, so that a holder who was slow is told apart from the next one. */
  readonly token: number;
}

/**
 * All writes are durable when they resolve, and whole or absent.
 * @throws DppError `event-store/unavailable` when the store cannot be reached, `event-store/damaged` for rows that cannot be read, `event-store/malformed` for
 *   values and limits outside their bounds.
 */
export interface EventStore {
  /** One answer per event, in their order; what conflicts harms no other. Two with one id in one call: the first counts. At most 10,000. */
  addEvents(events: readonly StoredEvent[]): Promise<readonly Added[]>;
  /** Events, and the pack that holds them when there is one: all of it, or nothing when anything conflicts. Answers as `addEvents` and `addPack`. At most 65,536. */
  addWhole(
    events: readonly StoredEvent[],
    pack?: StoredPack,
  ): Promise<{ readonly events: readonly Added[]; readonly pack: Added | null }>;
  /**
   * Erases events `lo … hi − 1` of the thread that stand in no pack, or in refused ones alone: on a joint thread their counters go to whoever was faster. Answers how many.
   */
  dropLoose(source: string, lo: number, hi: number): Promise<number>;
  /** With `pack` as in `list`. */
  event(id: string): Promise<ListedEvent | null>;
  /** Of one thread, ascending from counter `from`. `limit`: 1–10,000. */
  events(source: string, from: number, limit: number): Promise<readonly StoredEvent[]>;
  /** As `events`, without what was signed and the payload: what a pack's header is made of. */
  marks(source: string, from: number, limit: number): Promise<readonly EventMark[]>;
  /** The event with the greatest counter. */
  lastEvent(source: string): Promise<StoredEvent | null>;
  list(query: EventQuery): Promise<readonly ListedEvent[]>;
  /** What `erasePayloads` would erase. */
  countPayloads(receivedBefore: number): Promise<PayloadCount>;
  /** Erases payload records received before this time (POSIX ms), leaves stay. Answers how many. */
  erasePayloads(receivedBefore: number): Promise<number>;

  /** `conflict`: another pack of the thread overlaps it that is not refused. A refused one with the same `lo` is replaced. */
  addPack(pack: StoredPack): Promise<Added>;
  /** The pack of the thread that begins at `lo`. */
  pack(source: string, lo: number): Promise<StoredPack | null>;
  /** Packs of the thread from counter `from` on, ascending; `states`: only these kinds. `limit`: 1–1,000. */
  packs(
    source: string,
    from: number,
    limit: number,
    states?: readonly PackState["kind"][],
  ): Promise<readonly StoredPack[]>;
  /** Every thread that events or packs are of, ascending, with how much of it lies here. */
  threads(): Promise<readonly ThreadCount[]>;

  /** Leases up to `limit` threads that have packs waiting or sent and that nobody has leased at `now`, until `now + ms`; the longest waiting first. `source`: this one alone, whatever its packs. */
  lease(worker: string, now: number, ms: number, limit: number, source?: string): Promise<readonly Lease[]>;
  /** @throws DppError `event-store/lost-lease` when another has leased the thread since. */
  renewLease(lease: Lease, now: number, ms: number): Promise<void>;
  /** Without effect when another has leased the thread since. */
  release(lease: Lease): Promise<void>;
  /** @throws DppError `event-store/lost-lease`, `event-store/no-pack`. */
  markPack(lease: Lease, lo: number, state: PackState): Promise<void>;
  close(): Promise<void>;
}

export interface PayloadCount {
  readonly payloads: number;
  /** How many of them are of events in no anchored pack. */
  readonly unanchored: number;
}

export interface ThreadCount {
  readonly source: string;
  readonly events: number;
  /** Packs by state. */
  readonly packs: Readonly<Record<PackState["kind"], number>>;
}
