/** Attacks on retirements. Rules: docs/spec/datum.md "Redeemers". */
import { encodePassportSpend } from "../../src/codec/redeemer.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { attacks } from "./attack.js";
import { retire } from "./attempts.js";
import { NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { ownershipForgeries } from "./ownership.js";
import { hijacks, otherStatus } from "./passport-datum.js";
import { confusions, withRedeemer } from "./redeemers.js";
import { briefLiveForgeries, liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";
import { afterTheEnd } from "./status.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

const refuser = { script: "passport", purpose: "spend" } as const;
const NOT_OWNER = "owner.agrees(self, spent)";

attacks("retiring a passport with its owner", refuser, (world) => retire(world), [
  ...liveForgeries("recycler"),
  ...ownershipForgeries(NOT_OWNER),
  {
    name: "retire as a repairer",
    rule: "has_role",
    change: async (_, world) => (await retire(world, { recycler: "repairer" })).plan,
  },
  {
    name: "retire as the issuer",
    rule: "has_role",
    change: async (_, world) => (await retire(world, { recycler: "maker" })).plan,
  },
  {
    name: "retire as the authority alone",
    rule: "has_role",
    change: async (_, world) => (await retire(world, { recycler: "authority" })).plan,
  },
  ...afterTheEnd,
  ...stateForgeries(0),
  ...hijacks(["status"]),
  ...otherStatus("Retired"),
  ...confusions({
    Update: NO_SUCH_REFERENCE,
    Revoke: NO_SUCH_REFERENCE,
    Transfer: "is_received",
    Log: "is_delta_allowed",
    Amend: NO_SUCH_REFERENCE,
    Succeed: NO_SUCH_OUTPUT,
    Reassign: "quorum_signs",
    Erase: NO_SUCH_REFERENCE,
  }),
]);

const naming = (authority: "recycler" | null) => async (plan: TxPlan, world: World) => {
  const { name } = await world.attestation("recycler");
  return withRedeemer(
    plan,
    encodePassportSpend({ act: "Retire", recycler: name, authority: authority === null ? null : name }),
  );
};

attacks(
  "retiring a passport with an authority",
  refuser,
  (world) => retire(world, { authority: "authority" }),
  [
    ...liveForgeries("authority"),
    ...briefLiveForgeries("recycler"),
    { name: "retire as the recycler alone", rule: NOT_OWNER, change: naming(null) },
    { name: "pass the recycler off as the authority", rule: "has_role", change: naming("recycler") },
    {
      name: "retire with a repairer in the authority's place",
      rule: "has_role",
      change: async (_, world) => (await retire(world, { authority: "repairer" })).plan,
    },
    ...stateForgeries(0),
    ...hijacks(["status"]),
    ...otherStatus("Retired"),
  ],
);

attacks(
  "retiring two passports at once",
  refuser,
  async (world) => {
    const [one, two] = [await retire(world, { at: 0 }), await retire(world, { at: 1 })];
    return { plan: together(one.plan, two.plan, one.plan.outputs.slice(1)), payer: "recycler" };
  },
  [...doubleSatisfaction, swappedDatums],
);
