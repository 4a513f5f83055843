/** Attacks on the founding of a deployment and on its reference scripts. Table: docs/spec/datum.md "Config", "Redeemers". */
import { validatorToScriptHash } from "@lucid-evolution/lucid";
import { decodePlutusData, encodePlutusData, type PlutusData } from "../../src/codec/plutus-data.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { CONFIG_TOKEN } from "../../src/domain/tokens.js";
import { withDatumField, withOutput } from "../../src/testing/forge.js";
import { ALWAYS } from "../../src/testing/ledger-contract.js";
import { planFoundIn, type World } from "../../src/testing/world.js";
import { configUnit } from "../../src/tx/contracts.js";
import { planReclaim } from "../../src/tx/deploy.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { type Attack, attacks } from "./attack.js";
import { outputForgeries, withDust } from "./forgeries.js";

const key = (n: number): Uint8Array => new Uint8Array(28).fill(n);
const keys = (count: number): PlutusData => Array.from({ length: count }, (_, n) => key(n));
const FIELD = { members: 0, threshold: 1, freezeKeys: 2, scripts: 3, successor: 4 } as const;

const field = (name: string, at: keyof typeof FIELD, value: PlutusData, rule: string): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, 0, [FIELD[at]], value),
});

/** The config's members are whoever the founder names: here the two that sign stay among them. */
const members = (world: World, ...more: Uint8Array[]): PlutusData => [
  ...world.config().members.map((hash) => fromHex(hash)),
  ...more,
];

const minted = (plan: TxPlan, assets: Record<string, bigint>): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets: { ...mint.assets, ...assets } })),
});

attacks(
  "founding a deployment",
  { script: "config", purpose: "mint" },
  async (world) => ({ plan: await planFoundIn(world), payer: "member1" }),
  [
    {
      name: "found without the quorum of its own members",
      rule: "quorum_signs",
      change: (plan, { actors }) => ({ ...plan, signers: [actors.member1.keyHash] }),
    },
    {
      name: "found with strangers' signatures",
      rule: "quorum_signs",
      change: (plan, { actors }) => ({ ...plan, signers: [actors.stranger.keyHash, actors.member1.keyHash] }),
    },
    {
      name: "found without consuming the seed",
      rule: "is_seed_spent",
      change: async (plan, world) => ({ ...plan, inputs: [], reserved: [world.contracts.seed] }),
    },
    {
      name: "mint two config tokens",
      rule: "is_mint_exact",
      change: (plan, { contracts, actors }) => {
        const second = { address: actors.stranger.address, assets: { [configUnit(contracts)]: 1n } };
        return { ...minted(plan, { [CONFIG_TOKEN]: 2n }), outputs: [...plan.outputs, second] };
      },
    },
    {
      name: "mint another token beside the config token",
      rule: "is_mint_exact",
      change: (plan) => minted(plan, { [toHex(utf8("OTHER"))]: 1n }),
    },
    {
      name: "hide the config token among dust",
      rule: "expect [output, ..rest] = outputs",
      change: (plan) => withDust(plan, 0, validatorToScriptHash(ALWAYS)),
    },
    ...outputForgeries(0),
    field("found without members", "members", [], "is_not_empty"),
    {
      name: "count a member twice",
      rule: "list.is_distinct(keys)",
      change: (plan, world) =>
        withDatumField(plan, 0, [FIELD.members], members(world, fromHex(world.actors.member1.keyHash))),
    },
    {
      name: "name 33 members",
      rule: "is_bounded",
      change: (plan, world) =>
        withDatumField(
          plan,
          0,
          [FIELD.members],
          [...(members(world) as Uint8Array[]), ...(keys(30) as Uint8Array[])],
        ),
    },
    {
      name: "name a member that is no key hash",
      rule: "are_hashes",
      change: (plan, world) => withDatumField(plan, 0, [FIELD.members], members(world, new Uint8Array(27))),
    },
    field("found with threshold 0", "threshold", 0n, "is_threshold_positive"),
    field("found with a threshold that nobody can reach", "threshold", 4n, "quorum_signs"),
    field("found without freeze keys", "freezeKeys", [], "is_not_empty"),
    field("name a freeze key twice", "freezeKeys", [key(1), key(1)], "list.is_distinct(keys)"),
    {
      name: "found without the passport contract",
      rule: "has_passport_script",
      change: (plan) => withoutScript(plan, "passport"),
    },
    {
      name: "found without the roles contract",
      rule: "has_roles_script",
      change: (plan) => withoutScript(plan, "roles"),
    },
    field(
      "name a script that is no hash",
      "scripts",
      scripts(["passport", new Uint8Array(27)], ["roles", key(2)]),
      "are_scripts(config.scripts)",
    ),
    field(
      "name the scripts in disorder",
      "scripts",
      scripts(["roles", key(2)], ["passport", key(1)]),
      "are_scripts(config.scripts)",
    ),
    field("found with a successor", "successor", { index: 0, fields: [key(3)] }, "has_no_successor"),
    {
      name: "use another redeemer",
      rule: "redeemer: ConfigMint",
      change: (plan) => ({
        ...plan,
        mints: plan.mints.map((mint) => ({
          ...mint,
          redeemer: toHex(encodePlutusData({ index: 1, fields: [] })),
        })),
      }),
    },
  ],
  "empty",
);

function scripts(...entries: readonly (readonly [string, Uint8Array])[]): PlutusData {
  return { entries: entries.map(([name, hash]) => [utf8(name), hash]) };
}

function withoutScript(plan: TxPlan, name: string): TxPlan {
  return withOutput(plan, 0, (output) => {
    const config = decodePlutusData(fromHex(output.datum ?? "")) as { index: number; fields: PlutusData[] };
    const old = config.fields[FIELD.scripts] as { entries: [Uint8Array, Uint8Array][] };
    const entries = old.entries.filter(([key]) => toHex(key) !== toHex(utf8(name)));
    const fields = config.fields.map((value, at) => (at === FIELD.scripts ? { entries } : value));
    return { ...output, datum: toHex(encodePlutusData({ index: 0, fields })) };
  });
}

const reclaim = async (world: World): Promise<{ plan: TxPlan; payer: "member1" }> => {
  const { config, scripts: carried } = await world.deployment();
  const script = carried.roles ?? config;
  return { plan: planReclaim(world.contracts, config, script, world.quorum), payer: "member1" };
};

attacks("reclaiming a reference script", { script: "config", purpose: "spend" }, reclaim, [
  {
    name: "reclaim as a stranger",
    rule: "quorum_signs",
    change: (plan, { actors }) => ({ ...plan, signers: [actors.stranger.keyHash] }),
  },
  {
    name: "reclaim below the quorum",
    rule: "quorum_signs",
    change: (plan, { actors }) => ({ ...plan, signers: [actors.member1.keyHash] }),
  },
  {
    name: "reclaim the config token itself",
    rule: "holds_no_config_token",
    change: (plan) => ({
      ...plan,
      inputs: plan.referenceInputs.map((utxo) => ({ utxo, redeemer: plan.inputs[0]?.redeemer ?? "" })),
      referenceInputs: plan.inputs.map(({ utxo }) => utxo),
    }),
  },
]);
