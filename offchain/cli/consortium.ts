/** The consortium of a home directory whose keys all lie in that directory: a trial, and the demo. */
import { loadConfiguration } from "../src/adapters/configuration/load.js";
import { networkOf } from "../src/adapters/configuration/open.js";
import type { GenesisFund } from "../src/adapters/embedded-ledger/genesis.js";
import { createLedger } from "../src/adapters/embedded-ledger/ledger.js";
import { homePaths, readDeployment, writeDeployment } from "../src/adapters/home.js";
import type { Keystore } from "../src/adapters/keystore.js";
import { systemClock, systemRandom } from "../src/adapters/system.js";
import type { Deployment } from "../src/domain/config.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Signer } from "../src/ports/signer.js";
import type { OptionalScript } from "../src/tx/contracts.js";
import type { Context } from "../src/usecases/context.js";
import { loadDeployment } from "../src/usecases/deployment.js";
import { forgetSeed, found } from "./founding.js";
import { keystoreOf, openGround } from "./home.js";

/** Key that holds the embedded ledger's first coins. */
export const FAUCET = "faucet";
const MEMBER = "member-";
/** How the freeze keys' names begin. */
export const FREEZE = "freeze-";
/** ADA at genesis: nobody has to wait for coins that are worth nothing. */
const FAUCET_LOVELACE = 10_000_000_000_000n;
const PAYER_LOVELACE = 100_000_000_000n;

export interface ConsortiumSize {
  readonly members: number;
  readonly threshold: number;
  readonly freezeKeys: number;
  /** What the deployment does without, for good. */
  readonly without?: readonly OptionalScript[];
}

export interface Founded extends Deployment {
  readonly transactions: readonly string[];
  /** Lovelace. */
  readonly fees: bigint;
}

/**
 * Makes keys and founds a deployment on the configured ledger: an embedded one is made with coins for everybody, on another the founder (the first
 * member's key) must hold coins. Interrupted or short of coins, it can be run again: what exists is kept.
 * `funded`: names of further keys; they get coins at an embedded ledger's genesis.
 * @throws DppError `ledger/no-funds` naming the address to fund, `home/founded`, `home/configuration`.
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
  const { configuration } = await loadConfiguration(paths, env);
  if ((await readDeployment(paths)) !== null) {
    throw new DppError("home/founded", `${paths.directory} has a deployment already`);
  }
  const network = networkOf(configuration.ledger);
  const keys = keystoreOf(paths, env, network);
  const members = await ensure(keys, MEMBER, size.members);
  const freezers = await ensure(keys, FREEZE, size.freezeKeys);
  const others = await Promise.all(funded.map((name) => ensureKey(keys, name)));
  progress(`${members.length} members, ${freezers.length} freeze keys`);

  const [founder] = members;
  if (founder === undefined) throw new DppError("usage/arguments", "a consortium has members");
  if (network === "embedded") {
    startLedger(paths.ledger, [
      { address: (await ensureKey(keys, FAUCET)).address, lovelace: FAUCET_LOVELACE },
      // Several outputs each: one is the seed of the config token, the others pay.
      ...[founder, ...others].flatMap(({ address }) =>
        Array.from({ length: 3 }, () => ({ address, lovelace: PAYER_LOVELACE })),
      ),
      ...freezers.map(({ address }) => ({ address, lovelace: PAYER_LOVELACE })),
    ]);
    progress(`embedded ledger in ${paths.ledger}`);
  }
  const ground = await openGround(configuration, paths);
  const config = {
    members: members.map(({ keyHash }) => keyHash),
    threshold: size.threshold,
    freezeKeys: freezers.map(({ keyHash }) => keyHash),
  };
  const { contracts, submitted } = await found(
    ground,
    paths,
    [founder, ...members.slice(1)],
    config,
    progress,
    size.without,
  );
  const record = await writeDeployment(paths, contracts);
  await forgetSeed(paths);
  progress(`deployment ${record.configPolicy}`);
  return {
    ...record,
    transactions: submitted.map(({ txHash }) => txHash),
    fees: submitted.reduce((sum, { fee }) => sum + fee, 0n),
  };
}

/** A ledger that an interrupted founding left behind goes on: what it spent there is not missed. */
function startLedger(directory: string, funds: readonly GenesisFund[]): void {
  try {
    createLedger(directory, { funds }, { clock: systemClock, random: systemRandom });
  } catch (error) {
    if (!isDppError(error, "ledger/exists")) throw error;
  }
}

async function ensureKey(keys: Keystore, name: string): Promise<Signer> {
  const existing = (await keys.list()).some((entry) => entry.name === name);
  if (!existing) await keys.create(name);
  return (await keys.load(name)).signer;
}

const ensure = (keys: Keystore, prefix: string, count: number): Promise<Signer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ensureKey(keys, `${prefix}${index + 1}`)));

/** Every consortium key that lies here, `also` those of members to come; the first pays. @throws DppError `consortium/no-keys`. */
export async function consortiumSigners(
  context: Context,
  keys: Keystore,
  also: readonly string[] = [],
): Promise<readonly [Signer, ...Signer[]]> {
  const { state } = await loadDeployment(context);
  const names = new Map((await keys.list()).map(({ name, keyHash }) => [keyHash, name]));
  const hashes = new Set([...state.members, ...state.freezeKeys, ...also]);
  const held = [...hashes].flatMap((keyHash) => names.get(keyHash) ?? []);
  const [first, ...others] = await Promise.all(held.map(async (name) => (await keys.load(name)).signer));
  if (first === undefined)
    throw new DppError("consortium/no-keys", "no key of the consortium lies in this directory");
  return [first, ...others];
}
