/** Founding a deployment: its reference scripts, then the config token. */
import { CONFIG_FOUND, CONFIG_RECLAIM, encodeConfigDatum } from "../codec/datum.js";
import type { Config } from "../domain/config.js";
import { CONFIG_TOKEN } from "../domain/tokens.js";
import type { PlutusScript, Utxo } from "../ports/ledger.js";
import { type Contracts, configUnit } from "./contracts.js";
import type { TxPlan } from "./plan.js";

/** Mints the one config token. `seed` is the outref that the contracts were made for. */
export function planFound(
  contracts: Contracts,
  seed: Utxo,
  config: Config,
  signers: readonly string[],
): TxPlan {
  return {
    inputs: [{ utxo: seed }],
    referenceInputs: [],
    mints: [{ policy: contracts.config.hash, assets: { [CONFIG_TOKEN]: 1n }, redeemer: CONFIG_FOUND }],
    outputs: [
      {
        address: contracts.config.address,
        assets: { [configUnit(contracts)]: 1n },
        datum: encodeConfigDatum(config),
        fundFor: encodeConfigDatum(largestConfig(config)),
      },
    ],
    signers,
    scripts: [contracts.config.script],
  };
}

/** Room for a consortium of twice the size, so that a rotation never needs more ADA. */
function largestConfig(config: Config): Config {
  const twice = (keys: readonly string[]): readonly string[] => [...keys, ...keys].slice(0, 32);
  return {
    ...config,
    members: twice(config.members),
    freezeKeys: twice(config.freezeKeys),
    successor: config.scripts.roles ?? null,
  };
}

/** Puts a script where every transaction can refer to it; only the quorum can take it back. */
export const planCarryScript = (contracts: Contracts, script: PlutusScript): TxPlan => ({
  inputs: [],
  referenceInputs: [],
  mints: [],
  outputs: [{ address: contracts.config.address, assets: {}, script }],
  signers: [],
  scripts: [],
  // The seed must survive until the config token is minted.
  reserved: [contracts.seed],
});

/** Takes a reference script back: the ADA goes to whoever pays the fee. */
export const planReclaim = (
  contracts: Contracts,
  config: Utxo,
  carried: Utxo,
  members: readonly string[],
): TxPlan => ({
  inputs: [{ utxo: carried, redeemer: CONFIG_RECLAIM }],
  referenceInputs: [config],
  mints: [],
  outputs: [],
  signers: members,
  scripts: [contracts.config.script],
});
