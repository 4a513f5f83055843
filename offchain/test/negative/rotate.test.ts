/** Attacks on changes of the consortium. Rules: docs/spec/datum.md "Config", "Redeemers": Rotate. */
import { decodeConfigDatum, encodeConfigDatum } from "../../src/codec/datum.js";
import type { PlutusData } from "../../src/codec/plutus-data.js";
import { encodeConfigSpend } from "../../src/codec/redeemer.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import type { Config } from "../../src/domain/config.js";
import { CONFIG_TOKEN } from "../../src/domain/tokens.js";
import { withDatumField } from "../../src/testing/forge.js";
import { type ActorName, HOUR, type World } from "../../src/testing/world.js";
import { planRotate } from "../../src/tx/deploy.js";
import { planRenew } from "../../src/tx/roles.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { counterfeit } from "./counterfeit.js";
import { stateForgeries } from "./forgeries.js";
import { withRedeemer } from "./redeemers.js";

const refuser = { script: "config", purpose: "spend" } as const;
const FIELD = { members: 0, threshold: 1, freezeKeys: 2, scripts: 3, successor: 4 } as const;
const key = (n: number, length = 28): Uint8Array => new Uint8Array(length).fill(n);
const some = (value: PlutusData): PlutusData => ({ index: 0, fields: [value] });
const none: PlutusData = { index: 1, fields: [] };

const hashes = (world: World, ...who: readonly ActorName[]): readonly string[] =>
  who.map((name) => world.actors[name].keyHash);

/** Two of three go; member2 and the maker are a quorum of the new consortium, member1 and member2 of the old one. */
const next = (world: World): Config => ({
  ...world.config(),
  members: hashes(world, "member2", "maker", "stranger"),
  freezeKeys: hashes(world, "maker"),
});
const SIGNERS = ["member1", "member2", "maker"] as const;

const rotate = async (world: World, config = next(world)): Promise<Attempt> => ({
  plan: planRotate(world.contracts, (await world.deployment()).config, config, hashes(world, ...SIGNERS)),
  payer: "member1",
});

const configOf = async (world: World): Promise<Config> =>
  decodeConfigDatum((await world.deployment()).config.datum ?? "");

const signedBy =
  (...who: readonly ActorName[]): Attack["change"] =>
  (plan, world) => ({
    ...plan,
    signers: hashes(world, ...who),
  });

const field = (name: string, at: keyof typeof FIELD, value: PlutusData, rule: string): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, 0, [FIELD[at]], value),
});

/** Those who sign stay among the members, so that nothing but the forgery is wrong. */
const members = (name: string, rule: string, more: (world: World) => readonly Uint8Array[]): Attack => ({
  name,
  rule,
  change: (plan, world) =>
    withDatumField(
      plan,
      0,
      [FIELD.members],
      [...next(world).members.map((hash) => fromHex(hash)), ...more(world)],
    ),
});

const keys = (count: number): readonly Uint8Array[] => Array.from({ length: count }, (_, n) => key(n));

attacks("rotating the consortium", refuser, (world) => rotate(world), [
  { name: "rotate below the old quorum", rule: "old_quorum_signs", change: signedBy("member2", "maker") },
  { name: "rotate below the new quorum", rule: "new_quorum_signs", change: signedBy("member1", "member2") },
  {
    name: "rotate as the new members alone",
    rule: "old_quorum_signs",
    change: signedBy("maker", "stranger"),
  },
  {
    name: "rotate with the freeze key",
    rule: "old_quorum_signs",
    change: signedBy("member2", "maker", "freezer"),
  },
  { name: "rotate without any signature", rule: "old_quorum_signs", change: signedBy() },
  ...stateForgeries(0),
  field("leave no members", "members", [], "is_not_empty"),
  members("count a member twice", "list.is_distinct(keys)", ({ actors }) => [fromHex(actors.maker.keyHash)]),
  members("name 33 members", "is_bounded", () => keys(30)),
  members("name a member that is no key hash", "are_hashes", () => [key(1, 27)]),
  field("set the threshold to 0", "threshold", 0n, "is_threshold_positive"),
  field("set a threshold that nobody can reach", "threshold", 4n, "new_quorum_signs"),
  field("set a threshold above those who sign", "threshold", 3n, "new_quorum_signs"),
  field("leave no freeze keys", "freezeKeys", [], "is_not_empty"),
  field("name a freeze key twice", "freezeKeys", [key(1), key(1)], "list.is_distinct(keys)"),
  field("name 33 freeze keys", "freezeKeys", [...keys(33)], "is_bounded"),
  field("name a freeze key that is no key hash", "freezeKeys", [key(1, 29)], "are_hashes"),
  field(
    "exchange the contracts",
    "scripts",
    {
      entries: [
        [utf8("passport"), key(1)],
        [utf8("roles"), key(2)],
      ],
    },
    "is_delta_allowed",
  ),
  field("drop the contracts", "scripts", { entries: [] }, "is_delta_allowed"),
  {
    name: "name itself as the successor",
    rule: "is_another_deployment",
    change: (plan, { contracts }) =>
      withDatumField(plan, 0, [FIELD.successor], some(fromHex(contracts.config.hash))),
  },
  field("name a successor that is no policy", "successor", some(key(3, 27)), "has_length(policy, 28, 28)"),
  {
    name: "rotate a counterfeit config at the contract's address",
    rule: "holds_config_token",
    change: async (_, world) => {
      const own = { ...world.config(), members: hashes(world, "stranger"), threshold: 1 };
      const datum = encodeConfigDatum(own);
      const fake = await counterfeit(world, CONFIG_TOKEN, datum, world.contracts.config.address);
      return planRotate(world.contracts, fake, own, hashes(world, "stranger"));
    },
  },
  {
    name: "rotate a reference script away",
    rule: "expect [_ada, Pair(policy, [Pair(name, 1)])] = spent.value",
    change: async (plan, world) => {
      const { roles } = (await world.deployment()).scripts;
      if (roles === undefined) throw new Error("no reference script");
      return {
        ...plan,
        inputs: [{ utxo: roles, redeemer: encodeConfigSpend({ act: "Rotate" }) }],
        outputs: [],
      };
    },
  },
  {
    name: "take a reference script along",
    rule: "expect [_ada, Pair(policy, [Pair(name, 1)])] = spent.value",
    change: async (plan, world) => {
      const { roles } = (await world.deployment()).scripts;
      if (roles === undefined) throw new Error("no reference script");
      const redeemer = encodeConfigSpend({ act: "Rotate" });
      return { ...plan, inputs: [...plan.inputs, { utxo: roles, redeemer }] };
    },
  },
  {
    name: "use the redeemer of Reclaim",
    rule: "holds_no_config_token",
    change: (plan) => withRedeemer(plan, encodeConfigSpend({ act: "Reclaim" })),
  },
]);

/** As many keys as the contract admits: the config was funded for them when it was founded. */
const largest = (world: World): Config => ({
  ...next(world),
  members: [...next(world).members, ...keys(29).map(toHex)],
  freezeKeys: keys(32).map(toHex),
  successor: toHex(key(3)),
});

attacks("rotating to the largest consortium", refuser, (world) => rotate(world, largest(world)), [
  { name: "rotate below the new quorum", rule: "new_quorum_signs", change: signedBy("member1", "member2") },
  field("drop the contracts", "scripts", { entries: [] }, "is_delta_allowed"),
]);

// A successor

const SUCCESSOR = "44".repeat(28);

const named = async (world: World): Promise<void> => {
  const { plan, payer } = await rotate(world, { ...next(world), successor: SUCCESSOR });
  await world.accept(plan, world.actors[payer]);
};

attacks("naming a successor", refuser, (world) => rotate(world, { ...next(world), successor: SUCCESSOR }), [
  {
    name: "name a successor below the quorum",
    rule: "old_quorum_signs",
    change: signedBy("member2", "maker"),
  },
  field("name a successor of 29 bytes", "successor", some(key(3, 29)), "has_length(policy, 28, 28)"),
]);

attacks(
  "rotating after a successor is named",
  refuser,
  async (world) => {
    if ((await configOf(world)).successor === null) await named(world);
    return rotate(world, { ...next(world), successor: SUCCESSOR });
  },
  [
    field("name another successor", "successor", some(key(5)), "is_named_once"),
    field("take the successor back", "successor", none, "is_successor_kept"),
  ],
);

// The consortium that was rotated in

attacks(
  "renewing by the consortium that was rotated in",
  { script: "roles", purpose: "spend" },
  async (world) => {
    if ((await configOf(world)).members.includes(world.actors.member1.keyHash)) {
      const { plan, payer } = await rotate(world);
      await world.accept(plan, world.actors[payer]);
    }
    const { utxo } = await world.attestation("repairer");
    const signers = hashes(world, "member2", "maker");
    const dates = { validFrom: world.clock.now() - HOUR, validTo: world.clock.now() + 900 * HOUR };
    return {
      plan: planRenew(world.contracts, await world.deployment(), utxo, dates, signers),
      payer: "member1",
    };
  },
  [
    {
      name: "act as the consortium that was rotated out",
      rule: "quorum_signs",
      change: signedBy("member1", "member2", "member3"),
    },
  ],
);
