/** The tree of a pack: its leaves are event hashes (`codec/event.ts`). Spec: docs/spec/anchor.md "Pack". */
import { DppError } from "../domain/errors.js";
import { MAX_PACK_EVENTS } from "../domain/event.js";
import { HASH_BYTES, type MerkleTree, merkleTree } from "./tree.js";

/** Root and proofs at once. @throws DppError `pack/malformed` for another number than 1 to 65,536, or what is no hash. */
export function packTree(eventHashes: readonly Uint8Array[]): MerkleTree {
  if (eventHashes.length < 1 || eventHashes.length > MAX_PACK_EVENTS)
    throw new DppError("pack/malformed", `a pack has 1 to ${MAX_PACK_EVENTS} events`);
  if (eventHashes.some(({ length }) => length !== HASH_BYTES))
    throw new DppError("pack/malformed", `an event hash has ${HASH_BYTES} bytes`);
  return merkleTree(eventHashes);
}

/** @throws DppError as `packTree`. */
export const packRoot = (eventHashes: readonly Uint8Array[]): Uint8Array => packTree(eventHashes).root;
