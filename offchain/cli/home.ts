/** Opens a home directory for a verb: keys, ledger, content, contracts, joined into one context. */
import { openContentDisk } from "../src/adapters/content-disk.js";
import { openLedger } from "../src/adapters/embedded-ledger/ledger.js";
import {
  contractsOf,
  type DeploymentRecord,
  type HomePaths,
  homePaths,
  readDeployment,
} from "../src/adapters/home.js";
import { type Keystore, type OpenKey, openKeystore } from "../src/adapters/keystore.js";
import { lucidBuilder } from "../src/adapters/lucid/builder.js";
import { productIndexOnDisk } from "../src/adapters/product-index.js";
import { systemClock, systemRandom } from "../src/adapters/system.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Role } from "../src/domain/role.js";
import type { ProductIndex } from "../src/ports/product-index.js";
import type { Context } from "../src/usecases/context.js";
import { type AttestationView, listAttestations } from "../src/usecases/resolve.js";

export interface Home {
  readonly paths: HomePaths;
  readonly deployment: DeploymentRecord;
  readonly keys: Keystore;
  readonly index: ProductIndex;
  readonly context: Context;
}

export const keystoreOf = (paths: HomePaths, env: NodeJS.ProcessEnv): Keystore =>
  openKeystore(paths.keys, {
    network: "embedded",
    random: systemRandom,
    ...(env.DPP_PASSPHRASE ? { passphrase: env.DPP_PASSPHRASE } : {}),
  });

/** @throws DppError `home/no-deployment` when nothing was founded here. */
export async function openHome(home: string, env: NodeJS.ProcessEnv): Promise<Home> {
  const paths = homePaths(home);
  const deployment = await readDeployment(paths);
  if (deployment === null) {
    throw new DppError(
      "home/no-deployment",
      `${paths.directory} has no deployment: run \`npm start\` or \`dpp consortium init\``,
    );
  }
  if (deployment.network !== "embedded") {
    throw new DppError(
      "home/deployment",
      `${paths.deployment} names the network ${deployment.network}; only the embedded ledger is served yet`,
    );
  }
  const ledger = openLedger(paths.ledger, { clock: systemClock, random: systemRandom });
  return {
    paths,
    deployment,
    keys: keystoreOf(paths, env),
    index: productIndexOnDisk(paths.products),
    context: {
      ledger,
      contracts: contractsOf(deployment),
      clock: systemClock,
      random: systemRandom,
      content: await openContentDisk(paths.content),
      builder: lucidBuilder(ledger),
    },
  };
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
