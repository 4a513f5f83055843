import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLeaf } from "../../codec/event.js";
import { decodePayload, encodePayload } from "../../codec/event-payload.js";
import { sealPayloadSection } from "../../crypto/event-seal.js";
import type { SaltedElement } from "../../domain/document.js";
import type { Element } from "../../domain/element.js";
import { EVENT_TYPES, MAX_PAYLOAD_BYTES } from "../../domain/event.js";
import { eventInputOf } from "../../domain/event-input.js";
import type { PayloadRecord } from "../../domain/event-payload.js";
import { EVENT_SCHEMA, type EventField, fieldOfEvent } from "../../domain/event-schema.js";
import { elementLeaf } from "../../merkle/document.js";
import { payloadHash, verifyFieldDisclosure } from "../../merkle/event-payload.js";
import { hexOf } from "../../testing/arbitraries.js";
import {
  anyEvent,
  COUNTER,
  eventOf,
  fullEvent,
  PLACE,
  payloadIn,
  payloadWorld,
  SOURCE,
  sampleElement,
} from "../../testing/payload-world.js";
import { CONFIG } from "../../testing/sealed-world.js";
import { makePayload, openPayload, publicPayload } from "./payload.js";

const world = payloadWorld("payload");
const { source, intermediary, manufacturer, lab, authority, supervisor, stranger } = world;

const groupsSeen = (elements: readonly SaltedElement[]) =>
  [...new Set(elements.map(({ element }) => fieldOfEvent("harvest", element.id)?.group))].sort();

describe("a payload", () => {
  it.each(EVENT_TYPES)("of a %s is opened by its source as it was stated", async (type) => {
    for (const elements of [eventOf(type), fullEvent(type)]) {
      const { record, leaf } = await payloadIn(world, type, elements.toReversed());
      const opened = await openPayload(record, leaf, CONFIG, [source]);
      expect(opened.elements.map(({ element }) => element)).toEqual(
        elements.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      );
      expect(opened).toMatchObject({ hidden: 0, faults: [] });
    }
  });

  it("shows each reader the groups of his role", async () => {
    const { record, leaf } = await payloadIn(world, "harvest", fullEvent("harvest"));
    for (const [key, groups] of [
      [source, ["origin", "person", "public", "trade"]],
      [authority, ["origin", "person", "public", "trade"]],
      [supervisor, ["origin", "person", "public"]],
      [manufacturer, ["origin", "public", "trade"]],
      [intermediary, ["origin", "public", "trade"]],
      [lab, ["public", "trade"]],
      [stranger, ["public"]],
    ] as const) {
      const opened = await openPayload(record, leaf, CONFIG, [key]);
      expect(groupsSeen(opened.elements)).toEqual(groups);
      expect(opened.hidden + opened.elements.length).toBe(fullEvent("harvest").length);
      expect(opened.faults).toEqual([]);
    }
  });

  it("shows everybody what is public, with proofs", async () => {
    const { record, leaf } = await payloadIn(world, "harvest", fullEvent("harvest"));
    const shown = publicPayload(record, leaf, CONFIG).map((it) => verifyFieldDisclosure(leaf, it).id);
    expect(shown).toEqual(EVENT_SCHEMA.harvest.filter(({ group }) => group === "public").map(({ id }) => id));
  });

  it("has another hash each time, though it says the same", async () => {
    const one = await payloadIn(world, "grade", eventOf("grade"));
    const other = await payloadIn(world, "grade", eventOf("grade"));
    expect(one.hash).not.toBe(other.hash);
  });

  it.each<[string, readonly Element[], string]>([
    ["an element of another type", eventOf("harvest", { "event.price.amount": "3" }), "event/unknown-field"],
    ["an element twice", [...eventOf("harvest"), ...eventOf("harvest")], "event/duplicate-field"],
    ["a needed one missing", eventOf("harvest", { "event.supplier.card": null }), "event/missing-field"],
    ["a fine place", eventOf("harvest", { "event.place.cell": "cell:+09.34-000.81" }), "event/precise-place"],
    ["a name for a card", eventOf("harvest", { "event.supplier.card": "Amina Diallo" }), "event/wrong-type"],
    ["more than 64", Array.from({ length: 65 }, () => eventOf("grade")).flat(), "event/too-many-elements"],
  ])("is not made with %s", async (_, elements, code) => {
    const made = makePayload("harvest", elements, PLACE, world.readers, world.random);
    await expect(made).rejects.toMatchObject({ code });
  });

  it("is not made when nobody could read a group of it", async () => {
    const readers = { ...world.readers, person: [] };
    const made = makePayload("harvest", eventOf("harvest"), PLACE, readers, world.random);
    await expect(made).rejects.toMatchObject({ code: "payload/no-readers" });
  });

  it("is not made when its readers do not fit into 64 KiB", async () => {
    const many = Array.from({ length: 256 }, () => world.random.bytes(32));
    const readers = { origin: many, person: many, trade: many };
    const made = makePayload("harvest", fullEvent("harvest"), PLACE, readers, world.random);
    await expect(made).rejects.toMatchObject({
      code: "event/too-large",
      details: { max: MAX_PAYLOAD_BYTES },
    });
  });

  it("of another event is refused", async () => {
    const { record, leaf } = await payloadIn(world, "harvest", eventOf("harvest"));
    const other = await payloadIn(world, "harvest", eventOf("harvest"));
    await expect(openPayload(record, other.leaf, CONFIG, [])).rejects.toMatchObject({
      code: "event/payload",
    });
    await expect(openPayload(record, { ...leaf, counter: COUNTER + 1 }, CONFIG, [])).rejects.toMatchObject({
      code: "event/payload",
    });
    await expect(openPayload(record, leaf, "11".repeat(28), [])).rejects.toMatchObject({
      code: "payload/wrong-deployment",
    });
  });
});

describe("a writer who cheats", () => {
  const salted = fullEvent("harvest").map((element, index) => ({ index, element, salt: new Uint8Array(32) }));
  const leaves = salted.map(({ element, salt }) => elementLeaf(element, salt));
  const leaf = { source: SOURCE, counter: COUNTER, type: "harvest" as const, payload: payloadHash(leaves) };
  const inGroup = (group: string) =>
    salted.filter(({ element }) => fieldOfEvent("harvest", element.id)?.group === group);
  /** A record whose sections hold what `change` makes of them, under leaves that stay. */
  async function forged(
    change: (group: string, elements: readonly SaltedElement[]) => readonly SaltedElement[],
  ) {
    const sections = [];
    for (const group of ["origin", "person", "trade"] as const)
      sections.push(
        await sealPayloadSection(
          group,
          change(group, inGroup(group)),
          world.readers[group],
          { ...PLACE, type: "harvest" },
          world.random,
        ),
      );
    const record: PayloadRecord = {
      ...PLACE,
      type: "harvest",
      elements: inGroup("public"),
      leaves,
      sections,
    };
    return encodePayload(record);
  }
  const open = async (bytes: Uint8Array) => openPayload(bytes, leaf, CONFIG, [authority]);

  it("is believed when he does not", async () => {
    const opened = await open(await forged((_, elements) => elements));
    expect(opened).toMatchObject({ hidden: 0, faults: [] });
    expect(opened.sections.every(({ mark }) => mark === null)).toBe(true);
  });

  it("cannot seal another value than the event commits to", async () => {
    const bytes = await forged((group, elements) =>
      group !== "trade"
        ? elements
        : elements.map((it) =>
            it.element.id === "event.quantity.mass"
              ? { ...it, element: { ...it.element, value: "450" } }
              : it,
          ),
    );
    const { sections, elements } = await open(bytes);
    expect(sections.map(({ mark }) => mark?.code ?? null)).toEqual([null, null, "payload/leaf-mismatch"]);
    expect(groupsSeen(elements)).toEqual(["origin", "person", "public"]);
  });

  it("cannot commit to an element that no section holds, unseen by who opens them all", async () => {
    const bytes = await forged((group, elements) => (group === "origin" ? elements.slice(1) : elements));
    const opened = await open(bytes);
    expect(opened.hidden).toBe(1);
    expect(opened.faults.map(({ code }) => code)).toEqual(["payload/unclaimed-leaf"]);
    const { faults } = await openPayload(bytes, leaf, CONFIG, [supervisor]);
    expect(faults).toEqual([]);
  });

  it("cannot put elements in another order than that of their ids, group by group", async () => {
    const place = { ...PLACE, type: "incident" as const };
    const [kind, commodity, seal] = [
      "event.incident.kind",
      "event.product.commodity",
      "event.container.seal",
    ].map((id, index) => ({
      index,
      element: sampleElement(fieldOfEvent("incident", id) as EventField),
      salt: new Uint8Array(32),
    })) as [SaltedElement, SaltedElement, SaltedElement];
    const list = [kind, commodity, seal].map(({ element, salt }) => elementLeaf(element, salt));
    const section = await sealPayloadSection("trade", [seal], [authority.publicKey], place, world.random);
    const bytes = encodePayload({ ...place, elements: [kind, commodity], leaves: list, sections: [section] });
    const opened = await openPayload(bytes, { ...place, payload: payloadHash(list) }, CONFIG, [authority]);
    expect(opened.faults.map(({ code }) => code)).toEqual(["payload/leaf-collision"]);
  });
});

describe("what is personal", () => {
  const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  /** As it is written, and as the bytes that a hash or a card's id stands for. */
  const formsOf = (text: string) =>
    /^[0-9a-f]{32,}$/.test(text) ? [text, textOf(Buffer.from(text, "hex"))] : [text];

  it("is neither in a leaf nor, outside of sealed sections, in a record", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, hexOf(16), async ({ type, elements }, device) => {
        const { record, leaf } = await payloadIn(world, type, elements);
        const leafText = textOf(
          encodeLeaf({
            ...leaf,
            device: `${device.slice(0, 12)}8${device.slice(13, 16)}8${device.slice(17)}`,
            subject: "",
            role: "SUPERVISOR",
            tier: "INDIVIDUAL_SIGNED",
            previous: "",
            captured: 1_800_000_000_000,
            clock: "gnss",
            uptime: 1,
            boot: 1,
          }),
        );
        const recordText = textOf(record);
        for (const { id, value } of elements) {
          // What is shorter occurs anywhere by chance.
          const texts = [value]
            .flat()
            .map(String)
            .filter((text) => text.length >= 5);
          const shown = fieldOfEvent(type, id)?.group === "public";
          for (const form of texts.flatMap(formsOf)) {
            expect(leafText).not.toContain(form);
            if (!shown) expect(recordText).not.toContain(form);
          }
        }
        for (const { group, id } of EVENT_SCHEMA[type])
          if (group !== "public") expect(recordText).not.toContain(id);
      }),
      { numRuns: 40 },
    );
  });

  it("is not in a record's sections without the readers' keys, and never finer than a cell even with them", async () => {
    const file = JSON.stringify({
      type: "harvest",
      elements: eventOf("harvest").map(({ id, value }) => ({ id, value })),
      place: { latitude: 9.37391, longitude: -0.87391 },
    });
    const { type, elements } = eventInputOf(file);
    const { record, leaf, hash } = await payloadIn(world, type, elements);
    const opened = await openPayload(record, leaf, CONFIG, [authority]);
    const everything = JSON.stringify(opened.elements.map(({ element }) => element)) + textOf(record) + hash;
    expect(everything).toContain("cell:+09.3-000.9");
    expect(everything).not.toContain("7391");
    // The hash is over the cell alone: it is the root of what was opened.
    expect(payloadHash(opened.elements.map(({ element, salt }) => elementLeaf(element, salt)))).toBe(hash);
    expect(textOf(record)).not.toContain("cell:");
  });

  it("leaves the size of a section in steps of 512 bytes", async () => {
    const sizes = new Set<number>();
    for (const type of ["harvest", "purchase"] as const)
      for (const elements of [eventOf(type), fullEvent(type)]) {
        const { record } = await payloadIn(world, type, elements);
        for (const { sealed } of decodePayload(record).sections) sizes.add((sealed.length - 24 - 16) % 512);
      }
    expect([...sizes]).toEqual([0]);
  });
});
