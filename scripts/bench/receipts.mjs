// Sizes of receipts, and checking one beside the bare signature checks and hashes over the same bytes in the same run, under each form of signature. The transactions are
// synthetic: real bytes, hashes and signatures in the ledger's format, which no ledger was asked for.
// `npm run build` first. Alone: node scripts/bench/receipts.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeEd25519 } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { jointDigest, packDigest } from "@cardano-dpp/offchain/codec/pack";
import { encodeReceipt, receiptToText } from "@cardano-dpp/offchain/codec/receipt";
import { readReceiptTransaction } from "@cardano-dpp/offchain/codec/receipt-transaction";
import { trustRootJson } from "@cardano-dpp/offchain/codec/trust-root";
import { keyFromPoint } from "@cardano-dpp/offchain/crypto/event-key-form";
import { keyVerifier, verifyKey } from "@cardano-dpp/offchain/crypto/event-signature";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { syntheticReceipt } from "@cardano-dpp/offchain/testing/synthetic-receipt";
import { syntheticSigners } from "@cardano-dpp/offchain/testing/synthetic-signers";
import { verifyReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-verify";
import { p256 } from "@noble/curves/nist.js";
import { blake2b } from "@noble/hashes/blake2.js";

const RUNS = 50;
/** Until the engine has compiled what runs. */
const WARM_UP = 20;
const round = (number) => Math.round(number * 100) / 100;

/** Milliseconds of processor time: what else runs on the machine does not count. */
function timed(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

/** Medians of `work` and `baseline`, run in turn. */
function beside(work, baseline) {
  const times = Array.from({ length: WARM_UP + RUNS }, () => [timed(work), timed(baseline)]).slice(WARM_UP);
  const [ms, bare] = [0, 1].map((which) => median(times.map((run) => run[which])));
  return { ms: round(ms), baselineMs: round(bare), ratio: round(ms / bare) };
}

const transactionsOf = ({ append, attestations, rotations, state }) => [
  append,
  ...attestations.flatMap(({ transactions }) => transactions),
  ...rotations,
  ...(state === null ? [] : [state.transaction]),
];

/** Of each signer over the pack: key, message, signature. */
function sealsOf({ pack }, { config }, { isJoint, thread, all }) {
  const tier = isJoint ? "MULTI_PARTY_SIGNED" : "INDIVIDUAL_SIGNED";
  const header = { ...pack, config, source: thread, tier };
  const names = all.map(({ name }) => name);
  const digest = isJoint ? jointDigest(header, names) : packDigest(header);
  return all.map(({ attestation, sign }) => [fromHex(attestation.pk), digest, sign(digest)]);
}

/** Every signature that a reader has to check, and every body that he has to hash, without anything else. */
function bareWork(receipt, seals, checkSignature) {
  const transactions = transactionsOf(receipt);
  const signed = transactions.map((one) => ({ hash: fromHex(readReceiptTransaction(one).hash), one }));
  const signatures = signed.flatMap(({ hash, one }) =>
    one.signatures.map(({ publicKey, signature }) => [fromHex(publicKey), hash, fromHex(signature)]),
  );
  return () => {
    for (const { body } of transactions) blake2b(body, { dkLen: 32 });
    blake2b(receipt.leaf, { dkLen: 32 });
    for (const sibling of receipt.path) blake2b(sibling, { dkLen: 32 });
    for (const [key, message, signature] of [...signatures, ...seals])
      checkSignature(key, message, signature);
  };
}

async function benchOne(name, events, signing) {
  const { receipt, root, state } = await syntheticReceipt(events, signing);
  const seals = sealsOf(receipt, root, syntheticSigners(signing));
  const bytes = encodeReceipt(receipt);
  const figures = {
    signers: name,
    events,
    receiptBytes: bytes.length,
    asTextBytes: receiptToText(bytes).length,
    withoutLaterStateBytes: encodeReceipt({ ...receipt, state: null }).length,
    trustRootBytes: trustRootJson(root).length,
    signatures: transactionsOf(receipt).reduce(
      (sum, { signatures }) => sum + signatures.length,
      seals.length,
    ),
  };
  for (const [machine, verify] of [
    ["portable", verifyKey],
    ["node", keyVerifier(nodeEd25519())],
  ]) {
    const check = () => {
      const { ok, checks } = verifyReceipt(bytes, root, { state }, verify);
      if (!ok) throw new Error(JSON.stringify(checks));
    };
    figures[machine] = beside(check, bareWork(receipt, seals, verify));
  }
  return figures;
}

/** A point's table is computed once for each key that a reader meets. */
function benchNewKey() {
  const points = Array.from({ length: WARM_UP + RUNS }, (_, at) =>
    p256.getPublicKey(new Uint8Array(32).fill(at + 1), true),
  );
  return round(median(points.map((point) => timed(() => keyFromPoint(point))).slice(WARM_UP)));
}

const THREE = ["Ed25519", "P-256", "WebAuthn"];
const CASES = [
  ["Ed25519", 1, "Ed25519"],
  ["Ed25519", 100, "Ed25519"],
  ["Ed25519", 65_536, "Ed25519"],
  ["P-256", 100, "P-256"],
  ["WebAuthn", 100, "WebAuthn"],
  ["two parties, Ed25519", 100, ["Ed25519", "Ed25519"]],
  ["three parties, one of each form", 100, THREE],
  ["nine parties, WebAuthn", 100, Array.from({ length: 9 }, () => "WebAuthn")],
];

export async function benchReceipts() {
  const packs = [];
  for (const [name, events, signing] of CASES) packs.push(await benchOne(name, events, signing));
  return { packs, newP256KeyMs: benchNewKey() };
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const { packs, newP256KeyMs } = await benchReceipts();
  if (process.argv.includes("--json")) console.log(JSON.stringify({ packs, newP256KeyMs }, null, 2));
  else {
    for (const { portable, node, ...sizes } of packs) {
      console.log(sizes);
      console.table({ portable, node });
    }
    console.log(`the table of a P-256 key that is met for the first time: ${newP256KeyMs} ms`);
  }
}
