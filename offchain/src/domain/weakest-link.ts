/** The weakest trust tier among ranges of events. Pure. Spec: docs/spec/weakest-link.md. */
import { DppError } from "./errors.js";
import { TIERS, type Tier, tierNumber } from "./event.js";
import { isWritten, type ThreadEntry } from "./pack.js";

export const MAX_RANGES = 64;
/** Places that an answer names for each of its two tiers. */
export const MAX_PLACES = 64;

export interface ThreadRange {
  /** Attestation name of a source, or the name of a joint thread, hex. */
  readonly thread: string;
  /** The first counter. */
  readonly lo: number;
  /** One after the last counter. */
  readonly hi: number;
}

/** An event whose amendments apply. */
export interface AmendedTier {
  readonly thread: string;
  readonly counter: number;
  readonly counts: Tier;
}

/** Entries that cover a range whole, in their order. */
export interface CoveredRange extends ThreadRange {
  readonly entries: readonly ThreadEntry[];
}

export interface Weakest {
  /** `null`: there are no events. */
  readonly tier: Tier | null;
  /** Where it stands, at most `MAX_PLACES`. */
  readonly places: readonly ThreadRange[];
  /** Places that are not named. */
  readonly more: number;
}

export interface RangeSummary extends ThreadRange, Counted {
  readonly ledger: Tier | null;
  readonly counts: Tier | null;
}

interface Counted {
  readonly events: number;
  /** Events in packs with the mark. */
  readonly late: number;
  /** Counters that gaps gave up. */
  readonly lost: number;
}

export interface WeakestLink extends Counted {
  /** As the ledger wrote it. */
  readonly ledger: Weakest;
  /** After amendments. */
  readonly counts: Weakest;
  readonly ranges: readonly RangeSummary[];
}

const malformed = (path: string, expected: string): DppError =>
  new DppError("weakest-link/malformed", `${path}: expected ${expected}`, { details: { path } });

const isCounter = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const byPlace = (a: ThreadRange, b: ThreadRange): number =>
  a.thread === b.thread ? a.lo - b.lo : a.thread < b.thread ? -1 : 1;

/**
 * In the one order, each counter once: what overlaps or touches becomes one range.
 * @throws DppError `weakest-link/malformed`, `weakest-link/empty`, `weakest-link/too-many`.
 */
export function unitedRanges(question: readonly ThreadRange[]): readonly ThreadRange[] {
  if (question.length === 0)
    throw new DppError(
      "weakest-link/empty",
      "name a range of events: a thread, its first counter, and one after its last",
    );
  if (question.length > MAX_RANGES)
    throw new DppError(
      "weakest-link/too-many",
      `${question.length} ranges; at most ${MAX_RANGES} are looked at together`,
    );
  for (const [at, { thread, lo, hi }] of question.entries()) {
    if (!/^(?:[0-9a-f]{2}){12,28}$/.test(thread)) throw malformed(`/${at}/thread`, "12 to 28 bytes, hex");
    if (!isCounter(lo)) throw malformed(`/${at}/lo`, "a whole number below 2^53");
    if (!isCounter(hi)) throw malformed(`/${at}/hi`, "a whole number below 2^53");
    if (hi <= lo)
      throw new DppError(
        "weakest-link/empty",
        `the range ${lo} to ${hi} of ${thread} holds no counter: the second number is one after the last`,
        { details: { thread, lo, hi } },
      );
  }
  const united: ThreadRange[] = [];
  for (const { thread, lo, hi } of question.toSorted(byPlace)) {
    const last = united.at(-1);
    if (last?.thread === thread && lo <= last.hi)
      united[united.length - 1] = { thread, lo: last.lo, hi: Math.max(last.hi, hi) };
    else united.push({ thread, lo, hi });
  }
  return united;
}

/** Whether entries follow one another without a hole, from the one that holds `lo` to the one that holds `hi − 1`. */
export function covers({ lo, hi, entries }: CoveredRange): boolean {
  const [first, last] = [entries[0], entries.at(-1)];
  return (
    first !== undefined &&
    last !== undefined &&
    first.lo <= lo &&
    lo < first.hi &&
    last.lo < hi &&
    hi <= last.hi &&
    entries.every(({ lo: start }, at) => at === 0 || start === entries[at - 1]?.hi)
  );
}

/** What is of one tier, and which. */
interface Segment extends ThreadRange {
  readonly tier: Tier;
}

/** `ranges` as `unitedRanges` answers them, each covered; `amended`: those of these ranges, in any order, none twice. */
export function weakestLink(ranges: readonly CoveredRange[], amended: readonly AmendedTier[]): WeakestLink {
  const parts = ranges.map((range) => {
    const { thread, lo, hi, entries } = range;
    const written = entries.flatMap((entry) => {
      const cut = { thread, lo: Math.max(lo, entry.lo), hi: Math.min(hi, entry.hi) };
      return [{ entry, cut, size: cut.hi - cut.lo }];
    });
    const ledger = written.flatMap(({ entry, cut }) =>
      isWritten(entry) ? [{ ...cut, tier: entry.tier }] : [],
    );
    const ours = amended.filter((it) => it.thread === thread && lo <= it.counter && it.counter < hi);
    const counts = ours.length === 0 ? ledger : recounted(ledger, ours);
    const sum = (which: (entry: ThreadEntry) => boolean): number =>
      written.reduce((total, { entry, size }) => total + (which(entry) ? size : 0), 0);
    const summary: RangeSummary = {
      thread,
      lo,
      hi,
      ledger: weakestOf(ledger),
      counts: weakestOf(counts),
      events: sum(isWritten),
      late: sum((entry) => isWritten(entry) && entry.late),
      lost: sum((entry) => !isWritten(entry)),
    };
    return { ledger, counts, summary };
  });
  const summaries = parts.map(({ summary }) => summary);
  const total = (field: keyof Counted): number => summaries.reduce((sum, range) => sum + range[field], 0);
  return {
    ledger: placesOf(parts.flatMap(({ ledger }) => ledger)),
    counts: placesOf(parts.flatMap(({ counts }) => counts)),
    events: total("events"),
    late: total("late"),
    lost: total("lost"),
    ranges: summaries,
  };
}

/** Amended events cut out of what the ledger wrote. */
function recounted(ledger: readonly Segment[], amended: readonly AmendedTier[]): readonly Segment[] {
  const ascending = amended.toSorted((a, b) => a.counter - b.counter);
  let next = 0;
  return ledger.flatMap((segment) => {
    const cut: Segment[] = [];
    let lo = segment.lo;
    for (; next < ascending.length; next++) {
      const { counter, counts } = ascending[next] as AmendedTier;
      if (counter >= segment.hi) break;
      if (counter < lo) continue;
      if (counter > lo) cut.push({ ...segment, lo, hi: counter });
      cut.push({ ...segment, lo: counter, hi: counter + 1, tier: counts });
      lo = counter + 1;
    }
    return lo < segment.hi ? [...cut, { ...segment, lo }] : cut;
  });
}

function weakestOf(segments: readonly Segment[]): Tier | null {
  let least: number = TIERS.length;
  for (const { tier } of segments) least = Math.min(least, tierNumber(tier));
  return TIERS[least] ?? null;
}

function placesOf(segments: readonly Segment[]): Weakest {
  const tier = weakestOf(segments);
  const places: ThreadRange[] = [];
  for (const segment of segments) {
    if (segment.tier !== tier) continue;
    const { thread, lo, hi } = segment;
    const last = places.at(-1);
    if (last?.thread === thread && last.hi === lo) places[places.length - 1] = { thread, lo: last.lo, hi };
    else places.push({ thread, lo, hi });
  }
  return { tier, places: places.slice(0, MAX_PLACES), more: Math.max(0, places.length - MAX_PLACES) };
}
