/**
 * Pending transactions as files, whole or absent whatever kills the process. Two files each, so that no write can bring back what another process
 * removed: `{hash}.json` is written once, before the transaction is sent, and `{hash}.trouble.json` counts only beside it. Readable by their owner
 * alone: a purpose may name a product.
 */
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { utf8 } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { PendingTransaction, PendingTransactions, Trouble } from "../../ports/pending-transactions.js";
import { createFile, replaceFile } from "../durable-file.js";
import { withProcessLock } from "../process-lock.js";
import { factsOf } from "./facts.js";
import { oldestFirst } from "./order.js";

const FORMAT = 1;
const MODE = 0o600;
/** ms to wait for another sender: longer than one answer of a slow ledger. */
const PATIENCE = 120_000;
const RECORD = /^([0-9a-f]{64})\.json$/;
const TROUBLE = /^([0-9a-f]{64})\.trouble\.json$/;
/** A transaction has 16 KiB at most, and twice that in hex. */
const MAX_FILE = 256 * 1024;

export function pendingOnDisk(directory: string): PendingTransactions {
  const record = (hash: string): string => join(directory, `${hash}.json`);
  const trouble = (hash: string): string => join(directory, `${hash}.trouble.json`);

  const find = async (hash: string): Promise<PendingTransaction | null> => {
    const text = await textOf(record(hash));
    if (text === null) return null;
    return { ...parseRecord(record(hash), hash, text), trouble: await troubleOf(trouble(hash)) };
  };
  const remove = async (hash: string): Promise<void> => {
    // The record first: a trouble without one is nothing.
    await rm(record(hash), { force: true });
    await rm(trouble(hash), { force: true });
    await syncDirectory(directory);
  };
  return {
    read: factsOf,
    async add({ cbor, purpose, firstSent }) {
      const { hash } = factsOf(cbor);
      // Left by a removal that was cut short.
      if ((await textOf(record(hash))) === null) await rm(trouble(hash), { force: true });
      return createFile(record(hash), encode({ format: FORMAT, hash, purpose, firstSent, cbor }), MODE);
    },
    async mark(hash, found) {
      if (found === null) await rm(trouble(hash), { force: true });
      else if ((await textOf(record(hash))) !== null)
        await replaceFile(trouble(hash), encode({ format: FORMAT, ...found }), MODE);
    },
    remove,
    find,
    async list() {
      const names = (await readdir(directory).catch(absent)) ?? [];
      const hashes = names.flatMap((name) => RECORD.exec(name)?.[1] ?? []);
      for (const name of names) {
        const [, hash] = TROUBLE.exec(name) ?? [];
        // Left by a process that was killed between the two steps of a removal.
        if (hash !== undefined && !hashes.includes(hash)) await rm(join(directory, name), { force: true });
      }
      // Another process may remove one between the listing and the reading.
      const found = await Promise.all(hashes.map(find));
      return found.filter((entry) => entry !== null).toSorted(oldestFirst);
    },
    exclusive: (work) => withProcessLock(join(directory, "send.lock"), PATIENCE, work),
  };
}

const encode = (value: unknown): Uint8Array => utf8(`${JSON.stringify(value)}\n`);

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw error;
};

async function textOf(path: string): Promise<string | null> {
  const text = await readFile(path, "utf8").catch(absent);
  if (text !== null && text.length > MAX_FILE) throw damaged(path);
  return text;
}

const damaged = (path: string, cause?: unknown): DppError =>
  new DppError(
    "home/pending",
    `${path} is damaged: restore it from a backup, or remove it if its transaction stands in the chain or is not wanted any more`,
    { cause, details: { file: path } },
  );

function parseRecord(path: string, hash: string, text: string): Omit<PendingTransaction, "trouble"> {
  try {
    const { format, purpose, firstSent, cbor } = JSON.parse(text);
    const facts = factsOf(cbor);
    const sound = format === FORMAT && typeof purpose === "string" && Number.isSafeInteger(firstSent);
    if (sound && facts.hash === hash) return { ...facts, cbor, purpose, firstSent };
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path);
}

/** Damaged, it counts as none: the next look at the ledger finds the trouble again. */
async function troubleOf(path: string): Promise<Trouble | null> {
  const text = await textOf(path);
  if (text === null) return null;
  try {
    const { format, kind, reason, rival, since, final } = JSON.parse(text);
    const sound =
      format === FORMAT &&
      (kind === "superseded" || kind === "refused") &&
      typeof reason === "string" &&
      (rival === null || /^[0-9a-f]{64}$/.test(rival)) &&
      Number.isSafeInteger(since) &&
      typeof final === "boolean";
    return sound ? { kind, reason, rival, since, final } : null;
  } catch {
    return null;
  }
}

/** Makes a removal durable. Windows cannot open a directory; there the file system journals it. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await mkdir(path, { recursive: true });
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
