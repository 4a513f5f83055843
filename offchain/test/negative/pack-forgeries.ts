/** Attacks on what a pack says of itself, whoever signs it: counters, root, times, the mark that it was late. Rules: docs/spec/anchor.md "Append". */
import type { Thread } from "../../src/domain/pack.js";
import { HOUR } from "../../src/testing/world.js";
import type { ClaimedPack } from "./anchor-claim.js";
import type { Attack } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { BUILTIN_HALTS } from "./standing.js";

/** What is claimed otherwise, from what is so and from what the thread has. */
export type ClaimChange = (honest: ClaimedPack, thread: Thread) => Partial<ClaimedPack>;
export type ClaimAttack = (name: string, rule: string, change: ClaimChange) => Attack;

export const SECOND = 1000n;
const LIMIT = 2n ** 53n;

/** What a submitter may wish to be other than it was signed. */
export const AFTERWARDS: readonly Partial<ClaimedPack>[] = [
  { hi: 2n },
  { hi: 4n },
  { root: bytes(32) },
  { cmin: 1n },
  { cmax: 1_767_225_600_000n },
];

/** On the first pack of a thread, captured before now and not late. */
export const firstPackForgeries = (of: ClaimAttack): readonly Attack[] => [
  of("leave the first event out", "is_next", ({ hi }) => ({ lo: 1n, hi: hi + 1n })),
  of("begin before the first event", BUILTIN_HALTS, () => ({ lo: -1n })),
  of("give a root of 31 bytes", "is_root", ({ root }) => ({ root: root.subarray(1) })),
  of("give a root of 33 bytes", "is_root", () => ({ root: bytes(33) })),
  of("give no root", "is_root", () => ({ root: bytes(0) })),
  of("capture the first event after the last one", "are_times_ordered", ({ cmax }) => ({ cmin: cmax + 1n })),
  of("capture an event before 1970", BUILTIN_HALTS, () => ({ cmin: -1n })),
  of("capture an event after the transaction", "is_not_ahead", ({ until }) => ({ cmax: until + 1n })),
  of("capture an event in a far future", "is_not_ahead", () => ({ cmax: LIMIT })),
  of("count up to 2^53", "is_bounded", () => ({ hi: LIMIT })),
  of("count beyond eight bytes", BUILTIN_HALTS, () => ({ hi: 2n ** 64n })),
  of("say that it was late", "is_late_marked", () => ({ late: true })),
  of("act in a range of an hour and a slot", "is_range_short", ({ from }) => ({
    until: from + BigInt(HOUR) + SECOND,
  })),
];

/** On the next pack of a thread that has some. */
export const nextPackForgeries = (of: ClaimAttack): readonly Attack[] => [
  of("overlap the pack before by one event", "is_next", ({ lo }) => ({ lo: lo - 1n })),
  of("leave one event out", "is_next", ({ lo }) => ({ lo: lo + 1n })),
  of("append the pack after the next one first", "is_next", ({ lo, hi }) => ({
    ...{ lo: hi, hi: hi + (hi - lo) },
  })),
  of("append no events", "is_not_empty", ({ lo }) => ({ hi: lo })),
  of("count backwards", "is_not_empty", ({ lo }) => ({ hi: lo - 1n })),
];

/** Every number at its bound. */
export const LARGEST: ClaimChange = ({ from, until }) => ({
  hi: LIMIT - 1n,
  cmin: until,
  cmax: until,
  until: from + BigInt(HOUR),
});

/** On that. */
export const countOneMore = (of: ClaimAttack): Attack =>
  of("count one more", "is_bounded", (honest, thread) => ({ ...LARGEST(honest, thread), hi: LIMIT }));

/** Captured as long ago as who signs may hold back (`delay`, ms), and `more`. */
export const heldBack =
  (delay: bigint, more = 0n): ClaimChange =>
  ({ until }) => ({ cmin: until - delay - more, cmax: until - delay - more + 2n });

/** Captured `more` ms after the latest event so far. */
export const since =
  (more: bigint): ClaimChange =>
  (_, { lastCmax }) => ({ cmin: BigInt(lastCmax) + more, cmax: BigInt(lastCmax) + 2n });

/** The change under a mark that the contract would not give. */
export const marked =
  (late: boolean, change: ClaimChange): ClaimChange =>
  (honest, thread) => ({ ...change(honest, thread), late });

export const sayLate = (of: ClaimAttack, change: ClaimChange): Attack =>
  of("say that it was late", "is_late_marked", marked(true, change));

export const sayOnTime = (of: ClaimAttack, change: ClaimChange): Attack =>
  of("say that it was on time", "is_late_marked", marked(false, change));
