// Sizes of receipts, and checking one beside the bare signature checks and hashes over the same bytes in the same run. The transactions are synthetic: real bytes, hashes and
// signatures in the ledger's format, which no ledger was asked for.
// `npm run build` first. Alone: node scripts/bench/receipts.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeEd25519 } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { encodeReceipt, receiptToText } from "@cardano-dpp/offchain/codec/receipt";
import { readReceiptTransaction } from "@cardano-dpp/offchain/codec/receipt-transaction";
import { trustRootJson } from "@cardano-dpp/offchain/codec/trust-root";
import { verifyEd25519 } from "@cardano-dpp/offchain/crypto/ed25519";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { syntheticReceipt } from "@cardano-dpp/offchain/testing/synthetic-receipt";
import { verifyReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-verify";
import { blake2b } from "@noble/hashes/blake2.js";

const RUNS = 50;
/** Until the engine has compiled what runs. */
const WARM_UP = 20;
const round = (number) => Math.round(number * 100) / 100;

/** Median of the runs' milliseconds. */
function median(work) {
  for (let run = 0; run < WARM_UP; run++) work();
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)];
}

/** `work` beside `baseline`. */
function beside(work, baseline) {
  const [ms, bare] = [median(work), median(baseline)];
  return { ms: round(ms), baselineMs: round(bare), ratio: round(ms / bare) };
}

const transactionsOf = ({ append, attestation, rotations, state }) => [
  append,
  ...attestation,
  ...rotations,
  ...(state === null ? [] : [state.transaction]),
];

/** Every signature that a reader has to check, and every body that he has to hash, without anything else. */
function bareWork(receipt, checkSignature) {
  const transactions = transactionsOf(receipt);
  const signed = transactions.map((one) => ({ hash: fromHex(readReceiptTransaction(one).hash), one }));
  const signatures = signed.flatMap(({ hash, one }) =>
    one.signatures.map(({ publicKey, signature }) => [fromHex(publicKey), hash, fromHex(signature)]),
  );
  // The pack's own signature costs what any other does.
  const [first] = signatures;
  return () => {
    for (const { body } of transactions) blake2b(body, { dkLen: 32 });
    blake2b(receipt.leaf, { dkLen: 32 });
    for (const sibling of receipt.path) blake2b(sibling, { dkLen: 32 });
    for (const [key, message, signature] of [...signatures, first]) checkSignature(key, message, signature);
  };
}

async function benchOne(events) {
  const { receipt, root, state } = await syntheticReceipt(events);
  const bytes = encodeReceipt(receipt);
  const figures = {
    events,
    receiptBytes: bytes.length,
    asTextBytes: receiptToText(bytes).length,
    withoutLaterStateBytes: encodeReceipt({ ...receipt, state: null }).length,
    trustRootBytes: trustRootJson(root).length,
    signatures: transactionsOf(receipt).reduce((sum, { signatures }) => sum + signatures.length, 1),
  };
  for (const [name, verify] of [
    ["portable", verifyEd25519],
    ["node", nodeEd25519()],
  ]) {
    const check = () => {
      const { ok, checks } = verifyReceipt(bytes, root, { state }, verify);
      if (!ok) throw new Error(JSON.stringify(checks));
    };
    figures[name] = beside(check, bareWork(receipt, verify));
  }
  return figures;
}

export async function benchReceipts() {
  const packs = [];
  for (const events of [1, 100, 65_536]) packs.push(await benchOne(events));
  return { packs };
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const { packs } = await benchReceipts();
  if (process.argv.includes("--json")) console.log(JSON.stringify(packs, null, 2));
  else
    for (const { portable, node, ...sizes } of packs) {
      console.log(sizes);
      console.table({ portable, node });
    }
}
