/** Attacks on reassignments. Rules: docs/spec/datum.md "Redeemers". */
import { decodeAttestationDatum } from "../../src/codec/datum.js";
import { encodePassportSpend } from "../../src/codec/redeemer.js";
import type { World } from "../../src/testing/world.js";
import { revoke } from "./acts.js";
import { attacks } from "./attack.js";
import { reassign } from "./attempts.js";
import { NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { bytes, forgeField, hijacks } from "./passport-datum.js";
import { quorumForgeries } from "./quorum.js";
import { confusions, withRedeemer } from "./redeemers.js";
import { briefLiveForgeries, liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";
import { afterTheEnd } from "./status.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

const refuser = { script: "passport", purpose: "spend" } as const;

attacks("reassigning a passport", refuser, (world) => reassign(world), [
  ...quorumForgeries,
  ...liveForgeries("authority"),
  ...briefLiveForgeries("maker2"),
  {
    name: "reassign without an authority: the new issuer stands in",
    rule: "has_role",
    change: async (plan, world) =>
      withRedeemer(
        plan,
        encodePassportSpend({ act: "Reassign", authority: (await world.attestation("maker2")).name }),
      ),
  },
  {
    name: "reassign to a repairer",
    rule: "has_role",
    change: async (_, world) => (await reassign(world, { issuer: "repairer" })).plan,
  },
  {
    name: "reassign to the authority",
    rule: "has_role",
    change: async (_, world) => (await reassign(world, { issuer: "authority" })).plan,
  },
  forgeField("issuer", bytes(28), NO_SUCH_REFERENCE, "reassign to nobody"),
  ...afterTheEnd,
  ...stateForgeries(0),
  ...hijacks(["issuer"]),
  ...confusions({
    Update: NO_SUCH_REFERENCE,
    Revoke: "is_badge_spent",
    Transfer: "state.is_token_spent(self, policy, ownership)",
    Log: "is_owner_there",
    Amend: NO_SUCH_REFERENCE,
    Retire: NO_SUCH_REFERENCE,
    Succeed: NO_SUCH_OUTPUT,
    Erase: "is_retired",
  }),
]);

attacks(
  "reassigning two passports at once",
  refuser,
  async (world) => {
    const [one, two] = [await reassign(world, { at: 0 }), await reassign(world, { at: 1 })];
    return { plan: together(one.plan, two.plan), payer: "member1" };
  },
  [
    ...doubleSatisfaction,
    swappedDatums,
    forgeField("issuer", bytes(28), NO_SUCH_REFERENCE, "reassign the second to nobody", 1),
  ],
);

attacks(
  "reassigning what a revoked manufacturer issued",
  refuser,
  async (world) => {
    await unlessRevoked(world);
    return reassign(world);
  },
  [
    {
      name: "hand it back to the revoked manufacturer",
      rule: "is_attestation_active",
      change: async (_, world) => (await reassign(world, { issuer: "maker" })).plan,
    },
    ...quorumForgeries,
  ],
);

/** On a node, attempts share one world. */
async function unlessRevoked(world: World): Promise<void> {
  const { utxo } = await world.attestation("maker");
  if (decodeAttestationDatum(utxo.datum ?? "").extra.status !== "Revoked") await revoke(world, "maker");
}
