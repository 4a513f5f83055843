import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type ActionPlace, type ActionRecord, type ActionSection, MAX_READERS } from "../domain/action.js";
import {
  type ActionWorld,
  AT,
  actionWorld,
  ownerOf,
  PLACE,
  placeOf,
  repairInput,
  text,
} from "../testing/action-world.js";
import { flipped } from "../testing/arbitraries.js";
import { sealAction } from "../usecases/actions/seal.js";
import { commitmentOf, contentAad, keyIdOf, wrapContext } from "./action-context.js";
import { openSection, sealSection } from "./action-seal.js";
import { sealBox } from "./aead.js";
import { hpkeSealer } from "./hpke.js";
import { ownerKey } from "./owner-key.js";
import { generateKeyPair, type ReadingKeyPair } from "./x25519.js";

let world: ActionWorld;
let record: ActionRecord;
let group: ActionSection;
let owners: ActionSection;
beforeAll(async () => {
  world = actionWorld("seal");
  ({ record } = await sealAction(repairInput(world), world.random));
  [group, owners] = record.sealed as [ActionSection, ActionSection];
});

const idsFor = async (section: ActionSection, key: ReadingKeyPair, place: ActionPlace = record) =>
  (await openSection(section, place, [key]))?.map(({ id }) => id) ?? null;

describe("a sealed action", () => {
  const service = ["repair.fault", "workshop.order"];
  it.each<[string, () => ReadingKeyPair, string[] | null, string[] | null]>([
    ["the actor", () => world.repairer, service, null],
    ["the issuer", () => world.manufacturer, service, null],
    [
      "the owner, with his key for this passport",
      () => ownerOf(world.owners[0]),
      service,
      ["invoice.number"],
    ],
    ["the owner's reading key alone", () => world.owners[0], null, null],
    ["the next owner", () => ownerOf(world.owners[1]), null, null],
    ["an actor who was named in no section", () => world.authority, null, null],
    ["a stranger", () => world.stranger, null, null],
  ])("opens for %s in exactly the sections sealed to it", async (_, key, inGroup, inOwners) => {
    expect([await idsFor(group, key()), await idsFor(owners, key())]).toEqual([inGroup, inOwners]);
  });

  it("shows nothing of what is sealed", async () => {
    const { bytes } = await sealAction(repairInput(world), world.random);
    const shown = Buffer.from(bytes).toString("latin1");
    expect(shown).toContain("Contactor replaced");
    for (const hidden of ["Welded contact", "W-4711", "R-2026-17", "workshop.order"])
      expect(shown).not.toContain(hidden);
  });

  it("names a reader's key differently in every place", () => {
    const { publicKey } = world.repairer;
    const names = [
      record,
      { ...record, passport: "11".repeat(28) },
      { ...record, previous: "22".repeat(32) },
    ].map((place) => keyIdOf(place, publicKey));
    expect(new Set(names).size).toBe(3);
  });

  it.each<[string, Partial<ActionPlace>]>([
    ["another passport", { passport: "11".repeat(28) }],
    ["another deployment", { config: "11".repeat(28) }],
    ["another place in the chain", { previous: "11".repeat(32) }],
    ["another type", { type: "service" }],
    ["another time", { at: AT + 1 }],
    ["the owner's name", { actor: null }],
  ])("does not open when its section is moved to %s", async (_, moved) => {
    const place = { ...placeOf(record), ...moved };
    // Under the key id that the other place asks for, so that the seal itself is what refuses.
    const section = {
      ...group,
      wraps: group.wraps.map((wrap) => ({ ...wrap, keyId: keyIdOf(place, world.repairer.publicKey) })),
    };
    const own = group.wraps.find(({ keyId }) => keyId === keyIdOf(record, world.repairer.publicKey));
    const moving = { ...section, wraps: section.wraps.filter(({ wrapped }) => wrapped === own?.wrapped) };
    await expect(openSection(moving, place, [world.repairer])).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
  });

  it("does not open under another group's or policy's label", async () => {
    for (const label of [{ group: "near" }, { policy: "11".repeat(32) }]) {
      const relabelled = { ...group, ...label } as ActionSection;
      await expect(openSection(relabelled, record, [world.repairer])).rejects.toMatchObject({
        code: "keyring/cannot-open",
      });
    }
  });

  it("does not open after any flipped bit of its ciphertext or of the reader's wrap", async () => {
    const wrap = group.wraps.findIndex(({ keyId }) => keyId === keyIdOf(record, world.repairer.publicKey));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.boolean(), async (at, mask, ofWrap) => {
        const damaged: ActionSection = ofWrap
          ? {
              ...group,
              wraps: group.wraps.map((it, index) =>
                index === wrap ? { ...it, wrapped: flipped(it.wrapped, at, mask) } : it,
              ),
            }
          : { ...group, sealed: flipped(group.sealed, at, mask) };
        // X25519 ignores the topmost bit of the encapsulated key; HPKE binds the bytes all the same.
        await expect(openSection(damaged, record, [world.repairer])).rejects.toMatchObject({
          code: ofWrap ? "keyring/cannot-open" : "sealed/tampered",
        });
      }),
      { numRuns: 30 },
    );
  });

  it("is refused by a reader who was given another content key than the others", async () => {
    const { repairer, manufacturer, random } = world;
    const place = placeOf(record);
    const label = { kind: "group" as const, group: "service", policy: "ee".repeat(32) };
    const [one, other] = [random.bytes(32), random.bytes(32)];
    const commitment = commitmentOf(one);
    const seal = hpkeSealer(random);
    const wrap = async (reader: ReadingKeyPair, key: Uint8Array) => ({
      keyId: keyIdOf(place, reader.publicKey),
      wrapped: await seal(reader.publicKey, key, wrapContext(place, label, commitment)),
    });
    const forged: ActionSection = {
      ...label,
      commitment,
      wraps: [await wrap(repairer, one), await wrap(manufacturer, other)],
      sealed: sealBox(one, new Uint8Array(512), contentAad(place, label), random),
    };
    await expect(openSection(forged, place, [manufacturer])).rejects.toMatchObject({
      code: "action/commitment",
    });
  });

  it("gives a reader who is named twice one wrap, and refuses too many and none", async () => {
    const { repairer, random } = world;
    const place = placeOf(record);
    const label = { kind: "group" as const, group: "service", policy: "ee".repeat(32) };
    const seal = (readers: readonly Uint8Array[]) =>
      sealSection(label, [text("a", "b")], readers, place, random);
    expect((await seal([repairer.publicKey, repairer.publicKey])).wraps).toHaveLength(1);
    await expect(seal([])).rejects.toMatchObject({ code: "action/no-readers" });
    const many = Array.from({ length: MAX_READERS + 1 }, () => random.bytes(32));
    await expect(seal(many)).rejects.toMatchObject({ code: "action/too-many-readers" });
    await expect(seal([new Uint8Array(32)])).rejects.toMatchObject({ code: "keyring/bad-public-key" });
  });
});

describe("an owner key", () => {
  it("is the same for one reading key and passport, and another for anything else", () => {
    const [first, second] = world.owners;
    const of = (key: ReadingKeyPair, name = PLACE) =>
      Buffer.from(ownerKey(key.secretKey, name).secretKey).toString("hex");
    const all = [
      of(first),
      of(second),
      of(first, { ...PLACE, passport: "11".repeat(28) }),
      of(first, { ...PLACE, config: "11".repeat(28) }),
    ];
    expect(of(first)).toBe(all[0]);
    expect(new Set(all).size).toBe(4);
    expect(all).not.toContain(Buffer.from(first.secretKey).toString("hex"));
  });

  it("is not made of a secret of another length", () => {
    expect(() => ownerKey(new Uint8Array(31), PLACE)).toThrow(
      expect.objectContaining({ code: "keyring/bad-secret-key" }),
    );
    expect(generateKeyPair(world.random).secretKey).toHaveLength(32);
  });
});
