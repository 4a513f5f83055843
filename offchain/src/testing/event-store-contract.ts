/** What every `EventStore` must do. */
import { beforeEach, describe, expect, it } from "vitest";
import type { EventStore, ListedEvent } from "../ports/event-store.js";
import { leaseContract } from "./event-store-leases.js";
import { wholeContract } from "./event-store-whole.js";
import {
  eventsFrom,
  OTHER_THREAD,
  REFUSED,
  storedEvent,
  storedId,
  storedPack,
  THREAD,
} from "./stored-events.js";

const TX = "7a".repeat(32);
const countersOf = (listed: readonly ListedEvent[]): number[] => listed.map(({ event }) => event.counter);

/** @param open an empty store, each time. */
export function eventStoreContract(name: string, open: () => Promise<EventStore>): void {
  let store: EventStore;
  beforeEach(async () => {
    store = await open();
  });

  describe(`${name} as a store of events`, () => {
    it("gives back what was added, byte for byte", async () => {
      const events = [
        storedEvent(0, { payload: null, subject: "", tier: "GATEWAY_SIGNED" }),
        storedEvent(1, { payload: new Uint8Array(), type: "incident", subject: "ab".repeat(32) }),
        storedEvent(2, { signed: Uint8Array.from({ length: 256 }, (_, at) => at) }),
        storedEvent(Number.MAX_SAFE_INTEGER, {
          id: "ffffffff-ffff-8fff-bfff-ffffffffffff",
          hash: "ff".repeat(32),
          captured: Number.MAX_SAFE_INTEGER,
          receivedAt: Number.MAX_SAFE_INTEGER,
        }),
      ];
      expect(await store.addEvents(events)).toEqual(events.map(() => "added"));
      expect(await store.events(THREAD, 0, 10)).toStrictEqual(events);
      expect(await store.event(storedId(THREAD, 1))).toStrictEqual({ event: events[1], pack: null });
      expect(await store.lastEvent(THREAD)).toStrictEqual(events[3]);
    });

    it("knows nothing at first", async () => {
      expect(await store.event(storedId(THREAD, 0))).toBeNull();
      expect(await store.event("not an id; DROP TABLE dpp_event")).toBeNull();
      expect(await store.events(THREAD, 0, 10)).toEqual([]);
      expect(await store.lastEvent(THREAD)).toBeNull();
      expect(await store.list({ limit: 10 })).toEqual([]);
      expect(await store.pack(THREAD, 0)).toBeNull();
      expect(await store.packs(THREAD, 0, 10)).toEqual([]);
      expect(await store.threads()).toEqual([]);
      expect(await store.addEvents([])).toEqual([]);
      expect(await store.lease("worker", 0, 1000, 10)).toEqual([]);
    });

    it("tells the same event from another one with its id or its counter, and keeps the first", async () => {
      const [a, b, c] = [storedEvent(0), storedEvent(1), storedEvent(2)];
      await store.addEvents([a, b]);
      const otherHash = { ...b, hash: "ee".repeat(32) };
      const otherId = { ...a, id: storedId(OTHER_THREAD, 7), hash: "ee".repeat(32) };
      const again = { ...a, payload: null, receivedAt: 1 };
      const twice = storedEvent(3);
      const twiceOther = { ...twice, hash: "dd".repeat(32) };
      expect(await store.addEvents([otherHash, c, otherId, again, twice, twiceOther, twice])).toEqual([
        "conflict",
        "added",
        "conflict",
        "same",
        "added",
        "conflict",
        "same",
      ]);
      expect(await store.events(THREAD, 0, 10)).toStrictEqual([a, b, c, twice]);
    });

    it("reads a thread from a counter on, so many at a time", async () => {
      await store.addEvents([...eventsFrom(0, 5), ...eventsFrom(0, 3, { source: OTHER_THREAD })]);
      expect((await store.events(THREAD, 2, 2)).map(({ counter }) => counter)).toEqual([2, 3]);
      expect(await store.marks(THREAD, 2, 2)).toStrictEqual(
        (await store.events(THREAD, 2, 2)).map(({ id, counter, hash, captured }) => ({
          id,
          counter,
          hash,
          captured,
        })),
      );
      expect((await store.events(OTHER_THREAD, 2, 9)).map(({ counter }) => counter)).toEqual([2]);
      expect((await store.lastEvent(OTHER_THREAD))?.counter).toBe(2);
    });

    it("takes 10,000 at once, whole or absent, and no more", async () => {
      const events = eventsFrom(0, 10_000);
      const broken = { ...storedEvent(10_000), subject: "no hex" };
      await expect(store.addEvents([...events.slice(0, 5_000), broken])).rejects.toMatchObject({
        code: "event-store/malformed",
      });
      expect(await store.events(THREAD, 0, 1)).toEqual([]);
      expect(new Set(await store.addEvents(events))).toEqual(new Set(["added"]));
      expect(await store.events(THREAD, 9_998, 10_000)).toStrictEqual(events.slice(9_998));
      await expect(store.addEvents(eventsFrom(0, 10_001))).rejects.toMatchObject({
        code: "event-store/malformed",
      });
    });

    it("takes large payloads in one call", async () => {
      const payload = Uint8Array.from({ length: 64 * 1024 }, (_, at) => at & 0xff);
      const events = eventsFrom(0, 200, { payload });
      expect(new Set(await store.addEvents(events))).toEqual(new Set(["added"]));
      expect(await store.events(THREAD, 199, 1)).toStrictEqual(events.slice(199));
    });

    it("erases payloads of before a time, and nothing else", async () => {
      const events = eventsFrom(0, 4);
      await store.addEvents([...events, storedEvent(4, { receivedAt: 1, payload: null })]);
      const before = events[2]?.receivedAt ?? 0;
      expect(await store.countPayloads(before)).toEqual({ payloads: 2, unanchored: 2 });
      await store.addPack(storedPack(0, 1, { state: { kind: "anchored", txHash: TX, seq: 0, late: false } }));
      await store.addPack(storedPack(1, 2));
      expect(await store.countPayloads(before)).toEqual({ payloads: 2, unanchored: 1 });
      expect(await store.erasePayloads(before)).toBe(2);
      expect(await store.countPayloads(before)).toEqual({ payloads: 0, unanchored: 0 });
      expect(await store.erasePayloads(before)).toBe(0);
      const [a, b, c, d] = await store.events(THREAD, 0, 4);
      expect([a, b]).toStrictEqual(events.slice(0, 2).map((event) => ({ ...event, payload: null })));
      expect([c, d]).toStrictEqual(events.slice(2));
      // What comes again does not bring an erased payload back.
      expect(await store.addEvents(events.slice(0, 1))).toEqual(["same"]);
      expect((await store.event(storedId(THREAD, 0)))?.event.payload).toBeNull();
    });
  });

  describe(`${name}, listing events`, () => {
    it("goes from the newest received back, page by page, each once, also when many came at one moment", async () => {
      const moment = { receivedAt: 1_800_000_100_007 };
      await store.addEvents([...eventsFrom(0, 5), ...eventsFrom(5, 25, moment), ...eventsFrom(25, 30)]);
      const seen: ListedEvent[] = [];
      for (let pages = 0; pages < 30; pages++) {
        const last = seen.at(-1)?.event;
        const after = last && { receivedAt: last.receivedAt, id: last.id };
        const page = await store.list({ limit: 4, ...(after && { after }) });
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(new Set(countersOf(seen)).size).toBe(30);
      const keys = seen.map(({ event }) => [event.receivedAt, event.id] as const);
      const sorted = keys.toSorted(([t, a], [u, b]) => u - t || (a < b ? 1 : -1));
      expect(keys).toEqual(sorted);
    });

    it("filters by tier, type, source and subject, alone and together", async () => {
      const lot = "1f".repeat(16);
      await store.addEvents([
        storedEvent(0, { tier: "GATEWAY_SIGNED" }),
        storedEvent(1, { type: "purchase", subject: lot }),
        storedEvent(2, { tier: "DEVICE_SIGNED", subject: lot }),
        storedEvent(3, { tier: "MULTI_PARTY_SIGNED", type: "purchase" }),
        storedEvent(4, { source: OTHER_THREAD, tier: "DEVICE_SIGNED", type: "purchase", subject: lot }),
      ]);
      const found = async (query: object): Promise<number[]> =>
        countersOf(await store.list({ limit: 10, ...query }));
      expect(await found({})).toEqual([4, 3, 2, 1, 0]);
      expect(await found({ minTier: "GATEWAY_SIGNED" })).toEqual([4, 3, 2, 1, 0]);
      expect(await found({ minTier: "INDIVIDUAL_SIGNED" })).toEqual([4, 3, 2, 1]);
      expect(await found({ minTier: "DEVICE_SIGNED" })).toEqual([4, 3, 2]);
      expect(await found({ minTier: "MULTI_PARTY_SIGNED" })).toEqual([3]);
      expect(await found({ type: "purchase" })).toEqual([4, 3, 1]);
      expect(await found({ source: OTHER_THREAD })).toEqual([4]);
      expect(await found({ subject: lot })).toEqual([4, 2, 1]);
      expect(await found({ subject: "" })).toEqual([3, 0]);
      expect(
        await found({ subject: lot, type: "purchase", minTier: "DEVICE_SIGNED", source: OTHER_THREAD }),
      ).toEqual([4]);
      expect(await found({ type: "dispatch" })).toEqual([]);
    });

    it("shows the pack that holds an event, one that is refused where there is no other, and filters by it", async () => {
      await store.addEvents([...eventsFrom(0, 8), storedEvent(0, { source: OTHER_THREAD, receivedAt: 0 })]);
      const refused = storedPack(0, 5, { state: REFUSED });
      const anchored = storedPack(1, 3, { state: { kind: "anchored", txHash: TX, seq: 0, late: true } });
      const sent = storedPack(3, 5, { state: { kind: "sent", txHash: TX } });
      const waiting = storedPack(6, 7);
      for (const pack of [refused, anchored, sent, waiting]) expect(await store.addPack(pack)).toBe("added");
      const listed = await store.list({ source: THREAD, limit: 10 });
      const packs = listed.toReversed().map(({ pack }) => pack);
      expect(packs).toStrictEqual([refused, anchored, anchored, sent, sent, null, waiting, null]);
      expect((await store.event(storedId(THREAD, 2)))?.pack).toStrictEqual(anchored);
      expect((await store.event(storedId(OTHER_THREAD, 0)))?.pack).toBeNull();
      expect(countersOf(await store.list({ anchored: true, limit: 10 }))).toEqual([2, 1]);
      expect(countersOf(await store.list({ anchored: false, source: THREAD, limit: 10 }))).toEqual([
        7, 6, 5, 4, 3, 0,
      ]);
    });

    it("refuses limits outside its bounds", async () => {
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
        await expect(store.list({ limit })).rejects.toMatchObject({ code: "event-store/malformed" });
        await expect(store.packs(THREAD, 0, limit)).rejects.toMatchObject({ code: "event-store/malformed" });
      }
      await expect(store.events(THREAD, 0, 10_001)).rejects.toMatchObject({ code: "event-store/malformed" });
      await expect(store.marks(THREAD, 0, 10_001)).rejects.toMatchObject({ code: "event-store/malformed" });
    });
  });

  describe(`${name} as a store of packs`, () => {
    it("gives back every state as it was given", async () => {
      const packs = [
        storedPack(0, 1),
        storedPack(1, 2, { state: { kind: "sent", txHash: TX } }),
        storedPack(2, 4, { state: { kind: "anchored", txHash: TX, seq: 3, late: false } }),
        storedPack(4, 5, { state: REFUSED }),
      ];
      for (const pack of packs) expect(await store.addPack(pack)).toBe("added");
      expect(await store.packs(THREAD, 0, 10)).toStrictEqual(packs);
      expect(await store.pack(THREAD, 2)).toStrictEqual(packs[2]);
      expect(await store.pack(THREAD, 3)).toBeNull();
      expect(await store.packs(THREAD, 1, 1)).toStrictEqual([packs[1]]);
      expect(await store.packs(THREAD, 0, 10, ["waiting", "refused"])).toStrictEqual([packs[0], packs[3]]);
      expect(await store.packs(OTHER_THREAD, 0, 10)).toEqual([]);
    });

    it("takes no pack that overlaps another one of its thread", async () => {
      await store.addPack(storedPack(10, 20));
      await store.addPack(storedPack(0, 5));
      const overlapping: [number, number][] = [
        [10, 19],
        [9, 11],
        [19, 20],
        [12, 15],
        [4, 30],
        [0, 100],
        [4, 10],
      ];
      for (const [lo, hi] of overlapping) expect(await store.addPack(storedPack(lo, hi))).toBe("conflict");
      expect(await store.addPack(storedPack(10, 20))).toBe("same");
      expect(await store.addPack(storedPack(10, 20, { signature: "99".repeat(64) }))).toBe("conflict");
      expect(await store.addPack(storedPack(5, 10))).toBe("added");
      expect(await store.addPack(storedPack(20, 21))).toBe("added");
      expect(await store.addPack(storedPack(12, 15, { source: OTHER_THREAD }))).toBe("added");
      expect((await store.packs(THREAD, 0, 10)).map(({ lo }) => lo)).toEqual([0, 5, 10, 20]);
    });

    it("replaces a refused pack by one with the same start that overlaps nothing", async () => {
      await store.addPack(storedPack(0, 10, { state: REFUSED }));
      await store.addPack(storedPack(8, 12));
      expect(await store.addPack(storedPack(0, 9))).toBe("conflict");
      expect((await store.pack(THREAD, 0))?.state).toEqual(REFUSED);
      const shorter = storedPack(0, 8);
      expect(await store.addPack(shorter)).toBe("added");
      expect(await store.pack(THREAD, 0)).toStrictEqual(shorter);
    });

    it("adds one of several that overlap and come at once", async () => {
      const offers = Array.from({ length: 12 }, (_, at) => storedPack(at, at + 12));
      const answers = await Promise.all(offers.map((pack) => store.addPack(pack)));
      expect(answers.filter((answer) => answer === "added")).toHaveLength(1);
      expect(await store.packs(THREAD, 0, 20)).toHaveLength(1);
    });

    it("counts what lies here, by thread", async () => {
      await store.addEvents([...eventsFrom(0, 3), storedEvent(0, { source: "cc".repeat(16) })]);
      await store.addPack(storedPack(0, 2));
      await store.addPack(storedPack(2, 3, { state: REFUSED }));
      await store.addPack(storedPack(0, 2, { source: OTHER_THREAD, state: { kind: "sent", txHash: TX } }));
      const none = { waiting: 0, sent: 0, anchored: 0, refused: 0 };
      expect(await store.threads()).toEqual([
        { source: THREAD, events: 3, packs: { ...none, waiting: 1, refused: 1 } },
        { source: OTHER_THREAD, events: 0, packs: { ...none, sent: 1 } },
        { source: "cc".repeat(16), events: 1, packs: none },
      ]);
    });
  });

  leaseContract(name, () => store);
  wholeContract(name, () => store);
}
