import { describe, expect, it } from "vitest";
import { type Applicability, groupsOfRole } from "../domain/policy.js";
import { EU_BATTERY } from "./eu-battery.js";

const { elements } = EU_BATTERY;
const numbers = (holds: (element: (typeof elements)[number]) => boolean) =>
  elements.filter(holds).map(({ number }) => number);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const applying = (category: string, applicability: Applicability) =>
  numbers((element) => element.applicability[category] === applicability);

/** Annex XIII points whose elements a role reads. */
const pointsOf = (role: "REPAIRER" | "RECYCLER" | "AUTHORITY") => {
  const groups = groupsOfRole(EU_BATTERY, role);
  return new Set(numbers(({ group }) => groups.includes(group)));
};

describe("the EU battery policy", () => {
  it("has the 71 data points, each once and in order", () => {
    expect(numbers(() => true)).toEqual(range(1, 71));
    expect(new Set(elements.map(({ id }) => id)).size).toBe(71);
  });

  it("groups them by the points of Annex XIII", () => {
    expect(numbers(({ group }) => group === "public")).toEqual(range(1, 44));
    expect(numbers(({ group }) => group === "composition" || group === "dismantling")).toEqual(range(45, 49));
    expect(numbers(({ group }) => group === "reports")).toEqual([50]);
    expect(numbers(({ group }) => group === "use")).toEqual(range(51, 71));
    expect(numbers(({ lifecycle }) => lifecycle === "dynamic")).toEqual(range(51, 71));
  });

  it("is a lattice: neither legitimate interest nor authority reads all that the other reads (Art. 77(2))", () => {
    const interest = new Set([...pointsOf("REPAIRER"), ...pointsOf("RECYCLER")]);
    const authority = pointsOf("AUTHORITY");
    expect([...interest].filter((number) => !authority.has(number))).toEqual(range(51, 71));
    expect([...authority].filter((number) => !interest.has(number))).toEqual([50]);
  });

  it("gives the resolver no key to the battery in use", () => {
    expect(EU_BATTERY.groups.filter(({ access }) => access === "direct").map(({ name }) => name)).toEqual([
      "use",
    ]);
  });

  it.each([
    ["ev", [16, 25, ...range(62, 66)]],
    ["lmt", [16, 25, 33, 61]],
    ["industrial", [16, 25, 33, 61]],
  ])("leaves empty for %s what the guidance leaves empty", (category, expected) => {
    expect(applying(category, "notToBeFilled")).toEqual(expected);
    expect(applying(category, "pending")).toEqual([17, 18, 19, 44]);
    expect(applying(category, "optional")).toEqual([5]);
  });

  it.each([
    ["ev", [35, 41, 57, 58, ...range(68, 71)]],
    ["lmt", [35, 41, 57, 58, ...range(68, 71)]],
    ["industrial", [31, 32, 35, 36, 37, 39, 41, ...range(51, 60), ...range(62, 66), ...range(68, 71)]],
  ])("makes conditional for %s what the guidance makes conditional", (category, expected) => {
    expect(applying(category, "conditional")).toEqual(expected);
  });
});
