/** Vectors of docs/spec/anchor.md "History": entries of a thread, the range after each, proofs, and what is refused of both. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { eventHash } from "../../src/codec/event.js";
import { decodeEntry, encodeEntry } from "../../src/codec/thread-entry.js";
import { u64be } from "../../src/codec/u64.js";
import { concat, fromHex, toHex } from "../../src/domain/bytes.js";
import { TIERS } from "../../src/domain/event.js";
import type { ThreadEntry } from "../../src/domain/pack.js";
import {
  addToRange,
  emptyRange,
  proveInRange,
  type Range,
  type RangeProof,
  rangeHash,
  rangeLeaf,
  verifyInRange,
} from "../../src/merkle/range.js";
import { PUBLISHED_SECRET_KEY } from "../../src/testing/ed25519-cases.js";
import { refusalOf } from "./refusal.js";

const publicKey = toHex(ed25519.getPublicKey(PUBLISHED_SECRET_KEY));

/** Entries of a thread: every third a gap, late now and then, each tier. */
const entryAt = (index: number): ThreadEntry => {
  const [lo, hi] = [100 * index, 100 * (index + 1)];
  if (index % 3 === 2) return { kind: "gap", lo, hi, reason: index === 17 ? 255 : index % 5 };
  const cmin = 1_790_000_000_000 + 3_600_000 * index;
  return {
    kind: "append",
    tier: TIERS[index % 4] ?? "GATEWAY_SIGNED",
    late: index % 4 === 3,
    lo,
    hi,
    root: toHex(eventHash(u64be(index))),
    cmin,
    cmax: cmin + 60_000,
    until: cmin + 120_000,
    pk: publicKey,
  };
};

const ENTRIES = 20;

const entryFields = (entry: ThreadEntry) =>
  entry.kind === "gap" ? entry : { ...entry, tier: TIERS.indexOf(entry.tier) };

/** Each entry with the range after it. */
export function historySteps() {
  let range: Range = emptyRange();
  return Array.from({ length: ENTRIES }, (_, index) => {
    const bytes = encodeEntry(entryAt(index));
    const leaf = rangeLeaf(bytes);
    range = addToRange(range, leaf);
    return {
      ...entryFields(entryAt(index)),
      entry: toHex(bytes),
      leaf: toHex(leaf),
      seq: range.seq,
      peaks: range.peaks.map(toHex),
      history: toHex(rangeHash(range)),
    };
  });
}

const proofText = ({ index, seq, path, peaks }: RangeProof) => ({
  index,
  seq,
  path: path.map(toHex),
  peaks: peaks.map(toHex),
});

export function rangeProofs(steps: ReturnType<typeof historySteps>) {
  const proven = [1, 7, 8, ENTRIES].flatMap((seq) => {
    const leaves = steps.slice(0, seq).map(({ leaf }) => fromHex(leaf));
    return leaves.map((leaf, index) => ({
      history: steps[seq - 1]?.history ?? "",
      leaf: toHex(leaf),
      ...proofText(proveInRange(leaves, index)),
    }));
  });
  // Index 13 of 20: in the tree of 16, besides the tree of 4.
  const sample = proven.find(({ seq, index }) => seq === ENTRIES && index === 13) as (typeof proven)[number];
  const [sibling = "", ...above] = sample.path;
  const flip = (hex: string): string => `${hex.startsWith("0") ? "1" : "0"}${hex.slice(1)}`;
  const changes: readonly (readonly [string, Partial<typeof sample>])[] = [
    ["history", { history: flip(sample.history) }],
    ["history-before", { history: steps[ENTRIES - 2]?.history ?? "" }],
    ["leaf", { leaf: flip(sample.leaf) }],
    ["leaf-other", { leaf: steps[12]?.leaf ?? "" }],
    ["leaf-short", { leaf: sample.leaf.slice(2) }],
    ["index-other", { index: 12 }],
    ["index-far", { index: 16 }],
    ["index-seq", { index: ENTRIES }],
    ["index-negative", { index: -1 }],
    ["seq-other", { seq: 21 }],
    ["seq-same-bits", { seq: 24 }],
    ["seq-0", { seq: 0, index: 0, path: [], peaks: [] }],
    ["path-short", { path: above }],
    ["path-long", { path: [...sample.path, sibling] }],
    ["path-order", { path: [...above, sibling] }],
    ["path-sibling", { path: [flip(sibling), ...above] }],
    ["path-sibling-short", { path: [sibling.slice(2), ...above] }],
    ["peaks-missing", { peaks: [] }],
    ["peaks-more", { peaks: [...sample.peaks, ...sample.peaks] }],
    ["peaks-other", { peaks: sample.peaks.map(flip) }],
    ["peaks-long", { peaks: sample.peaks.map((peak) => `${peak}00`) }],
    // The peak itself as if it were the only entry of its tree.
    ["node-as-leaf", { leaf: toHex(peakOf16(steps)), path: [], seq: 20, index: 0 }],
  ];
  return {
    accepted: proven,
    refused: changes.map(([reason, change]) => {
      const proof = { reason, ...sample, ...change };
      const read = {
        ...proof,
        path: proof.path.map(fromHex),
        peaks: proof.peaks.map(fromHex),
      };
      if (verifyInRange(fromHex(proof.history), fromHex(proof.leaf), read))
        throw new Error(`a vector of a refusal was accepted: ${reason}`);
      return proof;
    }),
  };
}

const peakOf16 = (steps: ReturnType<typeof historySteps>): Uint8Array => fromHex(steps[15]?.peaks[0] ?? "");

export function refusedEntries() {
  const append = encodeEntry(entryAt(0));
  const gap = encodeEntry(entryAt(2));
  const put = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array =>
    concat(bytes.subarray(0, at), part, bytes.subarray(at + part.length));
  const byte = (value: number): Uint8Array => Uint8Array.of(value);
  const TWO_53 = fromHex("0020000000000000");
  const changes: readonly (readonly [string, Uint8Array])[] = [
    ["empty", new Uint8Array()],
    ["kind", put(append, 0, byte(2))],
    ["kind", put(gap, 0, byte(0))],
    ["kind", put(append, 0, byte(1))],
    ["short", append.subarray(0, append.length - 1)],
    ["long", concat(append, byte(0))],
    ["short", gap.subarray(0, gap.length - 1)],
    ["long", concat(gap, byte(0))],
    ["tier", put(append, 1, byte(4))],
    ["late", put(append, 2, byte(2))],
    ["lo-2^53", put(append, 3, TWO_53)],
    ["hi-2^53", put(append, 11, TWO_53)],
    ["hi-lo", put(append, 11, append.subarray(3, 11))],
    ["cmin-cmax", put(append, 51, u64be(1_790_000_060_001))],
    ["cmax-until", put(append, 59, u64be(1_790_000_120_001))],
    ["until-2^53", put(append, 67, TWO_53)],
    ["hi-lo", put(gap, 9, gap.subarray(1, 9))],
    ["hi-2^53", put(gap, 9, TWO_53)],
  ];
  return changes.map(([reason, bytes]) => ({
    reason,
    entry: toHex(bytes),
    ...refusalOf(reason, () => decodeEntry(bytes)),
  }));
}
