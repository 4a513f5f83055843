import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signingSets } from "./signing-sets.js";

const names = (sets: readonly (readonly string[])[]): readonly string[] => sets.map((set) => set.join(""));
const quorum = (members: string, threshold: number) => ({ members: [...members], threshold });

describe("sets of signers", () => {
  it.each<[string, ReturnType<typeof quorum>[], string[]]>([
    ["two of three", [quorum("abc", 2)], ["ab", "ac", "bc"]],
    ["all of one", [quorum("a", 1)], ["a"]],
    ["the same quorum twice", [quorum("abc", 2), quorum("cba", 2)], ["ab", "ac", "bc"]],
    // {b} alone belongs to both.
    ["one old and one new", [quorum("ab", 1), quorum("bc", 1)], ["ac", "b"]],
    ["a threshold that rises", [quorum("abc", 2), quorum("abc", 3)], ["abc"]],
    ["others altogether", [quorum("ab", 2), quorum("cd", 1)], ["abc", "abd"]],
  ])("%s", (_, quorums, sets) => {
    expect(names(signingSets(quorums, 20)).toSorted()).toEqual(sets);
  });

  it("are named by the proposer when there are too many, and must suffice", () => {
    const members = quorum("abcdefgh", 4);
    expect(() => signingSets([members], 20)).toThrow(
      expect.objectContaining({ code: "proposal/too-many-variants" }),
    );
    expect(names(signingSets([members], 20, [..."hdbax"]))).toEqual(["abdh"]);
    expect(names(signingSets([members], 20, [..."abcde"]))).toHaveLength(5);
    expect(() => signingSets([members], 20, [..."abc"])).toThrow(
      expect.objectContaining({ code: "consortium/below-quorum" }),
    );
    // Nobody waits for a count of the sets of 16 among 32.
    const many = { members: Array.from({ length: 32 }, (_, at) => `m${at}`), threshold: 16 };
    expect(() => signingSets([many, many], 20)).toThrow(
      expect.objectContaining({ code: "proposal/too-many-variants" }),
    );
  });

  it("hold every quorum, and nobody in them is superfluous", () => {
    const some = fc
      .tuple(fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 1, maxLength: 5 }), fc.nat(4))
      .map(([members, less]) => ({ members, threshold: Math.max(1, members.length - less) }));
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 2 }), (quorums) => {
        const holds = (set: readonly string[]): boolean =>
          quorums.every(
            ({ members, threshold }) => set.filter((key) => members.includes(key)).length >= threshold,
          );
        const sets = signingSets(quorums, 1000);
        for (const set of sets) {
          expect(holds(set)).toBe(true);
          for (const key of set) expect(holds(set.filter((other) => other !== key))).toBe(false);
        }
        // Whoever suffices holds one of them.
        const everyone = [...new Set(quorums.flatMap(({ members }) => members))];
        for (let mask = 0; mask < 1 << everyone.length; mask++) {
          const present = everyone.filter((_, at) => mask & (1 << at));
          if (holds(present))
            expect(sets.some((set) => set.every((key) => present.includes(key)))).toBe(true);
        }
      }),
    );
  });
});
