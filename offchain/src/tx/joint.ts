/** The beginning of a joint thread. Rules: docs/spec/anchor.md "Joint threads". */
import { encodeJointMint } from "../codec/redeemer.js";
import { jointThreadName } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import type { TxPlan } from "./plan.js";
import { holderOf, type Presented, withPresented } from "./presented.js";
import { type Validity, withScript } from "./state.js";
import { threadOutput } from "./threads.js";

/** `seed`: an output of the payer, from which the name follows; `opener` is live in `validity`, and its holder signs. */
export function planOpenJoint(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  seed: Utxo,
  opener: Presented,
  validity: Validity,
): { readonly plan: TxPlan; readonly name: string } {
  const name = jointThreadName(seed);
  const redeemer = encodeJointMint({ act: "Open", seed, first: 0, opener: opener.name });
  const plan: TxPlan = {
    inputs: [{ utxo: seed }],
    ...withPresented(withScript(contracts, utxos, "joint"), opener),
    mints: [{ policy: contracts.joint.hash, assets: { [name]: 1n }, redeemer }],
    outputs: [threadOutput(contracts, name)],
    signers: [holderOf(opener)],
    validity,
  };
  return { plan, name };
}
