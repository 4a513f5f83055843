/**
 * A home directory: keys, embedded ledger, content, product index and which deployment they belong to.
 *
 *   config.json       which parts are used (docs/configuration.md); without it the embedded ones
 *   deployment.json   network, seed and script hashes; written once, when a consortium is founded
 *   founding.json     seed of a founding that is under way
 *   keys/             keystore        ledger/   embedded ledger
 *   content/          IPFS blocks     products/ product index
 *   events/           event store
 *   pending/          transactions that were sent and are not settled
 *   proposals/        open proposals, and labels that wait for theirs
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { utf8 } from "../domain/bytes.js";
import type { Deployment } from "../domain/config.js";
import { DppError } from "../domain/errors.js";
import type { OutRef } from "../domain/out-ref.js";
import { type Contracts, deploymentOf } from "../tx/contracts.js";
import { blueprint } from "./blueprint.gen.js";
import { makeContracts } from "./contracts.js";
import { createFile } from "./durable-file.js";

export interface DeploymentRecord extends Deployment {
  readonly format: 1;
  readonly seed: OutRef;
}

export interface HomePaths {
  readonly directory: string;
  readonly configuration: string;
  readonly deployment: string;
  readonly founding: string;
  readonly keys: string;
  readonly ledger: string;
  readonly content: string;
  readonly products: string;
  readonly events: string;
  readonly pending: string;
  /** Answered challenges, log of reads, server secret: the resolver's own. */
  readonly resolver: string;
}

export function homePaths(home: string): HomePaths {
  const directory = resolve(home);
  return {
    directory,
    configuration: join(directory, "config.json"),
    deployment: join(directory, "deployment.json"),
    founding: join(directory, "founding.json"),
    keys: join(directory, "keys"),
    ledger: join(directory, "ledger"),
    content: join(directory, "content"),
    products: join(directory, "products"),
    events: join(directory, "events"),
    pending: join(directory, "pending"),
    resolver: join(directory, "resolver"),
  };
}

/** `null`: nothing was founded here yet. @throws DppError `home/deployment` when the file is damaged. */
export async function readDeployment({ deployment }: HomePaths): Promise<DeploymentRecord | null> {
  const text = await readFile(deployment, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const record = JSON.parse(text) as DeploymentRecord;
    if (record.format === 1 && typeof record.seed?.txHash === "string") return record;
  } catch {
    // Falls through to the one error below.
  }
  throw new DppError("home/deployment", `${deployment} is damaged`);
}

/** @throws DppError `home/founded` when a deployment stands here already. */
export async function writeDeployment(paths: HomePaths, contracts: Contracts): Promise<DeploymentRecord> {
  const record: DeploymentRecord = { format: 1, ...deploymentOf(contracts), seed: contracts.seed };
  if (!(await createFile(paths.deployment, utf8(`${JSON.stringify(record, null, 2)}\n`)))) {
    throw new DppError("home/founded", `${paths.directory} has a deployment already`);
  }
  return record;
}

/** The contracts of a deployment. @throws DppError `home/other-contracts` when it was founded with another version of them. */
export function contractsOf(record: DeploymentRecord): Contracts {
  const contracts = makeContracts(blueprint, record.network, record.seed);
  const { configPolicy, rolesPolicy, passportPolicy, anchorPolicy } = deploymentOf(contracts);
  const same =
    configPolicy === record.configPolicy &&
    rolesPolicy === record.rolesPolicy &&
    passportPolicy === record.passportPolicy &&
    anchorPolicy === record.anchorPolicy;
  if (!same) {
    throw new DppError(
      "home/other-contracts",
      "this directory was founded with another version of the contracts; use that version, or another DPP_HOME",
      { details: { configPolicy: record.configPolicy } },
    );
  }
  return contracts;
}
