import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodePayload, encodePayloadSection } from "../codec/event-payload.js";
import { MAX_READERS } from "../domain/action.js";
import type { PayloadPlace, PayloadRecord, PayloadSection } from "../domain/event-payload.js";
import { flipped } from "../testing/arbitraries.js";
import { eventOf, type PayloadWorld, payloadIn, payloadWorld } from "../testing/payload-world.js";
import { sealBox } from "./aead.js";
import { bindingOf } from "./event-context.js";
import { openPayloadSection, sealPayloadSection } from "./event-seal.js";
import { hpkeSealer } from "./hpke.js";
import { sealFor } from "./sealed-section.js";
import type { ReadingKeyPair } from "./x25519.js";

let world: PayloadWorld;
let record: PayloadRecord;
let person: PayloadSection;
beforeAll(async () => {
  world = payloadWorld("event-seal");
  record = decodePayload((await payloadIn(world, "harvest", eventOf("harvest"))).record);
  person = record.sections.find(({ group }) => group === "person") as PayloadSection;
});

const keyIdOf = (place: PayloadPlace, { publicKey }: ReadingKeyPair) =>
  bindingOf(place, "person").keyIdOf(publicKey);

describe("a sealed section of a payload", () => {
  it("opens for whom it is sealed to, and for no other", async () => {
    const { source, supervisor, authority, manufacturer, intermediary, lab, stranger } = world;
    const opens = async (key: ReadingKeyPair) =>
      (await openPayloadSection(person, record, [key]))?.map(({ element }) => element.id) ?? null;
    for (const key of [source, supervisor, authority])
      expect(await opens(key)).toEqual(["event.supplier.card", "event.supplier.confirmation"]);
    for (const key of [manufacturer, intermediary, lab, stranger]) expect(await opens(key)).toBeNull();
  });

  it("names a reader's key differently in every event, deployment and source", () => {
    const others = [{}, { counter: 42 }, { config: "11".repeat(28) }, { source: "11".repeat(26) }];
    const names = others.map((other) => keyIdOf({ ...record, ...other }, world.authority));
    expect(new Set(names).size).toBe(others.length);
  });

  it.each<[string, Partial<PayloadPlace>]>([
    ["another event", { counter: 42 }],
    ["another source", { source: "11".repeat(26) }],
    ["another deployment", { config: "11".repeat(28) }],
    ["another type", { type: "purchase" }],
  ])("does not open when it is moved to %s", async (_, moved) => {
    const place = { ...record, ...moved };
    const own = person.wraps.find(({ keyId }) => keyId === keyIdOf(record, world.authority));
    // Under the key id that the other place asks for, so that the seal itself is what refuses.
    const wraps = [{ keyId: keyIdOf(place, world.authority), wrapped: own?.wrapped ?? new Uint8Array(80) }];
    await expect(openPayloadSection({ ...person, wraps }, place, [world.authority])).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
  });

  it("does not open under another group's name", async () => {
    const relabelled = { ...person, group: "trade" as const };
    await expect(openPayloadSection(relabelled, record, [world.authority])).rejects.toMatchObject({
      code: "keyring/cannot-open",
    });
  });

  it("does not open after any flipped bit of its ciphertext or of the reader's wrap", async () => {
    const own = keyIdOf(record, world.authority);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.boolean(), async (at, mask, ofWrap) => {
        const wraps = person.wraps.map((it) =>
          it.keyId === own ? { ...it, wrapped: flipped(it.wrapped, at, mask) } : it,
        );
        const damaged = ofWrap
          ? { ...person, wraps }
          : { ...person, sealed: flipped(person.sealed, at, mask) };
        await expect(openPayloadSection(damaged, record, [world.authority])).rejects.toMatchObject({
          code: ofWrap ? "keyring/cannot-open" : "sealed/tampered",
        });
      }),
      { numRuns: 30 },
    );
  });

  it("is refused by a reader who was given another content key than the others", async () => {
    const { random, authority, supervisor } = world;
    const binding = bindingOf(record, "person");
    const [one, other] = [random.bytes(32), random.bytes(32)];
    const commitment = binding.commitmentOf(one);
    const seal = hpkeSealer(random);
    const wrap = async (reader: ReadingKeyPair, key: Uint8Array) => ({
      keyId: keyIdOf(record, reader),
      wrapped: await seal(reader.publicKey, key, binding.wrapContext(commitment)),
    });
    const forged: PayloadSection = {
      group: "person",
      commitment,
      wraps: [await wrap(supervisor, one), await wrap(authority, other)],
      sealed: sealBox(one, new Uint8Array(512), binding.contentAad, random),
    };
    await expect(openPayloadSection(forged, record, [authority])).rejects.toMatchObject({
      code: "payload/commitment",
    });
  });

  it("is refused when its writer sealed what does not belong in it", async () => {
    const { random, authority } = world;
    const sealed = async (plaintext: Uint8Array): Promise<PayloadSection> => ({
      group: "person",
      ...(await sealFor(plaintext, [authority.publicKey], bindingOf(record, "person"), random)),
    });
    const salt = new Uint8Array(32);
    const at = (index: number, id: string, value: string) => ({
      index,
      element: { id, type: "string" as const, value, unit: null },
      salt,
    });
    const card = at(3, "event.supplier.card", "c4".repeat(16));
    const confirmation = at(4, "event.supplier.confirmation", "sms");
    for (const [plaintext, code] of [
      [encodePayloadSection([]), "event/missing-field"],
      [encodePayloadSection([card]), "event/missing-field"],
      [encodePayloadSection([confirmation, card]), "payload/malformed"],
      [
        encodePayloadSection([at(3, "event.supplier.card", "Amina Diallo"), confirmation]),
        "event/wrong-type",
      ],
      [
        encodePayloadSection([at(0, "event.place.cell", "cell:+09.3-000.8"), card, confirmation]),
        "event/wrong-group",
      ],
      [
        encodePayloadSection([at(0, "event.place.cell", "cell:+09.34-000.81"), card, confirmation]),
        "event/precise-place",
      ],
      [Uint8Array.of(0xff), "cbor/malformed"],
    ] as const)
      await expect(openPayloadSection(await sealed(plaintext), record, [authority])).rejects.toMatchObject({
        code,
      });
  });

  it("gives a reader who is named twice one wrap, and refuses too many, none, and keys that everybody has", async () => {
    const { random, authority } = world;
    const seal = (readers: readonly Uint8Array[]) =>
      sealPayloadSection("person", [], readers, record, random);
    expect((await seal([authority.publicKey, authority.publicKey])).wraps).toHaveLength(1);
    await expect(seal([])).rejects.toMatchObject({ code: "payload/no-readers" });
    const many = Array.from({ length: MAX_READERS + 1 }, () => random.bytes(32));
    await expect(seal(many)).rejects.toMatchObject({ code: "payload/too-many-readers" });
    await expect(seal([new Uint8Array(32)])).rejects.toMatchObject({ code: "keyring/bad-public-key" });
  });
});
