/** What a reclaim takes away: the action names an output, which tells a signer nothing. */
import type { QuorumAction } from "../../domain/proposal.js";
import { SCRIPT_NAMES, type ScriptName } from "../../tx/contracts.js";
import { sameOutRef } from "../../tx/plan.js";
import type { Reading } from "../context.js";
import { loadDeployment } from "../deployment.js";
import { refOf } from "./expected.js";
import type { LedgerView } from "./ledger-view.js";

export interface Reclaimed {
  /** `{hash}#{index}`. */
  readonly ref: string;
  /** Goes to the proposer. */
  readonly lovelace: bigint;
  /** Which of the deployment's scripts; `null`: none of them. */
  readonly script: ScriptName | null;
  /** No other output of the deployment carries the same one. */
  readonly isLast: boolean;
}

/** `null`: the action takes no script back, or it is gone already, or there is no deployment. @throws DppError `ledger/unavailable`. */
export async function reclaimedIn(
  reading: Reading,
  action: QuorumAction,
  { inputs, config }: Pick<LedgerView, "inputs" | "config">,
): Promise<Reclaimed | null> {
  if (action.act !== "reclaim" || config === null) return null;
  const ref = refOf(action.output);
  const utxo = inputs.find((input) => sameOutRef(input, ref));
  if (utxo === undefined) return null;
  const { scripts } = await loadDeployment(reading);
  const carried = utxo.scriptRef?.script;
  // One ledger tells one script always in the same bytes.
  const script = SCRIPT_NAMES.find(
    (name) => carried !== undefined && scripts[name]?.scriptRef?.script === carried,
  );
  const copies = (await reading.ledger.utxosAt(reading.contracts.config.address)).filter(
    ({ scriptRef }) => scriptRef?.script === carried,
  );
  return {
    ref: action.output,
    lovelace: utxo.assets.lovelace ?? 0n,
    script: script ?? null,
    isLast: copies.length <= 1,
  };
}
