/**
 * Leases of threads, with a fencing token: it grows with every lease and with every release, and what a holder writes carries his. Whoever was slow therefore writes
 * nothing over what the next one did, whatever his clock says.
 */
import { DppError } from "../../domain/errors.js";
import type { Lease, PackState } from "../../ports/event-store.js";
import { bounded, hex, hexBytes, integer, limitOf, number, stateValues } from "./rows.js";
import type { Query, Sql } from "./sql.js";

const MAX_LEASES = 1_000;
const REFUSED = 3;

/** Who meets a row that another is just leasing passes on to the next one. A thread that is named needs no pack that waits. */
const LEASE = `WITH free AS MATERIALIZED (
    SELECT t.source, coalesce(w.since, 0) AS since FROM dpp_thread t
    LEFT JOIN (SELECT source, min(sealed_at) AS since FROM dpp_pack WHERE state < 2 GROUP BY source) w ON w.source = t.source
    WHERE t.leased_until <= $3::int8
      AND CASE WHEN $5::bytea IS NULL THEN w.since IS NOT NULL ELSE t.source = $5::bytea END
    ORDER BY w.since, t.source LIMIT $4::int4 FOR UPDATE OF t SKIP LOCKED
  )
  UPDATE dpp_thread SET token = dpp_thread.token + 1, worker = $1, leased_until = $2::int8
  FROM free WHERE dpp_thread.source = free.source
  RETURNING dpp_thread.source, dpp_thread.token, free.since`;

export async function lease(
  sql: Sql,
  worker: string,
  now: number,
  ms: number,
  limit: number,
  source?: string,
): Promise<readonly Lease[]> {
  const rows = await sql.transaction((transaction) =>
    transaction.query(LEASE, [
      bounded(worker),
      integer(integer(now) + integer(ms)),
      now,
      limitOf(limit, MAX_LEASES),
      source === undefined ? null : hexBytes(source),
    ]),
  );
  return rows
    .map((row) => ({ source: hex(row, "source"), token: number(row, "token"), since: number(row, "since") }))
    .sort((a, b) => a.since - b.since || (a.source < b.source ? -1 : 1))
    .map(({ source, token }) => ({ source, token }));
}

export async function renewLease(
  sql: Query,
  { source, token }: Lease,
  now: number,
  ms: number,
): Promise<void> {
  const rows = await sql.query(
    "UPDATE dpp_thread SET leased_until = $3::int8 WHERE source = $1::bytea AND token = $2::int8 RETURNING 1 AS done",
    [hexBytes(source), integer(token), integer(integer(now) + integer(ms))],
  );
  if (rows.length === 0) throw lost(source);
}

export async function release(sql: Query, { source, token }: Lease): Promise<void> {
  await sql.query(
    "UPDATE dpp_thread SET token = token + 1, worker = NULL, leased_until = 0 WHERE source = $1::bytea AND token = $2::int8",
    [hexBytes(source), integer(token)],
  );
}

export async function markPack(
  sql: Sql,
  { source, token }: Lease,
  lo: number,
  state: PackState,
): Promise<void> {
  const values = [hexBytes(source), integer(lo), ...stateValues(state)];
  await sql.transaction(async (transaction) => {
    const [thread] = await transaction.query(
      "SELECT token FROM dpp_thread WHERE source = $1::bytea FOR UPDATE",
      [hexBytes(source)],
    );
    if (thread === undefined || number(thread, "token") !== integer(token)) throw lost(source);
    // A refused pack stays so: another one may have taken its counters meanwhile.
    const rows = await transaction.query(
      `UPDATE dpp_pack SET state = $3::int2, tx_hash = $4::bytea, seq = $5::int8, late = $6::boolean, code = $7::text, reason = $8::text
       WHERE source = $1::bytea AND lo = $2::int8 AND state <> ${REFUSED} RETURNING 1 AS done`,
      values,
    );
    if (rows.length > 0) return;
    throw new DppError("event-store/no-pack", `no pack that is not refused begins at ${lo} in this thread`, {
      details: { source, lo },
    });
  });
}

const lost = (source: string): DppError =>
  new DppError(
    "event-store/lost-lease",
    "this thread is leased to somebody else, or released: lease it again and look what was done",
    { details: { source } },
  );
