/**
 * The parameters that Scalus 0.17 judges by: mainnet, epoch 616, protocol version 10. It takes no others, so neither does this ledger.
 * Held against Lucid and against what the rules really refuse in `protocol-parameters.test.ts` and `test/ledger-rules.test.ts`.
 */
import type { ProtocolParameters } from "../../ports/ledger.js";
import { PLUTUS_V1, PLUTUS_V2, PLUTUS_V3 } from "./cost-models.js";

export const PROTOCOL_PARAMETERS: ProtocolParameters = {
  minFeeA: 44,
  minFeeB: 155_381,
  maxTxSize: 16_384,
  maxValSize: 5_000,
  keyDeposit: 2_000_000n,
  poolDeposit: 500_000_000n,
  drepDeposit: 500_000_000n,
  govActionDeposit: 100_000_000_000n,
  priceMem: 0.0577,
  priceStep: 0.0000721,
  maxTxExMem: 16_500_000n,
  maxTxExSteps: 10_000_000_000n,
  coinsPerUtxoByte: 4_310n,
  collateralPercentage: 150,
  maxCollateralInputs: 3,
  minFeeRefScriptCostPerByte: 15,
  costModels: { PlutusV1: [...PLUTUS_V1], PlutusV2: [...PLUTUS_V2], PlutusV3: [...PLUTUS_V3] },
};
