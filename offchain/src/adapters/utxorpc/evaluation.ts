/** Execution units by the node's own script machine (`EvalTx`). */
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { ScriptCost } from "../lucid/evaluation.js";
import { type ClientOptions, connectUtxoRpc } from "./client.js";
import { refusalOf } from "./refusal.js";

/** utxorpc.v1alpha.cardano `RedeemerPurpose`, in its order. */
const TAGS: readonly (ScriptCost["tag"] | undefined)[] = [
  undefined,
  "spend",
  "mint",
  "publish",
  "withdraw",
  "vote",
  "propose",
];

/** Costs of each script, by purpose and index. @throws DppError `ledger/refused` when a script fails; `ledger/unavailable`. */
export async function evaluateOnNode(options: ClientOptions, cbor: string): Promise<ScriptCost[]> {
  const { submit } = connectUtxoRpc(options);
  const value = Uint8Array.from(fromHex(cbor));
  const answer = await submit.evalTx({ tx: { type: { case: "raw", value } } }).catch((error: unknown) => {
    throw refusalOf(error);
  });
  const report = answer.report?.chain;
  if (report?.case !== "cardano") throw new DppError("ledger/unavailable", "the node evaluates nothing");
  const [fault] = report.value.errors;
  if (fault !== undefined)
    throw new DppError("ledger/refused", `a script fails on the node: ${fault.msg}`, {
      details: { rule: "PlutusScript", message: fault.msg },
    });
  return report.value.redeemers
    .map(({ purpose, index, exUnits }) => {
      const tag = TAGS[purpose];
      if (tag === undefined || exUnits === undefined)
        throw new DppError(
          "ledger/unavailable",
          "the node states a script's cost without its purpose or units",
        );
      return { tag, index, mem: Number(exUnits.memory), steps: Number(exUnits.steps) };
    })
    .sort((a, b) => a.tag.localeCompare(b.tag) || a.index - b.index);
}
