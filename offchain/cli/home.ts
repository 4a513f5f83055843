/** Opens a home directory for a verb: keys, ledger, content, contracts, joined into one context. */
import { loadConfiguration } from "../src/adapters/configuration/load.js";
import {
  networkOf,
  openConfiguredContent,
  openConfiguredLedger,
} from "../src/adapters/configuration/open.js";
import type { Configuration } from "../src/adapters/configuration/table.js";
import {
  contractsOf,
  type DeploymentRecord,
  type HomePaths,
  homePaths,
  readDeployment,
} from "../src/adapters/home.js";
import { type Keystore, type OpenKey, openKeystore } from "../src/adapters/keystore.js";
import { lucidBuilder } from "../src/adapters/lucid/builder.js";
import { type Patience, patientContent, patiently, patientTracked } from "../src/adapters/patience.js";
import { pendingOnDisk } from "../src/adapters/pending/disk.js";
import { productIndexOnDisk } from "../src/adapters/product-index.js";
import { proposalsIn } from "../src/adapters/proposals.js";
import { systemClock, systemRandom } from "../src/adapters/system.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Role } from "../src/domain/role.js";
import type { Network, OutRef } from "../src/ports/ledger.js";
import { type Submissions, submissionsOf } from "../src/ports/pending-transactions.js";
import type { ProductIndex } from "../src/ports/product-index.js";
import type { Context } from "../src/usecases/context.js";
import { reservedBy, reservingLedger } from "../src/usecases/quorum/reserve.js";
import { type AttestationView, listAttestations } from "../src/usecases/resolve.js";
import { trackSubmissions } from "../src/usecases/track.js";

export interface Home {
  readonly paths: HomePaths;
  readonly configuration: Configuration;
  readonly deployment: DeploymentRecord;
  readonly keys: Keystore;
  readonly index: ProductIndex;
  readonly context: Context;
}

/** A person at the keyboard rather waits for a node that is restarted than begins anew. */
const COMMAND_PATIENCE: Patience = {
  patienceMs: 60_000,
  notice: ({ message }) =>
    void process.stderr.write(`${message}; waiting up to a minute (Ctrl-C ends; dpp doctor says more) …\n`),
};

/** Addresses of the test networks are alike, so the same keys serve all of them. */
export const keystoreOf = (paths: HomePaths, env: NodeJS.ProcessEnv, network: Network): Keystore =>
  openKeystore(paths.keys, {
    network,
    random: systemRandom,
    ...(env.DPP_PASSPHRASE ? { passphrase: env.DPP_PASSPHRASE } : {}),
  });

/**
 * @throws DppError `home/configuration`; `home/no-deployment` when nothing was founded here; `home/other-network` when it was founded on another
 *   network than the configured one; what opening the parts throws.
 */
export async function openHome(
  home: string,
  env: NodeJS.ProcessEnv,
  patience: Patience = COMMAND_PATIENCE,
): Promise<Home> {
  const paths = homePaths(home);
  const { configuration } = await loadConfiguration(paths, env);
  const deployment = await readDeployment(paths);
  if (deployment === null) {
    throw new DppError(
      "home/no-deployment",
      `${paths.directory} has no deployment: run \`npm start\` or \`dpp consortium init\``,
    );
  }
  const network = networkOf(configuration.ledger);
  if (deployment.network !== network) {
    throw new DppError(
      "home/other-network",
      `${paths.deployment} was founded on ${deployment.network}, and the configured ledger is ${network}: configure that network, or use another DPP_HOME`,
      { details: { deployment: deployment.network, configured: network } },
    );
  }
  return {
    paths,
    configuration,
    deployment,
    keys: keystoreOf(paths, env, network),
    index: productIndexOnDisk(paths.products),
    context: { ...(await openGround(configuration, paths, patience)), contracts: contractsOf(deployment) },
  };
}

/** What was sent from this home and is not settled; also before anything is founded. `null`: nothing is ever pending on the embedded ledger. */
export async function openSubmissions(home: string, env: NodeJS.ProcessEnv): Promise<Submissions | null> {
  const paths = homePaths(home);
  const { configuration } = await loadConfiguration(paths, env);
  if (configuration.ledger.kind === "embedded") {
    await openHome(home, env);
    return null;
  }
  return submissionsOf((await openGround(configuration, paths)).ledger);
}

/** The configured parts, before there is a deployment on them. What is sent over a ledger that may fork is kept until it is settled. */
export async function openGround(
  { ledger: settings, content, confirmations }: Configuration,
  paths: HomePaths,
  patience: Patience = COMMAND_PATIENCE,
): Promise<Omit<Context, "contracts">> {
  const ports = { clock: systemClock, random: systemRandom };
  const opened = await patiently(() => openConfiguredLedger(settings, paths, ports), patience);
  const kept =
    settings.kind === "embedded"
      ? opened
      : patientTracked(
          trackSubmissions(opened, {
            pending: pendingOnDisk(paths.pending),
            clock: systemClock,
            ...(confirmations === undefined ? {} : { confirmations }),
          }),
          patience,
        );
  const ledger = reservingLedger(kept, () => reservedCoins(paths));
  return {
    ...ports,
    ledger,
    content:
      content.kind === "embedded"
        ? await openConfiguredContent(content, paths)
        : patientContent(await openConfiguredContent(content, paths), patience),
    builder: lucidBuilder(ledger),
  };
}

/** Coins that open proposals of this home need (docs/quorum.md); an expired one needs them no more. */
async function reservedCoins(paths: HomePaths): Promise<readonly OutRef[]> {
  const open = (await proposalsIn(paths).list()).filter(({ expires }) => systemClock.now() < expires);
  return open.flatMap(reservedBy);
}

/** An attestation by its name (hex) or by the name of the key that holds it. */
export async function findAttestation(
  context: Context,
  keys: Keystore,
  reference: string,
  role?: Role,
): Promise<AttestationView> {
  const all = await listAttestations(context);
  const byName = all.find(({ name }) => name === reference);
  if (byName !== undefined) return byName;
  const key = await keys.load(reference).catch((error: unknown) => {
    if (isDppError(error))
      throw new DppError("role/unknown", `neither an attestation nor a key here: ${reference}`);
    throw error;
  });
  const standing = all.filter(({ holder, status }) => holder === key.signer.keyHash && status !== "Revoked");
  // With several roles under one key, the verb says which one is meant.
  const fitting = standing.filter((view) => view.role === role);
  const held = fitting.length > 0 ? fitting : standing;
  const [only] = held;
  if (only === undefined) throw new DppError("role/unknown", `the key ${reference} holds no role`);
  if (held.length > 1) {
    throw new DppError("role/ambiguous", `the key ${reference} holds several roles: name the attestation`, {
      details: { attestations: held.map(({ role, name }) => `${role} ${name}`) },
    });
  }
  return only;
}

/** The key here that acts for an attestation's holder. @throws DppError `keystore/not-found`. */
export async function keyHolding(keys: Keystore, keyHash: string): Promise<OpenKey> {
  const entry = (await keys.list()).find((candidate) => candidate.keyHash === keyHash);
  if (entry === undefined)
    throw new DppError("keystore/not-found", `no key with the hash ${keyHash} lies here`);
  return keys.load(entry.name);
}
