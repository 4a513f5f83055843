/**
 * Founds a deployment on whichever ledger there is. Interrupted, it can be run again: the seed that every script hash follows from is written down
 * before the first transaction, and what stands on the ledger is not sent twice.
 */
import { readFile, rm } from "node:fs/promises";
import { blueprint } from "../src/adapters/blueprint.gen.js";
import { makeContracts, scriptHash } from "../src/adapters/contracts.js";
import { createFile } from "../src/adapters/durable-file.js";
import type { HomePaths } from "../src/adapters/home.js";
import { BASE_TABLE_BYTES } from "../src/crypto/p256-table.js";
import { utf8 } from "../src/domain/bytes.js";
import type { Config } from "../src/domain/config.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Network, OutRef, PlutusScript, Utxo } from "../src/ports/ledger.js";
import { submissionsOf } from "../src/ports/pending-transactions.js";
import type { Signer } from "../src/ports/signer.js";
import {
  type Contracts,
  configUnit,
  type OptionalScript,
  scriptHashes,
  scriptNames,
} from "../src/tx/contracts.js";
import { planFound } from "../src/tx/deploy.js";
import { planPay } from "../src/tx/pay.js";
import type { Context } from "../src/usecases/context.js";
import { carryScript } from "../src/usecases/deployment.js";
import { settle } from "../src/usecases/settle.js";
import { type Submitted, submitPlan } from "../src/usecases/submit.js";
import { ada } from "./output.js";

export interface FoundOn {
  readonly contracts: Contracts;
  readonly submitted: readonly Submitted[];
}

/** `signers[0]` is the founder: he pays, and his output is the seed. */
export type Founders = readonly [Signer, ...Signer[]];

/** A context before there are contracts. */
export type Ground = Omit<Context, "contracts">;

/** Lovelace of the output that is made for the seed when the founder has but one. */
const SEED_LOVELACE = 5_000_000n;
/** Fees, change and collateral of the founding's transactions, generously. */
const SLACK_LOVELACE = 15_000_000n;
/** Bytes of an output beside its script: address, value, and the 160 that the ledger counts for its place (CIP-55). */
const OUTPUT_BYTES = 300n;
/** Bytes of the config token's output with room for a consortium of 32. */
const CONFIG_BYTES = 3_000n;
/** Of the curve's table, in chunks. */
const TABLE_BYTES = BigInt(BASE_TABLE_BYTES) + 400n + OUTPUT_BYTES;

/**
 * @throws DppError `ledger/no-funds` naming the address to fund; `ledger/seed-spent` when the seed that was written down is gone; what submitting throws.
 */
export const found = (
  ground: Ground,
  paths: HomePaths,
  founders: Founders,
  config: Omit<Config, "scripts" | "successor">,
  progress: (line: string) => void,
  without: readonly OptionalScript[] = [],
): Promise<FoundOn> =>
  namingFunds(ground, founders[0], without, async () => {
    const submitted: Submitted[] = [];
    const { contracts, stands } = await layScripts(ground, paths, founders[0], submitted, progress, without);
    if (stands) return { contracts, submitted };
    const context: Context = { ...ground, contracts };
    const signing = founders.map(({ keyHash }) => keyHash).filter((hash) => config.members.includes(hash));
    const plan = async () =>
      planFound(
        contracts,
        await unspent(context, paths),
        { ...config, scripts: scriptHashes(contracts, without), successor: null },
        signing.slice(0, config.threshold),
      );
    // The config token comes last, so that whoever sees a deployment sees all of it.
    submitted.push(await submitPlan(context, founders, plan));
    return { contracts, submitted };
  });

/**
 * All of a founding but the config token, which members elsewhere sign: the seed, and the reference scripts. Can be run again.
 * @throws as `found`.
 */
export const prepareFounding = (
  ground: Ground,
  paths: HomePaths,
  founder: Signer,
  progress: (line: string) => void,
): Promise<FoundOn> =>
  namingFunds(ground, founder, [], async () => {
    const submitted: Submitted[] = [];
    const { contracts } = await layScripts(ground, paths, founder, submitted, progress);
    return { contracts, submitted };
  });

/** `stands`: the config token exists already. */
async function layScripts(
  ground: Ground,
  paths: HomePaths,
  founder: Signer,
  submitted: Submitted[],
  progress: (line: string) => void,
  without: readonly OptionalScript[] = [],
): Promise<{ readonly contracts: Contracts; readonly stands: boolean }> {
  const { ledger } = ground;
  await earlier(ground);
  const seed =
    (await readSeed(paths, ledger.network)) ??
    (await reserveSeed(ground, paths, founder, submitted, without));
  const contracts = makeContracts(blueprint, ledger.network, seed);
  const context: Context = { ...ground, contracts };
  if ((await ledger.utxoByUnit(configUnit(contracts))) !== null) return { contracts, stands: true };
  await unspent(context, paths);
  for (const { script, hash } of scriptNames(without).map((name) => contracts[name])) {
    if (await isCarried(context, hash)) continue;
    submitted.push(await carryScript(context, [founder], script));
    progress(`reference script ${hash}`);
  }
  return { contracts, stands: false };
}

async function namingFunds<T>(
  ground: Ground,
  founder: Signer,
  without: readonly OptionalScript[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDppError(error, "tx/insufficient-funds")) throw error;
    throw await noFunds(ground, founder, without, error);
  }
}

/** What an interrupted run sent is to be in a block before coins are counted. */
async function earlier({ ledger }: Ground): Promise<void> {
  const submissions = submissionsOf(ledger);
  if (submissions === null) return;
  for (const { transaction, status } of await settle(submissions)) {
    if (status === "waiting") await ledger.awaitTx(transaction.hash);
  }
}

/** The founding is done: `deployment.json` says the rest. */
export const forgetSeed = ({ founding }: HomePaths): Promise<void> => rm(founding, { force: true });

async function readSeed({ founding }: HomePaths, network: Network): Promise<OutRef | null> {
  const text = await readFile(founding, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const record = parseRecord(text);
  if (record === null) throw new DppError("home/founding", `${founding} is damaged`);
  if (record.network !== network) {
    throw new DppError(
      "home/other-network",
      `a founding on ${record.network} is under way here, and the configured ledger is ${network}`,
    );
  }
  return record.seed;
}

function parseRecord(text: string): { readonly network: string; readonly seed: OutRef } | null {
  try {
    const { format, network, seed } = JSON.parse(text);
    const sound =
      format === 1 &&
      typeof network === "string" &&
      /^[0-9a-f]{64}$/.test(seed.txHash) &&
      Number.isSafeInteger(seed.outputIndex);
    return sound ? { network, seed: { txHash: seed.txHash, outputIndex: seed.outputIndex } } : null;
  } catch {
    return null;
  }
}

/** Chooses the founder's smallest output that holds ADA alone, and makes one when it would be needed to pay, too. */
async function reserveSeed(
  ground: Ground,
  paths: HomePaths,
  founder: Signer,
  submitted: Submitted[],
  without: readonly OptionalScript[],
): Promise<OutRef> {
  const { ledger } = ground;
  const needed = await neededLovelace(ground, without);
  const coins = await coinsOf(ground, founder);
  if (sum(coins) < needed) throw await noFunds(ground, founder, without);
  const [smallest, ...others] = coins;
  let seed = smallest;
  if (seed === undefined || sum(others) + SEED_LOVELACE < needed) {
    // Building needs contracts in name only: a payment touches none.
    const context = { ...ground, contracts: exampleContracts(ledger.network) };
    const split = await submitPlan(context, [founder], async () => planPay(founder.address, SEED_LOVELACE));
    submitted.push(split);
    seed = (await coinsOf(ground, founder)).find(
      ({ txHash, assets }) => txHash === split.txHash && assets.lovelace === SEED_LOVELACE,
    );
    if (seed === undefined)
      throw new DppError("ledger/unavailable", "the ledger does not show the founder's new output yet");
  }
  const record = {
    format: 1,
    network: ledger.network,
    seed: { txHash: seed.txHash, outputIndex: seed.outputIndex },
  };
  await createFile(paths.founding, utf8(`${JSON.stringify(record, null, 2)}\n`));
  return record.seed;
}

/** Outputs of ADA alone, the smallest first. */
const coinsOf = async ({ ledger }: Ground, { address }: Signer): Promise<Utxo[]> =>
  (await ledger.utxosAt(address))
    .filter(({ assets, scriptRef }) => Object.keys(assets).length === 1 && !scriptRef)
    .toSorted((a, b) => Number((a.assets.lovelace ?? 0n) - (b.assets.lovelace ?? 0n)));

const sum = (utxos: readonly Utxo[]): bigint =>
  utxos.reduce((total, { assets }) => total + (assets.lovelace ?? 0n), 0n);

/** The hashes differ with the seed, the sizes do not. */
const exampleContracts = (network: Network): Contracts =>
  makeContracts(blueprint, network, { txHash: "00".repeat(32), outputIndex: 0 });

/** What the founder must hold: the ADA that stays with scripts and config token (CIP-55), and the fees. */
async function neededLovelace({ ledger }: Ground, without: readonly OptionalScript[]): Promise<bigint> {
  const { coinsPerUtxoByte } = await ledger.protocolParameters();
  const contracts = exampleContracts(ledger.network);
  const bytes = ({ script }: PlutusScript): bigint => BigInt(script.length / 2);
  const scripts = scriptNames(without).reduce(
    (total, name) => total + bytes(contracts[name].script) + OUTPUT_BYTES,
    0n,
  );
  const stored = scripts + CONFIG_BYTES + (without.includes("p256") ? 0n : TABLE_BYTES);
  return stored * coinsPerUtxoByte + SEED_LOVELACE + SLACK_LOVELACE;
}

async function noFunds(
  ground: Ground,
  founder: Signer,
  without: readonly OptionalScript[],
  cause?: unknown,
): Promise<DppError> {
  const needed = await neededLovelace(ground, without);
  const held = sum(await coinsOf(ground, founder));
  const { network } = ground.ledger;
  return new DppError(
    "ledger/no-funds",
    `the founder's key holds ${ada(held)} ADA on ${network}: send ${ada(needed)} ADA to ${founder.address}, then run this again`,
    { cause, details: { address: founder.address, network, needed: ada(needed), held: ada(held) } },
  );
}

async function unspent({ ledger, contracts: { seed } }: Context, paths: HomePaths): Promise<Utxo> {
  const [utxo] = await ledger.utxosByOutRef([seed]);
  if (utxo !== undefined) return utxo;
  throw new DppError(
    "ledger/seed-spent",
    `the output that this founding began with is spent: remove ${paths.founding} to begin another`,
    { details: { seed: `${seed.txHash}#${seed.outputIndex}` } },
  );
}

const isCarried = async ({ ledger, contracts }: Context, hash: string): Promise<boolean> =>
  (await ledger.utxosAt(contracts.config.address)).some(
    ({ scriptRef }) => scriptRef && scriptHash(scriptRef) === hash,
  );
