/**
 * Content store on disk: one file per block under `blocks/`, written durably, and safely by several processes at once. blockstore-fs does
 * neither (docs/decisions/0011-content-store.md). What is pinned stands beside it: `content-pins.ts`.
 */
import { link, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { equalBytes } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { ContentStore } from "../ports/content-store.js";
import { type BlockFiles, contentStore, type Pins } from "./content-blocks.js";
import { readBounded, unlessMissing } from "./content-file.js";
import { type BlockRemoval, pinsOnDisk } from "./content-pins.js";
import { MAX_BLOCK_BYTES } from "./content-read.js";
import { replaceFile } from "./durable-file.js";

/** Read at most: a block and one byte more, so that a swollen file is noticed and not loaded. */
const MAX_READ_BYTES = MAX_BLOCK_BYTES + 1;

/** @throws DppError `content/unavailable` when the directory cannot be made. */
export async function openContentDisk(directory: string): Promise<ContentStore> {
  await unavailableUnless(mkdir(join(directory, "blocks"), { recursive: true }));
  return contentStore(blocksIn(directory), guarded(pinsOnDisk(directory, removalIn(directory))));
}

/** The last characters but one spread best: all base32 CIDs begin alike. */
const pathOf = (directory: string, cid: string): string =>
  join(directory, "blocks", cid.slice(-3, -1), `${cid}.data`);

/** Where a block waits while it is decided whether somebody still needs it. */
const asideOf = (directory: string, cid: string): string => `${pathOf(directory, cid)}.aside`;

const blocksIn = (directory: string): BlockFiles => ({
  write: (cid, block) => unavailableUnless(writeUnlessStored(pathOf(directory, cid), block)),
  async read(cid) {
    const path = pathOf(directory, cid);
    // It may be set aside, and be put back between the two looks.
    for (const place of [path, asideOf(directory, cid), path]) {
      const block = await unavailableUnless(readBounded(place, MAX_READ_BYTES));
      if (block !== null) return block;
    }
    return null;
  },
});

/** A block that was set aside does not count as stored: it may be gone in a moment. */
async function writeUnlessStored(path: string, block: Uint8Array): Promise<void> {
  const stored = await readBounded(path, MAX_READ_BYTES);
  if (stored === null || !equalBytes(stored, block)) await replaceFile(path, block);
}

/** For the store itself; a test may have it die at any step. */
export const removalIn = (directory: string): BlockRemoval => ({
  async setAside(cid) {
    await unlessMissing(rename(pathOf(directory, cid), asideOf(directory, cid)), null);
  },
  async putBack(cid) {
    try {
      // Not a rename: somebody may have written the block again, and this one may be damaged.
      await link(asideOf(directory, cid), pathOf(directory, cid));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST" && code !== "ENOENT") throw error;
    }
    await rm(asideOf(directory, cid), { force: true });
  },
  discard: (cid) => rm(asideOf(directory, cid), { force: true }),
});

const guarded = (pins: Pins): Pins => ({
  add: (root, blocks) => unavailableUnless(pins.add(root, blocks)),
  remove: (root) => unavailableUnless(pins.remove(root)),
  has: (root) => unavailableUnless(pins.has(root)),
});

async function unavailableUnless<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (isDppError(cause, "content/corrupt")) throw cause;
    throw new DppError("content/unavailable", "the content store's directory cannot be used", { cause });
  }
}
