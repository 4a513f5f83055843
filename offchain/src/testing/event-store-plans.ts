/** What a database plans for the common lists over a store that is not small: along an index, and never through the whole table. */
import { expect, it } from "vitest";
import { listStatement } from "../adapters/event-store/list.js";
import type { Sql } from "../adapters/event-store/sql.js";
import type { EventQuery } from "../ports/event-store.js";
import { OTHER_THREAD, storedId, THREAD } from "./stored-events.js";

const ROWS = 100_000;
/** Of 100 threads with packs of 100 events each; one event in 1,000 has the highest tier, one in 100 a subject. */
const FILL = [
  `INSERT INTO dpp_event SELECT
     ('00000000-0000-8000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, decode(lpad(to_hex(n % 100), 32, '0'), 'hex'), n / 100,
     decode(lpad(to_hex(n), 64, '0'), 'hex'), n % 11,
     CASE WHEN n % 100 = 0 THEN decode(lpad(to_hex(n), 32, '0'), 'hex') ELSE '' END,
     CASE WHEN n % 1000 = 0 THEN 3 ELSE n % 3 END, n, n, '\\x8e', NULL
   FROM generate_series(0, ${ROWS - 1}) n`,
  `INSERT INTO dpp_pack SELECT decode(lpad(to_hex(n % 100), 32, '0'), 'hex'), n / 100 * 100, n / 100 * 100 + 100,
     '\\x00', 1, '\\x00', 0, 0, '\\x00', n, 2, '\\x00', n, false, NULL, NULL
   FROM generate_series(0, 999) n`,
];

const QUERIES: Readonly<Record<string, Omit<EventQuery, "limit">>> = {
  all: {},
  "tier 1": { minTier: "INDIVIDUAL_SIGNED" },
  "tier 2": { minTier: "DEVICE_SIGNED" },
  "tier 3": { minTier: "MULTI_PARTY_SIGNED" },
  type: { type: "incident" },
  source: { source: `${"00".repeat(15)}07` },
  "a source without events": { source: OTHER_THREAD },
  subject: { subject: `${"00".repeat(14)}03e8` },
  "type and tier": { type: "grade", minTier: "MULTI_PARTY_SIGNED" },
  anchored: { anchored: true },
  "anchored, of a tier": { anchored: true, minTier: "DEVICE_SIGNED" },
};

/** @param current a database with the tables, and nothing in them. */
export function planContract(name: string, current: () => Sql): void {
  it(`${name} reads no list of ${ROWS.toLocaleString("en")} events through the whole table, with and without statistics`, async () => {
    const sql = current();
    for (const statement of FILL) await sql.query(statement);
    for (const analysed of [false, true]) {
      if (analysed) await sql.query("ANALYZE dpp_event, dpp_pack");
      for (const [label, query] of Object.entries(QUERIES)) {
        for (const after of [undefined, { receivedAt: ROWS / 2, id: storedId(THREAD, ROWS / 2) }]) {
          const { text, values } = listStatement({ ...query, limit: 50, ...(after && { after }) });
          const rows = await sql.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
          const plan = JSON.stringify(rows[0]?.["QUERY PLAN"]);
          expect(plan.includes("Index"), label).toBe(true);
          expect(plan.includes('"Seq Scan"'), `${label}: ${plan}`).toBe(false);
        }
      }
    }
  });
}
