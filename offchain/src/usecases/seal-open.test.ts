import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeSealedDocument, encodeSealedDocument } from "../codec/document-sealed.js";
import { openGroup, sealGroup } from "../crypto/envelope.js";
import { openKeyring } from "../crypto/keyring.js";
import { refreshKeyring } from "../crypto/keyring-refresh.js";
import { concat } from "../domain/bytes.js";
import type { SaltedElement, SealedDocument } from "../domain/document.js";
import type { Element } from "../domain/element.js";
import { isDppError } from "../domain/errors.js";
import { elements as anyElements, flipped, policyFor } from "../testing/arbitraries.js";
import { asIssuer, type SealedWorld, sealedWorld, sealIn } from "../testing/sealed-world.js";
import type { SealedPassport } from "./seal.js";
import { type Expected, openPassport } from "./seal-open.js";

const element = (id: string, value: string): Element => ({ id, type: "string", value, unit: null });
const SAMPLE = ["a", "b", "c", "d", "e", "f", "g", "h"].map((id) => element(id, `value of ${id}`));
const policy = policyFor(SAMPLE);

let world: SealedWorld;
let sealed: SealedPassport & { expected: Expected };
let keys: Awaited<ReturnType<typeof openKeyring>>;
beforeAll(async () => {
  world = await sealedWorld("open", [policy]);
  sealed = await sealIn(world, policy, SAMPLE);
  keys = await openKeyring(world.keyring, world.manufacturer);
});

const code = (pattern: RegExp) => expect.objectContaining({ code: expect.stringMatching(pattern) });
const open = (document: SealedDocument, expected: Expected = sealed.expected) =>
  openPassport(encodeSealedDocument(document), expected, keys);

describe("a passport", () => {
  it("opens to exactly what was sealed, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(anyElements, fc.integer(), async (list, seed) => {
        const own = policyFor(list);
        const there = await sealedWorld(seed, [own]);
        const { bytes, expected } = await sealIn(there, own, list);
        const opened = openPassport(bytes, expected, await openKeyring(there.keyring, there.manufacturer));
        const all = [...opened.groups.values()].flat().sort((a, b) => a.index - b.index);
        expect(all.map(({ element }) => element)).toEqual([...list].sort((a, b) => (a.id < b.id ? -1 : 1)));
      }),
      { numRuns: 25 },
    );
  });

  it("shows a reader without keys the clear elements, and names what is locked", () => {
    const { groups, locked } = openPassport(sealed.bytes, sealed.expected);
    expect([...groups.keys()]).toEqual(["public"]);
    expect(groups.get("public")?.map(({ element: { id } }) => id)).toEqual(["a", "e"]);
    expect(locked.map(({ name }) => name)).toEqual(["kept", "near", "own"]);
  });

  it("is refused after any flipped bit, by a named error", () => {
    fc.assert(
      fc.property(fc.nat({ max: sealed.bytes.length - 1 }), fc.nat({ max: 7 }), (position, bit) => {
        expect(() => openPassport(flipped(sealed.bytes, position, bit), sealed.expected, keys)).toThrow(
          code(/^(cbor|document|sealed|identifier|content)\//),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it("is refused after every byte changed in turn", () => {
    for (let position = 0; position < sealed.bytes.length; position++)
      expect(() => openPassport(flipped(sealed.bytes, position, position), sealed.expected, keys)).toThrow(
        code(/^(cbor|document|sealed|identifier|content)\//),
      );
  });

  it("throws nothing but named errors on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeSealedDocument(bytes);
        } catch (error) {
          if (!isDppError(error)) throw error;
        }
      }),
    );
  });

  it("is refused when it is cut short or continued", () => {
    expect(() => openPassport(sealed.bytes.subarray(1), sealed.expected)).toThrow(code(/^(cbor|document)\//));
    expect(() => openPassport(sealed.bytes.subarray(0, -1), sealed.expected)).toThrow(code(/^cbor\//));
    expect(() => openPassport(concat(sealed.bytes, Uint8Array.of(0)), sealed.expected)).toThrow(
      code(/^cbor\//),
    );
  });
});

describe("confusion is refused", () => {
  it("of deployments, issuers and passports", async () => {
    const other = await sealIn(world, policy, SAMPLE);
    expect(() => open(sealed.document, { ...sealed.expected, config: "ab".repeat(28) })).toThrow(
      code(/wrong-deployment$/),
    );
    expect(() => open(sealed.document, { ...sealed.expected, issuer: world.repairer.name })).toThrow(
      code(/wrong-issuer$/),
    );
    expect(() => open(sealed.document, other.expected)).toThrow(code(/root-mismatch$/));
    expect(() => open({ ...sealed.document, config: "ab".repeat(28) })).toThrow(code(/wrong-deployment$/));
  });

  const swapped = (change: (document: SealedDocument) => SealedDocument) => () =>
    open(change(sealed.document));

  it("of groups: a ciphertext under another group's name", () => {
    const [kept, near, own] = sealed.document.groups;
    if (!kept || !near || !own) throw new Error("three groups");
    const bodies = { wrappedKey: near.wrappedKey, sealed: near.sealed };
    expect(swapped((it) => ({ ...it, groups: [{ ...kept, ...bodies }, near, own] }))).toThrow(
      code(/tampered$/),
    );
    expect(swapped((it) => ({ ...it, groups: [kept, { ...near, sealed: own.sealed }, own] }))).toThrow(
      code(/tampered$/),
    );
  });

  it("of labels: a group that was renamed, dropped, or claims another access or epoch", () => {
    const { header } = sealed.document;
    const [first, ...rest] = header.sealedGroups;
    if (first === undefined) throw new Error("three groups");
    for (const label of [
      { ...first, name: "a" },
      { ...first, access: "direct" as const },
      { ...first, epoch: 1 },
    ])
      expect(swapped((it) => ({ ...it, header: { ...header, sealedGroups: [label, ...rest] } }))).toThrow(
        code(/leaf-mismatch$/),
      );
    expect(
      swapped((it) => ({ ...it, header: { ...header, sealedGroups: rest }, groups: it.groups.slice(1) })),
    ).toThrow(code(/leaf-mismatch$/));
    expect(swapped((it) => ({ ...it, groups: it.groups.slice(1) }))).toThrow(code(/document\/malformed$/));
  });

  it("of passports: a group from another one of the same manufacturer", async () => {
    const other = await sealIn(world, policy, SAMPLE);
    expect(swapped((it) => ({ ...it, groups: other.document.groups }))).toThrow(code(/tampered$/));
  });

  it("of epochs: a reader with keys of many epochs opens each version with its own", async () => {
    const { manufacturer, recipients, random } = world;
    const { keyring } = await refreshKeyring({
      keyring: world.keyring,
      secretKey: manufacturer.secretKey,
      issuer: asIssuer(manufacturer),
      policies: [],
      recipients: recipients.slice(1),
      random,
    });
    const both = await openKeyring(keyring, manufacturer);
    const later = await sealIn(world, policy, SAMPLE, { keyring });
    expect(openPassport(sealed.bytes, sealed.expected, both).locked).toEqual([]);
    expect(openPassport(later.bytes, later.expected, both).locked).toEqual([]);
    // The suspended repairer's keys end where they were taken.
    const suspended = await openKeyring(world.keyring, world.repairer);
    expect(openPassport(sealed.bytes, sealed.expected, suspended).locked.map(({ name }) => name)).toEqual([
      "own",
    ]);
    expect(openPassport(later.bytes, later.expected, suspended).locked).toHaveLength(3);
  });

  it("of manufacturers: keys of another one open nothing", async () => {
    const other = await sealedWorld("other", [policy]);
    const foreign = await openKeyring(other.keyring, other.manufacturer);
    expect(openPassport(sealed.bytes, sealed.expected, foreign).locked).toHaveLength(3);
  });

  it("of elements: shown in clear and sealed at once, or in another place", () => {
    const [first, second] = sealed.document.elements;
    if (!first || !second) throw new Error("two clear elements");
    const moved = { ...second, index: first.index + 1 };
    expect(swapped((it) => ({ ...it, elements: [first, moved] }))).toThrow(code(/leaf-mismatch$/));
    expect(swapped((it) => ({ ...it, elements: [second, first] }))).toThrow(code(/document\/order$/));
    expect(swapped((it) => ({ ...it, elements: [{ ...first, index: 0 }, second] }))).toThrow(
      code(/document\/order$/),
    );
  });

  /** What only the issuer itself, or somebody with the group's key, could make. */
  const resealed = (change: (elements: readonly SaltedElement[]) => readonly SaltedElement[]) => {
    const { document, expected } = sealed;
    const context = { ...expected, policy: document.header.policy.hash, root: expected.dataRoot };
    const key = keys.key({ policy: context.policy, group: "near" }, 0);
    const groups = document.groups.map((group) => {
      if (group.name !== "near" || key === null) return group;
      return sealGroup(group, change(openGroup(group, key, context)), key, context, world.random);
    });
    return () => open({ ...document, groups });
  };

  it("of a reader: a group whose elements are not those that the root commits to", () => {
    expect(resealed((list) => list)).not.toThrow();
    expect(
      resealed((list) => list.map((entry) => ({ ...entry, element: { ...entry.element, value: "forged" } }))),
    ).toThrow(code(/leaf-mismatch$/));
    expect(resealed((list) => list.map((entry) => ({ ...entry, index: entry.index + 1 })))).toThrow(
      code(/leaf-mismatch$/),
    );
    expect(resealed((list) => [...list].reverse())).toThrow(code(/document\/order$/));
  });

  it("of a reader: an element that a group repeats from the clear part", () => {
    expect(resealed(() => sealed.document.elements)).toThrow(code(/leaf-collision$/));
  });
});
