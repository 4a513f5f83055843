/** ADA of planned outputs: the least that the ledger asks for the largest datum that an output may come to hold (Babbage `utxoCost`). */
import { assetsToValue, CML, type OutputDatum, type Script, toScriptRef } from "@lucid-evolution/lucid";
import type { PlannedOutput } from "../../tx/plan.js";

export const datumOf = ({ datum, datumHash }: PlannedOutput): OutputDatum | undefined => {
  if (datumHash !== undefined) return { kind: "hash", value: datumHash };
  return datum === undefined ? undefined : { kind: "inline", value: datum };
};

/** Assets with "lovelace" filled in where the plan leaves it open. */
export function fundedAssets(output: PlannedOutput, coinsPerUtxoByte: bigint): Record<string, bigint> {
  if (output.assets.lovelace !== undefined) return { ...output.assets };
  return { ...output.assets, lovelace: leastLovelace(output, coinsPerUtxoByte) };
}

function leastLovelace(output: PlannedOutput, coinsPerUtxoByte: bigint): bigint {
  const { address, assets, datum, fundFor = datum, script } = output;
  const start = CML.TransactionOutputBuilder.new().with_address(CML.Address.from_bech32(address));
  const withDatum =
    fundFor === undefined
      ? start
      : start.with_data(CML.DatumOption.new_datum(CML.PlutusData.from_cbor_hex(fundFor)));
  const whole =
    script === undefined ? withDatum : withDatum.with_reference_script(toScriptRef(script as Script));
  const tokens = assetsToValue({ ...assets }).multi_asset();
  return whole
    .next()
    .with_asset_and_min_required_coin(tokens, coinsPerUtxoByte)
    .build()
    .output()
    .amount()
    .coin();
}
