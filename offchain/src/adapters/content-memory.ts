/** Content store in memory, with the same CIDs as every other. For tests and for one-off work; forgets everything. */
import type { ContentStore } from "../ports/content-store.js";
import { contentStore } from "./content-blocks.js";

/** @param blocks by CID text; a test may damage or remove some. */
export const contentMemory = (blocks: Map<string, Uint8Array> = new Map()): ContentStore =>
  contentStore({
    async write(cid, block) {
      blocks.set(cid, Uint8Array.from(block));
    },
    async read(cid) {
      return blocks.get(cid) ?? null;
    },
  });
