/**
 * The Merkle mountain range over a thread's entries: perfect trees of descending height, one for each bit that is set in the number of entries.
 * It grows without the entries themselves. Spec: docs/spec/anchor.md "History".
 */
import { u64be } from "../codec/u64.js";
import { equalBytes } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { HASH_BYTES, hash, innerHash, LEAF } from "./tree.js";

export interface Range {
  /** Number of leaves, below 2^53. */
  readonly seq: number;
  /** Roots of the trees, from the smallest (the newest) to the largest, 32 bytes each. */
  readonly peaks: readonly Uint8Array[];
}

export interface RangeProof {
  readonly index: number;
  readonly seq: number;
  /** Siblings from the leaf up to its peak. */
  readonly path: readonly Uint8Array[];
  /** The other peaks, from the smallest to the largest. */
  readonly peaks: readonly Uint8Array[];
}

const RANGE = Uint8Array.of(0x02);

export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
export const isHashes = (list: unknown, length: number): list is readonly Uint8Array[] =>
  Array.isArray(list) &&
  list.length === length &&
  list.every((it) => it instanceof Uint8Array && it.length === HASH_BYTES);

/** Sizes of the trees, from the smallest: the powers of two that `seq` is the sum of. Not by bit operators, which end at 32 bits. */
export function sizes(seq: number): readonly number[] {
  const result: number[] = [];
  for (let [rest, size] = [seq, 1]; rest > 0; rest = Math.floor(rest / 2), size *= 2)
    if (rest % 2 === 1) result.push(size);
  return result;
}

function assertRange({ seq, peaks }: Range): void {
  if (!isCount(seq) || !isHashes(peaks, sizes(seq).length))
    throw new DppError("range/malformed", "a range has one peak of 32 bytes for each bit that is set in seq");
}

export const emptyRange = (): Range => ({ seq: 0, peaks: [] });

export const rangeLeaf = (entry: Uint8Array): Uint8Array => hash(LEAF, entry);

/** @throws DppError `range/malformed` for peaks that do not fit `seq`, or a leaf that is no hash. */
export function addToRange(range: Range, leafHash: Uint8Array): Range {
  assertRange(range);
  const after = range.seq + 1;
  if (!isCount(after) || !isHashes([leafHash], 1))
    throw new DppError("range/malformed", "a range takes 32-byte hashes, fewer than 2^53");
  // Each tree that the new leaf completes is one trailing set bit of seq.
  let [node, merged] = [leafHash, 0];
  for (let rest = range.seq; rest % 2 === 1; rest = Math.floor(rest / 2))
    node = innerHash(range.peaks[merged++] as Uint8Array, node);
  return { seq: after, peaks: [node, ...range.peaks.slice(merged)] };
}

/** The thread's `history`. @throws DppError `range/malformed`. */
export function rangeHash(range: Range): Uint8Array {
  assertRange(range);
  return hash(RANGE, u64be(range.seq), ...range.peaks);
}

/** Root of a perfect tree over `leaves`, with the siblings of leaf `index` from below; no path for an index outside. */
function climb(leaves: readonly Uint8Array[], index: number): { root: Uint8Array; path: Uint8Array[] } {
  const path: Uint8Array[] = [];
  let [level, position] = [leaves, index];
  while (level.length > 1) {
    const sibling = level[position % 2 === 0 ? position + 1 : position - 1];
    if (sibling !== undefined) path.push(sibling);
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, at) =>
      innerHash(below[2 * at] as Uint8Array, below[2 * at + 1] as Uint8Array),
    );
    position = Math.floor(position / 2);
  }
  return { root: level[0] as Uint8Array, path };
}

/**
 * The proof that leaf `index` stands in the range over all `leaves` (hashes, oldest first).
 * @throws DppError `range/index`, `range/malformed`.
 */
export function proveInRange(leaves: readonly Uint8Array[], index: number): RangeProof {
  if (!isHashes(leaves, leaves.length))
    throw new DppError("range/malformed", "the leaves of a range are 32-byte hashes");
  if (!isCount(index) || index >= leaves.length)
    throw new DppError("range/index", "there is no such entry in the range");
  const peaks: Uint8Array[] = [];
  let path: readonly Uint8Array[] = [];
  let end = leaves.length;
  for (const size of sizes(leaves.length)) {
    const start = end - size;
    const inside = start <= index && index < end;
    const tree = climb(leaves.slice(start, end), inside ? index - start : -2);
    if (inside) path = tree.path;
    else peaks.push(tree.root);
    end = start;
  }
  return { index, seq: leaves.length, path, peaks };
}

/** True only for the one proof of this leaf at this index in the range with this hash. Never throws on bad proofs. */
export function verifyInRange(history: Uint8Array, leaf: Uint8Array, proof: RangeProof): boolean {
  const { index, seq, path, peaks } = proof;
  if (!isCount(seq) || !isCount(index) || index >= seq || !isHashes([leaf], 1)) return false;
  const trees = sizes(seq);
  let start = seq;
  const own = trees.findIndex((size) => {
    start -= size;
    return index >= start;
  });
  if (!isHashes(path, Math.log2(trees[own] as number)) || !isHashes(peaks, trees.length - 1)) return false;
  let [node, position] = [leaf, index - start];
  for (const sibling of path) {
    node = position % 2 === 0 ? innerHash(node, sibling) : innerHash(sibling, node);
    position = Math.floor(position / 2);
  }
  return equalBytes(rangeHash({ seq, peaks: peaks.toSpliced(own, 0, node) }), history);
}
