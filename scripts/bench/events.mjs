// Events: what they cost on the ledger, what each stage costs beside its bare primitive, and many of them from record to receipt. docs/experiments/events.md has the figures.
// `npm run build` first. `npm run bench -- --only events [--full]`; alone: node scripts/bench/events.mjs [--json] [--full]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { benchCadence, printCadence } from "./events-cadence.mjs";
import { benchPipeline, printPipeline } from "./events-pipeline.mjs";
import { benchVolume, printVolume } from "./events-volume.mjs";

export async function benchEvents() {
  return { cadence: await benchCadence(), pipeline: await benchPipeline(), volume: benchVolume() };
}

export function printEvents({ cadence, pipeline, volume }, write = console.log) {
  printCadence(cadence, write);
  printPipeline(pipeline, write);
  printVolume(volume, write);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchEvents();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else printEvents(result);
}
