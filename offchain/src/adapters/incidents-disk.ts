/**
 * IncidentStore in a directory: one file per entry, named by its number, a thousand to a folder; report files beside. A file is whole or absent, and of several
 * writers of one number exactly one wins (durable-file.ts), so that processes take turns without a lock. Spec: docs/spec/incident.md "Log".
 */
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeIncidentEntry,
  encodeIncidentEntry,
  MAX_BODY_BYTES,
  MAX_ENTRY_BYTES,
} from "../codec/incident.js";
import { DppError, isDppError } from "../domain/errors.js";
import { isIncidentId } from "../domain/incident.js";
import type { IncidentStore } from "../ports/incident-store.js";
import { createFile } from "./durable-file.js";
import { closeToOthers } from "./private-folder.js";

const PER_FOLDER = 1000;
const OWNER_ONLY = 0o600;

export const incidentsFolder = (home: string): string => join(home, "incidents");

/** `folder`: made with the first report. */
export function incidentsOnDisk(folder: string): IncidentStore {
  const log = join(folder, "log");
  const folderOf = (seq: number): string => join(log, String(Math.floor(seq / PER_FOLDER)).padStart(9, "0"));
  const pathOf = (seq: number): string => join(folderOf(seq), `${String(seq).padStart(12, "0")}.json`);
  const bodyPath = (incident: string): string => {
    // Also what keeps an id from being a path.
    if (!isIncidentId(incident)) throw new DppError("incident/unknown", "an incident's id has 32 hex digits");
    return join(folder, "reports", `${incident}.json`);
  };
  // Once each time that a process opens the store; what is made later is made private.
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= closeToOthers(folder, join(folder, "reports"), log);
    return closing;
  };
  const create = async (path: string, bytes: Uint8Array): Promise<boolean> => {
    await close();
    return createFile(path, bytes, OWNER_ONLY);
  };
  return {
    append: (entry) => using("write", () => create(pathOf(entry.seq), encodeIncidentEntry(entry))),
    async *entries(from = 0) {
      await using("read", close);
      let seq = from;
      for (; ; seq++) {
        const bytes = await using("read", () => readBounded(pathOf(seq), MAX_ENTRY_BYTES));
        if (bytes === null) break;
        yield decoded(seq, bytes);
      }
      if (from === 0 && (await using("read", () => highest(log))) >= seq) throw broken(seq, "is missing");
    },
    async putBody(incident, bytes) {
      const path = bodyPath(incident);
      if (!(await using("write", () => create(path, bytes))))
        throw new DppError("incident/unavailable", "there is such a report already");
    },
    body: async (incident) => {
      const path = bodyPath(incident);
      return using("read", () => readBounded(path, MAX_BODY_BYTES));
    },
    eraseBody: async (incident) => {
      const path = bodyPath(incident);
      await using("write", () => rm(path, { force: true }));
    },
  };
}

const broken = (seq: number, what: string, cause?: unknown): DppError =>
  new DppError("incident/broken", `entry ${seq} of the log of incidents ${what}`, {
    cause,
    details: { seq },
  });

function decoded(seq: number, bytes: Uint8Array) {
  try {
    return decodeIncidentEntry(bytes);
  } catch (cause) {
    throw broken(seq, "is damaged", cause);
  }
}

/** `null`: absent. One byte beyond the bound is read at most: the decoder then refuses it. */
async function readBounded(path: string, max: number): Promise<Uint8Array | null> {
  try {
    const { size } = await stat(path);
    return size > max ? new Uint8Array(max + 1) : await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Highest number under which an entry lies; -1 when there is none. */
async function highest(log: string): Promise<number> {
  const folders = (await list(log)).filter((name) => /^\d{9}$/.test(name)).sort();
  for (const name of folders.reverse()) {
    const files = (await list(join(log, name))).filter((file) => /^\d{12}\.json$/.test(file)).sort();
    const last = files.at(-1);
    if (last !== undefined) return Number.parseInt(last, 10);
  }
  return -1;
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function using<T>(what: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isDppError(cause)) throw cause;
    const done = what === "read" ? "read" : "written";
    throw new DppError("incident/unavailable", `the log of incidents cannot be ${done}`, { cause });
  }
}
