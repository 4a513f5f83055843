/** Notes of processes that wait for a directory, beside its lock: whoever holds the lock sees them and lets go. A note names its process, so that one of a killed process counts for nothing. */
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const NOTE = /^waiting-(\d{1,10})-[0-9a-f]{16}$/;

/** Runs `work`, which is given the note's removal to call as soon as it waits no more. */
export async function withNote<T>(
  directory: string,
  work: (arrived: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const path = join(directory, `waiting-${process.pid}-${randomBytes(8).toString("hex")}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(path, "");
  const arrived = (): Promise<void> => rm(path, { force: true });
  try {
    return await work(arrived);
  } finally {
    await arrived();
  }
}

/** Names of the notes of living processes; the others' are left for `sweep`. */
export function notesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => isAlive(Number(NOTE.exec(name)?.[1] ?? 0)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Removes notes of processes that are gone. */
export async function sweep(directory: string): Promise<void> {
  const gone = readdirSync(directory).filter((name) => {
    const pid = NOTE.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  for (const name of gone) await rm(join(directory, name), { force: true });
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
