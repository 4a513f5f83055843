/** The event store in PostgreSQL 15 or newer, for several processes at once. */
import type pg from "pg";
import { DppError } from "../../domain/errors.js";
import type { EventStore } from "../../ports/event-store.js";
import { migrate } from "./migrate.js";
import { asStoreError, mayRetry, type Query, type Row, type Sql, type SqlValue } from "./sql.js";
import { eventStoreOver } from "./store.js";

const LEAST_VERSION = 15;
const CONNECTIONS = 8;
const CONNECT_MS = 10_000;
/** The server ends a statement after this; the client gives up a little later, should the server be gone. */
const STATEMENT_MS = 60_000;
const ANSWER_MS = 70_000;
/** Deadlocks end with one of the two done, so a few turns are enough. */
const TURNS = 5;

/**
 * @param url as in docs/configuration.md `events.url`; may hold a password.
 * @throws DppError `event-store/unavailable`, `event-store/unsupported` for an older server, `event-store/newer`, `event-store/foreign`.
 */
export async function openPostgresStore(url: string): Promise<EventStore> {
  return eventStoreOver(await openPostgres(url));
}

/** @param prepare what is done before it is handed out: puts the tables in place. */
export async function openPostgres(
  url: string,
  prepare: (sql: Sql) => Promise<void> = (sql) => migrate(sql),
): Promise<Sql> {
  const { default: driver } = await import("pg");
  const pool = new driver.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: "cardano-dpp",
    // A command that is done need not wait for idle connections.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks leaves the pool by itself; without a listener it would end the process.
  pool.on("error", () => undefined);
  const sql = sqlOver(pool, placeOf(url));
  try {
    await assertVersion(sql);
    await prepare(sql);
  } catch (error) {
    await sql.close();
    throw error;
  }
  return sql;
}

/** Where the database is, without user and password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  return `PostgreSQL at ${host || "localhost"}${port && `:${port}`}${pathname}`;
}

type Noted = <T>(work: () => Promise<T>) => Promise<T>;

const queryOf = (client: pg.Pool | pg.PoolClient, noted: Noted): Query => ({
  async query(text, values: readonly SqlValue[] = []) {
    const { rows } = await noted(() => client.query(text, values as unknown[]));
    return rows as readonly Row[];
  },
});

function sqlOver(pool: pg.Pool, place: string): Sql {
  /** What the driver threw. All else was thrown by somebody's `work` and is his. */
  const fromDriver = new WeakSet<object>();
  const noted: Noted = async (work) => {
    try {
      return await work();
    } catch (error) {
      if (typeof error === "object" && error !== null) fromDriver.add(error);
      throw error;
    }
  };
  const told: Noted = async (work) => {
    try {
      return await work();
    } catch (error) {
      throw typeof error === "object" && error !== null && fromDriver.has(error)
        ? asStoreError(error, place)
        : error;
    }
  };
  return {
    query: (text, values) => told(() => queryOf(pool, noted).query(text, values)),
    transaction: (work) => told(() => inTurns(() => inTransaction(pool, noted, work))),
    close: () => pool.end(),
  };
}

async function inTurns<T>(work: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await work();
    } catch (error) {
      if (turn === TURNS || !mayRetry(error)) throw error;
    }
  }
}

async function inTransaction<T>(pool: pg.Pool, noted: Noted, work: (sql: Query) => Promise<T>): Promise<T> {
  const client = await noted(() => pool.connect());
  // A connection that breaks between two statements tells it by an event, too.
  const ignore = (): void => undefined;
  client.on("error", ignore);
  let broken: Error | undefined;
  try {
    // The default isolation is the server's to set.
    await noted(() => client.query("BEGIN ISOLATION LEVEL READ COMMITTED"));
    const result = await work(queryOf(client, noted));
    await noted(() => client.query("COMMIT"));
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.removeListener("error", ignore);
    client.release(broken);
  }
}

async function assertVersion(sql: Query): Promise<void> {
  const [row] = await sql.query("SELECT current_setting('server_version_num')::int4 / 10000 AS major");
  const major = Number(row?.major);
  if (major >= LEAST_VERSION) return;
  throw new DppError(
    "event-store/unsupported",
    `the event store needs PostgreSQL ${LEAST_VERSION} or newer, and this server is ${major}`,
  );
}
