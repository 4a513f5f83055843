/** Writes and reads of events by themselves; lists with filters are in list.ts. */
import type { Added, EventMark, PayloadCount, StoredEvent } from "../../ports/event-store.js";
import { IS_ANCHORED } from "./list.js";
import { EVENT_COLUMNS, eventValues, hex, hexBytes, integer, limitOf, toEvent, toMark } from "./rows.js";
import type { Query, Sql, SqlValue } from "./sql.js";

const MAX_CALL = 10_000;
/** What one statement carries: many rows, and no more than this as parameters. */
const MAX_ROWS = 1_000;
const MAX_BYTES = 4 * 1024 * 1024;

const INSERT = `INSERT INTO dpp_event (${EVENT_COLUMNS})
  SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::int8[], $4::bytea[], $5::int2[], $6::bytea[], $7::int2[], $8::int8[], $9::int8[], $10::bytea[], $11::bytea[])
  ON CONFLICT DO NOTHING RETURNING id`;

/**
 * Writers of one thread take turns, until their transactions end. Ids and counters are unique each for itself, and nobody makes ids ascend with counters: without
 * this, two writers could wait for each other in a circle whatever the order of their rows.
 */
const TURNS_OF_THREADS = `SELECT pg_advisory_xact_lock(turn) FROM
  (SELECT DISTINCT hashtextextended(source, 0) AS turn FROM unnest($1::text[]) AS source ORDER BY turn) AS turns`;

export async function addEvents(sql: Sql, events: readonly StoredEvent[]): Promise<readonly Added[]> {
  if (events.length === 0) return [];
  limitOf(events.length, MAX_CALL);
  return sql.transaction((transaction) => addEventsIn(transaction, events));
}

/** Within a transaction. */
export async function addEventsIn(
  transaction: Query,
  events: readonly StoredEvent[],
): Promise<readonly Added[]> {
  const first = new Map<string, number>();
  for (const [at, { id }] of events.entries()) if (!first.has(id)) first.set(id, at);
  // Sorted: writers of the same events meet them in one order, and do not wait for each other in a circle.
  const rows = events.filter(({ id }, at) => first.get(id) === at).sort((a, b) => (a.id < b.id ? -1 : 1));
  const done = { added: new Set<string>(), hashes: new Map<string, string>() };
  await transaction.query(TURNS_OF_THREADS, [[...new Set(rows.map(({ source }) => source))]]);
  for (const part of partsOf(rows)) await addPart(transaction, part, done);
  const { added, hashes } = done;
  return events.map((event, at) => {
    const counted = first.get(event.id) ?? at;
    if (counted === at && added.has(event.id)) return "added";
    const there = added.has(event.id) ? events[counted]?.hash : hashes.get(event.id);
    return there === event.hash ? "same" : "conflict";
  });
}

/** @param done receives the ids that were added, and the hashes of those that were there. An id in neither: its counter is another event's. */
async function addPart(
  sql: Query,
  part: readonly StoredEvent[],
  { added, hashes }: { readonly added: Set<string>; readonly hashes: Map<string, string> },
): Promise<void> {
  for (const { id } of await sql.query(INSERT, columnsOf(part.map(eventValues)))) added.add(String(id));
  const others = part.map(({ id }) => id).filter((id) => !added.has(id));
  if (others.length === 0) return;
  const rows = await sql.query("SELECT id, hash FROM dpp_event WHERE id = ANY ($1::uuid[])", [others]);
  for (const row of rows) hashes.set(String(row.id), hex(row, "hash"));
}

type EventRow = ReturnType<typeof eventValues>;
const columnsOf = (rows: readonly EventRow[]): SqlValue[] =>
  (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? null));

function* partsOf(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  let part: StoredEvent[] = [];
  let size = 0;
  for (const event of events) {
    const length = event.signed.length + (event.payload?.length ?? 0);
    if (part.length === MAX_ROWS || (part.length > 0 && size + length > MAX_BYTES)) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(event);
    size += length;
  }
  if (part.length > 0) yield part;
}

export async function eventsOf(
  sql: Query,
  source: string,
  from: number,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const rows = await sql.query(
    `SELECT ${EVENT_COLUMNS} FROM dpp_event WHERE source = $1::bytea AND counter >= $2::int8 ORDER BY counter LIMIT $3::int4`,
    [hexBytes(source), integer(from), limitOf(limit, MAX_CALL)],
  );
  return rows.map(toEvent);
}

export async function marksOf(
  sql: Query,
  source: string,
  from: number,
  limit: number,
): Promise<readonly EventMark[]> {
  const rows = await sql.query(
    "SELECT id, counter, hash, captured FROM dpp_event WHERE source = $1::bytea AND counter >= $2::int8 ORDER BY counter LIMIT $3::int4",
    [hexBytes(source), integer(from), limitOf(limit, MAX_CALL)],
  );
  return rows.map(toMark);
}

export async function lastEvent(sql: Query, source: string): Promise<StoredEvent | null> {
  const [row] = await sql.query(
    `SELECT ${EVENT_COLUMNS} FROM dpp_event WHERE source = $1::bytea ORDER BY counter DESC LIMIT 1`,
    [hexBytes(source)],
  );
  return row === undefined ? null : toEvent(row);
}

const AT_ONCE = 5_000;
const NOWHERE: readonly [string, string] = ["-1", "00000000-0000-0000-0000-000000000000"];

/** What `erasePayloads` would erase, in the same parts. */
export async function countPayloads(sql: Query, receivedBefore: number): Promise<PayloadCount> {
  integer(receivedBefore);
  let payloads = 0;
  let anchored = 0;
  let after = NOWHERE;
  for (;;) {
    const [row] = await sql.query(
      `WITH part AS (
         SELECT id, received_at, source, counter FROM dpp_event
         WHERE received_at < $1::int8 AND (received_at, id) > ($2::int8, $3::uuid) AND payload IS NOT NULL
         ORDER BY received_at, id LIMIT ${AT_ONCE}
       )
       SELECT (SELECT count(*) FROM part) AS count, (SELECT count(*) FROM part e WHERE ${IS_ANCHORED} IS TRUE) AS anchored,
         received_at, id FROM part ORDER BY received_at DESC, id DESC LIMIT 1`,
      [receivedBefore, ...after],
    );
    if (row === undefined) return { payloads, unanchored: payloads - anchored };
    payloads += Number(row.count);
    anchored += Number(row.anchored);
    after = [String(row.received_at), String(row.id)];
  }
}

/** In parts, oldest first, each whole: one that was interrupted goes on when it is called again. */
export async function erasePayloads(sql: Query, receivedBefore: number): Promise<number> {
  integer(receivedBefore);
  let erased = 0;
  // Each part begins where the one before ended: what is erased already is not looked through again.
  let after = NOWHERE;
  for (;;) {
    const [row] = await sql.query(
      `WITH part AS (
         SELECT id, received_at FROM dpp_event
         WHERE received_at < $1::int8 AND (received_at, id) > ($2::int8, $3::uuid) AND payload IS NOT NULL
         ORDER BY received_at, id LIMIT ${AT_ONCE}
       ), erased AS (
         UPDATE dpp_event SET payload = NULL FROM part WHERE dpp_event.id = part.id RETURNING 1
       )
       SELECT (SELECT count(*) FROM erased) AS count, received_at, id FROM part ORDER BY received_at DESC, id DESC LIMIT 1`,
      [receivedBefore, ...after],
    );
    if (row === undefined) return erased;
    erased += Number(row.count);
    after = [String(row.received_at), String(row.id)];
  }
}
