/** Attacks on accreditations. Rules: docs/spec/datum.md "Attestation", "Redeemers": Issue. */
import { encodeRolesMint } from "../../src/codec/redeemer.js";
import { toHex, utf8 } from "../../src/domain/bytes.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { planIssueRoles } from "../../src/tx/roles.js";
import { type Attempt, attacks } from "./attack.js";
import { bytes, forge, forgeField, variant } from "./attestation-datum.js";
import { FREE_POLICY } from "./counterfeit.js";
import { long, metadataForgeries, outputForgeries, VERSION, withDust } from "./forgeries.js";
import { quorumForgeries } from "./quorum.js";

const issueTwo = async (world: World): Promise<Attempt> => {
  const { plan } = planIssueRoles(
    world.contracts,
    await world.deployment(),
    await world.coin("member1"),
    [world.newAttestation("stranger", "REPAIRER"), world.newAttestation("owner", "RECYCLER")],
    world.quorum,
  );
  return { plan, payer: "member1" };
};

const mints = (plan: TxPlan, change: (assets: Record<string, bigint>) => Record<string, bigint>): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets: change({ ...mint.assets }) })),
});
const more = (label: string) => (plan: TxPlan) =>
  mints(plan, (assets) => {
    const name = Object.keys(assets).find((key) => key.startsWith(label)) ?? "";
    return { ...assets, [name]: 2n };
  });

attacks("accrediting two actors", { script: "roles", purpose: "mint" }, issueTwo, [
  ...quorumForgeries,
  { name: "mint a reference token twice", rule: "is_mint_exact", change: more(LABEL_REFERENCE) },
  { name: "mint a badge twice", rule: "is_mint_exact", change: more(LABEL_USER) },
  {
    name: "mint a further name",
    rule: "is_mint_exact",
    change: (plan) => mints(plan, (assets) => ({ ...assets, [`${LABEL_USER}ff`]: 1n })),
  },
  {
    name: "mint a name without its label",
    rule: "is_mint_exact",
    change: (plan) => mints(plan, (assets) => ({ ...assets, ff: 1n })),
  },
  {
    name: "leave a badge out",
    rule: "is_mint_exact",
    change: (plan) => {
      const badge =
        Object.keys(plan.mints[0]?.assets ?? {}).find((name) => name.startsWith(LABEL_USER)) ?? "";
      const unit = (plan.mints[0]?.policy ?? "") + badge;
      return {
        ...mints(plan, ({ [badge]: _, ...assets }) => assets),
        outputs: plan.outputs.filter(({ assets }) => assets[unit] === undefined),
      };
    },
  },
  {
    name: "mint the same name twice in one transaction",
    rule: "is_mint_exact",
    change: sameIndexTwice,
  },
  {
    name: "mint names of an output that is spent already",
    rule: "is_seed_spent",
    change: (plan, world) => ({
      ...plan,
      inputs: [],
      reserved: plan.inputs.map(({ utxo }) => utxo),
      signers: world.quorum,
    }),
  },
  ...outputForgeries(0),
  ...outputForgeries(1).map((attack) => ({ ...attack, name: `${attack.name} (second)` })),
  {
    name: "add a token to the state",
    rule: "holds_reference_token",
    change: (plan) => withDust(plan, 0, FREE_POLICY),
  },
  ...metadataForgeries(5000),
  forge(VERSION, 2n, "is_version_1", "use another CIP-68 version"),
  forgeField("role", variant(0), "holds_reference_token", "give a role that the name does not say"),
  forgeField("holder", bytes(27), "is_holder_a_key_hash", "name a holder that is no key hash"),
  forgeField("alg", 16n, "is_alg_known_size", "use an unknown signature form"),
  forgeField("alg", 1n, "is_pk_there_iff_alg", "name a signature form without a key"),
  forgeField("pk", bytes(32), "is_pk_there_iff_alg", "give a key without a signature form"),
  forgeField("encPk", bytes(31), "is_enc_pk_x25519", "give a reading key that is no X25519 key"),
  forgeField(
    "operator",
    new Uint8Array(0),
    "attestation.has_operator_bounds(attest)",
    "leave the operator empty",
  ),
  forgeField("operator", long(65), "attestation.has_operator_bounds(attest)", "name an operator of 65 bytes"),
  forgeField("place", bytes(17), "is_place_bounded", "declare a place of 17 bytes"),
  forgeField("status", variant(1), "is_born_active", "accredit someone as suspended"),
  forgeField("status", variant(2), "is_born_active", "accredit someone as revoked"),
  forgeField("validFrom", -1n, "is_valid_from_positive", "begin before 1970"),
  forgeField("validTo", 0n, "is_range_forward", "end before the beginning"),
  forgeField("validTo", 2n ** 53n, "is_valid_to_bounded", "end beyond what JSON can say"),
  forgeField("maxDelay", -1n, "is_delay_bounded", "give a negative delay"),
  forgeField("maxDelay", 2n ** 53n, "is_delay_bounded", "give a delay beyond what JSON can say"),
  forgeField("keyring", bytes(36), "has_no_keyring", "bring a keyring along"),
  forgeField("keyEpoch", 1n, "has_first_epoch", "begin with a later key epoch"),
]);

/** The first state twice under its own index, so that the exact mint map alone can object. */
function sameIndexTwice(plan: TxPlan, { actors }: World): TxPlan {
  const [seed] = plan.inputs;
  const [first] = plan.outputs;
  const [mint] = plan.mints;
  if (seed === undefined || first === undefined || mint === undefined) throw new Error("no plan of a mint");
  const unit = Object.keys(first.assets)[0] ?? "";
  const name = unit.slice(mint.policy.length + LABEL_REFERENCE.length);
  // The REPAIRER is accredited first (index 0), the RECYCLER second.
  const index = name.startsWith(toHex(utf8("DPP_REPAIRER"))) ? 0 : 1;
  const badges = { [mint.policy + LABEL_USER + name]: 2n };
  return {
    ...plan,
    mints: [
      {
        policy: mint.policy,
        assets: { [LABEL_REFERENCE + name]: 2n, [LABEL_USER + name]: 2n },
        redeemer: encodeRolesMint({ act: "Issue", seed: seed.utxo, indices: [index, index], first: 0 }),
      },
    ],
    outputs: [first, first, { address: actors.stranger.address, assets: badges }],
  };
}
