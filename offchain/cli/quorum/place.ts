/** Opens what a verb on a proposal needs: often a machine with one key and a copy of deployment.json, sometimes without a network. */
import { blueprint } from "../../src/adapters/blueprint.gen.js";
import { loadConfiguration } from "../../src/adapters/configuration/load.js";
import { networkOf } from "../../src/adapters/configuration/open.js";
import { makeContracts } from "../../src/adapters/contracts.js";
import { contractsOf, type HomePaths, homePaths, readDeployment } from "../../src/adapters/home.js";
import type { Keystore } from "../../src/adapters/keystore.js";
import { publicNetwork } from "../../src/adapters/public-networks.js";
import { systemClock } from "../../src/adapters/system.js";
import { parseProposal } from "../../src/codec/proposal.js";
import { DppError } from "../../src/domain/errors.js";
import type { Proposal } from "../../src/domain/proposal.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Contracts } from "../../src/tx/contracts.js";
import type { Context } from "../../src/usecases/context.js";
import { refOf } from "../../src/usecases/quorum/expected.js";
import { type Place, requireDeployment } from "../../src/usecases/quorum/inspect.js";
import { mergeProposals } from "../../src/usecases/quorum/signatures.js";
import { keystoreOf, openGround } from "../home.js";
import { readInput } from "../input.js";

export interface Desk {
  readonly paths: HomePaths;
  readonly keys: Keystore;
  readonly clock: Clock;
  readonly place: Place;
}

export interface OnlineDesk extends Desk {
  readonly context: Context;
}

/** The files as one proposal. @throws DppError `input/*`, `proposal/*`. */
export async function readProposals(files: readonly string[]): Promise<Proposal> {
  const [first, ...others] = await Promise.all(
    files.map(async (file) => parseProposal(await readInput(file))),
  );
  if (first === undefined) throw new DppError("usage/arguments", "name the proposal's file");
  return mergeProposals([first, ...others]);
}

/**
 * The contracts of this home; of a founding, which no home has written down yet, those that follow from its seed.
 * @throws DppError `home/no-deployment`, `home/other-network`, `home/other-contracts`, `proposal/other-deployment`, `proposal/tampered`.
 */
async function contractsFor(paths: HomePaths, proposal: Proposal): Promise<Contracts> {
  const record = await readDeployment(paths);
  if (record !== null) return contractsOf(record);
  const { action, deployment } = proposal;
  if (action.act !== "found") {
    throw new DppError(
      "home/no-deployment",
      `${paths.directory} has no deployment: copy deployment.json of the consortium there (docs/quorum.md)`,
    );
  }
  const contracts = makeContracts(blueprint, deployment.network, refOf(action.seed));
  if (contracts.config.hash === deployment.configPolicy) return contracts;
  throw new DppError(
    "proposal/other-deployment",
    `the seed ${action.seed} does not make the deployment ${deployment.configPolicy} with the contracts of this version`,
    { details: { configPolicy: contracts.config.hash } },
  );
}

interface Opened extends Omit<Desk, "place"> {
  readonly contracts: Contracts;
  readonly configuration: Awaited<ReturnType<typeof loadConfiguration>>["configuration"];
}

async function openParts(home: string, env: NodeJS.ProcessEnv, proposal: Proposal): Promise<Opened> {
  const paths = homePaths(home);
  const { configuration } = await loadConfiguration(paths, env);
  const contracts = await contractsFor(paths, proposal);
  requireDeployment(contracts, proposal);
  const network = networkOf(configuration.ledger);
  if (network !== contracts.network) {
    throw new DppError(
      "home/other-network",
      `the proposal is for ${contracts.network}, and the configured ledger is ${network}: configure that network, or use another DPP_HOME`,
    );
  }
  return { paths, configuration, contracts, keys: keystoreOf(paths, env, network), clock: systemClock };
}

/** Without asking any ledger. */
export async function openOffline(home: string, env: NodeJS.ProcessEnv, proposal: Proposal): Promise<Desk> {
  const { contracts, configuration: _, ...parts } = await openParts(home, env, proposal);
  return {
    ...parts,
    place: { contracts, slots: publicNetwork(contracts.network)?.slots ?? null, reading: null },
  };
}

export async function openOnline(
  home: string,
  env: NodeJS.ProcessEnv,
  proposal: Proposal,
): Promise<OnlineDesk> {
  const { contracts, configuration, ...parts } = await openParts(home, env, proposal);
  const context = { ...(await openGround(configuration, parts.paths)), contracts };
  return {
    ...parts,
    context,
    place: { contracts, slots: context.ledger.slotConfig, reading: context },
  };
}
