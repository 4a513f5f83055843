// What each on-chain operation costs with the contracts as they are deployed, beside the plan of the design (docs/decisions/0001-embedded-ledger.md
// says whose units these are). `npm run build` first. Alone: node scripts/bench/onchain.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { readTransaction } from "@cardano-dpp/offchain/adapters/ledger-cbor/transaction";
import { OPERATIONS } from "@cardano-dpp/offchain/testing/operations";
import { emptyWorld, found, makeWorld } from "@cardano-dpp/offchain/testing/world";
import { SCRIPT_NAMES } from "@cardano-dpp/offchain/tx/contracts";

/** Planned bytes and fee (lovelace); spends of a state were planned as one kind, and an attestation with its thread. */
const ROLE = { bytes: 1358, fee: 370_000, locked: 3_660_000 };
const APPEND = { bytes: 849, fee: 270_000, locked: 1_680_000 };
const PLAN = {
  "role issue": ROLE,
  "role issue with a thread": ROLE,
  "append, 100 events": APPEND,
  "append, 3 threads": { bytes: 3 * 849, fee: 3 * 270_000, locked: 3 * 1_680_000 },
  spend: { bytes: 1302, fee: 330_000 },
  "passport issue, 1": { bytes: 1374, fee: 340_000, locked: 3_190_000 },
  "passport issue, 20": { bytes: 14_369, fee: 20 * 56_000, locked: 20 * 3_190_000 },
};

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** `locked`: lovelace in outputs at the contracts, reference scripts included; `badges`: in wallet outputs that the plan made. */
function measure(operation, plan, { built, cbor, plan: made }, world) {
  const { config, roles, passport, anchor } = world.contracts;
  const contracts = new Set([config, roles, passport, anchor].map(({ address }) => address));
  const outputs = readTransaction(cbor)
    .outputs.slice(0, made.outputs.length)
    .map(({ utxo }) => utxo);
  const lovelace = (chosen) => sum(chosen.map(({ assets }) => Number(assets.lovelace)));
  const row = {
    operation,
    bytes: cbor.length / 2,
    mem: sum(built.exUnits.map(({ mem }) => mem)),
    steps: sum(built.exUnits.map(({ steps }) => steps)),
    fee: Number(built.fee),
    locked: lovelace(outputs.filter(({ address }) => contracts.has(address))),
    badges: lovelace(outputs.filter(({ address }) => !contracts.has(address))),
    plan,
  };
  const ratio = (key) => (plan?.[key] === undefined ? null : Math.round((100 * row[key]) / plan[key]) / 100);
  return { ...row, ratio: { bytes: ratio("bytes"), fee: ratio("fee"), locked: ratio("locked") } };
}

/** One row per operation; each runs as a real transaction that the embedded ledger accepts. */
export async function benchOnchain() {
  const rows = [];
  const fresh = await emptyWorld(blueprint);
  const accepted = await found(fresh);
  const names = [...SCRIPT_NAMES.map((name) => `carry the ${name} script`), "config found"];
  names.forEach((name, at) => void rows.push(measure(name, null, accepted[at], fresh)));

  const world = await makeWorld(blueprint);
  for (const { name, payer, plan } of OPERATIONS) {
    const fork = world.fork();
    const accepted = await fork.accept(await plan(fork), fork.actors[payer]);
    rows.push(measure(name, PLAN[name] ?? PLAN.spend, accepted, fork));
  }
  return rows;
}

const ada = (lovelace) => (lovelace / 1e6).toFixed(3);
const against = (ratio) => (ratio === null ? "" : ` (${ratio.toFixed(2)})`);

/** In brackets: measured ÷ planned. */
export function printOnchain(rows, write = console.log) {
  const table = [
    ["operation", "bytes", "mem", "steps", "fee ADA", "locked ADA", "badges ADA"],
    ...rows.map((row) => [
      row.operation,
      `${row.bytes}${against(row.ratio.bytes)}`,
      row.mem.toLocaleString("en"),
      row.steps.toLocaleString("en"),
      `${ada(row.fee)}${against(row.ratio.fee)}`,
      `${ada(row.locked)}${against(row.ratio.locked)}`,
      ada(row.badges),
    ]),
  ];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  for (const cells of table) {
    write(
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  "),
    );
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const rows = await benchOnchain();
  if (process.argv.includes("--json")) console.log(JSON.stringify(rows, null, 2));
  else printOnchain(rows);
}
