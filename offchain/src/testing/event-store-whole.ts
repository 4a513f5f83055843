/** What every `EventStore` must do with events that come with their pack: all or nothing. */
import { describe, expect, it } from "vitest";
import type { EventStore } from "../ports/event-store.js";
import { eventsFrom, REFUSED, storedEvent, storedPack, THREAD } from "./stored-events.js";

export function wholeContract(name: string, store: () => EventStore): void {
  describe(`${name} with events and their pack`, () => {
    const counters = async () => (await store().events(THREAD, 0, 100)).map(({ counter }) => counter);

    it("adds all of it, once", async () => {
      const added = { events: ["added", "added", "added"], pack: "added" };
      expect(await store().addWhole(eventsFrom(0, 3), storedPack(0, 3))).toEqual(added);
      const same = { events: ["same", "same", "same"], pack: "same" };
      expect(await store().addWhole(eventsFrom(0, 3), storedPack(0, 3))).toEqual(same);
      expect(await store().addWhole(eventsFrom(3, 4))).toEqual({ events: ["added"], pack: null });
      expect(await store().addWhole([])).toEqual({ events: [], pack: null });
      expect(await counters()).toEqual([0, 1, 2, 3]);
    });

    it("adds nothing when one event conflicts", async () => {
      await store().addEvents([storedEvent(1)]);
      const events = eventsFrom(0, 3).map((event) =>
        event.counter === 1 ? { ...event, hash: "ee".repeat(32) } : event,
      );
      expect((await store().addWhole(events, storedPack(0, 3))).events).toEqual([
        "added",
        "conflict",
        "added",
      ]);
      expect(await counters()).toEqual([1]);
      expect(await store().pack(THREAD, 0)).toBeNull();
    });

    it("adds nothing when the pack conflicts", async () => {
      await store().addPack(storedPack(2, 5));
      expect((await store().addWhole(eventsFrom(0, 3), storedPack(0, 3))).pack).toBe("conflict");
      expect(await counters()).toEqual([]);
      await store().addPack(storedPack(6, 8, { state: REFUSED }));
      expect((await store().addWhole(eventsFrom(6, 8), storedPack(6, 8))).pack).toBe("added");
    });

    it("drops events that no pack holds but refused ones, on demand", async () => {
      await store().addWhole(eventsFrom(0, 2), storedPack(0, 2));
      await store().addWhole(eventsFrom(2, 5), storedPack(2, 5, { state: REFUSED }));
      await store().addPack(storedPack(4, 6));
      await store().addEvents(eventsFrom(5, 7));
      expect(await store().dropLoose(THREAD, 0, 3)).toBe(1);
      expect(await counters()).toEqual([0, 1, 3, 4, 5, 6]);
      expect(await store().dropLoose(THREAD, 0, 100)).toBe(2);
      expect(await counters()).toEqual([0, 1, 4, 5]);
      const other = eventsFrom(2, 4, { hash: "dd".repeat(32) });
      expect((await store().addWhole(other, storedPack(2, 4))).pack).toBe("added");
      expect(await store().dropLoose(THREAD, 0, 100)).toBe(0);
    });

    it("lets one of two who come at once write, whole", async () => {
      const other = eventsFrom(0, 4, { hash: "dd".repeat(32) });
      const answers = await Promise.all([store().addWhole(eventsFrom(0, 2)), store().addWhole(other)]);
      const won = answers.filter(({ events }) => events.every((answer) => answer === "added"));
      expect(won).toHaveLength(1);
      expect(await counters()).toEqual(won[0] === answers[0] ? [0, 1] : [0, 1, 2, 3]);
    });

    it("takes more than one call of events does, and no more than a pack holds", async () => {
      const { events } = await store().addWhole(eventsFrom(0, 10_001, { payload: null }));
      expect([events.length, new Set(events)]).toEqual([10_001, new Set(["added"])]);
      await expect(store().addWhole(eventsFrom(0, 65_537))).rejects.toMatchObject({
        code: "event-store/malformed",
      });
    });
  });
}
