/**
 * ReadLog on disk: one file per entry, named by its number, a thousand to a folder. An entry is written aside, synced and then linked to
 * its name; `link` fails when the name exists, so that several processes take turns without a lock and a crash leaves whole entries only.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import {
  encodeEntry,
  entryHash,
  FIRST_PREVIOUS,
  type ReadLog,
  type ReadLogEntry,
} from "../ports/read-log.js";

const PER_FOLDER = 1000;

export async function createDiskReadLog(folder: string): Promise<ReadLog> {
  await mkdir(folder, { recursive: true });
  const folderOf = (seq: number): string =>
    join(folder, String(Math.floor(seq / PER_FOLDER)).padStart(9, "0"));
  const pathOf = (seq: number): string => join(folderOf(seq), `${String(seq).padStart(12, "0")}.json`);

  const read = async (seq: number): Promise<ReadLogEntry | null> => {
    try {
      return JSON.parse(await readFile(pathOf(seq), "utf8")) as ReadLogEntry;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new DppError("read-log/broken", `entry ${seq} of the log of reads cannot be read`, {
        cause: error,
      });
    }
  };

  let last = await findLast(folder, read);
  /** Moves `last` over the entries that other processes appended. */
  const catchUp = async (): Promise<void> => {
    for (let next = await read((last?.seq ?? -1) + 1); next !== null; next = await read(next.seq + 1))
      last = next;
  };

  const tryAppend = async (entry: ReadLogEntry): Promise<boolean> => {
    await mkdir(folderOf(entry.seq), { recursive: true });
    const aside = join(folder, `.${randomUUID()}`);
    try {
      const file = await open(aside, "wx");
      await file.writeFile(encodeEntry(entry));
      await file.sync();
      await file.close();
      await link(aside, pathOf(entry.seq));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw new DppError("read-log/unavailable", "the log of reads cannot be written", { cause: error });
    } finally {
      await rm(aside, { force: true });
    }
  };

  let turn: Promise<unknown> = Promise.resolve();
  return {
    append(roleRead) {
      const mine = turn.then(async () => {
        for (;;) {
          await catchUp();
          const previous = last === null ? FIRST_PREVIOUS : entryHash(last);
          const entry = { seq: (last?.seq ?? -1) + 1, previous, ...roleRead };
          if (await tryAppend(entry)) {
            last = entry;
            return entry;
          }
        }
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    async *entries(from = 0) {
      for (let entry = await read(from); entry !== null; entry = await read(entry.seq + 1)) yield entry;
    },
  };
}

async function findLast(
  folder: string,
  read: (seq: number) => Promise<ReadLogEntry | null>,
): Promise<ReadLogEntry | null> {
  const folders = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).sort();
  for (const name of folders.reverse()) {
    const file = (await readdir(join(folder, name)))
      .filter((entry) => /^\d+\.json$/.test(entry))
      .sort()
      .at(-1);
    if (file !== undefined) return read(Number.parseInt(file, 10));
  }
  return null;
}
