/** `/epochs/latest/parameters` in the port's shape. */
import type { ProtocolParameters } from "../../ports/ledger.js";
import { parameters } from "./answers.js";
import type { BlockfrostServer } from "./server.js";

/** @throws DppError `ledger/unavailable`. */
export async function readParameters(server: BlockfrostServer): Promise<ProtocolParameters> {
  const said = await server.require(
    "/epochs/latest/parameters",
    (api) => api.epochsLatestParameters(),
    parameters,
  );
  const { PlutusV1, PlutusV2, PlutusV3 } = said.cost_models_raw;
  return {
    minFeeA: said.min_fee_a,
    minFeeB: said.min_fee_b,
    maxTxSize: said.max_tx_size,
    maxValSize: said.max_val_size,
    keyDeposit: said.key_deposit,
    poolDeposit: said.pool_deposit,
    drepDeposit: said.drep_deposit,
    govActionDeposit: said.gov_action_deposit,
    priceMem: said.price_mem,
    priceStep: said.price_step,
    maxTxExMem: said.max_tx_ex_mem,
    maxTxExSteps: said.max_tx_ex_steps,
    coinsPerUtxoByte: said.coins_per_utxo_size,
    collateralPercentage: said.collateral_percent,
    maxCollateralInputs: said.max_collateral_inputs,
    minFeeRefScriptCostPerByte: said.min_fee_ref_script_cost_per_byte,
    costModels: { PlutusV1: [...PlutusV1], PlutusV2: [...PlutusV2], PlutusV3: [...PlutusV3] },
  };
}
