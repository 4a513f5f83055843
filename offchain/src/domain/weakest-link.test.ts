import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TIERS, type Tier, tierNumber } from "./event.js";
import type { ThreadEntry } from "./pack.js";
import {
  type AmendedTier,
  covers,
  MAX_PLACES,
  type ThreadRange,
  unitedRanges,
  weakestLink,
} from "./weakest-link.js";

const ONE = "01".repeat(13);
const TWO = "02".repeat(13);

const pack = (lo: number, hi: number, tier: Tier, late = false): ThreadEntry => ({
  ...{ kind: "append", tier, late, lo, hi, root: "aa".repeat(32), cmin: 1, cmax: 2, until: 3 },
  pk: "bb".repeat(32),
});
const gap = (lo: number, hi: number): ThreadEntry => ({ kind: "gap", lo, hi, reason: 1 });
const range = (thread: string, lo: number, hi: number): ThreadRange => ({ thread, lo, hi });

describe("a question", () => {
  it("counts what overlaps or touches once, in one order", () => {
    expect(
      unitedRanges([
        range(TWO, 5, 9),
        range(ONE, 3, 6),
        range(ONE, 0, 3),
        range(TWO, 4, 6),
        range(TWO, 20, 21),
      ]),
    ).toEqual([range(ONE, 0, 6), range(TWO, 4, 9), range(TWO, 20, 21)]);
  });

  it.each([
    [[], "weakest-link/empty"],
    [[range(ONE, 3, 3)], "weakest-link/empty"],
    [[range(ONE, 3, 2)], "weakest-link/empty"],
    [[range("01", 0, 1)], "weakest-link/malformed"],
    [[range(ONE.toUpperCase().replace("0", "A"), 0, 1)], "weakest-link/malformed"],
    [[range(ONE, -1, 1)], "weakest-link/malformed"],
    [[range(ONE, 0.5, 1)], "weakest-link/malformed"],
    [[range(ONE, 0, 2 ** 53)], "weakest-link/malformed"],
    [Array.from({ length: 65 }, (_, at) => range(ONE, 2 * at, 2 * at + 1)), "weakest-link/too-many"],
  ] as const)("of %j is refused", (question, code) => {
    expect(() => unitedRanges(question)).toThrow(expect.objectContaining({ code }));
  });
});

describe("the weakest link", () => {
  const entries = [
    pack(0, 4, "DEVICE_SIGNED"),
    gap(4, 6),
    pack(6, 10, "INDIVIDUAL_SIGNED", true),
    pack(10, 12, "DEVICE_SIGNED"),
  ];

  it("is told with its places, and what is late or lost, inside of the range alone", () => {
    expect(weakestLink([{ ...range(ONE, 2, 8), entries: entries.slice(0, 3) }], [])).toEqual({
      ledger: { tier: "INDIVIDUAL_SIGNED", places: [range(ONE, 6, 8)], more: 0 },
      counts: { tier: "INDIVIDUAL_SIGNED", places: [range(ONE, 6, 8)], more: 0 },
      events: 4,
      late: 2,
      lost: 2,
      ranges: [
        {
          ...range(ONE, 2, 8),
          ...{ ledger: "INDIVIDUAL_SIGNED", counts: "INDIVIDUAL_SIGNED", events: 4, late: 2, lost: 2 },
        },
      ],
    });
  });

  it("follows amendments, which leave the ledger's own", () => {
    const covered = [{ ...range(ONE, 6, 12), entries: entries.slice(2) }];
    const counted = (...amended: readonly (readonly [number, Tier])[]) => {
      const { ledger, counts } = weakestLink(
        covered,
        amended.map(([counter, tier]) => ({ thread: ONE, counter, counts: tier })),
      );
      expect(ledger.tier).toBe("INDIVIDUAL_SIGNED");
      return [counts.tier, ...counts.places.map(({ lo, hi }) => [lo, hi])];
    };
    expect(counted([11, "GATEWAY_SIGNED"])).toEqual(["GATEWAY_SIGNED", [11, 12]]);
    expect(counted([7, "MULTI_PARTY_SIGNED"])).toEqual(["INDIVIDUAL_SIGNED", [6, 7], [8, 10]]);
    const raised = [6, 7, 8, 9].map((counter) => [counter, "MULTI_PARTY_SIGNED"] as const);
    expect(counted(...raised)).toEqual(["DEVICE_SIGNED", [10, 12]]);
  });

  it("of lost counters alone is none", () => {
    const { ledger, events, lost } = weakestLink([{ ...range(ONE, 4, 6), entries: [gap(4, 6)] }], []);
    expect([ledger, events, lost]).toEqual([{ tier: null, places: [], more: 0 }, 0, 2]);
  });

  it("names so many places, and how many more there are", () => {
    const many = Array.from({ length: 2 * MAX_PLACES + 3 }, (_, at) =>
      pack(at, at + 1, at % 2 === 0 ? "GATEWAY_SIGNED" : "DEVICE_SIGNED"),
    );
    const { ledger } = weakestLink([{ ...range(ONE, 0, many.length), entries: many }], []);
    expect([ledger.places.length, ledger.more]).toEqual([MAX_PLACES, 2]);
  });
});

/** A thread's entries, end to end from 0. */
const threadOf = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.option(fc.constantFrom(...TIERS)), fc.boolean()), {
    minLength: 1,
    maxLength: 12,
  })
  .map((sizes) => {
    let lo = 0;
    return sizes.map(([size, tier, late]) => {
      const hi = lo + size;
      const entry = tier === null ? gap(lo, hi) : pack(lo, hi, tier, late);
      lo = hi;
      return entry;
    });
  });
const endOf = (entries: readonly ThreadEntry[]): number => entries.at(-1)?.hi ?? 0;

const asked = fc.tuple(threadOf, threadOf).chain(([one, two]) => {
  const within = (thread: string, entries: readonly ThreadEntry[]) =>
    fc
      .tuple(fc.nat({ max: endOf(entries) - 1 }), fc.nat({ max: endOf(entries) - 1 }))
      .map(([a, b]) => range(thread, Math.min(a, b), Math.max(a, b) + 1));
  const amendedIn = (thread: string, entries: readonly ThreadEntry[]) =>
    fc.record({
      thread: fc.constant(thread),
      counter: fc.nat({ max: endOf(entries) - 1 }),
      counts: fc.constantFrom(...TIERS),
    });
  const either = <T>(of: (thread: string, entries: readonly ThreadEntry[]) => fc.Arbitrary<T>) =>
    fc.oneof(of(ONE, one), of(TWO, two));
  return fc.record({
    threads: fc.constant(new Map([[ONE, one] as const, [TWO, two] as const])),
    question: fc.array(either(within), { minLength: 1, maxLength: 6 }),
    amended: fc.uniqueArray(either(amendedIn), {
      maxLength: 6,
      selector: ({ thread, counter }: AmendedTier) => `${thread} ${counter}`,
    }),
  });
});

describe("the weakest link of random ranges", () => {
  it("is what looking at each counter once gives", () => {
    fc.assert(
      fc.property(asked, ({ threads, question, amended }) => {
        const covered = unitedRanges(question).map(({ thread, lo, hi }) => {
          const entries = (threads.get(thread) ?? []).filter((it) => it.lo < hi && lo < it.hi);
          return { thread, lo, hi, entries };
        });
        expect(covered.every(covers)).toBe(true);
        const written = [...threads].flatMap(([thread, entries]) =>
          entries.flatMap((entry) => (entry.kind === "gap" ? [] : [{ thread, entry }])),
        );
        const seen = new Set(
          question.flatMap(({ thread, lo, hi }) =>
            Array.from({ length: hi - lo }, (_, at) => `${thread} ${lo + at}`),
          ),
        );
        const ledger = new Map<string, Tier>();
        let late = 0;
        for (const { thread, entry } of written)
          for (let counter = entry.lo; counter < entry.hi; counter++) {
            if (!seen.has(`${thread} ${counter}`)) continue;
            ledger.set(`${thread} ${counter}`, entry.tier);
            if (entry.late) late++;
          }
        const counts = new Map(ledger);
        for (const { thread, counter, counts: tier } of amended)
          if (counts.has(`${thread} ${counter}`)) counts.set(`${thread} ${counter}`, tier);
        const least = (tiers: Iterable<Tier>) =>
          [...tiers].toSorted((a, b) => tierNumber(a) - tierNumber(b))[0] ?? null;
        const link = weakestLink(covered, amended);
        expect([link.ledger.tier, link.counts.tier]).toEqual([
          least(ledger.values()),
          least(counts.values()),
        ]);
        expect([link.events, link.late, link.lost]).toEqual([ledger.size, late, seen.size - ledger.size]);
        const standing = link.counts.places.flatMap(({ thread, lo, hi }) =>
          Array.from({ length: hi - lo }, (_, at) => `${thread} ${lo + at}`),
        );
        const naive = [...counts].flatMap(([place, tier]) => (tier === link.counts.tier ? [place] : []));
        expect(standing.toSorted()).toEqual(naive.toSorted());
      }),
    );
  });
});
