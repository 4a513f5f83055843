/** What proves a weakest link to who has no ledger at hand. Spec: docs/spec/weakest-link.md "File", "Checking". */
import type { Deployment } from "./config.js";
import type { Tier } from "./event.js";
import type { WeakestLink } from "./weakest-link.js";

export const MAX_WEAKEST_LINK_BYTES = 16 * 1024 * 1024;
/** In one file. */
export const MAX_PROVEN_ENTRIES = 65_536;
export const MAX_PROVEN_AMENDED = 1_024;
/** Of any run in any history: two for each level of a tree of 2^52 entries, and 52 other peaks. */
export const MAX_RUN_HASHES = 156;
/** Of one event. */
export const MAX_PROVEN_AMENDMENTS = 64;

/** Entries that cover a range whole, and the proof that they stand in the thread's history. */
export interface ProvenRun {
  readonly lo: number;
  readonly hi: number;
  /** Position of the first entry. */
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  readonly hashes: readonly Uint8Array[];
}

export interface ProvenThread {
  /** Hex. */
  readonly name: string;
  /** Of the transaction whose output holds the thread's state. */
  readonly body: Uint8Array;
  readonly runs: readonly ProvenRun[];
}

export interface ProvenAmended {
  /** Position in `threads`. */
  readonly thread: number;
  readonly counter: number;
  /** Receipt of the event. */
  readonly event: Uint8Array;
  /** Receipts of the amendments that apply, in their order. */
  readonly amendments: readonly Uint8Array[];
}

export interface ClaimedAnswer extends Pick<WeakestLink, "events" | "late" | "lost"> {
  readonly ledger: Tier | null;
  readonly counts: Tier | null;
}

export interface WeakestLinkProof {
  readonly network: Deployment["network"];
  /** Config policy, hex. */
  readonly config: string;
  readonly threads: readonly ProvenThread[];
  readonly amended: readonly ProvenAmended[];
  readonly answer: ClaimedAnswer;
}

export const claimOf = ({ ledger, counts, events, late, lost }: WeakestLink): ClaimedAnswer => ({
  ledger: ledger.tier,
  counts: counts.tier,
  events,
  late,
  lost,
});

export const WEAKEST_LINK_CHECKS = [
  "form",
  "deployment",
  "cover",
  "history",
  "state",
  "amendments",
  "answer",
] as const;
export type WeakestLinkCheckName = (typeof WEAKEST_LINK_CHECKS)[number];

export interface WeakestLinkCheck {
  readonly name: WeakestLinkCheckName;
  /** Null: nothing is wrong, and it could not be looked at. */
  readonly ok: boolean | null;
  /** A sentence for people. */
  readonly says: string;
}
