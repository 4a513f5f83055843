import { describe, expect, it } from "vitest";
import { decodeKeyring, encodeKeyring } from "../codec/keyring.js";
import { policyHash } from "../codec/policy.js";
import { toHex } from "../domain/bytes.js";
import type { Keyring } from "../domain/keyring.js";
import { EU_BATTERY } from "../policies/eu-battery.js";
import { LADDER } from "../policies/ladder.js";
import { actor, asIssuer, asRecipient, type SealedWorld, sealedWorld } from "../testing/sealed-world.js";
import { seededRandom } from "../testing/seeded-random.js";
import { openKeyring } from "./keyring.js";
import type { Recipient } from "./keyring-recipients.js";
import { type Refresh, type RefreshInput, refreshKeyring } from "./keyring-refresh.js";
import { generateKeyPair } from "./x25519.js";

const USE = { policy: policyHash(EU_BATTERY), group: "use" };

const makeWorld = (): Promise<SealedWorld> => sealedWorld("refresh", [EU_BATTERY]);

const refresh = (world: SealedWorld, changes: Partial<RefreshInput> = {}): Promise<Refresh> =>
  refreshKeyring({
    keyring: world.keyring,
    secretKey: world.manufacturer.secretKey,
    issuer: asIssuer(world.manufacturer),
    policies: [EU_BATTERY],
    recipients: world.recipients,
    random: world.random,
    ...changes,
  });

const without = (world: SealedWorld, name: string): readonly Recipient[] =>
  world.recipients.filter((it) => it.kind !== "role" || it.name !== name);

const stanzaCount = ({ sections }: Keyring): number => sections.flatMap(({ stanzas }) => stanzas).length;

describe("refreshing a keyring", () => {
  it("changes nothing when nobody came or went", async () => {
    const world = await makeWorld();
    const { keyring, change } = await refresh(world);
    expect(change).toBe("none");
    expect(keyring).toBe(world.keyring);
  });

  it("adds a new reader in the same epoch and leaves the others' stanzas as they are", async () => {
    const world = await makeWorld();
    const newcomer = actor("REPAIRER", seededRandom("newcomer"));
    const { keyring, change, added } = await refresh(world, {
      recipients: [...world.recipients, asRecipient(newcomer)],
    });
    expect([change, keyring.epoch, added]).toEqual([
      "extended",
      0,
      [`role:REPAIRER:${newcomer.name.slice(-24)}`],
    ]);
    const old = new Set(
      world.keyring.sections.flatMap(({ stanzas }) => stanzas.map(({ sealed }) => toHex(sealed))),
    );
    const kept = keyring.sections
      .flatMap(({ stanzas }) => stanzas)
      .filter(({ sealed }) => old.has(toHex(sealed)));
    expect(kept).toHaveLength(old.size);
    const held = await openKeyring(keyring, newcomer);
    expect(held.key(USE, 0)).toEqual((await openKeyring(world.keyring, world.repairer)).key(USE, 0));
  });

  it("opens a new epoch when a reader is gone: it keeps the old keys and gets none of the new", async () => {
    const world = await makeWorld();
    const { keyring, change, removed } = await refresh(world, {
      recipients: without(world, world.repairer.name),
    });
    expect([change, keyring.epoch]).toEqual(["epoch", 1]);
    expect(removed).toEqual([`role:REPAIRER:${world.repairer.name.slice(-24)}`]);
    await expect(openKeyring(keyring, world.repairer)).rejects.toMatchObject({
      code: "keyring/not-a-recipient",
    });
    const recycler = await openKeyring(keyring, world.recycler);
    const gone = await openKeyring(world.keyring, world.repairer);
    expect(recycler.key(USE, 0)).toEqual(gone.key(USE, 0));
    expect(recycler.key(USE, 1)).not.toEqual(gone.key(USE, 0));
    expect(gone.key(USE, 1)).toBeNull();
  });

  it("gives who joins later every epoch, through one stanza", async () => {
    let world = await makeWorld();
    for (let epoch = 1; epoch <= 4; epoch++) {
      const temporary = asRecipient(actor("REPAIRER", world.random));
      const joined = await refresh(world, { recipients: [...world.recipients, temporary] });
      world = { ...world, keyring: joined.keyring };
      world = { ...world, keyring: (await refresh(world)).keyring };
    }
    const newcomer = actor("RECYCLER", world.random);
    const { keyring } = await refresh(world, { recipients: [...world.recipients, asRecipient(newcomer)] });
    const reread = decodeKeyring(encodeKeyring(keyring));
    const held = await openKeyring(reread, newcomer);
    const issuer = await openKeyring(reread, world.manufacturer);
    expect(reread.epoch).toBe(4);
    for (let epoch = 0; epoch <= 4; epoch++) expect(held.key(USE, epoch)).toEqual(issuer.key(USE, epoch));
    expect(new Set([0, 1, 2, 3, 4].map((epoch) => String(held.key(USE, epoch)))).size).toBe(5);
  });

  it.each<[string, (world: SealedWorld) => Partial<RefreshInput>]>([
    [
      "a reader changed its keys",
      (world) => ({
        recipients: world.recipients.map((it) =>
          it.kind === "role" && it.role === "RECYCLER"
            ? { ...it, keyEpoch: 1, publicKey: generateKeyPair(world.random).publicKey }
            : it,
        ),
      }),
    ],
    [
      "the resolver has another key",
      (world) => ({
        recipients: world.recipients.map((it) =>
          it.kind === "resolver" ? { ...it, publicKey: generateKeyPair(world.random).publicKey } : it,
        ),
      }),
    ],
  ])("opens a new epoch when %s", async (_, changes) => {
    const world = await makeWorld();
    expect((await refresh(world, changes(world))).change).toBe("epoch");
  });

  it("cannot be stopped by a reader who rotates to a key of small order: he is cut off, and named", async () => {
    const world = await makeWorld();
    const recipients = world.recipients.map((it) =>
      it.kind === "role" && it.role === "RECYCLER"
        ? { ...it, keyEpoch: 1, publicKey: new Uint8Array(32) }
        : it,
    );
    const { keyring, change, unusable } = await refresh(world, { recipients });
    expect([change, unusable]).toEqual([
      "epoch",
      recipients.filter((it) => it.publicKey.every((byte) => byte === 0)),
    ]);
    expect((await openKeyring(keyring, world.repairer)).key(USE, 1)).not.toBeNull();
    expect((await refresh(world, { keyring, recipients })).change).toBe("none");
  });

  it("opens a new epoch when a party is named for less, none when for more", async () => {
    const world = await makeWorld();
    const { publicKey } = generateKeyPair(world.random);
    const party = (...groups: string[]): Recipient => ({
      kind: "party",
      publicKey,
      groups: groups.map((group) => ({ ...USE, group })),
    });
    const one = await refresh(world, { recipients: [...world.recipients, party("use")] });
    const more = await refresh(world, {
      keyring: one.keyring,
      recipients: [...world.recipients, party("use", "reports")],
    });
    const less = await refresh(world, {
      keyring: more.keyring,
      recipients: [...world.recipients, party("reports")],
    });
    expect([one.change, more.change, less.change]).toEqual(["extended", "extended", "epoch"]);
    expect(stanzaCount(more.keyring)).toBe(stanzaCount(one.keyring));
  });

  it("lets the issuer rotate its own key: the old one opens, the new one continues", async () => {
    const world = await makeWorld();
    const renewed = { ...world.manufacturer, ...generateKeyPair(world.random) };
    const { keyring, change } = await refresh(world, { issuer: asIssuer(renewed, 1) });
    expect(change).toBe("epoch");
    await expect(openKeyring(keyring, world.manufacturer)).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
    expect((await openKeyring(keyring, renewed)).key(USE, 0)).not.toBeNull();
  });

  it("takes in a further policy, in the same epoch, with keys of its own", async () => {
    const world = await makeWorld();
    const { keyring, change } = await refresh(world, { policies: [EU_BATTERY, LADDER] });
    expect([change, keyring.groups.length]).toEqual(["extended", 6]);
    const authority = await openKeyring(keyring, world.authority);
    expect(authority.key({ policy: policyHash(LADDER), group: "authority" }, 0)).not.toBeNull();
  });

  it("gives a group that came with a later epoch no older keys", async () => {
    const world = await makeWorld();
    const { keyring } = await refresh(world, {
      policies: [LADDER],
      recipients: without(world, world.repairer.name),
    });
    const reread = decodeKeyring(encodeKeyring(keyring));
    const id = { policy: policyHash(LADDER), group: "authority" };
    const held = await openKeyring(reread, world.authority);
    expect([held.key(id, 0), held.key(id, 1) === null]).toEqual([null, false]);
  });

  it("needs the issuer's key and the issuer's keyring", async () => {
    const world = await makeWorld();
    const recipients = without(world, world.repairer.name);
    await expect(refresh(world, { recipients, secretKey: world.recycler.secretKey })).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
    await expect(
      refresh(world, { issuer: asIssuer(actor("MANUFACTURER", world.random)) }),
    ).rejects.toMatchObject({
      code: "keyring/wrong-issuer",
    });
  });
});
