/** Attacks on amendments. Rules: docs/spec/datum.md "Redeemers". */
import { encodePassportSpend } from "../../src/codec/redeemer.js";
import { type Attack, attacks } from "./attack.js";
import { amend } from "./attempts.js";
import { NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { bytes, forgeField, hijacks } from "./passport-datum.js";
import { confusions, withRedeemer } from "./redeemers.js";
import { briefLiveForgeries, liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";
import { afterTheEnd } from "./status.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

const refuser = { script: "passport", purpose: "spend" } as const;

const alone: Attack = {
  name: "amend as the issuer alone, who is no authority",
  rule: "has_role",
  change: async (plan, world) =>
    withRedeemer(
      plan,
      encodePassportSpend({ act: "Amend", authority: (await world.attestation("maker")).name }),
    ),
};

attacks("amending a passport", refuser, (world) => amend(world), [
  ...liveForgeries("maker"),
  ...briefLiveForgeries("authority"),
  alone,
  {
    name: "amend as another manufacturer",
    rule: NO_SUCH_REFERENCE,
    change: async (_, world) => (await amend(world, { issuer: "maker2" })).plan,
  },
  {
    name: "amend with a repairer in the authority's place",
    rule: "has_role",
    change: async (_, world) => (await amend(world, { authority: "repairer" })).plan,
  },
  {
    name: "amend as the authority without the issuer",
    rule: NO_SUCH_REFERENCE,
    change: async (_, world) => (await amend(world, { issuer: "authority" })).plan,
  },
  ...afterTheEnd,
  ...stateForgeries(0),
  ...hijacks(["idCommit", "idMethod"]),
  forgeField("idCommit", bytes(31), "is_id_commit_a_hash", "commit to an identifier with 31 bytes"),
  forgeField("idCommit", bytes(33), "is_id_commit_a_hash", "commit to an identifier with 33 bytes"),
  forgeField("idMethod", 16n, "is_id_method_known_size", "use an unknown way of identification"),
  forgeField("idMethod", -1n, "is_id_method_known_size", "use a negative way of identification"),
  ...confusions({
    Update: "is_delta_allowed",
    Revoke: "is_badge_spent",
    Transfer: "state.is_token_spent(self, policy, ownership)",
    Log: "is_owner_there",
    Retire: NO_SUCH_REFERENCE,
    Succeed: NO_SUCH_OUTPUT,
    Reassign: "quorum_signs",
    Erase: "is_retired",
  }),
]);

attacks(
  "amending two passports at once",
  refuser,
  async (world) => {
    const [one, two] = [await amend(world, { at: 0 }), await amend(world, { at: 1 })];
    return { plan: together(one.plan, two.plan), payer: "maker" };
  },
  [...doubleSatisfaction, swappedDatums],
);
