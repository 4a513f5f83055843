/** The compiled contracts of one deployment, and where their state lies. Made from the blueprint by `adapters/contracts`. */
import type { Config, Deployment } from "../domain/config.js";
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
  readonly joint: Contract;
  /** Runs as a withdrawal from its own account; nothing lies at its address. */
  readonly p256: Contract;
}

/** The contracts whose hashes the config datum names, in its order. */
export const SCRIPT_NAMES = ["anchor", "joint", "p256", "passport", "roles"] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** What a deployment can do without: nobody signs jointly in it, or with P-256. */
export const OPTIONAL_SCRIPTS = ["joint", "p256"] as const;
export type OptionalScript = (typeof OPTIONAL_SCRIPTS)[number];

/** The contracts of a deployment that lacks `without`. */
export const scriptNames = (without: readonly OptionalScript[] = []): readonly ScriptName[] =>
  SCRIPT_NAMES.filter((name) => !without.some((other) => other === name));

/** What the config datum says of the scripts. */
export const scriptHashes = (
  contracts: Contracts,
  without: readonly OptionalScript[] = [],
): Readonly<Record<string, string>> =>
  Object.fromEntries(scriptNames(without).map((name) => [name, contracts[name].hash]));

/** The optional scripts that a config does not name. */
export const lacking = ({ scripts }: Pick<Config, "scripts">): readonly OptionalScript[] =>
  OPTIONAL_SCRIPTS.filter((name) => scripts[name] === undefined);

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
