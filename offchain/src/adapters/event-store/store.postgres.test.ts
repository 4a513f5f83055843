import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isDppError } from "../../domain/errors.js";
import type { Added, EventStore, Lease } from "../../ports/event-store.js";
import { eventStoreContract } from "../../testing/event-store-contract.js";
import { planContract } from "../../testing/event-store-plans.js";
import { eventsFrom, storedEvent, storedPack, THREAD } from "../../testing/stored-events.js";
import { MIGRATIONS } from "./migrations.js";
import { openPostgres, openPostgresStore } from "./postgres.js";
import type { Sql } from "./sql.js";
import { eventStoreOver } from "./store.js";

const server = process.env.DPP_REAL_POSTGRES ?? "";
if (server === "")
  throw new Error("DPP_REAL_POSTGRES names no server: npm test -- --only postgres starts one");

const opened: { close(): Promise<void> }[] = [];
const databases: string[] = [];
let control: Sql;
beforeAll(async () => {
  control = await openPostgres(server, async () => undefined);
});
afterAll(async () => {
  for (const each of opened.splice(0)) await each.close();
  for (const name of databases) await control.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await control.close();
});

/** Address of a new, empty database. */
async function database(): Promise<string> {
  const name = `dpp_test_${randomBytes(6).toString("hex")}`;
  await control.query(`CREATE DATABASE ${name}`);
  databases.push(name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function stores(url: string, count: number): Promise<EventStore[]> {
  const made = await Promise.all(Array.from({ length: count }, () => openPostgresStore(url)));
  opened.push(...made);
  return made;
}

describe("PostgreSQL", () => {
  let sql: Sql;
  beforeAll(async () => {
    sql = await openPostgres(await database());
    opened.push(sql);
  });
  const emptied = async (): Promise<EventStore> => {
    await sql.query("TRUNCATE dpp_event, dpp_pack, dpp_thread");
    return eventStoreOver(sql);
  };
  eventStoreContract("PostgreSQL", emptied);
  describe("planning", () => {
    beforeAll(emptied);
    planContract("PostgreSQL", () => sql);
  });
});

describe("a transaction on PostgreSQL", () => {
  it("is taken back by what its work throws, which is handed on as it is", async () => {
    const sql = await openPostgres(await database());
    opened.push(sql);
    const own = new Error("connect: not this time");
    const refused = sql.transaction(async (inner) => {
      await inner.query("INSERT INTO dpp_thread (source) VALUES ('\\x77')");
      throw own;
    });
    await expect(refused).rejects.toBe(own);
    expect(await sql.query("SELECT 1 AS one FROM dpp_thread")).toEqual([]);
    await expect(sql.query("SELECT 1 / 0 AS x")).rejects.toMatchObject({ code: "22012" });
  });
});

describe("several processes on PostgreSQL", () => {
  it("make the tables once when they start together", async () => {
    const url = await database();
    const made = await stores(url, 8);
    expect(await Promise.all(made.map((store) => store.threads()))).toEqual(made.map(() => []));
    const sql = await openPostgres(url);
    opened.push(sql);
    expect(await sql.query("SELECT number FROM dpp_migration")).toEqual(
      MIGRATIONS.map((_, at) => ({ number: at + 1 })),
    );
  });

  it("add each event once, whatever order they come in", async () => {
    const made = await stores(await database(), 6);
    const events = eventsFrom(0, 1_500);
    const answers = await Promise.all(
      made.map((store, at) => {
        const turned = [...events.slice(at * 250), ...events.slice(0, at * 250)];
        return store.addEvents(at % 2 === 0 ? turned : turned.toReversed());
      }),
    );
    const all = answers.flat();
    const count = (answer: Added): number => all.filter((each) => each === answer).length;
    expect([count("added"), count("same"), count("conflict")]).toEqual([1_500, 5 * 1_500, 0]);
  });

  it("give a counter to one of two events, though their ids come in opposite orders", async () => {
    const made = await stores(await database(), 4);
    const id = (writer: number, counter: number): string => {
      const place = writer % 2 === 0 ? counter : 999 - counter;
      return `0000${writer}000-0000-8000-8000-${place.toString(16).padStart(12, "0")}`;
    };
    const answers = await Promise.all(
      made.map((store, writer) =>
        store.addEvents(eventsFrom(0, 1_000).map((event) => ({ ...event, id: id(writer, event.counter) }))),
      ),
    );
    for (let counter = 0; counter < 1_000; counter++) {
      expect(answers.filter((answer) => answer[counter] === "added")).toHaveLength(1);
    }
  });

  it("add no two packs that overlap", async () => {
    const made = await stores(await database(), 8);
    const answers = await Promise.all(
      made.flatMap((store, writer) =>
        Array.from({ length: 25 }, (_, at) =>
          store.addPack(storedPack(at * 4 + writer, at * 4 + writer + 6)),
        ),
      ),
    );
    const [store] = made as [EventStore];
    const packs = await store.packs(THREAD, 0, 1_000);
    expect(answers.filter((answer) => answer === "added")).toHaveLength(packs.length);
    for (const [at, pack] of packs.entries()) expect(pack.lo).toBeGreaterThanOrEqual(packs[at - 1]?.hi ?? 0);
  });

  it("anchor every pack of 20 threads once, though one worker dies and one is slow", async () => {
    const [THREADS, PACKS, WORKERS, LEASE_MS] = [20, 10, 8, 1_000];
    const made = await stores(await database(), WORKERS);
    const [store] = made as [EventStore];
    const sources = Array.from({ length: THREADS }, (_, at) =>
      (at + 1).toString(16).padStart(2, "0").repeat(16),
    );
    for (const source of sources) {
      for (let at = 0; at < PACKS; at++) await store.addPack(storedPack(at, at + 1, { source }));
    }
    let now = 1_900_000_000_000;
    const done: string[] = [];
    const anchor = async (at: EventStore, held: Lease): Promise<void> => {
      for (const { lo } of await at.packs(held.source, 0, 1_000, ["waiting"])) {
        await at.markPack(held, lo, { kind: "anchored", txHash: "7a".repeat(32), seq: lo, late: false });
        done.push(`${held.source} ${lo}`);
      }
    };
    // One leases and is heard of no more, another leases and goes on when his time is over.
    const dead = await store.lease("dead", now, LEASE_MS, 2);
    const [slow, ...others] = await store.lease("slow", now, LEASE_MS, 1);
    if (slow === undefined) throw new Error("nothing to lease");
    expect([dead.length, others.length]).toEqual([2, 0]);
    const work = async (at: EventStore, name: string): Promise<void> => {
      for (let turns = 0; turns < THREADS + 2; turns++) {
        for (const held of await at.lease(name, now, LEASE_MS, 2)) {
          await anchor(at, held);
          await at.release(held);
        }
      }
    };
    const all = (): Promise<unknown> => Promise.all(made.map((each, at) => work(each, `worker ${at}`)));
    await all();
    expect(new Set(done).size).toBe((THREADS - 3) * PACKS);
    now += LEASE_MS;
    await all();
    await expect(anchor(store, slow)).resolves.toBeUndefined();
    await expect(
      store.markPack(slow, 0, { kind: "refused", code: "x", reason: "too late" }),
    ).rejects.toMatchObject({ code: "event-store/lost-lease" });
    expect(done).toHaveLength(THREADS * PACKS);
    expect(new Set(done).size).toBe(THREADS * PACKS);
    const counts = await store.threads();
    expect(counts.map(({ packs }) => packs.anchored)).toEqual(sources.map(() => PACKS));
  });
});

describe("PostgreSQL that does not answer", () => {
  const SECRET = "open-sesame-0815";
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  it("is told as such, without the password", async () => {
    const absent = `postgres://dpp:${SECRET}@127.0.0.1:1/dpp`;
    const error: unknown = await openPostgresStore(absent).catch((thrown: unknown) => thrown);
    expect(isDppError(error, "event-store/unavailable")).toBe(true);
    expect(String((error as Error).message)).toContain("PostgreSQL at 127.0.0.1:1/dpp");
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
  });

  it("is told as such when there is no such database", async () => {
    const url = new URL(server);
    url.pathname = "/nowhere";
    await expect(openPostgresStore(url.href)).rejects.toMatchObject({ code: "event-store/unavailable" });
  });

  it("serves again after its connections were cut", async () => {
    const url = await database();
    const [store] = (await stores(url, 1)) as [EventStore];
    await store.addEvents([storedEvent(0)]);
    const name = new URL(url).pathname.slice(1);
    const cut = (): Promise<unknown> =>
      control.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
    for (let round = 0; round < 3; round++) {
      const busy = Promise.allSettled([
        store.addEvents(eventsFrom(0, 5_000)),
        cut(),
        store.events(THREAD, 0, 10_000),
      ]);
      for (const result of await busy) {
        if (result.status === "rejected") {
          expect(result.reason).toMatchObject({ code: "event-store/unavailable" });
        }
      }
    }
    const until = async (tries: number): Promise<readonly Added[]> => {
      try {
        return await store.addEvents(eventsFrom(0, 5_000));
      } catch (error) {
        if (tries === 0 || !isDppError(error, "event-store/unavailable")) throw error;
        return until(tries - 1);
      }
    };
    const answers = await until(10);
    expect(answers.includes("conflict")).toBe(false);
    expect(await store.events(THREAD, 0, 10_000)).toHaveLength(5_000);
  });
});
