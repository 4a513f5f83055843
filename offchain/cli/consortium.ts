/** The consortium of a home directory whose keys all lie in that directory: a trial, and the demo. */
import { blueprint } from "../src/adapters/blueprint.gen.js";
import { openContentDisk } from "../src/adapters/content-disk.js";
import { makeContracts } from "../src/adapters/contracts.js";
import type { GenesisFund } from "../src/adapters/embedded-ledger/genesis.js";
import { createLedger, type EmbeddedLedger, openLedger } from "../src/adapters/embedded-ledger/ledger.js";
import { homePaths, readDeployment, writeDeployment } from "../src/adapters/home.js";
import type { Keystore } from "../src/adapters/keystore.js";
import { lucidBuilder } from "../src/adapters/lucid/builder.js";
import { systemClock, systemRandom } from "../src/adapters/system.js";
import type { Deployment } from "../src/domain/config.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Signer } from "../src/ports/signer.js";
import type { Context } from "../src/usecases/context.js";
import { foundDeployment, loadDeployment } from "../src/usecases/deployment.js";
import { keystoreOf } from "./home.js";

/** Key that holds the embedded ledger's first coins. */
export const FAUCET = "faucet";
const MEMBER = "member-";
const FREEZE = "freeze-";
/** ADA at genesis: nobody has to wait for coins that are worth nothing. */
const FAUCET_LOVELACE = 10_000_000_000_000n;
const PAYER_LOVELACE = 100_000_000_000n;

export interface ConsortiumSize {
  readonly members: number;
  readonly threshold: number;
  readonly freezeKeys: number;
}

export interface Founded extends Deployment {
  readonly transactions: readonly string[];
  /** Lovelace. */
  readonly fees: bigint;
}

/**
 * Makes keys, starts the embedded ledger and founds a deployment on it. Interrupted, it can be run again: what exists is kept.
 * `funded`: names of further keys that get coins at genesis.
 */
export async function foundConsortium(
  home: string,
  env: NodeJS.ProcessEnv,
  size: ConsortiumSize,
  progress: (line: string) => void,
  funded: readonly string[] = [],
): Promise<Founded> {
  if (size.threshold > size.members) {
    throw new DppError("usage/arguments", `${size.threshold} of ${size.members} members cannot sign`);
  }
  const paths = homePaths(home);
  if ((await readDeployment(paths)) !== null) {
    throw new DppError("home/founded", `${paths.directory} has a deployment already`);
  }
  const keys = keystoreOf(paths, env);
  const members = await ensure(keys, MEMBER, size.members);
  const freezers = await ensure(keys, FREEZE, size.freezeKeys);
  const faucet = await ensureKey(keys, FAUCET);
  const others = await Promise.all(funded.map((name) => ensureKey(keys, name)));
  progress(`${members.length} members, ${freezers.length} freeze keys`);

  const [founder] = members;
  if (founder === undefined) throw new DppError("usage/arguments", "a consortium has members");
  const ledger = startLedger(paths.ledger, [
    { address: faucet.address, lovelace: FAUCET_LOVELACE },
    // Several outputs each: one is the seed of the config token, the others pay.
    ...[founder, ...others].flatMap(({ address }) =>
      Array.from({ length: 3 }, () => ({ address, lovelace: PAYER_LOVELACE })),
    ),
    ...freezers.map(({ address }) => ({ address, lovelace: PAYER_LOVELACE })),
  ]);
  progress(`embedded ledger in ${paths.ledger}`);

  const [seed] = await ledger.utxosAt(founder.address);
  if (seed === undefined) throw new DppError("ledger/no-funds", "the ledger's genesis funds nobody");
  const contracts = makeContracts(blueprint, ledger.network, seed);
  const context: Context = {
    ledger,
    contracts,
    clock: systemClock,
    random: systemRandom,
    content: await openContentDisk(paths.content),
    builder: lucidBuilder(ledger),
  };
  const submitted = await foundDeployment(context, [founder, ...members.slice(1)], {
    seed,
    config: {
      members: members.map(({ keyHash }) => keyHash),
      threshold: size.threshold,
      freezeKeys: freezers.map(({ keyHash }) => keyHash),
    },
  });
  const record = await writeDeployment(paths, contracts);
  progress(`deployment ${record.configPolicy}`);
  return {
    ...record,
    transactions: submitted.map(({ txHash }) => txHash),
    fees: submitted.reduce((sum, { fee }) => sum + fee, 0n),
  };
}

/** A ledger that an interrupted founding left behind goes on: what it spent there is not missed. */
function startLedger(directory: string, funds: readonly GenesisFund[]): EmbeddedLedger {
  const ports = { clock: systemClock, random: systemRandom };
  try {
    return createLedger(directory, { funds }, ports);
  } catch (error) {
    if (isDppError(error, "ledger/exists")) return openLedger(directory, ports);
    throw error;
  }
}

async function ensureKey(keys: Keystore, name: string): Promise<Signer> {
  const existing = (await keys.list()).some((entry) => entry.name === name);
  if (!existing) await keys.create(name);
  return (await keys.load(name)).signer;
}

const ensure = (keys: Keystore, prefix: string, count: number): Promise<Signer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ensureKey(keys, `${prefix}${index + 1}`)));

/** Every consortium key that lies here; the first pays. @throws DppError `consortium/no-keys`. */
export async function consortiumSigners(
  context: Context,
  keys: Keystore,
): Promise<readonly [Signer, ...Signer[]]> {
  const { state } = await loadDeployment(context);
  const names = new Map((await keys.list()).map(({ name, keyHash }) => [keyHash, name]));
  const held = [...state.members, ...state.freezeKeys].flatMap((keyHash) => names.get(keyHash) ?? []);
  const [first, ...others] = await Promise.all(held.map(async (name) => (await keys.load(name)).signer));
  if (first === undefined)
    throw new DppError("consortium/no-keys", "no key of the consortium lies in this directory");
  return [first, ...others];
}
