/** The compiled contracts of one deployment, and where their state lies. Made from the blueprint by `adapters/contracts`. */
import type { Deployment } from "../domain/config.js";
import { CONFIG_TOKEN } from "../domain/tokens.js";
import type { OutRef, PlutusScript, Utxo } from "../ports/ledger.js";

export interface Contract {
  /** Script hash (hex): policy of its tokens and payment credential of its state. */
  readonly hash: string;
  /** Address of its state outputs: script credential, no stake credential. */
  readonly address: string;
  readonly script: PlutusScript;
}

export interface Contracts {
  readonly network: Deployment["network"];
  /** Outref that the config policy is bound to. */
  readonly seed: OutRef;
  readonly config: Contract;
  readonly roles: Contract;
  readonly passport: Contract;
  readonly anchor: Contract;
}

/** The contracts whose hashes the config datum names, in its order. */
export const SCRIPT_NAMES = ["anchor", "passport", "roles"] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** What the config datum says of the scripts. */
export const scriptHashes = (contracts: Contracts): Readonly<Record<ScriptName, string>> => ({
  anchor: contracts.anchor.hash,
  passport: contracts.passport.hash,
  roles: contracts.roles.hash,
});

/** What every transaction of a deployment refers to, as it lies on the ledger now. */
export interface DeploymentUtxos {
  /** Holds the config token and the config datum. */
  readonly config: Utxo;
  /** Reference scripts by contract; a missing one is attached to the transaction instead. */
  readonly scripts: Readonly<Partial<Record<ScriptName, Utxo>>>;
}

export const configUnit = (contracts: Contracts): string => contracts.config.hash + CONFIG_TOKEN;

export const deploymentOf = (contracts: Contracts): Deployment => ({
  network: contracts.network,
  configPolicy: contracts.config.hash,
  rolesPolicy: contracts.roles.hash,
  passportPolicy: contracts.passport.hash,
  anchorPolicy: contracts.anchor.hash,
});
