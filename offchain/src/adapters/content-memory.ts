/** Content store in memory, with the same CIDs as every other. For tests and for one-off work; forgets everything. */
import type { ContentStore } from "../ports/content-store.js";
import { contentStore, type Pins } from "./content-blocks.js";

/** @param blocks by CID text; a test may damage or remove some. */
export const contentMemory = (blocks: Map<string, Uint8Array> = new Map()): ContentStore =>
  contentStore(
    {
      async write(cid, block) {
        blocks.set(cid, Uint8Array.from(block));
      },
      async read(cid) {
        return blocks.get(cid) ?? null;
      },
    },
    pinsIn(blocks),
  );

function pinsIn(blocks: Map<string, Uint8Array>): Pins {
  const pinned = new Map<string, readonly string[]>();
  return {
    async add(root, its) {
      pinned.set(root, its);
    },
    async remove(root) {
      const its = pinned.get(root) ?? [];
      pinned.delete(root);
      const needed = new Set([...pinned.values()].flat());
      for (const cid of its) if (!needed.has(cid)) blocks.delete(cid);
    },
    has: async (root) => pinned.has(root),
  };
}
