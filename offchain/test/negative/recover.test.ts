/** Attacks on recoveries of attestations and on badges made anew. Rules: docs/spec/datum.md "Redeemers": Recover, Replace. */
import { decodeAttestationDatum } from "../../src/codec/datum.js";
import { encodeRolesMint, encodeRolesSpend } from "../../src/codec/redeemer.js";
import { utf8 } from "../../src/domain/bytes.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import { withOutput } from "../../src/testing/forge.js";
import type { ActorName, World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { planRecover } from "../../src/tx/roles.js";
import { revoke, suspend } from "./acts.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { bytes, type Field, forgeField, hijacks, variant } from "./attestation-datum.js";
import { stateForgeries } from "./forgeries.js";
import { quorumForgeries } from "./quorum.js";
import { withRedeemer } from "./redeemers.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

const NO_SUCH_INPUT = "expect [Input { output_reference, output }, ..rest] = inputs";
const KEYS: readonly Field[] = ["holder", "alg", "pk", "encPk", "keyEpoch"];

const recover = async (world: World, who: ActorName = "maker", badge = false): Promise<Attempt> => ({
  plan: planRecover(
    world.contracts,
    await world.deployment(),
    await world.attestation(who),
    { holder: world.actors.stranger.keyHash, alg: 1, pk: "11".repeat(32), encPk: "22".repeat(32) },
    world.quorum,
    badge ? world.actors.stranger.address : undefined,
  ),
  payer: "member1",
});

const refuser = { script: "roles", purpose: "spend" } as const;

const statusOf = async (world: World) =>
  decodeAttestationDatum((await world.attestation("recycler")).utxo.datum ?? "").extra.status;

const keysAndState: readonly Attack[] = [
  ...hijacks(KEYS),
  forgeField("keyEpoch", 0n, "is_delta_allowed", "recover without counting the epoch"),
  forgeField("keyEpoch", 2n, "is_delta_allowed", "count the epoch twice"),
  forgeField("holder", bytes(27), "is_holder_a_key_hash", "hand over to what is no key hash"),
  forgeField("alg", 16n, "is_alg_known_size", "use an unknown signature form"),
  forgeField("alg", 0n, "is_pk_there_iff_alg", "give a key without a signature form"),
  forgeField("pk", bytes(161), "is_pk_bounded", "give a key of 161 bytes"),
  forgeField("encPk", bytes(33), "is_enc_pk_x25519", "give a reading key that is no X25519 key"),
];

attacks("recovering an attestation", refuser, (world) => recover(world), [
  ...quorumForgeries,
  {
    name: "recover by the holder alone",
    rule: "quorum_signs",
    change: (plan, { actors }) => ({ ...plan, signers: [actors.maker.keyHash] }),
  },
  ...stateForgeries(0),
  ...keysAndState,
  forgeField("status", variant(2), "is_delta_allowed", "revoke on the way"),
  {
    name: "recover what is revoked",
    rule: "is_not_revoked",
    before: (world) => revoke(world, "maker"),
    change: (plan) => plan,
  },
  {
    name: "use the redeemer of Renew",
    rule: "is_delta_allowed",
    change: (plan) => withRedeemer(plan, encodeRolesSpend({ act: "Renew" })),
  },
  {
    name: "use the redeemer of RotateKeys, with a quorum that is not the holder",
    rule: "holder_signs",
    change: (plan, world) =>
      withRedeemer({ ...plan, validity: world.validity() }, encodeRolesSpend({ act: "RotateKeys" })),
  },
  {
    name: "use the redeemer of Revoke",
    rule: "is_delta_allowed",
    change: (plan) => withRedeemer(plan, encodeRolesSpend({ act: "Revoke", reason: 0 })),
  },
]);

attacks(
  "recovering a suspended attestation",
  refuser,
  async (world) => {
    if ((await statusOf(world)) === "Active") await suspend(world, "recycler");
    return recover(world, "recycler");
  },
  [
    forgeField("status", variant(0), "is_delta_allowed", "lift the suspension on the way"),
    forgeField("status", variant(2), "is_delta_allowed", "revoke on the way"),
  ],
);

attacks(
  "recovering two attestations at once",
  refuser,
  async (world) => {
    const [one, two] = [await recover(world, "maker"), await recover(world, "repairer")];
    return { plan: together(one.plan, two.plan), payer: "member1" };
  },
  [...doubleSatisfaction, swappedDatums],
);

// Badges

const BADGE = 1;

const withBadges = (plan: TxPlan, assets: Readonly<Record<string, bigint>>, redeemer?: string): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets, redeemer: redeemer ?? mint.redeemer })),
  outputs: plan.outputs.filter((_, at) => at !== BADGE),
});
const nameOf = ({ roles }: World, who: ActorName): string => roles.get(who) ?? "";
const replacing = (name: string): string => encodeRolesMint({ act: "Replace", name });

attacks("replacing a badge", { script: "roles", purpose: "mint" }, (world) => recover(world, "maker", true), [
  ...quorumForgeries.map((attack) => ({ ...attack, by: { purpose: "spend" as const } })),
  {
    name: "make two badges",
    rule: "is_mint_exact",
    change: (plan, world) => withBadges(plan, { [LABEL_USER + nameOf(world, "maker")]: 2n }),
  },
  {
    name: "make another attestation with it",
    rule: "is_mint_exact",
    change: (plan, world) =>
      withBadges(plan, {
        [LABEL_USER + nameOf(world, "maker")]: 1n,
        [LABEL_REFERENCE + nameOf(world, "maker")]: 1n,
      }),
  },
  {
    name: "make the badges of two actors",
    rule: "is_mint_exact",
    change: (plan, world) =>
      withBadges(plan, {
        [LABEL_USER + nameOf(world, "maker")]: 1n,
        [LABEL_USER + nameOf(world, "authority")]: 1n,
      }),
  },
  {
    name: "burn another's badge with it",
    rule: "is_mint_exact",
    change: async (plan, world) => {
      const changed = withBadges(plan, {
        [LABEL_USER + nameOf(world, "maker")]: 1n,
        [LABEL_USER + nameOf(world, "authority")]: -1n,
      });
      return { ...changed, inputs: [...changed.inputs, { utxo: await world.badge("authority") }] };
    },
  },
  {
    name: "make the badge of another actor than the one recovered",
    rule: NO_SUCH_INPUT,
    change: (plan, world) =>
      withBadges(
        plan,
        { [LABEL_USER + nameOf(world, "authority")]: 1n },
        replacing(nameOf(world, "authority")),
      ),
  },
  {
    name: "make a badge under the name of one and the redeemer of another",
    rule: "is_mint_exact",
    change: (plan, world) => withBadges(plan, { [LABEL_USER + nameOf(world, "authority")]: 1n }),
  },
  {
    name: "make a badge without recovering",
    rule: NO_SUCH_INPUT,
    change: (plan) => ({ ...plan, inputs: [], outputs: plan.outputs.slice(BADGE) }),
  },
  {
    name: "make a badge beside a renewal",
    rule: "is_recovered",
    change: async (plan, world) => {
      const { utxo } = await world.attestation("maker");
      const renewed = withOutput(plan, 0, (output) => ({ ...output, datum: utxo.datum ?? "" }));
      return withRedeemer(renewed, encodeRolesSpend({ act: "Renew" }));
    },
  },
  {
    name: "make a badge beside a rotation of keys, by the holder alone",
    rule: "is_recovered",
    change: (plan, world) => ({
      ...withRedeemer(plan, encodeRolesSpend({ act: "RotateKeys" })),
      signers: [world.actors.maker.keyHash],
      validity: world.validity(),
    }),
  },
  {
    name: "make a badge under the redeemer that burns",
    rule: "burn.is_only_burning(self, policy)",
    change: (plan) => ({
      ...plan,
      mints: plan.mints.map((mint) => ({ ...mint, redeemer: encodeRolesMint({ act: "Burn" }) })),
    }),
  },
  {
    ...forgeField(
      "operator",
      utf8("gln:9506000199999"),
      "is_delta_allowed",
      "move the badge to another company",
    ),
    by: { purpose: "spend" },
  },
]);
