/** Paths from events to the root of their pack, made from the store's hashes of all events of the pack. */
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { ProofJson } from "@cardano-dpp/offchain/merkle/disclosure";
import type { MerkleTree } from "@cardano-dpp/offchain/merkle/tree";
import type { EventStore } from "@cardano-dpp/offchain/ports/event-store";
import { storedPackTree } from "@cardano-dpp/offchain/usecases/events/pack-tree";
import { RecentMap } from "../passport/cache.js";

/** A tree over 65,536 events takes some 13 MB. */
const TREES = 8;

export interface PackPlace {
  readonly source: string;
  readonly lo: number;
  readonly hi: number;
  /** Hex. */
  readonly root: string;
}

export class PackPaths {
  private readonly trees = new RecentMap<string, MerkleTree>(TREES);

  /** `null`: the store lacks an event of the pack, or its events do not make this root. @throws DppError `event-store/*`. */
  async path(
    store: EventStore,
    pack: PackPlace,
    event: { readonly counter: number; readonly hash: string },
  ): Promise<ProofJson | null> {
    const key = `${pack.source} ${pack.lo} ${pack.root}`;
    const known = this.trees.get(key);
    const tree = known ?? (await treeOf(store, pack));
    if (tree === null) return null;
    if (known === undefined) this.trees.set(key, tree);
    const { index, count, path } = tree.proof(event.counter - pack.lo);
    return { index, count, path: path.map(toHex) };
  }
}

async function treeOf(store: EventStore, place: PackPlace): Promise<MerkleTree | null> {
  const stored = await storedPackTree(store, place);
  return "tree" in stored && toHex(stored.tree.root) === place.root ? stored.tree : null;
}
