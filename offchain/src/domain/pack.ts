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
  /** Ed25519 over the pack digest, 64 bytes. */
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

/** One entry of a thread's history. */
export type ThreadEntry =
  | (Omit<PackHeader, "config" | "source"> & {
      readonly kind: "append";
      readonly late: boolean;
      /** Upper bound of the transaction's validity range: it was written no later. POSIX ms. */
      readonly until: number;
      /** The key whose signature the ledger checked. */
      readonly pk: string;
    })
  | { readonly kind: "gap"; readonly lo: number; readonly hi: number; readonly reason: number };
