import fs, { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { EventStore } from "../../ports/event-store.js";
import { eventStoreContract } from "../../testing/event-store-contract.js";
import { eventsFrom, OTHER_THREAD, storedEvent, storedPack, THREAD } from "../../testing/stored-events.js";
import { embeddedSql, openPgliteStore } from "./embedded.js";
import { openPglite } from "./pglite.js";
import type { Sql } from "./sql.js";
import { eventStoreOver } from "./store.js";

let base: string;
let directory: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "dpp-events-"));
  directory = join(base, "events");
});
afterAll(() => rm(base, { recursive: true }));

const opened: EventStore[] = [];
const open = async (options = {}): Promise<EventStore> => {
  const store = await openPgliteStore(directory, options);
  opened.push(store);
  return store;
};
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
const empty = async (): Promise<void> => {
  const sql = embeddedSql(directory);
  await sql.query("TRUNCATE dpp_event, dpp_pack, dpp_thread");
  await sql.close();
};

describe("the embedded event store", () => {
  let sql: Sql;
  beforeAll(() => {
    sql = embeddedSql(directory);
  });
  afterAll(() => sql.close());
  eventStoreContract("PGlite in a directory", async () => {
    await sql.query("TRUNCATE dpp_event, dpp_pack, dpp_thread");
    return eventStoreOver(sql);
  });
});

describe("the directory of the embedded event store", () => {
  it("keeps what was written, is its owner's alone, and is let go on closing", async () => {
    await empty();
    const first = await open();
    await first.addEvents(eventsFrom(0, 3));
    expect(existsSync(join(directory, "lock"))).toBe(true);
    await first.close();
    expect((await readdir(directory)).sort()).toEqual(["data"]);
    const second = await open();
    expect(await second.events(THREAD, 0, 10)).toStrictEqual(eventsFrom(0, 3));
    if (process.platform !== "win32") expect((await stat(directory)).mode & 0o077).toBe(0);
  });

  it("is synced by the operating system before a write resolves", async () => {
    const store = await open();
    await store.threads();
    const sync = vi.spyOn(fs, "fsyncSync");
    try {
      await store.addPack(storedPack(1000, 1001));
      expect(sync.mock.calls.length).toBeGreaterThan(0);
    } finally {
      sync.mockRestore();
    }
  });

  it("is let go when there was no work for a moment, and taken again with the next", async () => {
    await empty();
    const store = await open({ idleMs: 0 });
    await store.addEvents([storedEvent(0)]);
    await vi.waitFor(() => expect(existsSync(join(directory, "lock"))).toBe(false), { timeout: 10_000 });
    expect(await store.lastEvent(THREAD)).toStrictEqual(storedEvent(0));
  });

  it("serves several at once, each while the others would keep it", async () => {
    await empty();
    const never = { idleMs: 3_600_000 };
    const [one, two, three] = [await open(never), await open(never), await open(never)];
    await one.addEvents([storedEvent(0)]);
    await two.addEvents([storedEvent(1)]);
    const others = [one, three, two].map((store, at) =>
      store.addEvents([storedEvent(at, { source: OTHER_THREAD })]),
    );
    expect(await Promise.all(others)).toEqual([["added"], ["added"], ["added"]]);
    expect(await three.events(THREAD, 0, 10)).toHaveLength(2);
    expect(await one.events(OTHER_THREAD, 0, 10)).toHaveLength(3);
  });

  it("is told to be in use, and by whom, when a living process does not let go", async () => {
    const lock = join(directory, "lock");
    await writeFile(lock, String(process.ppid));
    try {
      const store = await open({ patienceMs: 0 });
      await expect(store.threads()).rejects.toMatchObject({
        code: "event-store/unavailable",
        message: expect.stringContaining(`process ${process.ppid} is at work here`),
      });
    } finally {
      await rm(lock);
    }
  });

  it("is taken over from an earlier process that had this one's number", async () => {
    await writeFile(join(directory, "lock"), String(process.pid));
    const store = await open({ patienceMs: 0 });
    expect(await store.threads()).toBeInstanceOf(Array);
  });

  it("pays no heed to the note of a process that is gone, and sweeps it away", async () => {
    const note = join(directory, "waiting-4194399-0123456789abcdef");
    await writeFile(note, "");
    const store = await open({ idleMs: 3_600_000 });
    await store.threads();
    expect(existsSync(note)).toBe(false);
  });

  it("is made anew when its making was broken off", async () => {
    const broken = join(base, "broken-off");
    await fs.promises.mkdir(join(broken, "data.new"), { recursive: true });
    await writeFile(join(broken, "data.new", "PG_VERSION"), "18\n");
    const store = await openPgliteStore(broken);
    opened.push(store);
    expect(await store.threads()).toEqual([]);
  });

  it("serves nobody after it was closed", async () => {
    const store = await open();
    await store.threads();
    await store.close();
    await store.close();
    await expect(store.threads()).rejects.toMatchObject({ code: "event-store/unavailable" });
  });

  it("is told to be damaged or unavailable when its files are, not more", async () => {
    const damaged = join(base, "damaged");
    await fs.promises.cp(join(directory, "data"), join(damaged, "data"), { recursive: true });
    await writeFile(join(damaged, "data", "global", "pg_control"), new Uint8Array(8192));
    await expect(openPglite(join(damaged, "data"))).rejects.toMatchObject({
      code: expect.stringMatching(/^event-store\/(?:unavailable|damaged)$/),
    });
  });
});
