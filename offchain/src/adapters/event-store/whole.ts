/** Events with their pack, all or nothing; and those that stand in none that counts. */
import { DppError } from "../../domain/errors.js";
import { MAX_PACK_EVENTS } from "../../domain/event.js";
import type { Added, StoredEvent, StoredPack } from "../../ports/event-store.js";
import { addEventsIn } from "./events.js";
import { addPackIn, REFUSED } from "./packs.js";
import { hexBytes, integer, limitOf } from "./rows.js";
import type { Sql } from "./sql.js";

interface Answers {
  readonly events: readonly Added[];
  readonly pack: Added | null;
}

/** Takes the transaction back: the database knows no other way than an error. */
class Clash extends DppError {
  readonly answers: Answers;
  constructor(answers: Answers) {
    super("event-store/clash", "something conflicts, so nothing is added");
    this.answers = answers;
  }
}

export async function addWhole(
  sql: Sql,
  events: readonly StoredEvent[],
  pack?: StoredPack,
): Promise<Answers> {
  if (events.length === 0 && pack === undefined) return { events: [], pack: null };
  if (events.length > 0) limitOf(events.length, MAX_PACK_EVENTS);
  try {
    return await sql.transaction(async (transaction) => {
      const answers: Answers = {
        events: await addEventsIn(transaction, events),
        pack: pack === undefined ? null : await addPackIn(transaction, pack),
      };
      if (answers.pack === "conflict" || answers.events.includes("conflict")) throw new Clash(answers);
      return answers;
    });
  } catch (error) {
    if (error instanceof Clash) return error.answers;
    throw error;
  }
}

export function dropLoose(sql: Sql, source: string, lo: number, hi: number): Promise<number> {
  const thread = hexBytes(source);
  return sql.transaction(async (transaction) => {
    // Whoever adds a pack holds the thread's row, too.
    await transaction.query("SELECT 1 FROM dpp_thread WHERE source = $1::bytea FOR UPDATE", [thread]);
    const dropped = await transaction.query(
      `DELETE FROM dpp_event e WHERE e.source = $1::bytea AND e.counter >= $2::int8 AND e.counter < $3::int8
         AND NOT EXISTS (SELECT 1 FROM dpp_pack p
           WHERE p.source = e.source AND p.lo <= e.counter AND p.hi > e.counter AND p.state <> ${REFUSED})
       RETURNING 1 AS dropped`,
      [thread, integer(lo), integer(hi)],
    );
    return dropped.length;
  });
}
