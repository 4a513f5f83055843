/** The embedded event store under kill -9 and under several processes (docs/event-store.md). */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openPgliteStore } from "../../src/adapters/event-store/embedded.js";
import type { EventStore } from "../../src/ports/event-store.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { OTHER_THREAD, THREAD } from "../../src/testing/stored-events.js";
import { BATCH, batchOf } from "./event-writer.js";
import { bundleWriter, endWriters, startWriter, type Writer } from "./processes.js";

const ROUNDS = 6;
/** Batches after which a writer may be killed, at most. */
const LONGEST = 5;
/** Turns of the event loop that cover the time of a batch. */
const SPINS = 8_000;
/** Making a store takes seconds of computing, and a machine may have other work. */
const LIMIT = 300_000;
const seed = process.env.DPP_TEST_SEED ?? String(Date.now());

const linesOf = (source: string, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `${source} ${from + at}`);

async function restOf(writer: Writer): Promise<string[]> {
  const rest: string[] = [];
  for (let line = await writer.lines.next(); !line.done; line = await writer.lines.next())
    rest.push(line.value);
  return rest;
}

describe(`the embedded event store (DPP_TEST_SEED=${seed})`, () => {
  let bundle = "";
  let base = "";
  beforeAll(async () => {
    bundle = await bundleWriter("event-writer");
    base = mkdtempSync(join(tmpdir(), "dpp-event-durability-"));
  });
  afterAll(() => {
    endWriters();
    rmSync(base, { recursive: true, force: true });
    rmSync(bundle, { force: true });
  });

  const random = seededRandom(`${seed} events`);
  const draw = (below: number): number =>
    random.bytes(4).reduce((value, byte) => (value * 256 + byte) % 0x1_0000_0000, 0) % below;
  const withStore = async <T>(directory: string, work: (store: EventStore) => Promise<T>): Promise<T> => {
    const store = await openPgliteStore(directory);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };

  it("is there whole or not at all when a process is killed that makes it", { timeout: LIMIT }, async () => {
    for (let round = 0; round < 2; round++) {
      const directory = join(base, `new-${round}`);
      const writer = await startWriter(bundle, directory, join(base, "lines"), linesOf(THREAD, 0, 1));
      writer.process.stdin.write("go\n");
      const begun = join(directory, "data.new", "PG_VERSION");
      await vi.waitFor(() => expect(existsSync(begun)).toBe(true), { timeout: LIMIT });
      for (let turns = draw(SPINS * 4); turns > 0; turns--) await new Promise(setImmediate);
      writer.process.kill("SIGKILL");
      await restOf(writer);
      await writer.ended;
      await withStore(directory, async (store) => {
        const { events, pack } = batchOf(THREAD, 0);
        expect(["added", "same"]).toContain((await store.addEvents(events))[0]);
        expect(["added", "same"]).toContain(await store.addPack(pack));
        expect(await store.events(THREAD, 0, 100)).toStrictEqual(events);
      });
    }
  });

  it("holds all that a killed process had stored, and no batch by halves", { timeout: LIMIT }, async () => {
    const directory = join(base, "events");
    let batches = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const lines = linesOf(THREAD, batches, batches + LONGEST + 20);
      const writer = await startWriter(bundle, directory, join(base, "lines"), lines);
      const reported: string[] = [];
      const target = draw(LONGEST + 1);
      writer.process.stdin.write("go\n");
      while (reported.length < target) reported.push((await writer.lines.next()).value as string);
      for (let turns = draw(SPINS); turns > 0; turns--) await new Promise(setImmediate);
      writer.process.kill("SIGKILL");
      reported.push(...(await restOf(writer)));
      expect(writer.errors()).toBe("");
      expect(await writer.ended).toMatchObject({ signal: "SIGKILL" });
      expect(reported).toEqual(lines.slice(0, reported.length));

      await withStore(directory, async (store) => {
        const last = await store.lastEvent(THREAD);
        const reached = last === null ? 0 : (last.counter + 1) / BATCH;
        // At most the batch that was under way stands without having been reported, and its pack may.
        expect(reached - batches - reported.length).toBeOneOf([0, 1]);
        const stored = await store.events(THREAD, 0, 10_000);
        const expected = Array.from({ length: reached }, (_, at) => batchOf(THREAD, at));
        expect(stored).toStrictEqual(expected.flatMap(({ events }) => events));
        const packs = await store.packs(THREAD, 0, 1_000);
        expect(packs.length).toBeGreaterThanOrEqual(batches + reported.length);
        expect(packs).toStrictEqual(expected.slice(0, packs.length).map(({ pack }) => pack));
        const next = batchOf(THREAD, reached);
        expect(new Set(await store.addEvents(next.events))).toEqual(new Set(["added"]));
        for (const { pack } of [...expected.slice(packs.length), next])
          expect(await store.addPack(pack)).toBe("added");
        batches = reached + 1;
      });
    }
  });

  it("serves two processes that write at once, and a third that reads between them", {
    timeout: LIMIT,
  }, async () => {
    const directory = join(base, "shared");
    const COUNT = 40;
    const writers = await Promise.all(
      [THREAD, OTHER_THREAD].map((source) =>
        startWriter(bundle, directory, join(base, source), linesOf(source, 0, COUNT)),
      ),
    );
    for (const writer of writers) writer.process.stdin.write("go\n");
    const rests = Promise.all(writers.map(restOf));
    await withStore(directory, async (store) => {
      for (const { events } of await store.threads()) expect(events % BATCH).toBe(0);
    });
    for (const [at, rest] of (await rests).entries()) {
      expect(writers[at]?.errors()).toBe("");
      expect(rest.at(-1)).toBe("done");
    }
    await withStore(directory, async (store) => {
      const counts = await store.threads();
      expect(counts.map(({ events, packs }) => [events, packs.waiting])).toEqual([
        [COUNT * BATCH, COUNT],
        [COUNT * BATCH, COUNT],
      ]);
    });
  });
});
