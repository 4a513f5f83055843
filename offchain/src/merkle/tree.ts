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

export const LEAF = Uint8Array.of(0x00);
const INNER = Uint8Array.of(0x01);
const ROOT = 0x02;

export const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
  const state = blake2b.create({ dkLen: HASH_BYTES });
  for (const part of parts) state.update(part);
  return state.digest();
};

/** `H(0x00 ‖ salt ‖ content)`; the salt has 32 bytes, so the two cannot be cut differently. */
export function leafHash(salt: Uint8Array, content: Uint8Array): Uint8Array {
  if (salt.length !== 32) throw new DppError("proof/salt", "a leaf's salt has 32 bytes");
  return hash(LEAF, salt, content);
}

export const innerHash = (left: Uint8Array, right: Uint8Array): Uint8Array => hash(INNER, left, right);

/** `H(0x02 ‖ u32be(count) ‖ top)`: without the count, one path could be read at several tree sizes. */
function rootHash(count: number, top: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(5);
  prefix[0] = ROOT;
  new DataView(prefix.buffer).setUint32(1, count);
  return hash(prefix, top);
}

function assertCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_LEAVES)
    throw new DppError("proof/count", `a tree has 1 to ${MAX_LEAVES} leaves`);
}

/** All nodes of one tree, so that each of its proofs is looked up and not computed. */
export interface MerkleTree {
  readonly root: Uint8Array;
  /** @throws DppError `proof/index`. */
  proof(index: number): Proof;
}

/**
 * Level by level: a last node without a neighbour goes up as it is, which is the shape that splits at the largest power of two (RFC 9162 §2.1.1).
 * @throws DppError `proof/count`.
 */
export function merkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  const count = leaves.length;
  assertCount(count);
  const levels: (readonly Uint8Array[])[] = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) level = levelAbove(level);
  return {
    root: rootHash(count, levels.at(-1)?.[0] as Uint8Array),
    proof(index) {
      if (!Number.isSafeInteger(index) || index < 0 || index >= count)
        throw new DppError("proof/index", "there is no such leaf");
      const siblings = levels.map((level, height) => level[Math.floor(index / 2 ** height) ^ 1]);
      return { index, count, path: siblings.filter((sibling) => sibling !== undefined) };
    },
  };
}

const levelAbove = (level: readonly Uint8Array[]): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(level.length / 2) }, (_, at) => {
    const [left, right] = [level[2 * at] as Uint8Array, level[2 * at + 1]];
    return right === undefined ? left : innerHash(left, right);
  });

/** @throws DppError `proof/count`. */
export const merkleRoot = (leaves: readonly Uint8Array[]): Uint8Array => merkleTree(leaves).root;

/** For one proof; `merkleTree` for several of one tree. @throws DppError `proof/count`, `proof/index`. */
export const merkleProof = (leaves: readonly Uint8Array[], index: number): Proof =>
  merkleTree(leaves).proof(index);

/** Which side the sibling stands on, from the leaf up; its length is the only length that a proof may have. */
function sides(index: number, count: number): ("left" | "right")[] {
  const result: ("left" | "right")[] = [];
  for (let [position, last] = [index, count - 1]; last > 0; position >>= 1, last >>= 1) {
    if (position % 2 === 1) result.push("left");
    else if (position < last) result.push("right");
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
