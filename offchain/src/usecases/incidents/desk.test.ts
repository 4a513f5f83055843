import { describe, expect, it } from "vitest";
import { incidentsInMemory } from "../../adapters/incidents-memory.js";
import { decodeIncidentEntry, encodeIncidentEntry } from "../../codec/incident.js";
import { generateKeyPair } from "../../crypto/x25519.js";
import type { IncidentReport } from "../../domain/incident.js";
import { type IncidentEntry, MAX_OPEN } from "../../domain/incident-events.js";
import type { IncidentStore } from "../../ports/incident-store.js";
import { testClock } from "../../testing/actors.js";
import { entriesOf } from "../../testing/incident-store-contract.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { openContact } from "./contact.js";
import { IncidentDesk, verifyIncidents } from "./desk.js";

const config = "aa".repeat(28);
const random = seededRandom("incidents");
const keys = generateKeyPair(random);
const clock = testClock();

const deskOn = (store: IncidentStore, key: Uint8Array | null = keys.publicKey): IncidentDesk =>
  new IncidentDesk({ store, contactKey: async () => key, config, clock, random });

const report = (more: Partial<IncidentReport> = {}): IncidentReport => ({
  subject: { passport: "ab".repeat(28) },
  category: "unsafe-product",
  text: "It became hot in the bag.",
  contact: null,
  evidence: [],
  ...more,
});

describe("the desk that takes reports", () => {
  it("answers a receipt and shows the words to who works on them", async () => {
    const desk = deskOn(incidentsInMemory());
    const { id, receivedAt } = await desk.report(report({ evidence: ["https://example.com/a.jpg"] }), "web");
    expect([id.length, receivedAt]).toEqual([32, clock.now()]);
    const { incident, body } = await desk.read(id);
    expect(incident).toMatchObject({ category: "unsafe-product", via: "web", closed: null });
    expect(body).toMatchObject({
      text: "It became hot in the bag.",
      evidence: ["https://example.com/a.jpg"],
    });
  });

  it("keeps a contact sealed to the consortium's key, at a length that says little", async () => {
    const store = incidentsInMemory();
    const desk = deskOn(store);
    const short = await desk.report(report({ contact: "a@example.com" }), "web");
    const long = await desk.report(report({ contact: "someone.with.a.long.name@example.com" }), "web");
    const sealed = async (id: string) => (await desk.read(id)).body?.contact ?? expect.fail("no contact");
    const bytes = Buffer.from((await store.body(short.id)) ?? []).toString();
    expect(bytes).not.toContain("example.com");
    expect((await sealed(short.id)).sealed).toHaveLength((await sealed(long.id)).sealed.length);
    const context = { config, incident: short.id };
    expect(await openContact(keys.secretKey, await sealed(short.id), context)).toBe("a@example.com");
    const other = generateKeyPair(random);
    await expect(openContact(other.secretKey, await sealed(short.id), context)).rejects.toMatchObject({
      code: "incident/other-key",
    });
    // One incident's contact cannot be passed off as another's.
    await expect(
      openContact(keys.secretKey, await sealed(short.id), { config, incident: long.id }),
    ).rejects.toMatchObject({ code: "keyring/cannot-open" });
  });

  it("refuses a contact when there is no key, and keeps nothing of that report", async () => {
    const store = incidentsInMemory();
    const desk = deskOn(store, null);
    await expect(desk.report(report({ contact: "a@example.com" }), "web")).rejects.toMatchObject({
      code: "incident/no-contact-key",
    });
    expect(await entriesOf(store)).toEqual([]);
    await desk.report(report(), "web");
    expect(await entriesOf(store)).toHaveLength(1);
  });

  it("erases the words of a closed report and nothing else, and can be asked again after a crash", async () => {
    const store = incidentsInMemory();
    const desk = deskOn(store);
    const { id } = await desk.report(report({ contact: "a@example.com" }), "web");
    await expect(desk.erase(id)).rejects.toMatchObject({ code: "incident/open" });
    await desk.close(id, "upheld", "suspended the maker");
    await desk.erase(id);
    expect(await store.body(id)).toBeNull();
    expect(await desk.read(id)).toMatchObject({ body: null, incident: { category: "unsafe-product" } });
    expect(await verifyIncidents(store, clock)).toMatchObject({ length: 3, incidents: 1 });
    // As if the process had died between entry and file.
    await store.putBody(id, new Uint8Array([1]));
    await desk.erase(id);
    expect([await store.body(id), (await entriesOf(store)).length]).toEqual([null, 3]);
  });

  it("sees at once what other processes do, and is one chain with them", async () => {
    const store = incidentsInMemory();
    const [web, command] = [deskOn(store), deskOn(store)];
    const receipts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? web : command).report(report(), "web")),
    );
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(20);
    const [first] = receipts;
    await command.close(first?.id ?? "", "unfounded");
    expect((await web.state(first?.id ?? "")).closed?.outcome).toBe("unfounded");
    await expect(web.close(first?.id ?? "", "upheld")).rejects.toMatchObject({ code: "incident/closed" });
    expect(await verifyIncidents(store, clock)).toMatchObject({ length: 21, incidents: 20 });
    expect(web.book.head).toEqual({ length: 21, head: (await verifyIncidents(store, clock)).head });
  });

  it("takes no more reports while too many wait, and again when some are closed", async () => {
    const desk = deskOn(incidentsInMemory());
    let last = "";
    for (let n = 0; n < MAX_OPEN; n++) last = (await desk.report(report(), "web")).id;
    await expect(desk.report(report(), "web")).rejects.toMatchObject({ code: "incident/full" });
    await desk.close(last, "duplicate");
    await desk.report(report(), "web");
  });
});

describe("a log that somebody changed", () => {
  /** The store with one of its entries read as another. */
  const altered = (store: IncidentStore, seq: number, change: (entry: IncidentEntry) => IncidentEntry) => ({
    ...store,
    async *entries(from?: number) {
      for await (const entry of store.entries(from))
        yield decodeIncidentEntry(encodeIncidentEntry(entry.seq === seq ? change(entry) : entry));
    },
  });
  const prepared = async () => {
    const store = incidentsInMemory();
    const desk = deskOn(store);
    const { id } = await desk.report(report(), "web");
    await desk.report(report(), "web");
    await desk.close(id, "unfounded", "no");
    return { store, id };
  };

  it("is told by the entry after the one that was changed", async () => {
    const { store } = await prepared();
    const later = altered(store, 1, (entry) => ({ ...entry, time: entry.time + 1 }));
    await expect(verifyIncidents(later, clock)).rejects.toMatchObject({
      code: "incident/broken",
      details: { seq: 2 },
    });
    expect(await verifyIncidents(store, clock)).toMatchObject({ length: 3 });
  });

  it("is told by an event that cannot have happened", async () => {
    const { store } = await prepared();
    const stranger = altered(store, 2, (entry) => ({ ...entry, incident: "77".repeat(16) }));
    await expect(verifyIncidents(stranger, clock)).rejects.toMatchObject({
      code: "incident/broken",
      details: { seq: 2 },
    });
  });

  it.each<[string, (store: IncidentStore, id: string) => Promise<void>]>([
    ["is gone", (store, id) => store.eraseBody(id)],
    [
      "was changed",
      async (store, id) => {
        const bytes = Buffer.from((await store.body(id)) ?? []).toString();
        await store.eraseBody(id);
        await store.putBody(id, Buffer.from(bytes.replace("hot", "wet")));
      },
    ],
  ])("is told by a report's file that %s", async (_, tamper) => {
    const { store, id } = await prepared();
    await tamper(store, id);
    await expect(verifyIncidents(store, clock)).rejects.toMatchObject({
      code: "incident/broken",
      details: { incident: id },
    });
    await expect(deskOn(store).read(id)).rejects.toMatchObject({ code: "incident/broken" });
    // Its state can still be told: that is in the chain.
    expect((await deskOn(store).state(id)).closed).not.toBeNull();
  });

  it("does not show that its end is missing: that is what the head is noted for", async () => {
    const { store } = await prepared();
    const cut = {
      ...store,
      async *entries(from?: number) {
        for await (const entry of store.entries(from)) if (entry.seq < 2) yield entry;
      },
    };
    const [whole, shorter] = [await verifyIncidents(store, clock), await verifyIncidents(cut, clock)];
    expect([whole.length, shorter.length]).toEqual([3, 2]);
    expect(shorter.head).not.toBe(whole.head);
  });
});
