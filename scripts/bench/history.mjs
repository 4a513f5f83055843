// Reading, verifying and telling a history of a thousand actions, and the passport as of a moment among a thousand revisions, beside the bare work over the same
// bytes in the same run. The transactions are synthetic: real bytes, hashes and signatures in the ledger's format, which no ledger was asked for.
// `npm run build` first. Alone: node scripts/bench/history.mjs [--json] [--actions 1000]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeEntry } from "@cardano-dpp/offchain/cli/history-text";
import { isoTime } from "@cardano-dpp/offchain/cli/output";
import { blockCid } from "@cardano-dpp/offchain/codec/content-id";
import { decodeHistoryFile, encodeHistoryFile } from "@cardano-dpp/offchain/codec/history-file";
import { readSigned } from "@cardano-dpp/offchain/codec/ledger-cbor/signed";
import { verifyEd25519 } from "@cardano-dpp/offchain/crypto/cip8";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { cidFromHex } from "@cardano-dpp/offchain/domain/cid";
import { testClock } from "@cardano-dpp/offchain/testing/actors";
import { SYNTHETIC_CONTRACTS, syntheticLedger } from "@cardano-dpp/offchain/testing/synthetic-ledger";
import { SyntheticStory } from "@cardano-dpp/offchain/testing/synthetic-story";
import { readAsOf } from "@cardano-dpp/offchain/usecases/history/archive";
import { exportHistory } from "@cardano-dpp/offchain/usecases/history/export";
import { readHistory } from "@cardano-dpp/offchain/usecases/history/read";
import { verifyHistory } from "@cardano-dpp/offchain/usecases/history/verify";
import { openPassport } from "@cardano-dpp/offchain/usecases/seal-open";
import { blake2b } from "@noble/hashes/blake2.js";

const RUNS = 3;
const round = (number) => Math.round(number * 100) / 100;

/** Median of the runs' milliseconds. */
async function median(work) {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)];
}

const contextOf = (story) => ({
  ledger: syntheticLedger(story.life.transactions),
  contracts: SYNTHETIC_CONTRACTS,
  clock: testClock(),
  content: story.content,
});

/** As the command prints it, for people and as JSON. */
function told({ entries, now }) {
  const lines = entries.map((entry) => `${isoTime(entry.time)}  ${entry.act}  ${describeEntry(entry)}`);
  const text = (_, value) => (typeof value === "bigint" ? value.toString() : value);
  return lines.join("\n") + JSON.stringify({ entries, now }, text);
}

/** `work` beside `baseline`. */
async function beside(work, baseline) {
  const [ms, bare] = [await median(work), await median(baseline)];
  return { ms: round(ms), baselineMs: round(bare), ratio: round(ms / bare) };
}

async function benchLife(actions) {
  const story = await SyntheticStory.begin("bench history");
  for (let count = 0; count < actions; count++) await story.log("loss", "owner");
  const context = contextOf(story);
  const { id } = story.life;
  const { file } = await exportHistory(context, id);
  const history = await readHistory(context, id);
  const { state, owner } = history.now;
  const signed = file.transactions.map(({ cbor }) => readSigned(cbor));
  const hashing = () => {
    for (const { cbor } of file.transactions) blake2b(cbor, { dkLen: 32 });
  };
  const signatures = () => {
    for (const { hash, witnesses } of signed)
      for (const { publicKey, signature } of witnesses.vkeys)
        verifyEd25519(fromHex(signature), fromHex(hash), fromHex(publicKey));
  };
  const verify = async () => {
    const { ok, faults } = await verifyHistory(file, { state, owner }, blockCid);
    if (!ok) throw new Error(JSON.stringify(faults[0]));
  };
  const bytes = encodeHistoryFile(file);
  return {
    transactions: file.transactions.length,
    fileBytes: bytes.length,
    readBesideHashing: await beside(() => readHistory(context, id), hashing),
    verifyBesideSignatures: await beside(verify, signatures),
    decodeFileBesideHashing: await beside(
      () => decodeHistoryFile(bytes),
      () => blake2b(bytes, { dkLen: 32 }),
    ),
    renderBesideHashing: await beside(() => told(history), hashing),
  };
}

async function benchArchive(revisions) {
  const story = await SyntheticStory.begin("bench archive");
  for (let count = 0; count < revisions; count++) await story.update();
  let fetched = 0;
  const context = contextOf(story);
  context.content = {
    ...story.content,
    get(...args) {
      fetched++;
      return story.content.get(...args);
    },
  };
  const { id } = story.life;
  const { entries } = await readHistory(context, id);
  const middle = entries[Math.floor(entries.length / 2)];
  const { issuer, dataRoot, content } = middle.after.datum.extra;
  const expected = { config: SYNTHETIC_CONTRACTS.config.hash, issuer, dataRoot };
  const document = await story.content.get(cidFromHex(content));
  fetched = 0;
  const asOf = await beside(
    () => readAsOf(context, id, middle.time),
    () => readHistory(context, id),
  );
  return {
    revisions: entries.length,
    documentsFetched: fetched / RUNS,
    asOfBesideReadingTheHistory: asOf,
    openOneDocumentMs: round(await median(() => openPassport(document, expected))),
  };
}

export async function benchHistory({ actions = 1000 } = {}) {
  return { life: await benchLife(actions), archive: await benchArchive(actions) };
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const chosen = process.argv.indexOf("--actions");
  const result = await benchHistory(chosen < 0 ? {} : { actions: Number(process.argv[chosen + 1]) });
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else {
    for (const [part, figures] of Object.entries(result)) {
      console.log(part);
      console.table(figures);
    }
  }
}
