/** What every `EventStore` must do with leases (part of event-store-contract.ts). */
import { describe, expect, it } from "vitest";
import type { EventStore, Lease, PackState } from "../ports/event-store.js";
import { OTHER_THREAD, REFUSED, storedPack, THREAD } from "./stored-events.js";

const NOW = 1_800_000_300_000;
const MINUTE = 60_000;
const TX = "7a".repeat(32);
const ANCHORED: PackState = { kind: "anchored", txHash: TX, seq: 0, late: false };

export function leaseContract(name: string, current: () => EventStore): void {
  const leased = async (now: number, limit = 10): Promise<Lease> => {
    const [found, ...more] = await current().lease("worker", now, MINUTE, limit);
    if (found === undefined || more.length > 0) throw new Error("expected one lease");
    return found;
  };
  const lost = { code: "event-store/lost-lease" };

  describe(`${name}, leasing threads`, () => {
    it("leases a thread with packs waiting or sent to one worker at a time, until it runs out or is released", async () => {
      const store = current();
      await store.addPack(storedPack(0, 1));
      const first = await leased(NOW);
      expect(first.source).toBe(THREAD);
      expect(await store.lease("other", NOW + MINUTE - 1, MINUTE, 10)).toEqual([]);
      await store.renewLease(first, NOW + MINUTE - 1, MINUTE);
      expect(await store.lease("other", NOW + MINUTE, MINUTE, 10)).toEqual([]);
      const second = await leased(NOW + 2 * MINUTE);
      expect(second.token).toBeGreaterThan(first.token);
      await store.release(second);
      expect((await leased(NOW + 2 * MINUTE)).token).toBeGreaterThan(second.token);
    });

    it("takes writes of the holder alone, however late another notices that he is none", async () => {
      const store = current();
      await store.addPack(storedPack(0, 1));
      const slow = await leased(NOW);
      const next = await leased(NOW + MINUTE);
      await expect(store.markPack(slow, 0, REFUSED)).rejects.toMatchObject(lost);
      await expect(store.renewLease(slow, NOW, MINUTE)).rejects.toMatchObject(lost);
      await store.release(slow);
      expect((await store.pack(THREAD, 0))?.state).toEqual({ kind: "waiting" });
      expect(await store.lease("third", NOW + MINUTE, MINUTE, 10)).toEqual([]);
      await store.markPack(next, 0, { kind: "sent", txHash: TX });
      await store.release(next);
      await expect(store.markPack(next, 0, ANCHORED)).rejects.toMatchObject(lost);
      expect((await store.pack(THREAD, 0))?.state).toEqual({ kind: "sent", txHash: TX });
    });

    it("leases what is sent, too, and nothing that is anchored or refused", async () => {
      const store = current();
      await store.addPack(storedPack(0, 1, { state: { kind: "sent", txHash: TX } }));
      await store.addPack(storedPack(0, 1, { source: OTHER_THREAD, state: REFUSED }));
      await store.addPack(storedPack(0, 1, { source: "cc".repeat(16), state: ANCHORED }));
      const held = await leased(NOW);
      expect(held.source).toBe(THREAD);
      await store.markPack(held, 0, ANCHORED);
      await store.release(held);
      expect(await store.lease("worker", NOW, MINUTE, 10)).toEqual([]);
      // A rollback takes a pack back to where it waits.
      await store.addPack(storedPack(1, 2));
      const again = await leased(NOW);
      await store.markPack(again, 0, { kind: "waiting" });
      expect((await store.pack(THREAD, 0))?.state).toEqual({ kind: "waiting" });
    });

    it("serves the longest waiting first, and as many as asked for", async () => {
      const store = current();
      const sources = ["cc", "aa", "dd", "bb"].map((byte) => byte.repeat(16));
      for (const [at, source] of sources.entries()) {
        await store.addPack(storedPack(0, 1, { source, sealedAt: NOW - 100 + at }));
        await store.addPack(storedPack(1, 2, { source, sealedAt: NOW - 200, state: REFUSED }));
      }
      const first = await store.lease("worker", NOW, MINUTE, 3);
      expect(first.map(({ source }) => source)).toEqual(sources.slice(0, 3));
      const second = await store.lease("worker", NOW, MINUTE, 3);
      expect(second.map(({ source }) => source)).toEqual(sources.slice(3));
    });

    it("marks no pack that is not there, and none that is refused", async () => {
      const store = current();
      await store.addPack(storedPack(0, 1));
      const held = await leased(NOW);
      const none = { code: "event-store/no-pack" };
      await expect(store.markPack(held, 7, ANCHORED)).rejects.toMatchObject(none);
      await store.markPack(held, 0, REFUSED);
      await expect(store.markPack(held, 0, { kind: "waiting" })).rejects.toMatchObject(none);
      expect(await store.addPack(storedPack(0, 1))).toBe("added");
      await store.markPack(held, 0, ANCHORED);
      expect((await store.pack(THREAD, 0))?.state).toEqual(ANCHORED);
    });
  });
}
