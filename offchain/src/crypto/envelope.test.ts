import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SaltedElement } from "../domain/document.js";
import { flipped } from "../testing/arbitraries.js";
import { seededRandom } from "../testing/seeded-random.js";
import { openGroup, sealGroup } from "./envelope.js";

const random = seededRandom("envelope");
const key = random.bytes(32);
const label = { name: "use", access: "direct" as const, epoch: 3 };
const context = {
  config: "aa".repeat(28),
  issuer: "bb".repeat(24),
  policy: "cc".repeat(32),
  root: "dd".repeat(32),
};
const elements: readonly SaltedElement[] = [
  { index: 4, element: { id: "a.b", type: "string", value: "x", unit: null }, salt: random.bytes(32) },
];
const group = sealGroup(label, elements, key, context, random);
const refused = expect.objectContaining({ code: "sealed/tampered" });

describe("a sealed group", () => {
  it("opens with its key in its context", () => {
    expect(openGroup(group, key, context)).toEqual(elements);
  });

  it.each([
    ["config", { config: "ab".repeat(28) }],
    ["issuer", { issuer: "ab".repeat(24) }],
    ["policy", { policy: "ab".repeat(32) }],
    ["root", { root: "ab".repeat(32) }],
  ])("does not open under another %s", (_, change) => {
    expect(() => openGroup(group, key, { ...context, ...change })).toThrow(refused);
  });

  it.each([
    ["name", { name: "uses" }],
    ["access", { access: "escrow" as const }],
    ["epoch", { epoch: 4 }],
  ])("does not open under another %s", (_, change) => {
    expect(() => openGroup({ ...group, ...change }, key, context)).toThrow(refused);
  });

  it("does not open with another key, nor with its two ciphertexts exchanged", () => {
    expect(() => openGroup(group, random.bytes(32), context)).toThrow(refused);
    expect(() => openGroup({ ...group, wrappedKey: group.sealed }, key, context)).toThrow(refused);
    expect(() => openGroup({ ...group, sealed: group.wrappedKey }, key, context)).toThrow(refused);
  });

  it("does not open after any flipped bit of nonce, ciphertext or tag", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("wrappedKey" as const, "sealed" as const),
        fc.nat(),
        fc.nat(),
        (part, at, bit) => {
          expect(() => openGroup({ ...group, [part]: flipped(group[part], at, bit) }, key, context)).toThrow(
            refused,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("does not open when it is cut short, even to nothing", () => {
    for (const length of [0, 23, 24, 39, group.sealed.length - 1])
      expect(() => openGroup({ ...group, sealed: group.sealed.subarray(0, length) }, key, context)).toThrow(
        refused,
      );
  });

  it("hides how long its contents are, up to the block", () => {
    const longer = [
      { ...elements[0], element: { id: "a.b", type: "string", value: "x".repeat(200), unit: null } },
    ];
    expect(sealGroup(label, longer as never, key, context, random).sealed.length).toBe(group.sealed.length);
  });
});
