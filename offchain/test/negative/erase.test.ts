/** Attacks on the end of retired passports. Rules: docs/spec/datum.md "Redeemers": Burn, Erase. */
import { encodePassportMint, encodePassportSpend } from "../../src/codec/redeemer.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { continuing } from "../../src/tx/state.js";
import { revokePassport } from "./acts.js";
import { attacks } from "./attack.js";
import { done, erase, retired, succeed } from "./attempts.js";
import { NO_SUCH_OUTPUT } from "./forgeries.js";
import { confusions, RECORD, withRedeemer } from "./redeemers.js";
import { liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";
import { together } from "./together.js";

const refuser = { script: "passport", purpose: "spend" } as const;
const burning = (plan: TxPlan, assets: Readonly<Record<string, bigint>>): TxPlan => ({
  ...plan,
  mints: Object.keys(assets).length === 0 ? [] : plan.mints.map((mint) => ({ ...mint, assets })),
});
const reference = ({ passports }: World, at = 0): string => LABEL_REFERENCE + passports[at];
const ownership = ({ passports }: World, at = 0): string => LABEL_USER + passports[at];

const erasing = async (world: World, at = 0) => {
  await retired(world, at);
  return erase(world, { at });
};

attacks("erasing a passport", refuser, (world) => erasing(world), [
  ...liveForgeries("authority"),
  {
    name: "erase as the recycler",
    rule: "has_role",
    change: async (_, world) => (await erase(world, { authority: "recycler" })).plan,
  },
  {
    name: "erase as the issuer",
    rule: "has_role",
    change: async (_, world) => (await erase(world, { authority: "maker" })).plan,
  },
  {
    name: "erase a passport in force",
    rule: "is_retired",
    change: async (_, world) => (await erase(world, { at: 1 })).plan,
  },
  {
    name: "carry the state token away",
    rule: "is_burnt",
    change: (plan, world) => burning(plan, { [ownership(world)]: -1n }),
  },
  {
    name: "carry both tokens away",
    rule: "is_burnt",
    change: (plan) => burning(plan, {}),
  },
  {
    name: "let the state go on",
    rule: "is_burnt",
    change: (plan, world) => {
      const [state] = plan.inputs;
      const kept = state === undefined ? [] : [continuing(state.utxo, state.utxo.datum ?? "")];
      return { ...burning(plan, { [ownership(world)]: -1n }), outputs: [...kept, ...plan.outputs] };
    },
  },
  {
    name: "mint another ownership token while burning",
    rule: "burn.is_only_burning(self, policy)",
    by: { purpose: "mint" },
    change: (plan, world) => burning(plan, { [reference(world)]: -1n, [ownership(world)]: 1n }),
  },
  {
    name: "burn under the redeemer of an issue",
    rule: "expect [Output { datum: InlineDatum(datum), .. }, ..] = list.expect_drop( self.outputs, first, )",
    by: { purpose: "mint" },
    change: (plan) => ({
      ...plan,
      mints: plan.mints.map((mint) => ({
        ...mint,
        redeemer: encodePassportMint({
          act: "Issue",
          seed: plan.inputs[1]?.utxo ?? { txHash: "", outputIndex: 0 },
          indices: [],
          first: 0,
        }),
      })),
    }),
  },
  {
    name: "burn the state by an act that must continue it",
    rule: NO_SUCH_OUTPUT,
    change: async (plan, world) => {
      const { name } = await world.attestation("authority");
      return withRedeemer(plan, encodePassportSpend({ act: "Log", actor: name, record: RECORD }));
    },
  },
  ...confusions({
    Update: NO_SUCH_OUTPUT,
    Revoke: "is_badge_spent",
    Transfer: "is_received",
    Log: NO_SUCH_OUTPUT,
    Amend: NO_SUCH_OUTPUT,
    Succeed: NO_SUCH_OUTPUT,
    Reassign: NO_SUCH_OUTPUT,
    Retire: NO_SUCH_REFERENCE,
  }),
]);

attacks(
  "erasing two passports at once",
  refuser,
  async (world) => {
    for (const at of [0, 1]) await retired(world, at);
    const [one, two] = [await erase(world, { at: 0 }), await erase(world, { at: 1 })];
    const tokens = [0, 1].flatMap((at) => [reference(world, at), ownership(world, at)]);
    const both = burning(together(one.plan, two.plan), Object.fromEntries(tokens.map((name) => [name, -1n])));
    return { plan: { ...both, outputs: [] }, payer: "authority" };
  },
  [
    {
      name: "burn one for both",
      rule: "is_burnt",
      change: (plan, world) => burning(plan, { [reference(world)]: -1n }),
    },
    {
      name: "burn the other for both",
      rule: "is_burnt",
      change: (plan, world) => burning(plan, { [reference(world, 1)]: -1n }),
    },
  ],
);

const NOT_RETIRED: readonly (readonly [string, (world: World) => Promise<void>])[] = [
  ["revoked", revokePassport],
  ["repurposed", async (world) => done(world, await succeed(world))],
];

attacks(
  "erasing the other passport",
  refuser,
  (world) => erasing(world, 1),
  NOT_RETIRED.map(([status, before]) => ({
    name: `erase a ${status} passport`,
    rule: "is_retired",
    before,
    change: async (_, world) => (await erase(world, { at: 0 })).plan,
  })),
);
