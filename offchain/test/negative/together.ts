/** Two plans as one transaction: where one output might be made to serve two inputs. */
import type { Utxo } from "../../src/ports/ledger.js";
import { type PlannedOutput, sameOutRef, type TxPlan } from "../../src/tx/plan.js";
import { distinct } from "../../src/tx/presented.js";
import type { Attack } from "./attack.js";
import { NO_SUCH_OUTPUT } from "./forgeries.js";

const once = <T>(items: readonly T[], same: (a: T, b: T) => boolean): T[] =>
  items.filter((item, at) => items.findIndex((other) => same(item, other)) === at);

const sameUtxo = (a: { readonly utxo: Utxo }, b: { readonly utxo: Utxo }): boolean =>
  sameOutRef(a.utxo, b.utxo);

/** States first. `rest`: what else goes out. */
export const together = (one: TxPlan, two: TxPlan, rest: readonly PlannedOutput[] = []): TxPlan => ({
  ...one,
  inputs: once([...one.inputs, ...two.inputs], sameUtxo),
  referenceInputs: once([...one.referenceInputs, ...two.referenceInputs], sameOutRef),
  outputs: [...one.outputs.slice(0, 1), ...two.outputs.slice(0, 1), ...rest],
  signers: distinct([...one.signers, ...two.signers]),
});

/** On a plan whose first two outputs continue two states. */
export const doubleSatisfaction: readonly Attack[] = [
  {
    name: "satisfy both with the first output",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => ({ ...plan, outputs: plan.outputs.filter((_, at) => at !== 1) }),
  },
  {
    name: "satisfy both with the second output",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => ({ ...plan, outputs: plan.outputs.slice(1) }),
  },
  {
    name: "put both tokens into one output",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => {
      const [one, two, ...rest] = plan.outputs;
      if (one === undefined || two === undefined) throw new Error("two outputs");
      const lovelace = (one.assets.lovelace ?? 0n) + (two.assets.lovelace ?? 0n);
      return { ...plan, outputs: [{ ...one, assets: { ...one.assets, ...two.assets, lovelace } }, ...rest] };
    },
  },
];

/** Where the two datums differ in what the act keeps. */
export const swappedDatums: Attack = {
  name: "swap the two datums",
  rule: "is_delta_allowed",
  change: (plan) => {
    const [one, two, ...rest] = plan.outputs;
    if (one?.datum === undefined || two?.datum === undefined) throw new Error("two outputs");
    return { ...plan, outputs: [{ ...one, datum: two.datum }, { ...two, datum: one.datum }, ...rest] };
  },
};

/** Where two packs are appended. @param rule what says that a pack is not signed for a thread. */
export const exchangedPacks = (rule: string): readonly Attack[] => [
  {
    name: "swap the two packs",
    rule,
    change: (plan) => withRedeemers(plan, (one, two) => [two, one]),
  },
  {
    name: "append the pack of one to both",
    rule,
    change: (plan) => withRedeemers(plan, (one) => [one, one]),
  },
];

function withRedeemers(
  { inputs: [one, two], ...plan }: TxPlan,
  change: (one: string, two: string) => readonly [string, string],
): TxPlan {
  if (one?.redeemer === undefined || two?.redeemer === undefined) throw new Error("two inputs");
  const [first, second] = change(one.redeemer, two.redeemer);
  return {
    ...plan,
    inputs: [
      { ...one, redeemer: first },
      { ...two, redeemer: second },
    ],
  };
}
