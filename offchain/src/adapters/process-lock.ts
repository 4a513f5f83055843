/**
 * One process at a time does something in a directory. The lock names its process, so that a lock whose process was killed is taken over. For set-up on one
 * machine; the ledger itself needs no lock.
 */
import { readFile, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { createFile } from "./durable-file.js";

const POLL = 100;

/** @throws DppError `home/busy` when another process holds the lock for longer than `patience` (ms). */
export async function withProcessLock<T>(path: string, patience: number, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; !(await createFile(path, utf8(String(process.pid)))); waited += POLL) {
    const holder = await holderOf(path);
    if (holder !== null && !isAlive(holder)) await rm(path, { force: true });
    else if (waited >= patience) {
      throw new DppError(
        "home/busy",
        `process ${holder ?? "?"} is at work here; if it is not, remove ${path}`,
      );
    } else await pause(POLL);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** `null`: the lock was released meanwhile. */
async function holderOf(path: string): Promise<number | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : Number(text);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
