import { describe, expect, it } from "vitest";
import type { Policy } from "../domain/policy.js";
import { parsePolicy } from "../domain/policy-file.js";
import { PRESETS } from "../policies/presets.js";
import { policyHash } from "./policy.js";

const [preset] = Object.values(PRESETS) as [Policy];

describe("the hash of a policy", () => {
  it("is the same for a preset and its JSON, whatever the order of members", () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, entry]) => [key, reversed(entry)]),
            )
          : value;
    expect(policyHash(parsePolicy(reversed(JSON.parse(JSON.stringify(preset)))))).toBe(policyHash(preset));
  });

  it.each<[string, (policy: Policy) => Policy]>([
    ["version", (it) => ({ ...it, version: 2 })],
    ["who reads a group", (it) => ({ ...it, groups: it.groups.map((g) => ({ ...g, roles: [] })) })],
    [
      "the group of an element",
      (it) => ({ ...it, elements: it.elements.map((e) => ({ ...e, group: "use" })) }),
    ],
    [
      "the label of an element",
      (it) => ({ ...it, elements: it.elements.map((e) => ({ ...e, label: "x" })) }),
    ],
    [
      "the shape of an element",
      (it) => ({ ...it, elements: it.elements.map((e) => ({ ...e, shape: { type: "date" } })) }),
    ],
    ["whether mandatory elements are enforced", (it) => ({ ...it, missingMandatory: "warn" })],
  ])("changes with %s", (_, change) => {
    expect(policyHash(change(preset))).not.toBe(policyHash(preset));
  });
});
