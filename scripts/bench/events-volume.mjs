// Ten thousand, a hundred thousand and (with --full) a million events through record → pack → anchor → receipt, in packs of ten thousand: how long, how much memory at most, how
// large the store becomes. Each number in a process of its own, so that peaks are its own; PGlite in a temporary directory with every sync, the embedded ledger in memory.
// `npm run build` first. Alone: node scripts/bench/events-volume.mjs [--json] [--full]; one number: --events 10000
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { nodeEd25519, nodeEventSigner } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { openPgliteStore } from "@cardano-dpp/offchain/adapters/event-store/embedded";
import { systemRandom } from "@cardano-dpp/offchain/adapters/system";
import { eventId } from "@cardano-dpp/offchain/codec/event";
import {
  EVIDENCE,
  eventContext,
  sourceView,
  transportInput,
} from "@cardano-dpp/offchain/testing/event-context";
import { eventSecret } from "@cardano-dpp/offchain/testing/event-world";
import { makeWorld } from "@cardano-dpp/offchain/testing/world";
import { makeReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-make";
import { verifyReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-verify";
import { recordEvents } from "@cardano-dpp/offchain/usecases/events/record";
import { relay } from "@cardano-dpp/offchain/usecases/events/relay";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";

const NUMBERS = [10_000, 100_000];
const FULL = 1_000_000;
const PACK = 10_000;
const CALL = 1000;
const SOURCE = "gateway";
/** Receipts made and verified of each run, of events spread over it. */
const RECEIPTS = 5;
const MIB = 2 ** 20;

const round = (number) => Math.round(number * 10) / 10;

function sizeOf(path) {
  return readdirSync(path, { withFileTypes: true }).reduce((total, entry) => {
    const inner = join(path, entry.name);
    return total + (entry.isDirectory() ? sizeOf(inner) : statSync(inner).size);
  }, 0);
}

/** Milliseconds by stage, added up over many calls. */
function stopwatch() {
  const spent = {};
  return {
    spent,
    async time(stage, work) {
      const start = performance.now();
      const value = await work();
      spent[stage] = (spent[stage] ?? 0) + performance.now() - start;
      return value;
    },
  };
}

/** In this process. */
async function run(events) {
  const directory = mkdtempSync(join(tmpdir(), "dpp-bench-"));
  try {
    return await through(events, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function through(events, directory) {
  const world = await makeWorld(blueprint);
  const store = await openPgliteStore(directory);
  const verify = nodeEd25519();
  const context = eventContext(world, store, { verify, random: systemRandom });
  const source = await sourceView(world, SOURCE);
  const signer = nodeEventSigner(eventSecret(SOURCE));
  const readers = { trade: [], origin: [], person: [] };
  const recording = { source, signer, readers, evidence: () => EVIDENCE };
  const inputs = Array.from({ length: CALL }, () => transportInput());
  const { spent, time } = stopwatch();
  const heaps = [];
  const processor = process.cpuUsage();
  const began = performance.now();
  for (let done = 0; done < events; done += PACK) {
    for (let at = 0; at < PACK; at += CALL)
      await time("record", () => recordEvents(context, recording, inputs));
    await time("pack", () => sealPacks(context, source, signer, { max: PACK }));
    const { anchored, held } = await time("anchor", () =>
      relay(context, world.actors.stranger, { worker: "bench" }),
    );
    await time("collect", () => globalThis.gc?.());
    heaps.push(process.memoryUsage().heapUsed);
    if (anchored.length !== 1 || held.length > 0)
      throw new Error(`a pack was not anchored: ${JSON.stringify(held)}`);
  }
  const seconds = (performance.now() - began - spent.collect) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const receipts = await time("receipts", () => sample(context, source.name, events));
  await store.close();
  return {
    events,
    seconds: round(seconds),
    eventsPerSecond: Math.round(events / seconds),
    recordSeconds: round(spent.record / 1000),
    packSeconds: round(spent.pack / 1000),
    anchorSeconds: round(spent.anchor / 1000),
    cpuSeconds: round((user + system) / 1e6),
    receiptMs: Math.round(spent.receipts / RECEIPTS),
    receiptBytes: Math.max(...receipts),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    // What is alive after the first pack and after the last: without growth nothing is kept of events.
    firstHeapMiB: Math.round(heaps[0] / MIB),
    lastHeapMiB: Math.round(heaps.at(-1) / MIB),
    storeMiB: Math.round(sizeOf(directory) / MIB),
  };
}

/** Receipts of events spread over the run, each verified without the ledger. Answers their bytes. */
async function sample(context, source, events) {
  const sizes = [];
  for (let at = 0; at < RECEIPTS; at++) {
    const counter = Math.floor(((at + 0.5) * events) / RECEIPTS);
    const id = eventId(context.contracts.config.hash, source, counter);
    const { bytes, root } = await makeReceipt(context, id);
    const { ok, checks } = verifyReceipt(bytes, root, {}, context.verify);
    if (!ok) throw new Error(`the receipt of event ${counter} does not verify: ${JSON.stringify(checks)}`);
    sizes.push(bytes.length);
  }
  return sizes;
}

/** In a process of its own. */
function runApart(events) {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--expose-gc", script, "--events", String(events), "--json"],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (status !== 0) throw new Error(`the run of ${events} events ended with ${status}`);
  return JSON.parse(stdout)[0];
}

export function benchVolume({ full = process.argv.includes("--full") } = {}) {
  return [...NUMBERS, ...(full ? [FULL] : [])].map(runApart);
}

export function printVolume(rows, write = console.log) {
  write("record → pack → anchor → receipt:");
  for (const { events, ...figures } of rows) {
    write(`  ${events.toLocaleString("en")} events`);
    for (const [name, value] of Object.entries(figures))
      write(`    ${name.padEnd(16)}${value.toLocaleString("en").padStart(12)}`);
  }
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const chosen = process.argv.indexOf("--events");
  const result = chosen < 0 ? benchVolume() : [await run(Number(process.argv[chosen + 1]))];
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else printVolume(result);
}
