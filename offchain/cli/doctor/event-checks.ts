/** The doctor on the event store: it opens, its tables are ours, and what lies in it is counted. It makes and changes nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EventSettings } from "../../src/adapters/configuration/table.js";
import { stepsAhead } from "../../src/adapters/event-store/migrate.js";
import { threadCounts } from "../../src/adapters/event-store/packs.js";
import type { Sql } from "../../src/adapters/event-store/sql.js";
import type { HomePaths } from "../../src/adapters/home.js";
import { type Finding, ok, warning } from "./check.js";

/** @param limitMs of the whole check: another process that works with the embedded store is waited for half as long. */
export async function checkEventStore(
  settings: EventSettings,
  { events }: HomePaths,
  limitMs: number,
): Promise<Finding> {
  if (settings.kind === "embedded" && !existsSync(join(events, "data")))
    return ok("nothing was recorded yet");
  const sql = await opened(settings, events, limitMs / 2);
  try {
    if ((await stepsAhead(sql)) > 0) {
      return warning("its tables are not those of this version yet", "the first use brings them there");
    }
    const counts = await threadCounts(sql);
    const sum = (of: (count: (typeof counts)[number]) => number): number =>
      counts.reduce((total, count) => total + of(count), 0);
    const refused = sum(({ packs }) => packs.refused);
    const found = `${sum((count) => count.events)} events of ${counts.length} threads; packs: ${sum(({ packs }) => packs.waiting + packs.sent)} on their way, ${sum(({ packs }) => packs.anchored)} anchored, ${refused} refused`;
    return refused > 0
      ? warning(found, "dpp event threads shows of which source, dpp event list why")
      : ok(found);
  } finally {
    await sql.close();
  }
}

async function opened(settings: EventSettings, directory: string, patienceMs: number): Promise<Sql> {
  const prepare = async (): Promise<void> => undefined;
  if (settings.kind === "embedded") {
    const { embeddedSql } = await import("../../src/adapters/event-store/embedded.js");
    return embeddedSql(directory, { patienceMs, prepare });
  }
  const { openPostgres } = await import("../../src/adapters/event-store/postgres.js");
  return openPostgres(settings.url.reveal(), prepare);
}
