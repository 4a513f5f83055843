/** Attacks on second lives: the end of the old passport and the issue of its successor. Rules: docs/spec/datum.md "Redeemers": IssueSuccessor, Succeed. */
import type { PlutusData } from "../../src/codec/plutus-data.js";
import { encodePassportMint, encodePassportSpend } from "../../src/codec/redeemer.js";
import { chainAction } from "../../src/domain/action-chain.js";
import { fromHex, utf8 } from "../../src/domain/bytes.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import { extra, withDatumField } from "../../src/testing/forge.js";
import type { World } from "../../src/testing/world.js";
import { passportIds } from "../../src/tx/passports.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { type Attack, attacks } from "./attack.js";
import { ownerLog, succeed } from "./attempts.js";
import { FREE_POLICY } from "./counterfeit.js";
import {
  metadataForgeries,
  NO_SUCH_OUTPUT,
  NOT_INLINE,
  outputForgeries,
  stateForgeries,
  withDust,
} from "./forgeries.js";
import { ownershipForgeries } from "./ownership.js";
import {
  bytes,
  FIELD,
  type Field,
  forgeField,
  forgeVersion,
  hijacks,
  otherStatus,
  some,
  variant,
} from "./passport-datum.js";
import { RECORD, withRedeemer } from "./redeemers.js";
import { briefLiveForgeries, liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";
import { afterTheEnd } from "./status.js";

/** Positions of the new state and of the old one among the outputs. */
const [NEW, OLD] = [0, 2];
const NO_SUCH_INPUT = "expect [Input { output_reference, output }, ..rest] = inputs";
const NO_SUCCEED =
  "expect Succeed { successor, .. }: PassportSpend = state.expect_redeemer( self, policy, cip68.reference_name(predecessor), )";

const minting = (attack: Attack): Attack => ({ ...attack, by: { purpose: "mint" } });
const forgeNew = (field: Field, value: PlutusData, rule: string, name: string): Attack =>
  minting(forgeField(field, value, rule, name, NEW));

const seedOf = ({ inputs }: TxPlan) => inputs.at(-1)?.utxo ?? { txHash: "", outputIndex: 0 };

const mintedBy = (plan: TxPlan, redeemer: string, assets = plan.mints[0]?.assets ?? {}): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets, redeemer })),
});

const twice = (label: string) => (plan: TxPlan) =>
  mintedBy(
    plan,
    plan.mints[0]?.redeemer ?? "",
    Object.fromEntries(
      Object.entries(plan.mints[0]?.assets ?? {}).map(([name, one]) => [
        name,
        name.startsWith(label) ? 2n : one,
      ]),
    ),
  );

async function succeedInto(plan: TxPlan, world: World, successor: string): Promise<TxPlan> {
  const { name } = await world.attestation("recycler");
  return withRedeemer(plan, encodePassportSpend({ act: "Succeed", actor: name, successor }));
}

/** The old passport goes on, in force, by an act that its owner may do. */
async function beside(plan: TxPlan, world: World): Promise<TxPlan> {
  const logged = (await ownerLog(world)).plan;
  return {
    ...plan,
    inputs: [...logged.inputs, ...plan.inputs.slice(2)],
    outputs: [...plan.outputs.slice(0, OLD), ...logged.outputs],
  };
}

attacks("a second life", { script: "passport", purpose: "spend" }, (world) => succeed(world), [
  ...liveForgeries("recycler"),
  ...briefLiveForgeries("maker2").map(minting),
  ...ownershipForgeries("state.is_token_spent(self, policy, cip68.user_name(id))"),
  {
    name: "repurpose as a repairer",
    rule: "has_role",
    change: async (_, world) => (await succeed(world, { actor: "repairer" })).plan,
  },
  {
    name: "repurpose as an authority",
    rule: "has_role",
    change: async (_, world) => (await succeed(world, { actor: "authority" })).plan,
  },
  minting({
    name: "issue the successor as a recycler",
    rule: "has_role",
    change: async (_, world) => (await succeed(world, { issuer: "recycler" })).plan,
  }),
  ...afterTheEnd,

  // The old state
  ...stateForgeries(OLD),
  ...hijacks(["status"], { at: OLD }),
  ...otherStatus("Repurposed", OLD),

  // Whom it names
  {
    name: "succeed into itself",
    rule: "is_named_by_successor",
    change: (plan, world) => succeedInto(plan, world, world.passports[0] ?? ""),
  },
  {
    name: "succeed into a passport that goes on beside it",
    rule: "is_named_by_successor",
    change: async (plan, world) => {
      const other = (await ownerLog(world, { at: 1 })).plan;
      const into = await succeedInto(plan, world, world.passports[1] ?? "");
      return {
        ...into,
        inputs: [...into.inputs, ...other.inputs.slice(0, 1)],
        outputs: [...into.outputs, ...other.outputs.slice(0, 1)],
      };
    },
  },
  {
    name: "succeed into nothing",
    rule: NO_SUCH_OUTPUT,
    change: (plan, world) => succeedInto(plan, world, "ab".repeat(28)),
  },
  {
    name: "succeed without a new passport",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => ({ ...plan, mints: [], outputs: plan.outputs.slice(OLD) }),
  },
  {
    name: "end two passports with one successor",
    rule: "is_named_by_successor",
    change: async (plan, world) => {
      const other = (await succeed(world, { at: 1 })).plan;
      return {
        ...plan,
        inputs: [...plan.inputs, ...other.inputs.slice(0, 1)],
        outputs: [...plan.outputs, ...other.outputs.slice(OLD, OLD + 1)],
      };
    },
  },
  forgeField("predecessor", variant(1), "is_named_by_successor", "leave the predecessor out", NEW),
  forgeField("predecessor", some(bytes(28)), "is_named_by_successor", "name another predecessor", NEW),

  // The new state
  ...outputForgeries(NEW).map((attack) => (attack.rule === NOT_INLINE ? attack : minting(attack))),
  {
    name: "add a token to the new state",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => withDust(plan, NEW, FREE_POLICY),
  },
  ...metadataForgeries(5000).map(minting),
  minting(forgeVersion("is_version_1", NEW)),
  forgeNew("schema", 2n, "is_schema_1", "use an unknown schema"),
  forgeNew("revision", 1n, "is_revision_0", "begin with a later revision"),
  forgeNew("status", variant(1), "is_born_active", "issue a revoked successor"),
  forgeNew("issuer", utf8("DPP_MANUFACTURER of another"), NO_SUCH_REFERENCE, "issue in another's name"),
  forgeNew("dataRoot", bytes(31), "is_data_root_a_hash", "give a data root that is no hash"),
  forgeNew("content", bytes(65), "is_content_a_cid", "give a content id of 65 bytes"),
  forgeNew("actionHead", bytes(32), "has_no_actions", "bring a history along"),
  forgeNew("idCommit", bytes(33), "is_id_commit_a_hash", "commit to an identifier with what is no hash"),
  forgeNew("idMethod", 16n, "is_id_method_known_size", "use an unknown way of identification"),
  forgeNew("batch", some(bytes(28)), "is_of_no_batch", "claim to come from a batch"),

  // The mint
  minting({ name: "mint the reference token twice", rule: "is_mint_exact", change: twice(LABEL_REFERENCE) }),
  minting({ name: "mint the ownership token twice", rule: "is_mint_exact", change: twice(LABEL_USER) }),
  minting({
    name: "mint a second ownership token of the old passport",
    rule: "is_mint_exact",
    change: (plan, { passports }) =>
      mintedBy(plan, plan.mints[0]?.redeemer ?? "", {
        ...plan.mints[0]?.assets,
        [LABEL_USER + passports[0]]: 1n,
      }),
  }),
  minting({
    name: "mint without spending the seed",
    rule: "is_seed_spent",
    change: (plan) => ({
      ...plan,
      inputs: plan.inputs.slice(0, -1),
      reserved: plan.inputs.slice(-1).map(({ utxo }) => utxo),
    }),
  }),
  minting({
    name: "leave the old passport in force beside its successor",
    rule: NO_SUCCEED,
    change: beside,
  }),
  minting({
    name: "issue a successor without touching the old passport",
    rule: NO_SUCH_INPUT,
    change: (plan) => ({
      ...plan,
      inputs: plan.inputs.slice(2),
      outputs: plan.outputs.slice(0, OLD),
      reserved: plan.inputs.slice(1, 2).map(({ utxo }) => utxo),
    }),
  }),
  minting({
    name: "name a predecessor at the mint that is not there",
    rule: NO_SUCH_INPUT,
    change: (plan, { passports }) =>
      mintedBy(
        plan,
        encodePassportMint({
          act: "IssueSuccessor",
          seed: seedOf(plan),
          index: 0,
          first: NEW,
          predecessor: passports[1] ?? "",
        }),
      ),
  }),
  minting({
    name: "issue the successor as if it had no predecessor",
    rule: "has_no_predecessor",
    change: (plan) =>
      mintedBy(plan, encodePassportMint({ act: "Issue", seed: seedOf(plan), indices: [0], first: NEW })),
  }),
  minting({
    name: "mint under the redeemer that burns",
    rule: "burn.is_only_burning(self, policy)",
    change: (plan) => mintedBy(plan, encodePassportMint({ act: "Burn" })),
  }),
  minting({
    name: "take the name from another index than told",
    rule: "is_named_by_predecessor",
    change: (plan, { passports }) =>
      mintedBy(
        plan,
        encodePassportMint({
          act: "IssueSuccessor",
          seed: seedOf(plan),
          index: 1,
          first: NEW,
          predecessor: passports[0] ?? "",
        }),
      ),
  }),
]);

attacks(
  "two second lives at once",
  { script: "passport", purpose: "mint" },
  async (world) => succeed(world, { at: 1 }),
  [
    {
      name: "issue two heirs in one mint",
      rule: "is_mint_exact",
      change: async (plan, world) => {
        const seed = seedOf(plan);
        const [, second = ""] = passportIds(seed as Awaited<ReturnType<World["coin"]>>, 2);
        const [heir] = plan.outputs;
        if (heir === undefined) throw new Error("no heir");
        const { hash } = world.contracts.passport;
        return {
          ...mintedBy(plan, plan.mints[0]?.redeemer ?? "", {
            ...plan.mints[0]?.assets,
            [LABEL_REFERENCE + second]: 1n,
            [LABEL_USER + second]: 1n,
          }),
          outputs: [
            ...plan.outputs,
            { ...heir, assets: { [hash + LABEL_REFERENCE + second]: 1n } },
            { address: world.actors.stranger.address, assets: { [hash + LABEL_USER + second]: 1n } },
          ],
        };
      },
    },
  ],
);

attacks(
  "a second life made by the manufacturer who issued the first",
  { script: "passport", purpose: "spend" },
  (world) => succeed(world, { actor: "maker", issuer: "maker" }),
  [
    ...briefLiveForgeries("maker"),
    {
      name: "write to the old passport's history on the way",
      rule: "is_delta_allowed",
      change: (plan) => withDatumField(plan, OLD, extra(FIELD.actionHead), fromHex(chainAction("", RECORD))),
    },
  ],
);
