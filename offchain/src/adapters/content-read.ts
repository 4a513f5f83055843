/**
 * Joins a blob from its UnixFS blocks, from wherever they come. The exporter of `ipfs-unixfs-exporter` is given one node at a time and the walk is ours: its
 * own one ends the process with an unhandled rejection when a block below the second level is missing or malformed.
 */
import { createHash } from "node:crypto";
import { exporter } from "ipfs-unixfs-exporter";
import type { CID } from "multiformats/cid";
import { concat, equalBytes } from "../domain/bytes.js";
import { parseCid } from "../domain/cid.js";
import { DppError, isDppError } from "../domain/errors.js";

export const CHUNK_BYTES = 262_144;
/** A chunk, or a node with 174 links; IPFS itself transfers no block above 2 MiB. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Blocks that one reader asks for at a time. */
const READ_AHEAD = 8;

/** A block that hashes to its CID (`isSound`); `null`: it is missing. */
export type SoundBlocks = (cid: CID) => Promise<Uint8Array | null>;

/** By Node's hash, which takes a seventh of the time of a portable one: reading is mostly hashing. */
export const isSound = (cid: CID, block: Uint8Array): boolean =>
  block.length <= MAX_BLOCK_BYTES &&
  equalBytes(createHash("sha256").update(block).digest(), cid.multihash.digest);

export const corrupt = (cid: string, cause?: unknown): DppError =>
  new DppError("content/corrupt", `the stored bytes are not those of ${cid}`, { cause, details: { cid } });

const tooLarge = (cid: string, maxBytes: number): DppError =>
  new DppError("content/too-large", `${cid} has more than ${maxBytes} bytes`, { details: { cid, maxBytes } });

/** Chunks and the nodes above them, generously. A few nodes that link to each other many times could otherwise keep a reader busy for ever. */
const maxBlocks = (maxBytes: number): number => 8 + 2 * Math.ceil(maxBytes / CHUNK_BYTES);

/** Tells a missing block from everything else that reading a blob may throw. */
class MissingBlock extends Error {}

/**
 * `null`: a block is missing.
 * @throws DppError `content/bad-cid`, `content/corrupt`, `content/too-large`, and what `sound` throws.
 */
export async function readBlob(
  cid: string,
  maxBytes: number,
  sound: SoundBlocks,
): Promise<Uint8Array | null> {
  const root = parseCid(cid);
  let budget = maxBlocks(maxBytes);
  const load = async (link: CID): Promise<Node> => {
    if (--budget < 0) throw tooLarge(cid, maxBytes);
    const block = await sound(parseCid(link.toString()));
    if (block === null) throw new MissingBlock();
    return nodeOf(link, block);
  };
  try {
    const node = await load(root);
    if (node.size > maxBytes) throw tooLarge(cid, maxBytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of walk(node, load)) chunks.push(chunk);
    return concat(...chunks);
  } catch (error) {
    if (error instanceof MissingBlock) return null;
    // A link inside a node is as foreign as the node itself.
    if (isDppError(error) && error.code !== "content/bad-cid") throw error;
    throw corrupt(cid, error);
  }
}

interface Node {
  /** Bytes in this node, before those of its children. */
  readonly data: Uint8Array;
  readonly children: readonly { readonly cid: CID; readonly size: number }[];
  /** Bytes of the whole, as the node claims. */
  readonly size: number;
}

/** @throws Error when the block is no part of a file. */
async function nodeOf(cid: CID, block: Uint8Array): Promise<Node> {
  const only = {
    async *get(): AsyncGenerator<Uint8Array> {
      yield block;
    },
  };
  const entry = await exporter(cid, only);
  if (entry.type === "raw") return { data: entry.node, children: [], size: entry.node.length };
  const type = entry.type === "file" ? entry.unixfs.type : entry.type;
  if (entry.type !== "file" || (type !== "file" && type !== "raw"))
    throw new Error(`a ${type} is no part of a file`);
  const { Links } = entry.node;
  const { data = new Uint8Array(), blockSizes } = entry.unixfs;
  if (Links.length !== blockSizes.length) throw new Error("not every link has a size");
  const children = Links.map((link, at) => ({ cid: link.Hash, size: Number(blockSizes[at]) }));
  return { data, children, size: children.reduce((sum, { size }) => sum + size, data.length) };
}

/** Depth first. Sizes are held against the parent's claim, so no more comes than the root claims. */
async function* walk(
  { data, children }: Node,
  load: (cid: CID) => Promise<Node>,
): AsyncGenerator<Uint8Array> {
  if (data.length > 0) yield data;
  const ahead: Promise<Node>[] = [];
  for (const [at, { size }] of children.entries()) {
    for (const { cid } of children.slice(ahead.length, at + READ_AHEAD)) {
      const loading = load(cid);
      // Whoever does not get to it does not miss its error.
      loading.catch(() => undefined);
      ahead.push(loading);
    }
    const child = await (ahead[at] as Promise<Node>);
    if (child.size !== size) throw new Error("a part is not as long as the node above it says");
    yield* walk(child, load);
  }
}
