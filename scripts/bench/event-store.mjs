// Inserts into the event store beside the bare driver's multi-row inserts of the same bytes, in the same run: into a table with the same indexes (what our code costs) and into one with a
// primary key alone (what the indexes cost). PGlite in a directory, and PostgreSQL with its syncs when there is one. `npm run build` first. Alone: node scripts/bench/event-store.mjs [--json]
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addEvents } from "@cardano-dpp/offchain/adapters/event-store/events";
import { listEvents } from "@cardano-dpp/offchain/adapters/event-store/list";
import { migrate } from "@cardano-dpp/offchain/adapters/event-store/migrate";
import { openPglite } from "@cardano-dpp/offchain/adapters/event-store/pglite";
import { openPostgres } from "@cardano-dpp/offchain/adapters/event-store/postgres";
import { withPostgres } from "../postgres.mjs";

/** A signed event and a payload record, as long as those of a harvest. */
const [SIGNED, PAYLOAD] = [290, 900];
const CALL = 10_000;
const ROWS = 1_000;
const SOURCE = "aa".repeat(16);
const COLUMNS = "id, source, counter, hash, type, subject, tier, captured, received_at, signed, payload";
const TYPES = "uuid bytea int8 bytea int2 bytea int2 int8 int8 bytea bytea".split(" ");
const BARE = (table) =>
  `INSERT INTO ${table} (${COLUMNS}) SELECT * FROM unnest(${TYPES.map((type, at) => `$${at + 1}::${type}[]`).join(", ")})`;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Bytes that do not compress, without being random. */
function noise(length, seed) {
  let state = (seed + 1) >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const event = (n) => ({
  id: `${Buffer.from(noise(4, n)).toString("hex")}-0000-8000-8000-${n.toString(16).padStart(12, "0")}`,
  source: SOURCE,
  counter: n,
  hash: n.toString(16).padStart(64, "0"),
  type: "harvest",
  subject: "",
  tier: "INDIVIDUAL_SIGNED",
  captured: 1_800_000_000_000 + n,
  receivedAt: 1_800_000_100_000 + n,
  signed: noise(SIGNED, n),
  payload: noise(PAYLOAD, n + 7),
});

const bareRow = (each) => [
  each.id,
  Buffer.from(each.source, "hex"),
  each.counter,
  Buffer.from(each.hash, "hex"),
  0,
  new Uint8Array(),
  1,
  each.captured,
  each.receivedAt,
  each.signed,
  each.payload,
];

async function insertBare(sql, table, events) {
  const text = BARE(table);
  await sql.transaction(async (transaction) => {
    for (let at = 0; at < events.length; at += ROWS) {
      const rows = events.slice(at, at + ROWS).map(bareRow);
      await transaction.query(
        text,
        TYPES.map((_, column) => rows.map((row) => row[column])),
      );
    }
  });
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Rounds alternate between the three, so that a slow moment of the machine hits all. */
async function measure(sql, count, rounds) {
  await sql.query("DROP TABLE IF EXISTS bench_indexed, bench_keyed");
  await sql.query("CREATE TABLE bench_indexed (LIKE dpp_event INCLUDING ALL)");
  await sql.query("CREATE TABLE bench_keyed (LIKE dpp_event INCLUDING STORAGE, PRIMARY KEY (id))");
  const events = Array.from({ length: count }, (_, n) => event(n));
  const calls = Array.from({ length: Math.ceil(count / CALL) }, (_, at) =>
    events.slice(at * CALL, (at + 1) * CALL),
  );
  const ways = {
    store: async (part) => {
      if ((await addEvents(sql, part)).some((added) => added !== "added")) throw new Error("not added");
    },
    indexed: (part) => insertBare(sql, "bench_indexed", part),
    keyed: (part) => insertBare(sql, "bench_keyed", part),
  };
  const times = { store: [], indexed: [], keyed: [] };
  let rss = 0;
  for (let round = 0; round < rounds; round++) {
    await sql.query("TRUNCATE dpp_event, bench_indexed, bench_keyed");
    for (const [name, way] of Object.entries(ways)) {
      const ms = await timed(async () => {
        for (const part of calls) {
          await way(part);
          rss = Math.max(rss, process.memoryUsage().rss);
        }
      });
      times[name].push(ms);
    }
  }
  const ratio = (other) => median(times.store.map((ms, at) => times[other][at] / ms));
  const pages = [];
  for (let at = 0; at < 9; at++) {
    pages.push(await timed(() => listEvents(sql, { type: "harvest", limit: 100 })));
  }
  return {
    eventsPerSecond: Math.round((count * 1000) / median(times.store)),
    // 1.00: as fast as the bare driver.
    ofBareWithTheSameIndexes: Math.round(100 * ratio("indexed")) / 100,
    ofBareWithAPrimaryKey: Math.round(100 * ratio("keyed")) / 100,
    pageOf100Ms: Math.round(10 * median(pages)) / 10,
    peakRssMb: Math.round(rss / 1e6),
  };
}

async function both(sql, { rounds, large }) {
  await migrate(sql);
  const results = { "10,000": await measure(sql, 10_000, rounds) };
  if (large) results["100,000"] = await measure(sql, 100_000, 1);
  return results;
}

export async function benchEventStore({ rounds = 3, large = true } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "dpp-bench-events-"));
  try {
    const made = await timed(async () => (await openPglite(join(directory, "data"))).close());
    let sql;
    const openMs = await timed(async () => {
      sql = await openPglite(join(directory, "data"));
    });
    const embedded = { makeMs: Math.round(made), openMs: Math.round(openMs) };
    try {
      Object.assign(embedded, await both(sql, { rounds, large }));
    } finally {
      await sql.close();
    }
    const postgres = await withPostgres(
      async ({ DPP_REAL_POSTGRES: url }) => {
        const server = await openPostgres(url);
        try {
          return await both(server, { rounds, large });
        } finally {
          await server.query("DROP TABLE IF EXISTS bench_indexed, bench_keyed");
          await server.close();
        }
      },
      { synced: true },
    );
    return { bytesPerEvent: SIGNED + PAYLOAD, pglite: embedded, postgres: postgres ?? "none here" };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchEventStore();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else console.dir(result, { depth: 9 });
}
