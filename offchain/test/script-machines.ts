/** Two script machines in the process: Scalus (Scala), which decides and whose units we declare, and the Aiken project's `uplc` (Rust), which Lucid ships. */
import {
  CML,
  createCostModels,
  type UTxO,
  utxoToTransactionInput,
  utxoToTransactionOutput,
} from "@lucid-evolution/lucid";
import * as UPLC from "@lucid-evolution/uplc";
import { readTransaction } from "../src/adapters/ledger-cbor/transaction.js";
import { evaluateWithScalus } from "../src/adapters/lucid/evaluation.js";
import type { Ledger, ProtocolParameters, SlotConfig } from "../src/ports/ledger.js";
import type { World } from "../src/testing/world.js";

/** Memory and steps of each script of a transaction, in the order of its redeemers. */
export type Units = readonly (readonly [mem: number, steps: number])[];

async function spentBy(world: World, cbor: string): Promise<UTxO[]> {
  const { inputs, referenceInputs } = readTransaction(cbor);
  const utxos = await Promise.all([...inputs, ...referenceInputs].map((ref) => world.past(ref)));
  return utxos.map((utxo) => ({ ...utxo, assets: { ...utxo.assets } }) as UTxO);
}

interface LedgerSettings {
  readonly parameters: ProtocolParameters;
  readonly slots: SlotConfig;
}

export const settingsOf = async (ledger: Ledger): Promise<LedgerSettings> => ({
  parameters: await ledger.protocolParameters(),
  slots: ledger.slotConfig,
});

/** `spent`: what the transaction spends and refers to. @throws when a script refuses. */
export const scalusUnits = (cbor: string, spent: readonly UTxO[], at: LedgerSettings): Units =>
  evaluateWithScalus(cbor, spent, at).map(({ mem, steps }) => [mem, steps]);

/** The same by `uplc`. @throws a text, the traces in it, when a script refuses. */
export const uplcUnits = (
  cbor: string,
  spent: readonly UTxO[],
  { parameters, slots }: LedgerSettings,
): Units =>
  UPLC.eval_phase_two_raw(
    Buffer.from(cbor, "hex"),
    spent.map((utxo) => utxoToTransactionInput(utxo).to_cbor_bytes()),
    spent.map((utxo) => utxoToTransactionOutput(utxo).to_cbor_bytes()),
    createCostModels(parameters.costModels).to_cbor_bytes(),
    parameters.maxTxExSteps,
    parameters.maxTxExMem,
    BigInt(slots.zeroTime),
    BigInt(slots.zeroSlot),
    slots.slotLength,
  ).map((bytes) => {
    const units = CML.LegacyRedeemer.from_cbor_bytes(bytes).ex_units();
    return [Number(units.mem()), Number(units.steps())];
  });

/** @param cbor a transaction that was built in `world`. @throws when a script refuses. */
export const unitsByScalus = async (world: World, cbor: string): Promise<Units> =>
  scalusUnits(cbor, await spentBy(world, cbor), await settingsOf(world.ledger));

/** @throws a text, the traces in it, when a script refuses. */
export const unitsByUplc = async (world: World, cbor: string): Promise<Units> =>
  uplcUnits(cbor, await spentBy(world, cbor), await settingsOf(world.ledger));
