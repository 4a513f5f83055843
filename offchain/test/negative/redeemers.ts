/** Redeemers of passports with what a test world has, and attacks that put one in another's place. */
import { encodePassportSpend, type PassportSpend } from "../../src/codec/redeemer.js";
import { forged } from "../../src/testing/forge.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import type { Attack } from "./attack.js";

/** Binary CID of a record, hex. */
export const RECORD = `01551220${"5a".repeat(32)}`;

export type Act = PassportSpend["act"];

async function redeemerOf(world: World, act: Act): Promise<PassportSpend> {
  const name = async (who: "authority" | "recycler") => (await world.attestation(who)).name;
  switch (act) {
    case "Update":
      return { act };
    case "Revoke":
      return { act, authority: await name("authority"), reason: 0 };
    case "Transfer":
      return {
        act,
        to: { payment: { kind: "key", hash: world.actors.stranger.keyHash }, stake: null },
        record: RECORD,
      };
    case "Log":
      return { act, actor: null, record: RECORD };
    case "Retire":
      return { act, recycler: await name("recycler"), authority: null };
    case "Succeed":
      return { act, actor: await name("recycler"), successor: "ab".repeat(28) };
    default:
      return { act, authority: await name("authority") };
  }
}

/** The plan with another redeemer at its first input. */
export const withRedeemer = (plan: TxPlan, redeemer: string): TxPlan => ({
  ...plan,
  inputs: plan.inputs.map((input, at) => (at === 0 ? { ...input, redeemer } : input)),
});

/** @param field position of the reason in the redeemer. */
export const reasonForgeries = (field: number): readonly Attack[] =>
  [-1n, 256n].map((reason) => ({
    name: `give the reason ${reason}`,
    rule: "reason.is_reason(reason_code)",
    change: (plan) => withRedeemer(plan, forged(plan.inputs[0]?.redeemer ?? "", [field], reason)),
  }));

/** One act's transaction under the redeemer of each other act. @param rules what refuses it, by the redeemer that is put in. */
export const confusions = (rules: Readonly<Partial<Record<Act, string>>>): readonly Attack[] =>
  Object.entries(rules).map(([act, rule]) => ({
    name: `use the redeemer of ${act}`,
    rule,
    change: async (plan, world) =>
      withRedeemer(plan, encodePassportSpend(await redeemerOf(world, act as Act))),
  }));
