import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@cardano-dpp/offchain/ports/clock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NonceStore } from "../ports/nonce-store.js";
import { createDiskNonceStore } from "./nonce-disk.js";
import { createMemoryNonceStore } from "./nonce-memory.js";

const START = Date.UTC(2027, 1, 18);
const id = (n: number): string => n.toString(16).padStart(32, "0");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nonces-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const movable = (): Clock & { at: number } => ({
  at: START,
  now() {
    return this.at;
  },
});

/** Stores over the same ground, as two processes would have them. */
type Pair = (clock: Clock) => readonly [NonceStore, NonceStore];
const adapters: Record<string, Pair> = {
  memory: (clock) => {
    const store = createMemoryNonceStore(clock);
    return [store, store];
  },
  disk: (clock) => [createDiskNonceStore(folder, clock), createDiskNonceStore(folder, clock)],
};

for (const [name, open] of Object.entries(adapters)) {
  describe(`nonce store: ${name}`, () => {
    it("lets one caller consume a nonce, once", async () => {
      const [a, b] = open(movable());
      expect(await a.consume(id(1), START + 1000)).toBe(true);
      expect(await a.consume(id(1), START + 1000)).toBe(false);
      expect(await b.consume(id(1), START + 1000)).toBe(false);
      expect(await b.consume(id(2), START + 1000)).toBe(true);
    });

    it("has one winner among many at the same moment", async () => {
      const stores = open(movable());
      const race = Array.from({ length: 40 }, (_, i) =>
        (stores[i % 2] as NonceStore).consume(id(77), START + 1000),
      );
      expect((await Promise.all(race)).filter(Boolean)).toHaveLength(1);
    });

    it("remembers a nonce until it expires", async () => {
      const clock = movable();
      const [store] = open(clock);
      await store.consume(id(3), START + 300_000);
      clock.at = START + 299_000;
      await store.consume(id(4), clock.at + 300_000);
      expect(await store.consume(id(3), START + 300_000)).toBe(false);
    });
  });
}

describe("the nonce store on disk", () => {
  it("forgets what expired, so that it does not grow", async () => {
    const own = join(folder, "sweep");
    const clock = movable();
    const store = createDiskNonceStore(own, clock);
    await store.consume(id(1), START + 60_000);
    clock.at = START + 3_600_000;
    await store.consume(id(2), clock.at + 60_000);
    expect(await readdir(own)).toHaveLength(1);
  });

  it("refuses an id that is no nonce, which could name another file", async () => {
    const store = createDiskNonceStore(folder, movable());
    await expect(store.consume("../../etc/x", START)).rejects.toMatchObject({ code: "nonce-store/bad-id" });
  });
});
