/** Attacks on revocations of passports. Rules: docs/spec/datum.md "Passport", "Redeemers". */
import { userUnit } from "../../src/domain/tokens.js";
import { emptyPlan } from "../../src/testing/transact.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { planRevokePassport } from "../../src/tx/passports.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { revokePassport } from "./acts.js";
import { type Attempt, attacks } from "./attack.js";
import { stateForgeries } from "./forgeries.js";
import { hijacks, otherStatus } from "./passport-datum.js";
import { reasonForgeries } from "./redeemers.js";
import { liveForgeries } from "./standing.js";

const revocation = async (world: World, who: ActorName = "authority"): Promise<Attempt> => ({
  plan: planRevokePassport(
    world.contracts,
    await world.deployment(),
    await world.passport(),
    await world.attestation(who),
    await world.badge(who),
    2,
    world.validity(),
  ),
  payer: who,
});

/** The authority's badge moves to the stranger, by a plain payment. */
async function lendBadge(world: World): Promise<void> {
  const unit = userUnit(world.contracts.roles.hash, world.roles.get("authority") ?? "");
  const plan = {
    ...emptyPlan,
    outputs: [{ address: world.actors.stranger.address, assets: { [unit]: 1n } }],
  };
  await world.accept(plan, world.actors.authority);
}

const withoutBadge = (plan: TxPlan): TxPlan => ({
  ...plan,
  inputs: plan.inputs.slice(0, 1),
  reserved: plan.inputs.slice(1).map(({ utxo }) => utxo),
});

attacks("revoking a passport", { script: "passport", purpose: "spend" }, (world) => revocation(world), [
  ...liveForgeries("authority"),
  { name: "revoke without the badge", rule: "is_badge_spent", change: withoutBadge },
  {
    name: "revoke with the badge in another wallet",
    rule: "is_badge_spent",
    before: lendBadge,
    change: (plan) => withoutBadge(plan),
  },
  {
    name: "revoke with a borrowed badge",
    rule: "holder_signs",
    before: lendBadge,
    change: (plan, { actors }) => ({ ...plan, signers: [actors.stranger.keyHash] }),
  },
  {
    name: "revoke with another actor's badge",
    rule: "is_badge_spent",
    change: async (plan, world) => ({
      ...plan,
      inputs: [...plan.inputs.slice(0, 1), { utxo: await world.badge("maker") }],
      reserved: plan.inputs.slice(1).map(({ utxo }) => utxo),
    }),
  },
  {
    name: "revoke as the manufacturer",
    rule: "has_role",
    change: async (_, world) => (await revocation(world, "maker")).plan,
  },
  {
    name: "revoke as a repairer",
    rule: "has_role",
    change: async (_, world) => (await revocation(world, "repairer")).plan,
  },
  ...stateForgeries(0),
  ...hijacks(["status"]),
  ...otherStatus("Revoked"),
  ...reasonForgeries(1),
  { name: "revoke twice", rule: "is_active", before: revokePassport, change: (plan) => plan },
]);
