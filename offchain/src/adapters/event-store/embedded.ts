/**
 * The event store in a directory of the home, for several processes of one machine. PGlite takes one process at a time and does not guard its files, so a process
 * holds the directory's lock while it has them open. It opens them when there is work, closes them when there has been none for a moment, and as soon as another process waits
 * (docs/decisions/0016-event-store.md).
 *
 *   data/    PostgreSQL's files          lock    names the process that has them open
 *   waiting-*   notes of those who wait
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DppError, isDppError } from "../../domain/errors.js";
import type { EventStore } from "../../ports/event-store.js";
import { closeToOthers } from "../private-folder.js";
import { withProcessLock } from "../process-lock.js";
import { migrate } from "./migrate.js";
import { openPglite, type Pglite } from "./pglite.js";
import type { Sql } from "./sql.js";
import { eventStoreOver } from "./store.js";
import { notesIn, sweep, withNote } from "./waiting.js";

export interface EmbeddedOptions {
  /** How long the files stay open without work, ms. */
  readonly idleMs?: number;
  /** How long to wait for another process that has them open, ms. */
  readonly patienceMs?: number;
  /** What is done each time when the files were opened: puts the tables in place, which a newer version may have changed meanwhile. */
  readonly prepare?: (sql: Sql) => Promise<void>;
}

const IDLE = 2_000;
const PATIENCE = 30_000;
/** How often an idle holder looks whether somebody waits. */
const LOOK = 100;
/** A holder with work goes on at least this long: opening costs more than most of what is done then. */
const SLICE = 500;
/** Who let go because others waited gives them this long to arrive. */
const COURTESY = 2_000;

/**
 * @param directory made when there is none; `"memory"`: nothing is written, and it is this process's alone.
 * @throws DppError `event-store/unavailable`, `event-store/damaged`, `event-store/newer`, `event-store/foreign`: those of a directory at the first use.
 */
export async function openPgliteStore(
  directory: string | "memory",
  options: EmbeddedOptions = {},
): Promise<EventStore> {
  return eventStoreOver(directory === "memory" ? await memorySql() : embeddedSql(directory, options));
}

async function memorySql(): Promise<Sql> {
  const pglite = await openPglite("memory");
  await migrate(pglite);
  return pglite;
}

/** How many in this process hold a lock or wait for it. With none, a lock with our number is of an earlier process that had it, as in a restarted container. */
const claims = new Map<string, number>();

interface Session {
  readonly pglite: Pglite;
  /** Ends when files and lock are let go. */
  readonly ended: Promise<void>;
  readonly end: () => void;
  readonly openedAt: number;
  users: number;
  leaving: boolean;
  usedAt: number;
}

export function embeddedSql(
  directory: string,
  { idleMs = IDLE, patienceMs = PATIENCE, prepare = (sql) => migrate(sql) }: EmbeddedOptions = {},
): Sql {
  let current: Promise<Session> | null = null;
  let closed = false;

  /** Counts the caller among its users. */
  async function session(): Promise<Session> {
    for (;;) {
      if (closed) throw new DppError("event-store/unavailable", "this event store was closed");
      const opening = current ?? begin();
      current = opening;
      const opened = await opening.catch((error) => {
        if (current === opening) current = null;
        throw error;
      });
      const fresh = performance.now() - opened.openedAt < SLICE;
      const notes = opened.leaving || fresh ? [] : notesIn(directory);
      if (!opened.leaving && notes.length === 0) {
        opened.users++;
        return opened;
      }
      leave(opened);
      // Files that could not be closed in order are repaired from their log by whoever opens them next.
      await opened.ended.catch(() => undefined);
      // The next one in this process waits with the others.
      if (current === opening) current = null;
      await letIn(directory, notes);
    }
  }

  function leave(opened: Session): void {
    opened.leaving = true;
    if (opened.users === 0) opened.end();
  }

  async function begin(): Promise<Session> {
    const begun = await hold(directory, patienceMs, prepare);
    const watch = setInterval(() => {
      const idle = performance.now() - begun.usedAt;
      // Between two calls of one piece of work nobody has to let go.
      if (begun.users === 0 && (idle >= idleMs || (idle >= LOOK && notesIn(directory).length > 0)))
        leave(begun);
    }, LOOK);
    void begun.ended.finally(() => clearInterval(watch)).catch(() => undefined);
    return begun;
  }

  async function use<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const opened = await session();
    try {
      return await work(opened.pglite);
    } finally {
      opened.users--;
      opened.usedAt = performance.now();
      if (opened.pglite.broken || opened.leaving) leave(opened);
    }
  }

  return {
    query: (text, values) => use((sql) => sql.query(text, values)),
    transaction: (work) => use((sql) => sql.transaction(work)),
    async close() {
      closed = true;
      const opened = await current?.catch(() => null);
      if (opened === null || opened === undefined) return;
      leave(opened);
      await opened.ended;
    },
  };
}

/** Waits for those who had left notes to arrive, or to give up. */
async function letIn(directory: string, notes: readonly string[]): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < COURTESY && notesIn(directory).some((note) => notes.includes(note))) {
    await pause(LOOK / 2);
  }
}

/** Takes the lock and opens the files; both are let go when the session's `end` was called. */
function hold(directory: string, patienceMs: number, prepare: (sql: Sql) => Promise<void>): Promise<Session> {
  return new Promise<Session>((resolve, reject) => {
    let end: () => void = () => undefined;
    const untilEnd = new Promise<void>((done) => {
      end = done;
    });
    const ended = locked(directory, patienceMs, async () => {
      const pglite = await openPglite(join(directory, "data"));
      try {
        await prepare(pglite);
        // `ended` is assigned: the lock was waited for.
        const openedAt = performance.now();
        resolve({ pglite, ended, end, openedAt, users: 0, leaving: false, usedAt: openedAt });
        await untilEnd;
      } finally {
        await pglite.close();
      }
    });
    ended.catch(reject);
  });
}

async function locked(directory: string, patienceMs: number, work: () => Promise<void>): Promise<void> {
  const lock = join(directory, "lock");
  claim(lock);
  try {
    await withNote(directory, async (arrived) => {
      await closeToOthers(directory);
      await withProcessLock(lock, patienceMs, async () => {
        await arrived();
        await sweep(directory);
        await work();
      });
    });
  } catch (error) {
    if (!isDppError(error, "home/busy")) throw error;
    throw new DppError("event-store/unavailable", `the event store is in use: ${error.message}`, {
      cause: error,
    });
  } finally {
    claims.set(lock, (claims.get(lock) ?? 1) - 1);
  }
}

/** In one go, so that nobody in this process takes the lock in between. */
function claim(lock: string): void {
  const others = claims.get(lock) ?? 0;
  claims.set(lock, others + 1);
  if (others > 0) return;
  try {
    if (readFileSync(lock, "utf8") === String(process.pid)) rmSync(lock, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
