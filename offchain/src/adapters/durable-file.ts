/** Files that are whole or absent, whatever kills the process: written aside, synced, then put in place. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

async function writeAside(path: string, bytes: Uint8Array, mode: number): Promise<string> {
  // What only its owner may read lies in a directory that only he may list.
  await makeDirectory(dirname(path), (mode & 0o077) === 0 ? 0o700 : 0o777);
  const aside = join(dirname(path), `.${randomBytes(8).toString("hex")}.tmp`);
  const file = await open(aside, "wx", mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return aside;
}

/** A new directory is an entry of its parent, which has to be synced too. */
async function makeDirectory(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first !== undefined) await syncDirectory(dirname(first));
}

/** Makes a rename or link itself durable. Windows cannot open a directory; there the file system journals it. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export async function replaceFile(path: string, bytes: Uint8Array, mode = 0o644): Promise<void> {
  const aside = await writeAside(path, bytes, mode);
  await rename(aside, path);
  await syncDirectory(dirname(path));
}

/** `false`: the file exists already, and stays as it is; exactly one of several processes creates it. */
export async function createFile(path: string, bytes: Uint8Array, mode = 0o644): Promise<boolean> {
  const aside = await writeAside(path, bytes, mode);
  try {
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
  await syncDirectory(dirname(path));
  return true;
}
