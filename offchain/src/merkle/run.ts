/**
 * Proofs that contiguous entries stand in a thread's history: the hashes outside of the run that its peaks are made of, O(log n) of them. Spec:
 * docs/spec/weakest-link.md "Run".
 */
import { equalBytes } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { MAX_RUN_HASHES } from "../domain/weakest-link-proof.js";
import { isCount, isHashes, rangeHash, sizes } from "./range.js";
import { innerHash } from "./tree.js";

export interface RunProof {
  /** Position of the run's first leaf. */
  readonly first: number;
  /** Number of leaves of the whole range. */
  readonly seq: number;
  /** From the smallest tree to the largest; inside of one from the leaves up, left before right. */
  readonly hashes: readonly Uint8Array[];
}

const malformed = (what: string): DppError => new DppError("range/malformed", what);

/**
 * The root of one tree of `size` leaves, of which `known` are at hand from position `from` on. `outside`: hash of the node at this level (0: leaves) and position,
 * asked for from below, left before right.
 */
function rootOver(
  size: number,
  from: number,
  known: readonly Uint8Array[],
  outside: (level: number, position: number) => Uint8Array,
): Uint8Array {
  let [level, nodes, start] = [0, known, from];
  for (let width = size; width > 1; width /= 2, level++) {
    const left = start % 2 === 1 ? [outside(level, start - 1)] : [];
    const end = start + nodes.length;
    const right = end % 2 === 1 ? [outside(level, end)] : [];
    const whole = left.length + right.length === 0 ? nodes : [...left, ...nodes, ...right];
    nodes = Array.from({ length: whole.length / 2 }, (_, at) =>
      innerHash(whole[2 * at] as Uint8Array, whole[2 * at + 1] as Uint8Array),
    );
    start = Math.floor(start / 2);
  }
  return nodes[0] as Uint8Array;
}

interface Tree {
  readonly size: number;
  /** Position of its first leaf. */
  readonly start: number;
}

/** From the smallest (the newest) to the largest. */
function treesOf(seq: number): readonly Tree[] {
  let end = seq;
  return sizes(seq).map((size) => {
    end -= size;
    return { size, start: end };
  });
}

/** Which leaves of the run a tree holds, counted in the run; empty: none. */
const sharedWith = ({ size, start }: Tree, first: number, count: number): readonly [number, number] => {
  const from = Math.max(first, start) - first;
  return [from, Math.max(from, Math.min(first + count, start + size) - first)];
};

/** `count` ≥ 1 leaves from `first` on, among all `leaves` (hashes, oldest first). @throws DppError `range/index`, `range/malformed`. */
export function proveRun(leaves: readonly Uint8Array[], first: number, count: number): RunProof {
  if (!isHashes(leaves, leaves.length)) throw malformed("the leaves of a range are 32-byte hashes");
  if (!isCount(first) || !isCount(count) || count === 0 || first + count > leaves.length)
    throw new DppError("range/index", "there are no such entries in the range");
  const hashes: Uint8Array[] = [];
  for (const tree of treesOf(leaves.length)) {
    const { size, start } = tree;
    const levels = levelsOver(leaves.slice(start, start + size));
    const [from, to] = sharedWith(tree, first, count);
    if (from === to) hashes.push(levels.at(-1)?.[0] as Uint8Array);
    else {
      const known = leaves.slice(first + from, first + to);
      rootOver(size, first + from - start, known, (level, position) => {
        const hash = levels[level]?.[position] as Uint8Array;
        hashes.push(hash);
        return hash;
      });
    }
  }
  return { first, seq: leaves.length, hashes };
}

/** All nodes of a perfect tree, by level from the leaves up. */
function levelsOver(leaves: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const levels = [leaves];
  for (let below = leaves; below.length > 1; ) {
    const nodes = below;
    below = Array.from({ length: nodes.length / 2 }, (_, at) =>
      innerHash(nodes[2 * at] as Uint8Array, nodes[2 * at + 1] as Uint8Array),
    );
    levels.push(below);
  }
  return levels;
}

/** The history that a run of leaves (hashes) leads to. @throws DppError `range/malformed` for anything but the one form of a proof. */
export function runHistory(leaves: readonly Uint8Array[], { first, seq, hashes }: RunProof): Uint8Array {
  const count = leaves.length;
  if (!isCount(first) || !isCount(seq) || count === 0 || first + count > seq)
    throw malformed("a run is of one entry at least, and lies inside of its history");
  if (hashes.length > MAX_RUN_HASHES || !isHashes(hashes, hashes.length) || !isHashes(leaves, count))
    throw malformed("a run is proven by hashes of 32 bytes");
  let at = 0;
  const next = (): Uint8Array => {
    const hash = hashes[at++];
    if (hash === undefined) throw malformed("the proof of a run lacks hashes");
    return hash;
  };
  const peaks = treesOf(seq).map((tree) => {
    const [from, to] = sharedWith(tree, first, count);
    return from === to
      ? next()
      : rootOver(tree.size, first + from - tree.start, leaves.slice(from, to), next);
  });
  if (at !== hashes.length) throw malformed("the proof of a run has hashes that nothing needs");
  return rangeHash({ seq, peaks });
}

/** True only for the one proof of these leaves at this place in the range with this hash. Never throws on bad proofs. */
export function verifyRun(history: Uint8Array, leaves: readonly Uint8Array[], proof: RunProof): boolean {
  try {
    return equalBytes(runHistory(leaves, proof), history);
  } catch (error) {
    if (isDppError(error, "range/malformed")) return false;
    throw error;
  }
}
