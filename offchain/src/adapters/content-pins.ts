/**
 * Pins of the content store on disk, and the removal of blocks that nobody needs any more. Safe by several processes at once, and whatever kills them.
 *
 *   pins/<..>/<root>      the CIDs of the blob's blocks, one per line; written before the blocks are
 *   unpinned/<root>       the same file, moved here by the unpinning and gone when the blocks are; one that a killed process left is finished by the next
 *   unpinning.lock        held while blocks are removed: one process does so at a time, while others put and read
 *
 * A block is first set aside, where readers still find it, then the pins are listed, and only then it goes or comes back. Who puts a blob pins it first and
 * looks for its blocks after that: either he finds the block missing and writes it again, or his pin is in the list.
 */
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { equalBytes, utf8 } from "../domain/bytes.js";
import { parseCid, RAW } from "../domain/cid.js";
import { DppError } from "../domain/errors.js";
import type { Pins } from "./content-blocks.js";
import { readBounded, unlessMissing } from "./content-file.js";
import { CHUNK_BYTES } from "./content-read.js";
import { replaceFile } from "./durable-file.js";
import { withProcessLock } from "./process-lock.js";

/** Blocks on their way out. None of them fails for a block that is not there. */
export interface BlockRemoval {
  setAside(cid: string): Promise<void>;
  putBack(cid: string): Promise<void>;
  discard(cid: string): Promise<void>;
}

/** ms that an unpinning waits for another process's. */
const PATIENCE = 60_000;
/** The blocks of a blob of 16 GiB; a longer list is no list of ours. */
const MAX_LIST_BYTES = 64 * CHUNK_BYTES;

export function pinsOnDisk(directory: string, blocks: BlockRemoval): Pins {
  const pinOf = (root: string): string => join(directory, "pins", root.slice(-3, -1), root);
  const unpinned = join(directory, "unpinned");

  return {
    async add(root, its) {
      const list = utf8(`${its.join("\n")}\n`);
      const stored = await readBounded(pinOf(root), list.length + 1);
      if (stored === null || !equalBytes(stored, list)) await replaceFile(pinOf(root), list);
    },

    has: (root) => exists(pinOf(root)),

    async remove(root) {
      if (!(await exists(pinOf(root))) && (await filesIn(unpinned)).length === 0) return;
      await mkdir(unpinned, { recursive: true });
      await withProcessLock(join(directory, "unpinning.lock"), PATIENCE, async () => {
        await unlessMissing(rename(pinOf(root), join(unpinned, root)), null);
        for (const path of await filesIn(unpinned)) {
          await sweep(await listIn(path));
          await rm(path);
        }
      });
    },
  };

  async function sweep(its: readonly string[]): Promise<void> {
    for (const cid of its) await blocks.setAside(cid);
    let needed: ReadonlySet<string> | null = null;
    try {
      needed = await neededBlocks(join(directory, "pins"));
    } finally {
      for (const cid of its) {
        if (needed === null || needed.has(cid)) await blocks.putBack(cid);
        else await blocks.discard(cid);
      }
    }
  }
}

async function neededBlocks(pins: string): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for (const path of await filesIn(pins)) {
    const root = basename(path);
    // A blob of one block is its own list, and most are.
    if (parseCid(root).code === RAW) needed.add(root);
    else for (const cid of await listIn(path)) needed.add(cid);
  }
  return needed;
}

/** @throws DppError `content/corrupt`. */
async function listIn(path: string): Promise<readonly string[]> {
  const bytes = await readBounded(path, MAX_LIST_BYTES);
  // Unpinned meanwhile, by the process that holds the lock: this one.
  if (bytes === null) return [];
  try {
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n");
    if (lines.pop() !== "" || !lines.includes(basename(path))) throw new Error("cut short");
    return lines.map((line) => parseCid(line).toString());
  } catch (cause) {
    throw new DppError(
      "content/corrupt",
      `the list of blocks in ${path} is damaged: put or pin its content again`,
      { cause, details: { path } },
    );
  }
}

/** Files that are named by a CID, in the directory and in the ones below it. */
async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await unlessMissing(readdir(directory, { recursive: true, withFileTypes: true }), []);
  return entries
    .filter((entry) => entry.isFile() && /^b[a-z2-7]{40,}$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const exists = async (path: string): Promise<boolean> => (await unlessMissing(stat(path), null)) !== null;
