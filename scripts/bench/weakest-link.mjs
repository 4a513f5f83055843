// Proofs of weakest links over threads of several lengths: their bytes, and in the same run making one beside hashing all entries of its thread (which its tree needs first,
// and which is not counted in), and checking one beside hashing the entries that it covers. The threads are synthetic: real bytes and hashes in the ledger's format, which no ledger was asked for.
// `npm run build` first. Alone: node scripts/bench/weakest-link.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { encodeWeakestLink } from "@cardano-dpp/offchain/codec/weakest-link";
import { rangeLeaf } from "@cardano-dpp/offchain/merkle/range";
import {
  SYNTHETIC_ROOT,
  syntheticProof,
  syntheticThread,
} from "@cardano-dpp/offchain/testing/synthetic-weakest-link";
import { verifyWeakestLink } from "@cardano-dpp/offchain/usecases/weakest-link/verify";

const THREADS = [10, 1_000, 10_000];
const RUNS = 15;
/** Until the engine has compiled what runs. */
const WARM_UP = 10;
const round = (number) => Math.round(number * 100) / 100;

/** Milliseconds of processor time: what else runs on the machine does not count. */
function timed(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

/** Medians of each work, run in turn; small ones several times over. */
function inTurn(works, times) {
  const runs = Array.from({ length: WARM_UP + RUNS }, () =>
    works.map((work) =>
      timed(() => {
        for (let at = 0; at < times; at++) work();
      }),
    ),
  ).slice(WARM_UP);
  return works.map((_, which) => median(runs.map((run) => run[which])) / times);
}

async function benchOne(count, range) {
  const thread = await syntheticThread(count);
  const { lo, hi } = range(count);
  const prove = () => encodeWeakestLink(syntheticProof(thread, [{ lo, hi }]));
  const bytes = prove();
  const run = syntheticProof(thread, [{ lo, hi }]).threads[0].runs[0];
  const verify = () => {
    const { ok, checks } = verifyWeakestLink(bytes, SYNTHETIC_ROOT, { states: [thread.state] });
    if (!ok) throw new Error(JSON.stringify(checks));
  };
  const covered = thread.entries.slice(lo, hi).map(encodeEntry);
  const hashing = () => {
    for (const entry of covered) rangeLeaf(entry);
  };
  const all = thread.entries.map(encodeEntry);
  const hashingAll = () => {
    for (const entry of all) rangeLeaf(entry);
  };
  const times = Math.max(1, Math.floor(1_000 / count));
  const [proveMs, verifyMs, hashMs, hashAllMs] = inTurn([prove, verify, hashing, hashingAll], times);
  return {
    threadEntries: count,
    covered: covered.length,
    proofBytes: bytes.length,
    ofThemEntries: covered.reduce((sum, entry) => sum + entry.length, 0),
    hashes: run.hashes.length,
    proveMs: round(proveMs),
    verifyMs: round(verifyMs),
    hashMs: round(hashMs),
    hashAllMs: round(hashAllMs),
    proveRatio: round(proveMs / hashAllMs),
    verifyRatio: round(verifyMs / hashMs),
  };
}

const whole = (count) => ({ lo: 0, hi: count });
/** In the middle, so that both sides need hashes. */
const ten = (count) => ({ lo: Math.floor(count / 2) - 4, hi: Math.floor(count / 2) + 6 });

export async function benchWeakestLink() {
  const figures = [];
  for (const count of THREADS) figures.push(await benchOne(count, whole));
  for (const count of THREADS.slice(1)) figures.push(await benchOne(count, ten));
  return figures;
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const figures = await benchWeakestLink();
  if (process.argv.includes("--json")) console.log(JSON.stringify(figures, null, 2));
  else console.table(figures);
}
