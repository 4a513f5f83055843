/** Brings a database to this version's tables, under a lock: of two processes that start at once, one does it. */
import { createHash } from "node:crypto";
import { DppError } from "../../domain/errors.js";
import { MIGRATIONS, type Migration } from "./migrations.js";
import type { Query, Sql } from "./sql.js";

/** Key of PostgreSQL's advisory lock: "dpp-ev" in ASCII. */
const LOCK = "110434081138038";

export const checksumOf = ({ name, statements }: Migration): string =>
  createHash("sha256")
    .update(JSON.stringify([name, ...statements]))
    .digest("hex");

/** How many steps are yet to be done here. @throws DppError as `migrate`. */
export const stepsAhead = async (sql: Query): Promise<number> =>
  missing(await applied(sql), MIGRATIONS).length;

/**
 * @throws DppError `event-store/newer` for a database that a newer version has changed, `event-store/foreign` for one whose tables were made by other
 *   statements than ours.
 */
export async function migrate(sql: Sql, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  if (missing(await applied(sql), migrations).length === 0) return;
  await sql.transaction(async (locked) => {
    await locked.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
    await locked.query(
      "CREATE TABLE IF NOT EXISTS dpp_migration (number int4 PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)",
    );
    // Somebody else may have done it while this one waited.
    for (const { number, migration } of missing(await applied(locked), migrations)) {
      for (const statement of migration.statements) await locked.query(statement);
      await locked.query("INSERT INTO dpp_migration (number, name, checksum) VALUES ($1::int4, $2, $3)", [
        number,
        migration.name,
        checksumOf(migration),
      ]);
    }
  });
}

/** Checksums by number, from 1. */
async function applied(sql: Query): Promise<ReadonlyMap<number, string>> {
  const [table] = await sql.query("SELECT to_regclass('dpp_migration') IS NOT NULL AS there");
  if (table?.there !== true) return new Map();
  const rows = await sql.query("SELECT number, checksum FROM dpp_migration ORDER BY number");
  return new Map(rows.map(({ number, checksum }) => [Number(number), String(checksum)]));
}

function missing(
  done: ReadonlyMap<number, string>,
  migrations: readonly Migration[],
): readonly { readonly number: number; readonly migration: Migration }[] {
  const newest = Math.max(0, ...done.keys());
  if (newest > migrations.length) {
    throw new DppError(
      "event-store/newer",
      `the event store was changed by a newer version of this software (step ${newest}, this one knows ${migrations.length}): update it, or use another store`,
      { details: { found: newest, known: migrations.length } },
    );
  }
  const numbered = migrations.map((migration, at) => ({ number: at + 1, migration }));
  for (const { number, migration } of numbered) {
    const checksum = done.get(number);
    if (checksum === undefined || checksum === checksumOf(migration)) continue;
    throw new DppError(
      "event-store/foreign",
      `step ${number} of the event store's tables was another one than this version's: use the software that made it, or another database`,
      { details: { step: number } },
    );
  }
  return numbered.filter(({ number }) => !done.has(number));
}
