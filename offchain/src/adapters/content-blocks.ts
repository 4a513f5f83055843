/**
 * Blobs as UnixFS over any place that keeps blocks: the chunking and the CIDs of `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144`.
 * Spec: docs/spec/document.md "Content id". Every block is hashed again when it is read.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { exporter } from "ipfs-unixfs-exporter";
import { importBytes } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";
import { concat, equalBytes } from "../domain/bytes.js";
import { parseCid } from "../domain/cid.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { ContentStore } from "../ports/content-store.js";

/** Blocks by CID text. */
export interface BlockFiles {
  /** Durable once resolved. */
  write(cid: string, block: Uint8Array): Promise<void>;
  /** `null`: not here. May return damaged bytes: the reader checks. */
  read(cid: string): Promise<Uint8Array | null>;
}

const CHUNK_BYTES = 262_144;
const MAX_LINKS = 174;
/** A chunk, or a node with 174 links; IPFS itself transfers no block above 2 MiB. */
const MAX_BLOCK_BYTES = 2 * 1024 * 1024;
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

const corrupt = (cid: string, cause?: unknown): DppError =>
  new DppError("content/corrupt", `the stored bytes are not those of ${cid}`, { cause, details: { cid } });

const tooLarge = (cid: string, maxBytes: number): DppError =>
  new DppError("content/too-large", `${cid} has more than ${maxBytes} bytes`, { details: { cid, maxBytes } });

/** Chunks and the nodes above them, generously. A few nodes that link to each other many times could otherwise keep a reader busy for ever. */
const maxBlocks = (maxBytes: number): number => 8 + 2 * Math.ceil(maxBytes / CHUNK_BYTES);

/** A link inside a node is as foreign as the node itself. */
function ours(cid: string, link: CID): CID {
  try {
    return parseCid(link.toString());
  } catch (cause) {
    throw corrupt(cid, cause);
  }
}

/** Tells a missing block from everything else that reading a blob may throw. */
class MissingBlock extends Error {}

export function contentStore(files: BlockFiles): ContentStore {
  const sound = async (cid: CID): Promise<Uint8Array | null> => {
    const block = await files.read(cid.toString());
    if (
      block !== null &&
      (block.length > MAX_BLOCK_BYTES || !equalBytes(sha256(block), cid.multihash.digest))
    )
      throw corrupt(cid.toString());
    return block;
  };

  const read = async (cid: string, maxBytes: number): Promise<Uint8Array> => {
    const root = parseCid(cid);
    let budget = maxBlocks(maxBytes);
    const reader = {
      async *get(link: CID): AsyncGenerator<Uint8Array> {
        if (--budget < 0) throw tooLarge(cid, maxBytes);
        const block = await sound(ours(cid, link));
        if (block === null) throw new MissingBlock();
        yield block;
      },
    };
    const entry = await exporter(root, reader);
    if (entry.type !== "file" && entry.type !== "raw") throw corrupt(cid);
    if (entry.size > BigInt(maxBytes)) throw tooLarge(cid, maxBytes);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of entry.content()) {
      size += chunk.length;
      // The size that a node states is only a claim.
      if (size > maxBytes) throw tooLarge(cid, maxBytes);
      chunks.push(chunk);
    }
    return concat(...chunks);
  };

  const get: ContentStore["get"] = async (cid, { maxBytes = DEFAULT_MAX_BYTES } = {}) => {
    try {
      return await read(cid, maxBytes);
    } catch (error) {
      if (error instanceof MissingBlock) return null;
      if (isDppError(error)) throw error;
      throw corrupt(cid, error);
    }
  };

  return {
    async put(bytes) {
      const { cid, blocks } = await toBlocks(bytes);
      // Leaves first, the root last: whoever finds the root finds all of it.
      for (const [name, block] of blocks)
        if (!(await isStored(files, name, block))) await files.write(name, block);
      return cid;
    },

    get,
    has: async (cid) => (await get(cid)) !== null,
  };
}

async function isStored(files: BlockFiles, cid: string, block: Uint8Array): Promise<boolean> {
  const stored = await files.read(cid);
  return stored !== null && equalBytes(stored, block);
}

async function toBlocks(
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
