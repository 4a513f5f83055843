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
}

/** What every transaction of a deployment refers to, as it lies on the ledger now. */
export interface DeploymentUtxos {
  /** Holds the config token and the config datum. */
  readonly config: Utxo;
  /** Reference scripts by contract; a missing one is attached to the transaction instead. */
  readonly scripts: Readonly<Partial<Record<"roles" | "passport", Utxo>>>;
}

export const configUnit = (contracts: Contracts): string => contracts.config.hash + CONFIG_TOKEN;

export const deploymentOf = (contracts: Contracts): Deployment => ({
  network: contracts.network,
  configPolicy: contracts.config.hash,
  rolesPolicy: contracts.roles.hash,
  passportPolicy: contracts.passport.hash,
});
