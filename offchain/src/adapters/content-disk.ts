/**
 * Content store on disk: one file per block under `blocks/`, written durably, and safely by several processes at once. blockstore-fs does
 * neither (docs/decisions/0011-content-store.md).
 */
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { DppError } from "../domain/errors.js";
import type { ContentStore } from "../ports/content-store.js";
import { type BlockFiles, contentStore } from "./content-blocks.js";
import { replaceFile } from "./durable-file.js";

/** Read at most: a block and one byte more, so that a swollen file is noticed and not loaded. */
const MAX_READ_BYTES = 2 * 1024 * 1024 + 1;

/** The last characters but one spread best: all base32 CIDs begin alike. */
const pathOf = (directory: string, cid: string): string =>
  join(directory, "blocks", cid.slice(-3, -1), `${cid}.data`);

/** @throws DppError `content/unavailable` when the directory cannot be made. */
export async function openContentDisk(directory: string): Promise<ContentStore> {
  await unavailableUnless(mkdir(join(directory, "blocks"), { recursive: true }));
  const files: BlockFiles = {
    write: (cid, block) => unavailableUnless(replaceFile(pathOf(directory, cid), block)),
    read: (cid) => unavailableUnless(readBounded(pathOf(directory, cid))),
  };
  return contentStore(files);
}

async function readBounded(path: string): Promise<Uint8Array | null> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const buffer = new Uint8Array(Math.min(size, MAX_READ_BYTES));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function unavailableUnless<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new DppError("content/unavailable", "the content store's directory cannot be used", { cause });
  }
}
