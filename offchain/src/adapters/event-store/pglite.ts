/** PostgreSQL inside the process (PGlite), in memory or in a directory of which this process is the only user (embedded.ts sees to that). */
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PGlite, Transaction } from "@electric-sql/pglite";
import { isDppError } from "../../domain/errors.js";
import { asStoreError, type Query, type Row, type Sql, type SqlValue, sqlState } from "./sql.js";

/** Small: the default of 128 MB is memory of this process. */
const SETTINGS = ["shared_buffers=8MB", "max_connections=4", "wal_buffers=1MB"];
/** `fdatasync`, the default, is a sync that PGlite's file system does not pass on; `fsync` it does (synced-files.ts). */
const SYNCED = ["wal_sync_method=fsync"];

export interface Pglite extends Sql {
  /** After an error that is not a statement's: memory and files of this instance are not to be trusted, the files' log is. */
  readonly broken: boolean;
}

/** @param directory `"memory"`: nothing is written. It has no tables yet when it is new. @throws DppError `event-store/unavailable`, `event-store/damaged`. */
export async function openPglite(directory: string | "memory"): Promise<Pglite> {
  const place = directory === "memory" ? "the event store in memory" : `the event store in ${directory}`;
  try {
    if (directory === "memory") return over(await start(undefined), place);
    if (!existsSync(directory)) await create(directory);
    return over(await start(directory), place);
  } catch (error) {
    throw asStoreError(error, place);
  }
}

async function start(directory: string | undefined): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  const settings = [...SETTINGS, ...(directory === undefined ? [] : SYNCED)].flatMap((each) => ["-c", each]);
  if (directory === undefined) {
    return PGlite.create({ startParams: [...PGlite.defaultStartParams, ...settings] });
  }
  const { SyncedFiles } = await import("./synced-files.js");
  return PGlite.create({
    fs: new SyncedFiles(directory),
    // -F: never sync.
    startParams: [...PGlite.defaultStartParams.filter((each) => each !== "-F"), ...settings],
  });
}

/** Making a database takes seconds, in which the process may be killed: it is made aside, synced, and put in place. */
async function create(directory: string): Promise<void> {
  const aside = `${directory}.new`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const pglite = await start(aside);
  await pglite.close();
  await syncTree(aside);
  await rename(aside, directory);
  await syncEntry(dirname(directory));
}

async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncEntry(path);
  }
  await syncEntry(directory);
}

async function syncEntry(path: string): Promise<void> {
  // Windows opens no directory and syncs no file that is open for reading alone.
  if (process.platform === "win32") return;
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const queryOf = (pglite: PGlite | Transaction): Query => ({
  async query(text, values: readonly SqlValue[] = []) {
    const { rows } = await pglite.query<Row>(text, values as unknown[]);
    return rows;
  },
});

function over(pglite: PGlite, place: string): Pglite {
  let broken = false;
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // What `work` refused, or a statement whose error was told already.
      if (isDppError(error)) throw error;
      // PANIC and FATAL have a SQLSTATE, too, and end the instance.
      const severity: unknown = (error as { severity?: unknown } | null)?.severity;
      if (sqlState(error) === undefined || (severity !== undefined && severity !== "ERROR")) broken = true;
      throw asStoreError(error, place);
    }
  };
  const toldQuery = (client: PGlite | Transaction): Query => ({
    query: (text, values) => told(() => queryOf(client).query(text, values)),
  });
  return {
    get broken() {
      return broken;
    },
    ...toldQuery(pglite),
    async transaction(work) {
      const outcome = await told(() =>
        pglite.transaction(async (transaction) => {
          try {
            return { value: await work(toldQuery(transaction)) };
          } catch (error) {
            // What `work` throws says nothing of the database, and goes to whoever gave it.
            await transaction.rollback();
            return { error };
          }
        }),
      );
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    },
    async close() {
      await pglite.close().catch((error: unknown) => {
        // A broken one cannot shut down; its log is replayed when it is opened again.
        if (!broken) throw asStoreError(error, place);
      });
    },
  };
}
