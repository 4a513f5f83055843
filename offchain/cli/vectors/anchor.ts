/** Vectors of docs/spec/anchor.md: packs, their digests, trees and files, and the history of a thread. The secret key is RFC 8032's: it protects nothing. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { eventHash } from "../../src/codec/event.js";
import { packDigest } from "../../src/codec/pack.js";
import { u64be } from "../../src/codec/u64.js";
import { toHex } from "../../src/domain/bytes.js";
import { TIERS } from "../../src/domain/event.js";
import type { PackHeader } from "../../src/domain/pack.js";
import { packTree } from "../../src/merkle/pack.js";
import { emptyRange, rangeHash } from "../../src/merkle/range.js";
import { PUBLISHED_SECRET_KEY } from "../../src/testing/ed25519-cases.js";
import { packFiles, refusedPackFiles } from "./anchor-files.js";
import { historySteps, rangeProofs, refusedEntries } from "./anchor-history.js";
import { EVENT_CONFIG, SAMPLE_LEAF } from "./event.js";

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

export const anchorVectors = () => {
  const steps = historySteps();
  const { accepted, refused } = rangeProofs(steps);
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
