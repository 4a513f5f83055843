/** Protocol parameters and slots as a UTxO RPC server states them (utxorpc.v1alpha.cardano `PParams`, `Genesis`). */
import type { cardano } from "@utxorpc/spec";
import { DppError } from "../../domain/errors.js";
import type { Network, ProtocolParameters, SlotConfig } from "../../ports/ledger.js";
import { publicNetwork } from "../public-networks.js";

const absent = (field: string): never => {
  throw new DppError("ledger/unavailable", `the node states no ${field} in its protocol parameters`, {
    details: { field },
  });
};

function integer(value: cardano.BigInt | undefined, field: string): bigint {
  const { case: form, value: raw } = value?.bigInt ?? { case: undefined, value: undefined };
  if (form === "int") return raw;
  if (form === "bigUInt") return raw.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return absent(field);
}

function ratio(value: cardano.RationalNumber | undefined, field: string): number {
  if (value === undefined || value.denominator === 0) return absent(field);
  return value.numerator / value.denominator;
}

const costs = (model: cardano.CostModel | undefined): number[] => (model?.values ?? []).map(Number);

/** @throws DppError `ledger/unavailable` when the node leaves out what a transaction needs. */
export function readParameters(stated: cardano.PParams): ProtocolParameters {
  const { costModels, prices, maxExecutionUnitsPerTransaction: units } = stated;
  if (costModels?.plutusV3 === undefined || costModels.plutusV3.values.length === 0)
    return absent("Plutus V3 cost model");
  if (units === undefined) return absent("limit of execution units");
  return {
    minFeeA: Number(integer(stated.minFeeCoefficient, "fee coefficient")),
    minFeeB: Number(integer(stated.minFeeConstant, "fee constant")),
    maxTxSize: Number(stated.maxTxSize),
    maxValSize: Number(stated.maxValueSize),
    keyDeposit: integer(stated.stakeKeyDeposit, "stake key deposit"),
    poolDeposit: integer(stated.poolDeposit, "pool deposit"),
    drepDeposit: integer(stated.drepDeposit, "DRep deposit"),
    govActionDeposit: integer(stated.governanceActionDeposit, "governance action deposit"),
    priceMem: ratio(prices?.memory, "price of memory"),
    priceStep: ratio(prices?.steps, "price of steps"),
    maxTxExMem: units.memory,
    maxTxExSteps: units.steps,
    coinsPerUtxoByte: integer(stated.coinsPerUtxoByte, "price of a UTxO byte"),
    collateralPercentage: Number(stated.collateralPercentage),
    maxCollateralInputs: Number(stated.maxCollateralInputs),
    minFeeRefScriptCostPerByte: ratio(stated.minFeeScriptRefCostPerByte, "price of reference scripts"),
    costModels: {
      PlutusV1: costs(costModels.plutusV1),
      PlutusV2: costs(costModels.plutusV2),
      PlutusV3: costs(costModels.plutusV3),
    },
  };
}

/** Servers state a slot's length in seconds or, where it is a fraction of one, in milliseconds. */
const LONGEST_SECONDS = 20;

/** A devnet counts its slots from its own start. @throws DppError `ledger/unavailable`. */
export function slotsOf(
  network: Network,
  genesis: Pick<cardano.Genesis, "systemStart" | "slotLength">,
): SlotConfig {
  const known = publicNetwork(network);
  if (known !== null) return known.slots;
  const zeroTime = Date.parse(genesis.systemStart);
  const { slotLength } = genesis;
  if (Number.isNaN(zeroTime) || slotLength <= 0) return absent("start or slot length");
  return {
    zeroTime,
    zeroSlot: 0,
    slotLength: slotLength <= LONGEST_SECONDS ? slotLength * 1000 : slotLength,
  };
}
