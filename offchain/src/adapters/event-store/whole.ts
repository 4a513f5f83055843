/** Events with their pack, all or nothing. */
import { DppError } from "../../domain/errors.js";
import { MAX_PACK_EVENTS } from "../../domain/event.js";
import type { Added, StoredEvent, StoredPack } from "../../ports/event-store.js";
import { addEventsIn } from "./events.js";
import { addPackIn } from "./packs.js";
import { limitOf } from "./rows.js";
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
