// A million events of a thousand sources with keys of three forms (signatures-sources.mjs) through the whole path: record → sign → pack → store → relay → embedded ledger → read back
// and verify. By default a tenth of it, sources as large: a hundred of them, a hundred thousand events. PGlite in a temporary directory with every sync, the ledger in memory.
// `npm run build` first. Alone: node scripts/bench/signatures-volume.mjs [--json] [--full]; another number: --sources 50
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeEd25519 } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { openPgliteStore } from "@cardano-dpp/offchain/adapters/event-store/embedded";
import { nodeP256 } from "@cardano-dpp/offchain/adapters/p256-node";
import { systemRandom } from "@cardano-dpp/offchain/adapters/system";
import { keyVerifier } from "@cardano-dpp/offchain/crypto/event-signature";
import { EVIDENCE, eventContext, transportInput } from "@cardano-dpp/offchain/testing/event-context";
import { recordEvents } from "@cardano-dpp/offchain/usecases/events/record";
import { relay } from "@cardano-dpp/offchain/usecases/events/relay";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";
import { readAttestation } from "@cardano-dpp/offchain/usecases/resolve";
import { readBack } from "./signatures-read.mjs";
import { accreditAll, DAYS, KINDS, newSource, richWorld } from "./signatures-sources.mjs";
import { printTable } from "./table.mjs";

const TENTH = 100;
const FULL = 1000;
const CALL = 1000;
const DAY = 86_400_000;
const MIB = 2 ** 20;

const round = (number) => Math.round(number * 10) / 10;
const note = (text) => console.error(`  ${new Date().toISOString().slice(11, 19)} ${text}`);

/** Seconds by stage, added up over many calls: by the clock, and of this process' processor. */
function stopwatch() {
  const seconds = {};
  const cpu = {};
  return {
    ...{ seconds, cpu },
    async time(stage, work) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      const value = await work();
      const { user, system } = process.cpuUsage(before);
      seconds[stage] = (seconds[stage] ?? 0) + (performance.now() - start) / 1000;
      cpu[stage] = (cpu[stage] ?? 0) + (user + system) / 1e6;
      return value;
    },
  };
}

/** Those of one kind whose turn it is seal, and a relayer brings their packs on the ledger. */
async function anchor(context, world, sources, row, time) {
  const packs = await time("pack", async () => {
    let sealed = 0;
    for (const { view, signer } of sources) {
      const { packs, held } = await sealPacks(context, view, signer);
      if (packs.length !== 1 || held !== null) throw new Error(`${packs.length} packs of ${view.name}`);
      sealed += packs.length;
    }
    return sealed;
  });
  const options = { worker: "bench", threads: sources.length, packs: 1 };
  const report = await time("relay", () => relay(context, world.actors.stranger, options));
  if (report.anchored.length !== packs || report.held.length > 0)
    throw new Error(
      `${report.anchored.length} of ${packs} packs anchored: ${JSON.stringify(report.held[0]?.reason)}`,
    );
  row.packs += packs;
  row.late += report.anchored.filter(({ late }) => late).length;
  row.transactions += report.transactions.length;
  row.fees += report.transactions.reduce((sum, { fee }) => sum + Number(fee), 0);
}

/** What one source captures in a day. */
async function recordDay(context, { view, signer }, daily, inputs) {
  const readers = { trade: [], origin: [], person: [] };
  const recording = { source: view, signer, readers, evidence: () => EVIDENCE };
  for (let left = daily; left > 0; left -= CALL)
    await recordEvents(context, recording, inputs.slice(0, Math.min(CALL, left)));
}

async function through(count, directory) {
  const { seconds, cpu, time } = stopwatch();
  const world = await richWorld();
  const store = await openPgliteStore(directory);
  const verify = keyVerifier(nodeEd25519(), nodeP256());
  const context = eventContext(world, store, { verify, random: systemRandom });
  const sources = new Map();
  const rows = [];
  for (const [sort, { form, of, daily }] of Object.entries(KINDS)) {
    const ours = Array.from({ length: (of * count) / FULL }, (_, at) => newSource(sort, at));
    const { transactions, fees, locked, together } = await time("accredit", () => accreditAll(world, ours));
    for (const source of ours) source.view = await readAttestation(world, source.name);
    sources.set(sort, ours);
    const accrediting = { together, transactions, fees, ...locked };
    const events = ours.length * daily * DAYS;
    rows.push({
      ...{ sort, form, sources: ours.length, events, packs: 0, late: 0, transactions: 0, fees: 0 },
      accrediting,
    });
    note(`${ours.length} ${sort}s accredited`);
  }
  const inputs = Array.from({ length: CALL }, () => transportInput());
  const heaps = [];
  for (let day = 1; day <= DAYS; day++) {
    world.clock.advance(DAY);
    for (const row of rows) {
      const { daily, packs } = KINDS[row.sort];
      const ours = sources.get(row.sort);
      await time("record", async () => {
        for (const source of ours) await recordDay(context, source, daily, inputs);
      });
      if (packs === DAYS || day === DAYS) await anchor(context, world, ours, row, time);
    }
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
    note(`day ${day} of ${DAYS}`);
  }
  const read = await time("read back", () => readBack(context, sources));
  await store.close();
  const { user, system } = process.cpuUsage();
  const events = rows.reduce((sum, row) => sum + row.events, 0);
  if (read.events !== events) throw new Error(`${read.events} of ${events} events were read back`);
  return {
    ...{ sources: count, events, kinds: rows, read },
    seconds: Object.fromEntries(Object.entries(seconds).map(([stage, value]) => [stage, round(value)])),
    cpuSeconds: Object.fromEntries(Object.entries(cpu).map(([stage, value]) => [stage, round(value)])),
    allSeconds: round(performance.now() / 1000),
    allCpuSeconds: round((user + system) / 1e6),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    firstHeapMiB: Math.round(heaps[0] / MIB),
    lastHeapMiB: Math.round(heaps.at(-1) / MIB),
  };
}

/** In this process. */
async function run(count) {
  const directory = mkdtempSync(join(tmpdir(), "dpp-bench-"));
  try {
    return await through(count, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** In a process of its own, so that peaks are its own. */
export function benchSignaturesVolume({ full = process.argv.includes("--full") } = {}) {
  const script = fileURLToPath(import.meta.url);
  const count = String(full ? FULL : TENTH);
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--expose-gc", script, "--sources", count, "--json"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(`${count} sources: the run failed`);
  return JSON.parse(stdout);
}

const ada = (lovelace) => Math.round(lovelace / 1e4) / 100;

export function printSignaturesVolume({ kinds, read, ...figures }, write = console.log) {
  const { sources, events, seconds, cpuSeconds, ...rest } = figures;
  write(`${sources} sources, ${events.toLocaleString("en")} events, a week of ${DAYS} days:`);
  const paid = kinds.map(({ accrediting: _, fees, late, ...row }) => ({
    ...{ ...row, late, "fees ADA": ada(fees), "ADA per pack": (fees / row.packs / 1e6).toFixed(4) },
    "ADA per million": ada((fees / row.events) * 1e6),
  }));
  printTable(paid, write);
  const fees = kinds.reduce((sum, row) => sum + row.fees, 0);
  write(`  all: ${ada(fees)} ADA, ${ada((fees / events) * 1e6)} for a million events of this mixture`);
  write("accrediting them (ADA):");
  printTable(
    kinds.map(({ sort, sources, accrediting: { together, transactions, fees, ...locked } }) => ({
      ...{ sort, sources, together, transactions, fees: ada(fees) },
      ...Object.fromEntries(Object.entries(locked).map(([what, lovelace]) => [what, ada(lovelace)])),
      "locked for each": ada((locked.attestations + locked.threads + locked.tables) / sources),
    })),
    write,
  );
  write("seconds:");
  printTable(
    Object.keys(seconds).map((stage) => ({
      stage,
      seconds: seconds[stage],
      processor: cpuSeconds[stage],
    })),
    write,
  );
  for (const [name, value] of Object.entries({ ...rest, ...read }))
    write(`  ${name.padEnd(18)}${value.toLocaleString("en").padStart(12)}`);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const chosen = process.argv.indexOf("--sources");
  const result = chosen < 0 ? benchSignaturesVolume() : await run(Number(process.argv[chosen + 1]));
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else printSignaturesVolume(result);
}
