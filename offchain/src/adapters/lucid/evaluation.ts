/**
 * Execution units. The builder asks Scalus' script machine, the one that judges on the embedded ledger, with the parameters and slots of the
 * ledger at hand: Lucid's own evaluator takes its slots from a global table, which two ledgers in one process would fight over.
 */
import { type UTxO, utxoToTransactionOutput } from "@lucid-evolution/lucid";
import scalus from "scalus";
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { ProtocolParameters, SlotConfig } from "../../ports/ledger.js";
import { contractRules } from "../embedded-ledger/refusal.js";
import { encodeUtxoMap } from "../embedded-ledger/rules.js";

export interface ScriptCost {
  readonly tag: "spend" | "mint" | "publish" | "withdraw" | "vote" | "propose";
  readonly index: number;
  readonly mem: number;
  readonly steps: number;
}

/** Costs of every script in an unsigned transaction; `inputs` are all outputs that it spends or refers to. */
export type Evaluator = (
  cbor: string,
  inputs: readonly UTxO[],
  ledger: { readonly parameters: ProtocolParameters; readonly slots: SlotConfig },
) => readonly ScriptCost[];

/** Scalus' names of script purposes → Lucid's. */
const TAGS: Readonly<Record<string, ScriptCost["tag"]>> = {
  Spend: "spend",
  Mint: "mint",
  Cert: "publish",
  Reward: "withdraw",
  Voting: "vote",
  Proposing: "propose",
};

/** @throws DppError `tx/script-refused` with details `{ rules, logs }`. */
export const evaluateWithScalus: Evaluator = (cbor, inputs, { parameters, slots }) => {
  const { costModels } = parameters;
  const redeemers = evaluate(
    fromHex(cbor),
    encodeUtxoMap(
      inputs.map((utxo) => ({ ref: utxo, bytes: utxoToTransactionOutput(utxo).to_cbor_bytes() })),
    ),
    slots,
    [costModels.PlutusV1, costModels.PlutusV2, costModels.PlutusV3],
  );
  return redeemers.map(({ tag, index, budget }) => {
    const known = TAGS[tag];
    if (known === undefined) throw new DppError("tx/script-refused", `unknown script purpose ${tag}`);
    return { tag: known, index, mem: Number(budget.memory), steps: Number(budget.steps) };
  });
};

function evaluate(
  tx: Uint8Array,
  utxos: Uint8Array,
  { zeroTime, zeroSlot, slotLength }: SlotConfig,
  costModels: number[][],
) {
  try {
    return scalus.Scalus.evalPlutusScripts(
      tx,
      utxos,
      new scalus.SlotConfig(zeroTime, zeroSlot, slotLength),
      costModels,
    );
  } catch (error) {
    // Scalus' failures are no Errors: an object with a message and the traces.
    const { message = String(error), logs = [] } = error as { message?: string; logs?: readonly string[] };
    const rules = contractRules(logs);
    throw new DppError("tx/script-refused", `a contract refuses the transaction: ${rules[0] ?? message}`, {
      details: { contractRules: rules, logs },
    });
  }
}
