/** Attacks on logged actions. Rules: docs/spec/datum.md "Redeemers", "The chain of actions". */
import { encodePassportSpend } from "../../src/codec/redeemer.js";
import type { World } from "../../src/testing/world.js";
import { revokePassport } from "./acts.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { actorLog, ownerLog } from "./attempts.js";
import { NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { gapForgeries, headed, headForgeries, recordForgeries } from "./heads.js";
import { ownershipForgeries, withoutOwned } from "./ownership.js";
import { hijacks, otherStatus } from "./passport-datum.js";
import { confusions, RECORD, withRedeemer } from "./redeemers.js";
import { briefLiveForgeries, liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";
import { isRevoked } from "./status.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

const refuser = { script: "passport", purpose: "spend" } as const;

/** What an owner's log is, but for who speaks. */
const told: readonly Attack[] = [...hijacks(["actionHead"]), ...headForgeries, ...recordForgeries];

attacks("logging as the owner", refuser, (world) => ownerLog(world), [
  ...ownershipForgeries("is_owner_there"),
  ...stateForgeries(0),
  ...told,
  {
    name: "name an actor who does not sign",
    rule: "holder_signs",
    change: async (plan, world) => {
      const { name, utxo } = await world.attestation("repairer");
      return withRedeemer(
        { ...plan, referenceInputs: [...plan.referenceInputs, utxo], validity: world.validity() },
        encodePassportSpend({ act: "Log", actor: name, record: RECORD }),
      );
    },
  },
  ...confusions({
    Update: NO_SUCH_REFERENCE,
    Revoke: NO_SUCH_REFERENCE,
    Transfer: "is_received",
    Amend: NO_SUCH_REFERENCE,
    Retire: NO_SUCH_REFERENCE,
    Succeed: NO_SUCH_OUTPUT,
    Reassign: "quorum_signs",
    Erase: NO_SUCH_REFERENCE,
  }),
]);

attacks(
  "logging on a passport with a history",
  refuser,
  async (world) => {
    await headed(world);
    return ownerLog(world);
  },
  gapForgeries,
);

attacks("logging as a repairer with the owner", refuser, (world) => ownerLog(world, { actor: "repairer" }), [
  ...liveForgeries("repairer"),
  { name: "log as a repairer without the owner", rule: "has_role", change: withoutOwned },
  ...stateForgeries(0),
  ...told,
  {
    name: "log in the name of another actor",
    rule: NO_SUCH_REFERENCE,
    change: async (plan, world) =>
      withRedeemer(
        plan,
        encodePassportSpend({
          act: "Log",
          actor: (await world.attestation("recycler")).name,
          record: RECORD,
        }),
      ),
  },
]);

const instead =
  (who: "maker2" | "repairer" | "recycler") =>
  async (_: unknown, world: World): Promise<Attempt["plan"]> =>
    (await actorLog(world, who)).plan;

attacks("logging as the issuer", refuser, (world) => actorLog(world, "maker"), [
  ...liveForgeries("maker"),
  { name: "log as another manufacturer", rule: "has_role", change: instead("maker2") },
  { name: "log as a repairer", rule: "has_role", change: instead("repairer") },
  { name: "log as a recycler", rule: "has_role", change: instead("recycler") },
  {
    name: "log without the owner and without an actor",
    rule: "is_owner_there",
    change: (plan) => withRedeemer(plan, encodePassportSpend({ act: "Log", actor: null, record: RECORD })),
  },
  ...stateForgeries(0),
  ...told,
]);

attacks("logging as an authority", refuser, (world) => actorLog(world, "authority"), [
  ...briefLiveForgeries("authority"),
  ...told,
]);

attacks(
  "logging on two passports at once",
  refuser,
  async (world) => {
    const [one, two] = [await ownerLog(world, { at: 0 }), await ownerLog(world, { at: 1 })];
    // Both (222) lie in one output, which goes back once.
    return { plan: together(one.plan, two.plan, one.plan.outputs.slice(1)), payer: "owner" };
  },
  [...doubleSatisfaction, swappedDatums],
);

// Last: on a node it stays revoked.
attacks(
  "logging on a revoked passport",
  refuser,
  async (world) => {
    if (!(await isRevoked(world))) await revokePassport(world);
    return actorLog(world, "authority");
  },
  otherStatus("Revoked"),
);
