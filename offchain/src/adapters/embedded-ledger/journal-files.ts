/**
 * The journal as files, safe against a kill at any moment and for several processes on one directory, without a lock. Spec: docs/spec/journal.md.
 *
 * A block is written to a temporary file, fsynced, and then hard-linked to its number: `link` is atomic and fails when the name exists, so a
 * number is given once and a file that has it is whole. Calls are synchronous: nothing of this process runs between judging and writing.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DppError } from "../../domain/errors.js";
import type { Clock, Random } from "../../ports/clock.js";
import type { Journal } from "./journal.js";

const GENESIS = "genesis.json";
/** Snapshots kept: the newest, and one more in case it is damaged. */
const KEPT_SNAPSHOTS = 2;
/** ms after which a temporary file cannot belong to a living writer. */
const STALE = 10 * 60_000;

const name = (height: number): string => `${String(height).padStart(8, "0")}.cbor`;

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

/** Null when the file is not there. */
function readIf(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** Makes the entries of a directory durable: without it, a power cut forgets the link though the file was synced. */
function syncDirectory(path: string): void {
  // Windows cannot open a directory; there the file system journals its entries.
  if (process.platform === "win32") return;
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

class FileJournal implements Journal {
  readonly genesis: Uint8Array;
  private readonly root: string;
  private readonly random: Random;

  constructor(root: string, genesis: Uint8Array, random: Random) {
    this.root = root;
    this.genesis = genesis;
    this.random = random;
  }

  private block(height: number): string {
    return join(this.root, "blocks", name(height));
  }

  read(height: number): Uint8Array | null {
    const path = this.block(height);
    // existsSync is several times cheaper than a failing open, and most calls find nothing new.
    return existsSync(path) ? readIf(path) : null;
  }

  append(height: number, bytes: Uint8Array): boolean {
    return publish(this.root, this.random, bytes, this.block(height));
  }

  last(): number {
    return readdirSync(join(this.root, "blocks")).reduce((greatest, file) => {
      const [, height] = /^(\d{8,})\.cbor$/.exec(file) ?? [];
      return height === undefined ? greatest : Math.max(greatest, Number(height));
    }, 0);
  }

  nameOf(height: number): string {
    return `blocks/${name(height)}`;
  }

  *snapshots(): Iterable<Uint8Array> {
    for (const file of this.snapshotFiles().reverse()) {
      const bytes = readIf(join(this.root, "snapshots", file));
      if (bytes !== null) yield bytes;
    }
  }

  keepSnapshot(height: number, bytes: Uint8Array): void {
    const temporary = writeTemporary(this.root, this.random, bytes);
    renameSync(temporary, join(this.root, "snapshots", name(height)));
    for (const old of this.snapshotFiles().slice(0, -KEPT_SNAPSHOTS))
      removeIf(join(this.root, "snapshots", old));
  }

  private snapshotFiles(): string[] {
    return readdirSync(join(this.root, "snapshots"))
      .filter((file) => /^\d{8}\.cbor$/.test(file))
      .sort();
  }
}

function writeTemporary(root: string, random: Random, bytes: Uint8Array): string {
  const path = join(root, "tmp", `${process.pid}-${Buffer.from(random.bytes(8)).toString("hex")}`);
  const file = openSync(path, "wx", 0o644);
  try {
    // Unlike writeSync, it goes on after a short write.
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return path;
}

/** Writes a file that is either there whole or not at all; false when the name is taken. */
function publish(root: string, random: Random, bytes: Uint8Array, path: string): boolean {
  const temporary = writeTemporary(root, random, bytes);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncDirectory(join(path, ".."));
  return true;
}

function removeIf(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function removeStale(root: string, clock: Clock): void {
  const folder = join(root, "tmp");
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && stat.mtimeMs < clock.now() - STALE) removeIf(path);
  }
}

const makeFolders = (root: string): void => {
  for (const folder of ["blocks", "snapshots", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
};

/** @throws DppError `ledger/exists` when the directory already holds a ledger. */
export function createJournalFiles(root: string, genesis: Uint8Array, random: Random): Journal {
  makeFolders(root);
  if (!publish(root, random, genesis, join(root, GENESIS))) {
    throw new DppError("ledger/exists", "this directory already holds a ledger");
  }
  return new FileJournal(root, genesis, random);
}

/** @throws DppError `ledger/not-found` when the directory holds no ledger. */
export function openJournalFiles(root: string, clock: Clock, random: Random): Journal {
  const genesis = readIf(join(root, GENESIS));
  if (genesis === null) throw new DppError("ledger/not-found", "there is no ledger in this directory");
  makeFolders(root);
  removeStale(root, clock);
  return new FileJournal(root, genesis, random);
}
