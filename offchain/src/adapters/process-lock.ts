/**
 * One process at a time does something in a directory. The lock names its process, so that a lock whose process was killed is taken over. For set-up on one
 * machine; the ledger itself needs no lock.
 */
import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { createFile } from "./durable-file.js";

const POLL = 100;

/** @throws DppError `home/busy` when another process holds the lock for longer than `patience` (ms). */
export async function withProcessLock<T>(path: string, patience: number, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; !(await createFile(path, utf8(String(process.pid)))); waited += POLL) {
    const holder = await holderOf(path);
    if (holder !== null && !isAlive(holder)) await takeAway(path, holder);
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

/** Removes the lock of a process that is gone; a lock that another waiter has taken meanwhile is put back. */
async function takeAway(path: string, gone: number): Promise<void> {
  const aside = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await rename(path, aside);
    if ((await holderOf(aside)) !== gone) await link(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** `null`: the lock was released meanwhile. */
async function holderOf(path: string): Promise<number | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : Math.trunc(Number(text)) || 0;
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
