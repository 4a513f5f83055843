/** Lists of events with the packs that hold them. Every page is read along an index and begins where the one before ended (keyset), whatever the page's number. */
import { EVENT_TYPES, TIERS } from "../../domain/event.js";
import type { EventQuery, ListedEvent } from "../../ports/event-store.js";
import {
  EVENT_COLUMNS,
  hexBytes,
  integer,
  isUuid,
  limitOf,
  PACK_COLUMNS,
  positionIn,
  toEvent,
  toPack,
} from "./rows.js";
import type { Query, Row, SqlValue } from "./sql.js";

const MAX_PAGE = 1_000;
const ANCHORED = 2;
const REFUSED = 3;

const packColumns = PACK_COLUMNS.split(", ");
const eventColumns = EVENT_COLUMNS.split(", ").map((column) => `e.${column}`);
const selected = [...eventColumns, ...packColumns.map((column) => `p.${column} AS pack_${column}`)].join(
  ", ",
);

/** Packs that are not refused do not overlap, so only the last that begins at or before a counter can hold it. A refused one shows where there is no other. */
const HOLDER = `LEFT JOIN LATERAL (
  SELECT * FROM (
    (SELECT * FROM (
       SELECT ${PACK_COLUMNS} FROM dpp_pack WHERE source = e.source AND lo <= e.counter AND state <> ${REFUSED} ORDER BY lo DESC LIMIT 1
     ) last WHERE hi > e.counter)
    UNION ALL
    (SELECT ${PACK_COLUMNS} FROM dpp_pack WHERE source = e.source AND lo <= e.counter AND hi > e.counter AND state = ${REFUSED} ORDER BY lo DESC LIMIT 1)
  ) holders ORDER BY state = ${REFUSED} LIMIT 1
) p ON true`;

/** A sub-query and no EXISTS: that one might be planned as a join over all packs. */
export const IS_ANCHORED = `(
  SELECT state = ${ANCHORED} AND hi > e.counter FROM dpp_pack
  WHERE source = e.source AND lo <= e.counter AND state <> ${REFUSED} ORDER BY lo DESC LIMIT 1
)`;

export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export function listStatement(query: EventQuery): Statement {
  const values: SqlValue[] = [];
  const parameter = (value: SqlValue, type: string): string => `$${values.push(value)}::${type}`;
  const conditions = ["true"];
  const { minTier, type, source, subject, anchored, after } = query;
  // As literals, so that the planner knows the partial indexes fit.
  const least = minTier === undefined ? 0 : positionIn(minTier, TIERS);
  if (least > 0) conditions.push(`e.tier >= ${least}`);
  if (type !== undefined) conditions.push(`e.type = ${positionIn(type, EVENT_TYPES)}`);
  if (source !== undefined) conditions.push(`e.source = ${parameter(hexBytes(source), "bytea")}`);
  if (subject !== undefined) {
    conditions.push(`e.subject = ${parameter(hexBytes(subject), "bytea")}`);
    if (subject !== "") conditions.push("e.subject <> ''");
  }
  if (after !== undefined) {
    const place = `${parameter(integer(after.receivedAt), "int8")}, ${parameter(after.id, "uuid")}`;
    conditions.push(`(e.received_at, e.id) < (${place})`);
  }
  if (anchored !== undefined) conditions.push(`${IS_ANCHORED} IS ${anchored ? "" : "NOT "}TRUE`);
  const limit = parameter(limitOf(query.limit, MAX_PAGE), "int4");
  return {
    text: `SELECT ${selected} FROM (
      SELECT ${eventColumns.join(", ")} FROM dpp_event e WHERE ${conditions.join(" AND ")} ORDER BY e.received_at DESC, e.id DESC LIMIT ${limit}
    ) e ${HOLDER} ORDER BY e.received_at DESC, e.id DESC`,
    values,
  };
}

const toListed = (row: Row): ListedEvent => ({
  event: toEvent(row),
  pack: row.pack_lo === null ? null : toPack(row, "pack_"),
});

export async function listEvents(sql: Query, query: EventQuery): Promise<readonly ListedEvent[]> {
  // What is no id stands nowhere in the order.
  if (query.after !== undefined && !isUuid(query.after.id)) return [];
  const { text, values } = listStatement(query);
  return (await sql.query(text, values)).map(toListed);
}

export async function eventById(sql: Query, id: string): Promise<ListedEvent | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.query(
    `SELECT ${selected} FROM (SELECT ${EVENT_COLUMNS} FROM dpp_event WHERE id = $1::uuid) e ${HOLDER}`,
    [id],
  );
  return row === undefined ? null : toListed(row);
}
