import { contentStoreContract } from "../testing/content-store-contract.js";
import { contentMemory } from "./content-memory.js";

contentStoreContract("memory", async () => {
  const blocks = new Map<string, Uint8Array>();
  return {
    store: contentMemory(blocks),
    async damage(cid) {
      const block = blocks.get(cid) as Uint8Array;
      block[0] = (block[0] ?? 0) ^ 1;
    },
    async lose(cid) {
      blocks.delete(cid);
    },
  };
});
