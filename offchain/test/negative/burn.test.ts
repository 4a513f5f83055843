/** Attacks on the burning of tokens that lie in wallets: ownership tokens and badges. Rules: docs/spec/datum.md "Redeemers": Burn. */
import {
  encodePassportMint,
  encodePassportSpend,
  encodeRolesMint,
  encodeRolesSpend,
  type RolesSpend,
} from "../../src/codec/redeemer.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import type { ActorName, World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { returned } from "../../src/tx/presented.js";
import { planBurnBadge } from "../../src/tx/roles.js";
import { continuing, withScript } from "../../src/tx/state.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { NO_SUCH_OUTPUT } from "./forgeries.js";

const ONLY_BURNING = "burn.is_only_burning(self, policy)";

const withMint = (plan: TxPlan, assets: Readonly<Record<string, bigint>>): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets })),
});

const burnOwnership = async (world: World): Promise<Attempt> => {
  const owned = await world.owned();
  const name = LABEL_USER + world.passports[0];
  const { [world.contracts.passport.hash + name]: _, ...kept } = owned.assets;
  return {
    plan: {
      inputs: [{ utxo: owned }],
      ...withScript(world.contracts, await world.deployment(), "passport"),
      mints: [
        {
          policy: world.contracts.passport.hash,
          assets: { [name]: -1n },
          redeemer: encodePassportMint({ act: "Burn" }),
        },
      ],
      outputs: [{ ...returned(owned), assets: kept }],
      signers: [world.actors.owner.keyHash],
    },
    payer: "owner",
  };
};

attacks("burning an ownership token", { script: "passport", purpose: "mint" }, burnOwnership, [
  {
    name: "make another ownership token instead",
    rule: ONLY_BURNING,
    change: (plan, { passports }) => withMint(plan, { [LABEL_USER + passports[0]]: 1n }),
  },
  {
    name: "burn one and make another",
    rule: ONLY_BURNING,
    change: (plan, { passports }) =>
      withMint(plan, { [LABEL_USER + passports[0]]: -1n, [LABEL_USER + passports[1]]: 1n }),
  },
  {
    name: "burn one and make a reference token",
    rule: ONLY_BURNING,
    change: (plan, { passports }) =>
      withMint(plan, { [LABEL_USER + passports[0]]: -1n, [LABEL_REFERENCE + passports[0]]: 1n }),
  },
  {
    name: "burn one and make a token without a label",
    rule: ONLY_BURNING,
    change: (plan, { passports }) => withMint(plan, { [LABEL_USER + passports[0]]: -1n, ff: 1n }),
  },
  ...(["Update", "Reassign"] as const).map(
    (act): Attack => ({
      name: `burn the reference token with it, by ${act}`,
      rule: NO_SUCH_OUTPUT,
      by: { purpose: "spend" },
      change: async (plan, world) => {
        const state = await world.passport();
        const { name, utxo } = await world.attestation("authority");
        const redeemer = encodePassportSpend(act === "Update" ? { act } : { act, authority: name });
        return {
          ...withMint(plan, {
            [LABEL_USER + world.passports[0]]: -1n,
            [LABEL_REFERENCE + world.passports[0]]: -1n,
          }),
          inputs: [{ utxo: state, redeemer }, ...plan.inputs],
          referenceInputs: [...plan.referenceInputs, utxo],
          validity: world.validity(),
        };
      },
    }),
  ),
]);

const badgeOf = (world: World, who: ActorName): string => LABEL_USER + world.roles.get(who);
const stateOf = (world: World, who: ActorName): string => LABEL_REFERENCE + world.roles.get(who);

const burnBadge = async (world: World): Promise<Attempt> => ({
  plan: planBurnBadge(
    world.contracts,
    await world.deployment(),
    await world.badge("repairer"),
    world.roles.get("repairer") ?? "",
  ),
  payer: "repairer",
});

const ROLES_SPENDS: readonly RolesSpend[] = [
  { act: "Renew" },
  { act: "RotateKeys" },
  { act: "Publish" },
  { act: "Suspend", reason: 0 },
  { act: "Revoke", reason: 0 },
  { act: "Recover" },
];

/** The attestation's state among the inputs, and everybody's signature. */
async function withState(plan: TxPlan, world: World, spend: RolesSpend): Promise<TxPlan> {
  const { utxo } = await world.attestation("repairer");
  return {
    ...plan,
    inputs: [{ utxo, redeemer: encodeRolesSpend(spend) }, ...plan.inputs],
    signers: [...new Set([...plan.signers, ...world.quorum, world.actors.freezer.keyHash])],
    validity: world.validity(),
  };
}

attacks("burning a badge", { script: "roles", purpose: "mint" }, burnBadge, [
  {
    name: "make a second badge instead",
    rule: ONLY_BURNING,
    change: (plan, world) => withMint(plan, { [badgeOf(world, "repairer")]: 1n }),
  },
  {
    name: "burn one's badge and make another's",
    rule: ONLY_BURNING,
    change: (plan, world) =>
      withMint(plan, { [badgeOf(world, "repairer")]: -1n, [badgeOf(world, "authority")]: 1n }),
  },
  {
    name: "burn one's badge and make an attestation",
    rule: ONLY_BURNING,
    change: (plan, world) =>
      withMint(plan, { [badgeOf(world, "repairer")]: -1n, [stateOf(world, "repairer")]: 1n }),
  },
  {
    name: "burn under the redeemer that replaces",
    rule: "is_mint_exact",
    change: (plan, world) => ({
      ...plan,
      mints: plan.mints.map((mint) => ({
        ...mint,
        redeemer: encodeRolesMint({ act: "Replace", name: world.roles.get("repairer") ?? "" }),
      })),
    }),
  },
  ...ROLES_SPENDS.map(
    (spend): Attack => ({
      name: `burn the attestation with it, by ${spend.act}`,
      rule: NO_SUCH_OUTPUT,
      by: { purpose: "spend" },
      change: async (plan, world) =>
        withState(
          withMint(plan, { [badgeOf(world, "repairer")]: -1n, [stateOf(world, "repairer")]: -1n }),
          world,
          spend,
        ),
    }),
  ),
  {
    name: "burn the attestation and leave a hollow state behind",
    rule: NO_SUCH_OUTPUT,
    by: { purpose: "spend" },
    change: async (plan, world) => {
      const { utxo } = await world.attestation("repairer");
      const { lovelace = 0n } = utxo.assets;
      const hollow = { ...continuing(utxo, utxo.datum ?? ""), assets: { lovelace } };
      const burnt = await withState(withMint(plan, { [stateOf(world, "repairer")]: -1n }), world, {
        act: "Revoke",
        reason: 0,
      });
      return { ...burnt, outputs: [hollow] };
    },
  },
]);
