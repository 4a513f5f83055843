/** Founding a deployment: its reference scripts, then the config token. Changing its consortium. */
import { encodeConfigDatum } from "../codec/datum.js";
import { CONFIG_FOUND, encodeConfigSpend } from "../codec/redeemer.js";
import { baseTable } from "../crypto/p256-table.js";
import type { Config } from "../domain/config.js";
import { CONFIG_TOKEN } from "../domain/tokens.js";
import type { PlutusScript, Utxo } from "../ports/ledger.js";
import { type Contracts, configUnit } from "./contracts.js";
import type { TxPlan } from "./plan.js";
import { continuing } from "./state.js";
import { tableOutput } from "./tables.js";

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

/** The largest consortium that the contract admits: a rotation cannot add ADA, and the deployment lives long. */
const largestConfig = (config: Config): Config => ({
  ...config,
  members: Array.from({ length: 32 }, () => "00".repeat(28)),
  threshold: 32,
  freezeKeys: Array.from({ length: 32 }, () => "00".repeat(28)),
  successor: "00".repeat(28),
});

/** Another consortium, or a named successor. `signers`: a quorum of the old members and one of the new. */
export const planRotate = (
  contracts: Contracts,
  config: Utxo,
  next: Config,
  signers: readonly string[],
): TxPlan => ({
  inputs: [{ utxo: config, redeemer: encodeConfigSpend({ act: "Rotate" }) }],
  referenceInputs: [],
  mints: [],
  outputs: [continuing(config, encodeConfigDatum(next))],
  signers,
  scripts: [contracts.config.script],
});

/**
 * Puts a script where every transaction can refer to it; only the quorum can take it back. With `p256` come the table of the curve's base point and the account
 * that it withdraws from.
 */
export const planCarryScript = (contracts: Contracts, script: PlutusScript): TxPlan => ({
  inputs: [],
  referenceInputs: [],
  mints: [],
  outputs: [
    { address: contracts.config.address, assets: {}, script },
    ...(script === contracts.p256.script ? [tableOutput(contracts, baseTable())] : []),
  ],
  ...(script === contracts.p256.script ? { registrations: [contracts.p256.hash] } : {}),
  signers: [],
  scripts: [],
  // The seed must survive until the config token is minted.
  reserved: [contracts.seed],
});

/** Registers the account that `p256` withdraws from, where that did not happen with its script, or a rollback took it away. Anybody may. */
export const planRegister = (contracts: Contracts): TxPlan => ({
  inputs: [],
  referenceInputs: [],
  mints: [],
  outputs: [],
  registrations: [contracts.p256.hash],
  signers: [],
  scripts: [],
});

/** Takes a reference script back: the ADA goes to whoever pays the fee. */
export const planReclaim = (
  contracts: Contracts,
  config: Utxo,
  carried: Utxo,
  members: readonly string[],
): TxPlan => ({
  inputs: [{ utxo: carried, redeemer: encodeConfigSpend({ act: "Reclaim" }) }],
  referenceInputs: [config],
  mints: [],
  outputs: [],
  signers: members,
  scripts: [contracts.config.script],
});
