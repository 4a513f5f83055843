/** Packs of threads. Whoever changes a thread's packs holds its row in `dpp_thread`, so that two who add at once see each other. */
import type { Added, PackState, StoredPack, ThreadCount } from "../../ports/event-store.js";
import {
  hex,
  hexBytes,
  integer,
  limitOf,
  number,
  PACK_COLUMNS,
  PACK_STATES,
  packValues,
  positionIn,
  toPack,
} from "./rows.js";
import type { Query, Sql } from "./sql.js";

const MAX_PAGE = 1_000;
export const REFUSED = 3;

const columns = PACK_COLUMNS.split(", ");
const UPSERT = `INSERT INTO dpp_pack (${PACK_COLUMNS})
  VALUES ($1::bytea, $2::int8, $3::int8, $4::bytea, $5::int2, $6::bytea, $7::int8, $8::int8, $9::bytea, $10::int8, $11::int2, $12::bytea, $13::int8, $14::boolean, $15::text, $16::text)
  ON CONFLICT (source, lo) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`;

export async function addPack(sql: Sql, pack: StoredPack): Promise<Added> {
  return sql.transaction((transaction) => addPackIn(transaction, pack));
}

/** Within a transaction. */
export async function addPackIn(transaction: Query, pack: StoredPack): Promise<Added> {
  const values = packValues(pack);
  const source = hexBytes(pack.source);
  await transaction.query("INSERT INTO dpp_thread (source) VALUES ($1::bytea) ON CONFLICT DO NOTHING", [
    source,
  ]);
  await transaction.query("SELECT 1 FROM dpp_thread WHERE source = $1::bytea FOR UPDATE", [source]);
  const there = await packAt(transaction, pack.source, pack.lo);
  if (there !== null && there.state.kind !== "refused") return sameSeal(there, pack) ? "same" : "conflict";
  // Those that are not refused do not overlap each other: the last of them that begins before `hi` ends last.
  const [last] = await transaction.query(
    `SELECT hi FROM dpp_pack WHERE source = $1::bytea AND lo < $2::int8 AND state <> ${REFUSED} ORDER BY lo DESC LIMIT 1`,
    [source, pack.hi],
  );
  if (pack.state.kind !== "refused" && last !== undefined && number(last, "hi") > pack.lo) return "conflict";
  await transaction.query(UPSERT, values);
  return "added";
}

const SEALED = ["config", "source", "tier", "lo", "hi", "root", "cmin", "cmax", "signature"] as const;
const sameSeal = (a: StoredPack, b: StoredPack): boolean => SEALED.every((key) => a[key] === b[key]);

export async function packAt(sql: Query, source: string, lo: number): Promise<StoredPack | null> {
  const [row] = await sql.query(
    `SELECT ${PACK_COLUMNS} FROM dpp_pack WHERE source = $1::bytea AND lo = $2::int8`,
    [hexBytes(source), integer(lo)],
  );
  return row === undefined ? null : toPack(row);
}

export async function packsOf(
  sql: Query,
  source: string,
  from: number,
  limit: number,
  states: readonly PackState["kind"][] = PACK_STATES,
): Promise<readonly StoredPack[]> {
  const rows = await sql.query(
    `SELECT ${PACK_COLUMNS} FROM dpp_pack
     WHERE source = $1::bytea AND lo >= $2::int8 AND state = ANY ($3::int2[]) ORDER BY lo LIMIT $4::int4`,
    [
      hexBytes(source),
      integer(from),
      states.map((state) => positionIn(state, PACK_STATES)),
      limitOf(limit, MAX_PAGE),
    ],
  );
  return rows.map((row) => toPack(row));
}

export async function threadCounts(sql: Query): Promise<readonly ThreadCount[]> {
  const rows = await sql.query(
    `SELECT source, sum(events) AS events, sum(s0) AS waiting, sum(s1) AS sent, sum(s2) AS anchored, sum(s3) AS refused
     FROM (
       SELECT source, count(*) AS events, 0 AS s0, 0 AS s1, 0 AS s2, 0 AS s3 FROM dpp_event GROUP BY source
       UNION ALL
       SELECT source, 0, count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1),
         count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3) FROM dpp_pack GROUP BY source
     ) counts GROUP BY source ORDER BY source`,
  );
  return rows.map((row) => ({
    source: hex(row, "source"),
    events: number(row, "events"),
    packs: {
      waiting: number(row, "waiting"),
      sent: number(row, "sent"),
      anchored: number(row, "anchored"),
      refused: number(row, "refused"),
    },
  }));
}
