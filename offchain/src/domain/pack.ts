/** Packs: runs of a source's events whose root it signs; threads: what the ledger knows of a source. Spec: docs/spec/anchor.md. */
import type { Tier } from "./event.js";

/** What a source signs: the digest of this. Byte strings are lower-case hex. */
export interface PackHeader {
  /** Config policy, 28 bytes. */
  readonly config: string;
  /** Attestation name. */
  readonly source: string;
  readonly tier: Tier;
  /** The first counter. */
  readonly lo: number;
  /** One after the last counter. */
  readonly hi: number;
  /** Root of the tree over the event hashes, 32 bytes. */
  readonly root: string;
  /** Least and greatest capture time, POSIX ms. */
  readonly cmin: number;
  readonly cmax: number;
}

export interface SealedPack extends PackHeader {
  /** Of the source over the pack digest, in the form of its key (docs/spec/signature-forms.md); on a joint thread those of the parties (`codec/parties.ts`). */
  readonly signature: string;
}

export interface PackedEvent {
  /** A signed event (COSE_Sign1), or the bare leaf of a source that signs packs alone. */
  readonly signed: Uint8Array;
  /** Payload record, when it travels along. */
  readonly payload: Uint8Array | null;
}

export interface Pack extends SealedPack {
  readonly events: readonly PackedEvent[];
}

/** A source's state on the ledger (docs/spec/anchor.md "Thread"). */
export interface Thread {
  readonly source: string;
  /** Entries of the history. */
  readonly seq: number;
  /** The first counter that is free. */
  readonly next: number;
  /** Commitment to the entries, 32 bytes. */
  readonly history: string;
  /** POSIX ms. */
  readonly lastCmax: number;
  /** Events anchored. */
  readonly total: number;
  readonly closed: boolean;
}

/** Why counters hold no event; the number on the ledger is the position. */
export const GAP_REASONS = [
  "none given",
  "device lost or broken",
  "storage damaged",
  "refused",
  "test events",
] as const;

/** What the ledger writes of a pack, whoever signed it. */
interface WrittenPack extends Omit<PackHeader, "config" | "source"> {
  readonly late: boolean;
  /** Upper bound of the transaction's validity range: it was written no later. POSIX ms. */
  readonly until: number;
}

/** A pack of one source. */
export interface AppendEntry extends WrittenPack {
  readonly kind: "append";
  /** The key whose signature the ledger checked. */
  readonly pk: string;
}

/** A pack that several parties signed. */
export interface CoAppendEntry extends WrittenPack {
  readonly kind: "co-append";
  readonly tier: "MULTI_PARTY_SIGNED";
  /** By attestation name, ascending; `pk`: the keys whose signatures the ledger checked. */
  readonly parties: readonly { readonly name: string; readonly pk: string }[];
}

/** Counters that no event will ever have. */
export interface GapEntry {
  readonly kind: "gap";
  readonly lo: number;
  readonly hi: number;
  readonly reason: number;
}

/** One entry of a thread's history. */
export type ThreadEntry = AppendEntry | CoAppendEntry | GapEntry;

/** Whether the entry writes events, by one source or by several parties. */
export const isWritten = (entry: ThreadEntry): entry is AppendEntry | CoAppendEntry => entry.kind !== "gap";
