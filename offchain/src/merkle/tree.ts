/**
 * The Merkle tree over salted leaves: RFC 9162's shape, BLAKE2b-256, and a root that commits to the number of leaves. Spec: docs/spec/tree.md.
 * Holds no document knowledge; `document.ts` and `disclosure.ts` do.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { equalBytes } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

export interface Proof {
  readonly index: number;
  readonly count: number;
  /** Sibling hashes from the leaf up, 32 bytes each. */
  readonly path: readonly Uint8Array[];
}

export const HASH_BYTES = 32;
export const MAX_LEAVES = 2 ** 24;

const LEAF = Uint8Array.of(0x00);
const INNER = Uint8Array.of(0x01);
const ROOT = 0x02;

const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
  const state = blake2b.create({ dkLen: HASH_BYTES });
  for (const part of parts) state.update(part);
  return state.digest();
};

/** `H(0x00 ‖ salt ‖ content)`; the salt has 32 bytes, so the two cannot be cut differently. */
export function leafHash(salt: Uint8Array, content: Uint8Array): Uint8Array {
  if (salt.length !== 32) throw new DppError("proof/salt", "a leaf's salt has 32 bytes");
  return hash(LEAF, salt, content);
}

const innerHash = (left: Uint8Array, right: Uint8Array): Uint8Array => hash(INNER, left, right);

/** `H(0x02 ‖ u32be(count) ‖ top)`: without the count, one path could be read at several tree sizes. */
function rootHash(count: number, top: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(5);
  prefix[0] = ROOT;
  new DataView(prefix.buffer).setUint32(1, count);
  return hash(prefix, top);
}

/** The largest power of two below `count` (RFC 9162 §2.1.1). */
const split = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

function top(leaves: readonly Uint8Array[], from: number, to: number): Uint8Array {
  if (to - from === 1) return leaves[from] as Uint8Array;
  const middle = from + split(to - from);
  return innerHash(top(leaves, from, middle), top(leaves, middle, to));
}

function assertCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_LEAVES)
    throw new DppError("proof/count", `a tree has 1 to ${MAX_LEAVES} leaves`);
}

/** @throws DppError `proof/count`. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  assertCount(leaves.length);
  return rootHash(leaves.length, top(leaves, 0, leaves.length));
}

/** @throws DppError `proof/count`, `proof/index`. */
export function merkleProof(leaves: readonly Uint8Array[], index: number): Proof {
  assertCount(leaves.length);
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length)
    throw new DppError("proof/index", "there is no such leaf");
  const path: Uint8Array[] = [];
  let [from, to] = [0, leaves.length];
  while (to - from > 1) {
    const middle = from + split(to - from);
    path.unshift(index < middle ? top(leaves, middle, to) : top(leaves, from, middle));
    if (index < middle) to = middle;
    else from = middle;
  }
  return { index, count: leaves.length, path };
}

/** Which side the sibling stands on, from the leaf up; its length is the only length that a proof may have. */
function sides(index: number, count: number): ("left" | "right")[] {
  const result: ("left" | "right")[] = [];
  let [position, size] = [index, count];
  while (size > 1) {
    const middle = split(size);
    result.unshift(position < middle ? "right" : "left");
    [position, size] = position < middle ? [position, middle] : [position - middle, size - middle];
  }
  return result;
}

/** True only for the one canonical proof of this leaf at this index in the tree with this root. Never throws on bad proofs. */
export function verifyProof(root: Uint8Array, leaf: Uint8Array, proof: Proof): boolean {
  const { index, count, path } = proof;
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_LEAVES) return false;
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return false;
  const expected = sides(index, count);
  if (path.length !== expected.length || leaf.length !== HASH_BYTES) return false;
  if (path.some((sibling) => sibling.length !== HASH_BYTES)) return false;
  const reached = path.reduce(
    (node, sibling, level) =>
      expected[level] === "left" ? innerHash(sibling, node) : innerHash(node, sibling),
    leaf,
  );
  return equalBytes(rootHash(count, reached), root);
}
