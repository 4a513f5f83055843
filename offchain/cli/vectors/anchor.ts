/** Vectors of docs/spec/anchor.md: packs, their digests, trees and files, and the history of a thread. The secret key is RFC 8032's: it protects nothing. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { eventHash } from "../../src/codec/event.js";
import { packDigest } from "../../src/codec/pack.js";
import { decodeEntry, encodeEntry } from "../../src/codec/thread-entry.js";
import { u64be } from "../../src/codec/u64.js";
import { concat, fromHex, toHex } from "../../src/domain/bytes.js";
import { TIERS } from "../../src/domain/event.js";
import type { PackHeader, ThreadEntry } from "../../src/domain/pack.js";
import { packTree } from "../../src/merkle/pack.js";
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
import { packFiles, refusedPackFiles } from "./anchor-files.js";
import { EVENT_CONFIG, SAMPLE_LEAF } from "./event.js";
import { refusalOf } from "./refusal.js";

const publicKey = toHex(ed25519.getPublicKey(PUBLISHED_SECRET_KEY));
const MAX = Number.MAX_SAFE_INTEGER;

const SAMPLE: PackHeader = {
  config: EVENT_CONFIG,
  source: SAMPLE_LEAF.source,
  tier: "INDIVIDUAL_SIGNED",
  lo: 41,
  hi: 341,
  root: "44".repeat(32),
  cmin: 1_790_000_000_000,
  cmax: 1_790_000_600_000,
};

const digests = (): readonly PackHeader[] => [
  SAMPLE,
  ...TIERS.map((tier) => ({ ...SAMPLE, tier })),
  ...[13, 28].map((length) => ({ ...SAMPLE, source: "5a".repeat(length) })),
  { ...SAMPLE, lo: 0, hi: 1, cmin: 0, cmax: 0 },
  { ...SAMPLE, lo: 2 ** 32 - 1, hi: 2 ** 32 },
  { ...SAMPLE, lo: MAX - 1, hi: MAX, cmin: MAX, cmax: MAX },
  { ...SAMPLE, config: "00".repeat(28) },
];

const digestVector = (header: PackHeader) => {
  const digest = packDigest(header);
  return {
    ...header,
    tier: TIERS.indexOf(header.tier),
    digest: toHex(digest),
    signature: toHex(ed25519.sign(digest, PUBLISHED_SECRET_KEY)),
  };
};

function rootVector(count: number) {
  const tree = packTree(Array.from({ length: count }, (_, index) => eventHash(u64be(index))));
  const indices =
    count <= 8 ? Array.from({ length: count }, (_, index) => index) : [0, 1, 511, 512, 998, 999];
  return {
    count,
    root: toHex(tree.root),
    proofs: indices.map((index) => ({ index, path: tree.proof(index).path.map(toHex) })),
  };
}

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

function additions() {
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

function proofs(steps: ReturnType<typeof additions>) {
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

const peakOf16 = (steps: ReturnType<typeof additions>): Uint8Array => fromHex(steps[15]?.peaks[0] ?? "");

function refusedEntries() {
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

export const anchorVectors = () => {
  const steps = additions();
  const { accepted, refused } = proofs(steps);
  return {
    spec: "docs/spec/anchor.md",
    note:
      "Byte strings are hex, tiers their numbers. Event hash i of 'roots' is blake2b_256(0x00 ‖ u64be(i)), as if the leaf were the eight bytes of i. " +
      "'history' holds entries in their order, each with the range after it. Peaks are listed from the smallest.",
    secretKey: toHex(PUBLISHED_SECRET_KEY),
    publicKey,
    digests: digests().map(digestVector),
    roots: [1, 2, 3, 5, 8, 1000].map(rootVector),
    emptyHistory: toHex(rangeHash(emptyRange())),
    history: steps,
    proofs: accepted,
    refusedProofs: refused,
    refusedEntries: refusedEntries(),
    files: packFiles(),
    refusedFiles: refusedPackFiles(),
  };
};
