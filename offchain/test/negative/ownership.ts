/** Attacks on acts that only the owner may do: he shows it by spending the (222). */
import { LABEL_USER, userUnit } from "../../src/domain/tokens.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { emptyPlan } from "../../src/testing/transact.js";
import type { World } from "../../src/testing/world.js";
import { type PlannedInput, sameOutRef, type TxPlan } from "../../src/tx/plan.js";
import { returned } from "../../src/tx/presented.js";
import type { Attack } from "./attack.js";
import { counterfeit } from "./counterfeit.js";

/** The owner sends the (222) of the second passport to the stranger: both lie in one output until then. */
export async function part(world: World): Promise<void> {
  const unit = userUnit(world.contracts.passport.hash, world.passports[1] ?? "");
  const outputs = [{ address: world.actors.stranger.address, assets: { [unit]: 1n } }];
  await world.accept({ ...emptyPlan, inputs: [{ utxo: await world.owned(1) }], outputs }, world.actors.owner);
}

/** Without the output that holds the (222), and without what was made of it. */
export async function withoutOwned(plan: TxPlan, world: World): Promise<TxPlan> {
  const owned = await world.owned();
  const tokens = Object.keys(owned.assets).filter((unit) => unit !== "lovelace");
  return {
    ...plan,
    inputs: plan.inputs.filter(({ utxo }) => !sameOutRef(utxo, owned)),
    outputs: plan.outputs.filter(({ assets }) => !tokens.some((unit) => unit in assets)),
    reserved: [...(plan.reserved ?? []), owned],
  };
}

async function with222(plan: TxPlan, world: World, other: Utxo): Promise<TxPlan> {
  const bare = await withoutOwned(plan, world);
  const input: PlannedInput = { utxo: other };
  const { owner, stranger } = world.actors;
  return {
    ...bare,
    inputs: [...bare.inputs, input],
    outputs: [...bare.outputs, returned(other)],
    signers: plan.signers.map((key) => (key === owner.keyHash ? stranger.keyHash : key)),
  };
}

/** `rule`: as the act's contract calls the missing ownership. */
export const ownershipForgeries = (rule: string): readonly Attack[] => [
  { name: "act without the ownership token", rule, change: withoutOwned },
  {
    name: "show the ownership token without spending it",
    rule,
    change: async (plan, world) => ({
      ...(await withoutOwned(plan, world)),
      referenceInputs: [...plan.referenceInputs, await world.owned()],
    }),
  },
  {
    name: "act with the ownership token of another passport",
    rule,
    before: part,
    change: async (plan, world) => with222(plan, world, await world.owned(1)),
  },
  {
    name: "act with a counterfeit ownership token under another policy",
    rule,
    change: async (plan, world) =>
      with222(
        plan,
        world,
        await counterfeit(world, LABEL_USER + world.passports[0], "d87980", world.actors.stranger.address),
      ),
  },
];
