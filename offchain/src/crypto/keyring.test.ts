import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeKeyring, encodeKeyring } from "../codec/keyring.js";
import { policyHash } from "../codec/policy.js";
import { toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { Keyring } from "../domain/keyring.js";
import { EU_BATTERY } from "../policies/eu-battery.js";
import { LADDER } from "../policies/ladder.js";
import { flipped } from "../testing/arbitraries.js";
import {
  actor,
  asIssuer,
  asRecipient,
  CONFIG,
  type SealedWorld,
  sealedWorld,
} from "../testing/sealed-world.js";
import { seededRandom } from "../testing/seeded-random.js";
import type { GroupKeyring } from "./group-keys.js";
import { createKeyring, openKeyring, type Reader } from "./keyring.js";
import { excerptKeyring } from "./keyring-excerpt.js";
import { refreshKeyring } from "./keyring-refresh.js";
import { generateKeyPair } from "./x25519.js";

let world: SealedWorld;
/** After a second epoch, so that there are links. */
let keyring: Keyring;
beforeAll(async () => {
  world = await sealedWorld("keyring", [EU_BATTERY, LADDER]);
  const { manufacturer, recipients, random } = world;
  const input = { issuer: asIssuer(manufacturer), policies: [], random, secretKey: manufacturer.secretKey };
  const gone = recipients.filter((it) => it.kind !== "role" || it.role !== "RECYCLER");
  keyring = (await refreshKeyring({ ...input, keyring: world.keyring, recipients: gone })).keyring;
});

const names = (held: GroupKeyring): readonly string[] =>
  held.groups
    .map(({ policy, group }) => `${policy === policyHash(LADDER) ? "ladder" : "eu"}/${group}`)
    .sort();

const open = (reader: Reader, ring = world.keyring) => openKeyring(ring, reader);

describe("a keyring", () => {
  it("gives each role the groups that the policies name, and no more", async () => {
    expect(names(await open(world.repairer))).toEqual(["eu/dismantling", "eu/use", "ladder/supplyChain"]);
    expect(names(await open(world.recycler))).toEqual([
      "eu/composition",
      "eu/dismantling",
      "eu/use",
      "ladder/supplyChain",
    ]);
    expect(names(await open(world.authority))).toEqual([
      "eu/composition",
      "eu/dismantling",
      "eu/reports",
      "ladder/authority",
      "ladder/supplyChain",
    ]);
  });

  it("gives the resolver escrow groups and never a direct one", async () => {
    expect(names(await open(world.resolver))).toEqual([
      "eu/composition",
      "eu/dismantling",
      "eu/reports",
      "ladder/authority",
      "ladder/supplyChain",
    ]);
  });

  it("gives all readers of a group the same key, and each group its own", async () => {
    const [repairer, issuer] = [await open(world.repairer), await open(world.manufacturer)];
    const keys = issuer.groups.map((id) => toHex(issuer.key(id, 0) ?? new Uint8Array()));
    expect(new Set(keys).size).toBe(6);
    for (const id of repairer.groups) expect(repairer.key(id, 0)).toEqual(issuer.key(id, 0));
  });

  it("gives a named party the groups it is named for", async () => {
    const random = seededRandom("party");
    const party = generateKeyPair(random);
    const { keyring: extended, change } = await refreshKeyring({
      keyring: world.keyring,
      secretKey: world.manufacturer.secretKey,
      issuer: asIssuer(world.manufacturer),
      policies: [],
      recipients: [
        ...world.recipients,
        {
          kind: "party",
          publicKey: party.publicKey,
          groups: [{ policy: policyHash(EU_BATTERY), group: "use" }],
        },
      ],
      random,
    });
    expect(change).toBe("extended");
    expect(names(await open(party, extended))).toEqual(["eu/use"]);
  });

  it("has nothing for strangers", async () => {
    const stranger = actor("REPAIRER", seededRandom("stranger"));
    await expect(open(stranger)).rejects.toMatchObject({ code: "keyring/not-a-recipient" });
    await expect(open({ secretKey: stranger.secretKey })).rejects.toMatchObject({
      code: "keyring/not-a-recipient",
    });
  });

  it("does not open a stanza of somebody else, nor by the right name with another key", async () => {
    const { secretKey } = world.recycler;
    await expect(open({ name: world.repairer.name, secretKey })).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
    await expect(open({ name: world.manufacturer.name, secretKey })).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
  });

  it("does not print its keys", async () => {
    expect(JSON.stringify(await open(world.repairer))).toBe('"[group keys]"');
  });

  it.each([
    ["a party for a group that does not exist", "keyring/unknown-group"],
    ["a recipient twice", "keyring/duplicate-recipient"],
  ])("is not made with %s", async (what, code) => {
    const first = asRecipient(world.repairer);
    const recipients = what.includes("twice")
      ? [first, first]
      : [
          {
            kind: "party" as const,
            publicKey: world.resolver.publicKey,
            groups: [{ policy: "ab", group: "use" }],
          },
        ];
    const input = {
      config: CONFIG,
      issuer: asIssuer(world.manufacturer),
      policies: [EU_BATTERY],
      recipients,
    };
    await expect(createKeyring({ ...input, random: world.random })).rejects.toMatchObject({ code });
  });

  it("leaves out a reader whose key is of small order, and serves the others", async () => {
    const crooked = { ...actor("REPAIRER", world.random), publicKey: new Uint8Array(32) };
    const recipients = [asRecipient(crooked), ...world.recipients];
    const input = {
      config: CONFIG,
      issuer: asIssuer(world.manufacturer),
      policies: [EU_BATTERY],
      recipients,
    };
    const made = await createKeyring({ ...input, random: world.random });
    expect(names(await open(world.repairer, made))).toContain("eu/use");
    await expect(open(crooked, made)).rejects.toMatchObject({ code: "keyring/not-a-recipient" });
  });

  it("is not made for a manufacturer whose own key is of small order", async () => {
    const issuer = { ...asIssuer(world.manufacturer), publicKey: new Uint8Array(32) };
    const input = { config: CONFIG, issuer, policies: [EU_BATTERY], recipients: [] };
    await expect(createKeyring({ ...input, random: world.random })).rejects.toMatchObject({
      code: "keyring/bad-public-key",
    });
  });
});

describe("what binds a stanza", () => {
  const moved: [string, (it: Keyring) => Keyring][] = [
    ["another deployment", (it) => ({ ...it, config: "ab".repeat(28) })],
    ["another epoch", (it) => ({ ...it, epoch: it.epoch + 1 })],
    ["another access", (it) => ({ ...it, groups: it.groups.map((g) => ({ ...g, access: "escrow" })) })],
    ["another group", (it) => ({ ...it, groups: it.groups.map((g) => ({ ...g, name: `${g.name}x` })) })],
    [
      "another policy",
      (it) => ({
        ...it,
        groups: it.groups.map((g) => ({ ...g, policy: { ...g.policy, hash: "cd".repeat(32) } })),
      }),
    ],
    [
      "another key epoch",
      (it) => ({
        ...it,
        sections: it.sections.map((s) => ({
          ...s,
          stanzas: s.stanzas.map((z) => ({ ...z, keyEpoch: z.keyEpoch + 1 })),
        })),
      }),
    ],
  ];

  it.each(moved)("%s", async (_, change) => {
    await expect(open(world.repairer, change(world.keyring))).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
  });

  it("another manufacturer", async () => {
    const other = actor("MANUFACTURER", seededRandom("other"));
    await expect(open(world.repairer, { ...world.keyring, issuer: other.name })).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
  });

  it("links lead back in their own group only", async () => {
    const [first, second, ...rest] = keyring.links;
    if (first === undefined || second === undefined) throw new Error("the keyring has links");
    const swapped = [{ ...first, sealed: second.sealed }, { ...second, sealed: first.sealed }, ...rest];
    await expect(open(world.authority, { ...keyring, links: swapped })).rejects.toMatchObject({
      code: "keyring/tampered",
    });
  });
});

describe("a keyring as bytes", () => {
  it("reads as it was written", () => {
    expect(decodeKeyring(encodeKeyring(keyring))).toEqual(keyring);
  });

  it("is refused by a named error after any flipped bit, or gives no reader other keys than before", async () => {
    const bytes = encodeKeyring(keyring);
    const issuer = await open(world.manufacturer, keyring);
    const before = JSON.stringify(allKeys(issuer));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (position, mask) => {
        try {
          const held = await open(world.manufacturer, decodeKeyring(flipped(bytes, position, mask)));
          expect(JSON.stringify(allKeys(held))).toBe(before);
        } catch (error) {
          if (!isDppError(error)) throw error;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("throws nothing but named errors on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeKeyring(bytes)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^(cbor|keyring)\//) }),
        );
      }),
    );
  });

  it.each<[string, (it: Keyring) => Keyring]>([
    ["a link missing", (it) => ({ ...it, links: it.links.slice(1) })],
    ["a link twice", (it) => ({ ...it, links: [it.links[0] as never, ...it.links] })],
    ["a group twice", (it) => ({ ...it, groups: [...it.groups, it.groups[0] as never] })],
    ["a group of the future", (it) => ({ ...it, groups: it.groups.map((g) => ({ ...g, since: 9 })) })],
    [
      "a section without groups",
      (it) => ({ ...it, sections: [{ ...(it.sections[0] as never as object), groups: [] } as never] }),
    ],
    [
      "a section of a group that is not there",
      (it) => ({ ...it, sections: it.sections.map((s) => ({ ...s, groups: s.groups.map((g) => g + 6) })) }),
    ],
    [
      "stanzas out of order",
      (it) => ({
        ...it,
        sections: it.sections.map((s) => ({ ...s, stanzas: [...s.stanzas, ...s.stanzas] })),
      }),
    ],
  ])("is refused with %s", (_, change) => {
    expect(() => decodeKeyring(encodeKeyring(change(keyring)))).toThrow(
      expect.objectContaining({ code: "keyring/malformed" }),
    );
  });
});

const allKeys = (held: GroupKeyring): readonly string[] =>
  held.groups.flatMap((id) => [0, 1].map((epoch) => toHex(held.key(id, epoch) ?? new Uint8Array())));

describe("an excerpt", () => {
  it("opens for its reader as the whole does, and holds nobody else's stanza", async () => {
    const excerpt = decodeKeyring(encodeKeyring(excerptKeyring(keyring, { name: world.repairer.name })));
    expect(allKeys(await open(world.repairer, excerpt))).toEqual(
      allKeys(await open(world.repairer, keyring)),
    );
    expect(excerpt.sections.flatMap(({ stanzas }) => stanzas)).toHaveLength(1);
    await expect(open(world.authority, excerpt)).rejects.toMatchObject({ code: "keyring/not-a-recipient" });
  });

  it("of a party goes by its public key", async () => {
    const excerpt = excerptKeyring(keyring, { publicKey: world.resolver.publicKey });
    expect(names(await open(world.resolver, excerpt))).toContain("eu/reports");
  });
});
