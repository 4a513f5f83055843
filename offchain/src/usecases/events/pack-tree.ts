/** The tree of a pack, from the events of a store. */
import { fromHex } from "../../domain/bytes.js";
import { packTree } from "../../merkle/pack.js";
import type { MerkleTree } from "../../merkle/tree.js";
import type { EventStore } from "../../ports/event-store.js";

const PAGE = 10_000;

/** Events `lo … hi − 1` of the thread. `missing`: the first counter that the store lacks. Whether the root is the pack's is for the caller to see. @throws DppError `event-store/*`. */
export async function storedPackTree(
  store: EventStore,
  { source, lo, hi }: { readonly source: string; readonly lo: number; readonly hi: number },
): Promise<{ readonly tree: MerkleTree } | { readonly missing: number }> {
  const hashes: Uint8Array[] = [];
  while (lo + hashes.length < hi) {
    const from = lo + hashes.length;
    const page = await store.marks(source, from, Math.min(PAGE, hi - from));
    const run = page.filter(({ counter }, at) => counter === from + at);
    if (run.length === 0) return { missing: from };
    hashes.push(...run.map(({ hash }) => fromHex(hash)));
  }
  return { tree: packTree(hashes) };
}
