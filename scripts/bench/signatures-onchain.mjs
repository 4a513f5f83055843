// What a signature of each form costs on the ledger: appends, joint appends, several threads in one transaction until the ledger refuses, accrediting, founding; beside the plan and
// beside Ed25519; and what a block could carry. Every row is a transaction that the embedded ledger accepted.
// `npm run build` first. Alone: node scripts/bench/signatures-onchain.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { makeWorld } from "@cardano-dpp/offchain/testing/world";
import { packsInBlock } from "./signatures-block.mjs";
import { founding } from "./signatures-founding.mjs";
import { joint, parties } from "./signatures-joint.mjs";
import { LIMITS, rowOf } from "./signatures-row.mjs";
import { EVENTS, lockedIn, newSource, planAccredit } from "./signatures-sources.mjs";
import { planNext } from "./signatures-threads.mjs";
import { printTable } from "./table.mjs";

/** Hand-written UPLC before there was Aiken code: one verification with constants for inputs, nothing around it. `fee`: its execution and its script's bytes. */
const PLANNED = {
  "A, comb of 64, no table of G": { mem: 2_900_000, steps: 1_330_000_000, fee: 298_000, script: 2280 },
  "C, comb of 32, no table of G": { mem: 2_510_000, steps: 1_170_000_000, fee: 280_000, script: 3350 },
  "D, comb of 32, table of G": { mem: 2_000_000, steps: 920_000_000, fee: 213_000, script: 2080 },
};
/** Threads of one form that are tried together, up to the first number that the ledger refuses. */
const TRIED = {
  Ed25519: [1, 2, 3, 4, 8, 12, 16, 20, 21, 22, 23, 24],
  "P-256": [1, 2, 3, 4, 5, 6, 7],
  WebAuthn: [1, 2, 3, 4, 5, 6, 7],
};
const SORTS = { Ed25519: "gateway", "P-256": "station", WebAuthn: "tablet" };
const PAYER = "stranger";

async function accredit(world, sources) {
  const { plan, names } = await planAccredit(world, sources);
  const accepted = await world.accept(plan, world.actors.member1);
  for (const [at, name] of names.entries()) sources[at].name = name;
  return accepted;
}

/** The next pack of each of these threads in one transaction. */
async function append(world, operation, threads) {
  return rowOf(operation, await world.accept(await planNext(world, threads, EVENTS), world.actors[PAYER]));
}

/** One thread, two, three… until the ledger refuses: `ended` says why. */
async function together(world, form) {
  const most = TRIED[form].at(-1);
  const sources = Array.from({ length: most }, (_, at) => newSource(SORTS[form], at));
  for (let at = 0; at < most; at += 4) await accredit(world, sources.slice(at, at + 4));
  const threads = sources.map((source) => ({ thread: source.name, signers: [source] }));
  const rows = [];
  for (const count of TRIED[form]) {
    try {
      const row = await append(world.fork(), `${count} × ${form}`, threads.slice(0, count));
      rows.push({ ...row, packs: count, "fee for each": Math.round(row.fee / count) });
    } catch (error) {
      if (!LIMITS.some((code) => isDppError(error, code))) throw error;
      return { form, rows, ended: `${count} × ${form}: ${error.code}: ${error.message}` };
    }
  }
  return { form, rows, ended: null };
}

async function accrediting(world, form) {
  const fork = world.fork();
  const accepted = await accredit(fork, [newSource(SORTS[form], 0)]);
  const wallets = Object.values(fork.actors).map(({ address }) => address);
  const { config: _, ...locked } = lockedIn(fork.contracts, wallets, accepted);
  return { ...rowOf(`accredit one, ${form}`, accepted), ...locked };
}

const JOINT = [
  ["Ed25519", "Ed25519"],
  ["P-256", "P-256"],
  ["Ed25519", "P-256", "WebAuthn"],
];

export async function benchSignaturesOnchain() {
  const world = await makeWorld(blueprint);
  const forms = [];
  for (const form of Object.keys(SORTS)) forms.push(await together(world.fork(), form));
  const joints = [];
  for (const forms of JOINT) joints.push(await joint(world, forms));
  const alone = forms.map(({ form, rows: [row] }) => ({ ...row, operation: `append, 100 events, ${form}` }));
  const rows = [...alone, ...joints.map(({ row }) => row), joints[0].opened].map(
    ({ packs: _, "fee for each": __, locked = 0, ...row }) => ({ ...row, locked }),
  );
  const [{ mem, steps, bytes, fee }] = alone;
  const ratio = (a, b) => Math.round((100 * a) / b) / 100;
  const planned = Object.entries(PLANNED).map(([design, plan]) => {
    const [, measured] = alone;
    return {
      ...{ design: `planned: ${design}`, ...plan },
      "p256 mem ÷ planned": ratio(measured["p256 mem"], plan.mem),
      "p256 steps ÷ planned": ratio(measured["p256 steps"], plan.steps),
    };
  });
  const accredited = [];
  for (const form of Object.keys(SORTS)) accredited.push(await accrediting(world, form));
  return {
    rows,
    besideEd25519: rows.map((row) => ({
      operation: row.operation,
      ...{ mem: ratio(row.mem, mem), steps: ratio(row.steps, steps) },
      ...{ bytes: ratio(row.bytes, bytes), "of its fee": ratio(row.fee, fee) },
    })),
    planned,
    together: forms,
    parties: [await parties(world, "Ed25519"), await parties(world, "P-256")],
    blocks: forms.flatMap(packsInBlock),
    accredited,
    founding: [await founding([]), await founding(["p256", "joint"])],
  };
}

const LOVELACE = [
  "fee",
  "fee for each",
  "fees",
  "locked",
  "deposit",
  "attestations",
  "threads",
  "tables",
  "badges",
];

export function printSignaturesOnchain(result, write = console.log) {
  const table = (title, rows) => {
    write(title);
    printTable(rows, write, LOVELACE);
  };
  table("transactions (fees in ADA):", result.rows);
  table("beside the append of Ed25519, as ratios:", result.besideEd25519);
  table("planned; beside the script p256 in the append of P-256:", result.planned);
  for (const { form, rows, ended } of result.together) {
    table(`threads of ${form} in one transaction:`, rows);
    if (ended !== null) write(`  ${ended}`);
  }
  for (const { form, rows, ended } of result.parties) {
    table(`parties with ${form} keys under one joint pack:`, rows);
    if (ended !== null) write(`  ${ended}`);
  }
  table("packs that a block could carry, were it filled with nothing else:", result.blocks);
  table("accrediting (ADA):", result.accredited);
  table("founding (ADA):", result.founding);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchSignaturesOnchain();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else printSignaturesOnchain(result);
}
