/**
 * Blobs as UnixFS over any place that keeps blocks: the chunking and the CIDs of `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144`.
 * Spec: docs/spec/document.md "Content id". Every block is hashed again when it is read.
 */
import { importBytes } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";
import { parseCid } from "../domain/cid.js";
import type { ContentStore } from "../ports/content-store.js";
import { CHUNK_BYTES, corrupt, DEFAULT_MAX_BYTES, isSound, readBlob } from "./content-read.js";

/** Blocks by CID text. */
export interface BlockFiles {
  /** Durable once resolved; writes nothing when these very bytes are stored already. */
  write(cid: string, block: Uint8Array): Promise<void>;
  /** `null`: not here. May return damaged bytes: the reader checks. */
  read(cid: string): Promise<Uint8Array | null>;
}

/** Which blobs are kept, by the CID of their root, each with the CIDs of all its blocks. */
export interface Pins {
  /** Durable once resolved: from now on nobody's unpinning takes these blocks away. */
  add(root: string, blocks: readonly string[]): Promise<void>;
  /** Takes away the blocks that no other pinned blob has. Does nothing when the blob is not pinned. */
  remove(root: string): Promise<void>;
  has(root: string): Promise<boolean>;
}

export const MAX_LINKS = 174;

export function contentStore(files: BlockFiles, pins: Pins): ContentStore {
  const sound = async (link: CID): Promise<Uint8Array | null> => {
    const block = await files.read(link.toString());
    if (block !== null && !isSound(link, block)) throw corrupt(link.toString());
    return block;
  };
  const get: ContentStore["get"] = async (cid, { maxBytes = DEFAULT_MAX_BYTES } = {}) =>
    readBlob(cid, maxBytes, sound);
  const has = async (cid: string): Promise<boolean> => (await get(cid)) !== null;

  return {
    async put(bytes) {
      const { cid, blocks } = await toBlocks(bytes);
      // The pin first: a block that is found stored after this point stays, whatever is unpinned meanwhile.
      await pins.add(cid, [...blocks.keys()]);
      // Leaves first, the root last: whoever finds the root finds all of it.
      for (const [name, block] of blocks) await files.write(name, block);
      return cid;
    },

    get,
    has,

    async pin(cid) {
      const blocks = new Set<string>();
      const noted = async (link: CID): Promise<Uint8Array | null> => {
        blocks.add(link.toString());
        return sound(link);
      };
      if ((await readBlob(cid, DEFAULT_MAX_BYTES, noted)) === null) return false;
      await pins.add(cid, [...blocks]);
      // Somebody may have unpinned a blob with common blocks between the reading and the pin.
      if (await has(cid)) return true;
      await pins.remove(cid);
      return false;
    },

    async unpin(cid) {
      await pins.remove(parseCid(cid).toString());
    },

    // A put that was killed leaves a pin whose blocks are not all there.
    pinned: async (cid) => (await pins.has(parseCid(cid).toString())) && has(cid),
  };
}

/** The blocks of a blob by CID, leaves first and the root last; `cid` is the root's. */
export async function toBlocks(
  bytes: Uint8Array,
): Promise<{ cid: string; blocks: ReadonlyMap<string, Uint8Array> }> {
  const blocks = new Map<string, Uint8Array>();
  const writer = {
    async put(cid: CID, block: unknown): Promise<CID> {
      blocks.set(cid.toString(), block as Uint8Array);
      return cid;
    },
  };
  const { cid } = await importBytes(bytes, writer as never, {
    cidVersion: 1,
    rawLeaves: true,
    wrapWithDirectory: false,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
    layout: balanced({ maxChildrenPerNode: MAX_LINKS }),
  });
  const root = cid.toString();
  const block = blocks.get(root) as Uint8Array;
  blocks.delete(root);
  blocks.set(root, block);
  return { cid: root, blocks };
}
