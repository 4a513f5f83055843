/** Attacks on issuing passports. Rules: docs/spec/datum.md "Passport", "Redeemers". */
import { encodePassportMint } from "../../src/codec/redeemer.js";
import { utf8 } from "../../src/domain/bytes.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import { extra, withDatumField } from "../../src/testing/forge.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { planIssuePassports } from "../../src/tx/passports.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { type Attempt, attacks } from "./attack.js";
import { FREE_POLICY } from "./counterfeit.js";
import { metadataForgeries, outputForgeries, withDust } from "./forgeries.js";
import { bytes, FIELD, forgeField, forgeVersion, some, variant } from "./passport-datum.js";
import { liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";

const issueTwo = async (world: World, issuer: ActorName = "maker"): Promise<Attempt> => ({
  plan: planIssuePassports(
    world.contracts,
    await world.deployment(),
    await world.coin("maker"),
    await world.attestation(issuer),
    [world.newPassport("B1"), world.newPassport("B2")],
    world.validity(),
  ),
  payer: "maker",
});

const mints = (plan: TxPlan, change: (assets: Record<string, bigint>) => Record<string, bigint>): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets: change({ ...mint.assets }) })),
});
const twice = (label: string) => (plan: TxPlan) =>
  mints(plan, (assets) => ({
    ...assets,
    [Object.keys(assets).find((name) => name.startsWith(label)) ?? ""]: 2n,
  }));

attacks("issuing two passports", { script: "passport", purpose: "mint" }, issueTwo, [
  ...liveForgeries("maker"),
  {
    name: "issue as a repairer",
    rule: "has_role",
    change: async (_, world) => (await issueTwo(world, "repairer")).plan,
  },
  {
    name: "issue in the name of another manufacturer",
    rule: NO_SUCH_REFERENCE,
    change: async (plan, world) => {
      const other = (await world.attestation("maker2")).name;
      return plan.outputs
        .slice(0, 2)
        .reduce(
          (forged, _, at) =>
            withDatumField(forged, at, extra(FIELD.issuer), Uint8Array.from(Buffer.from(other, "hex"))),
          plan,
        );
    },
  },
  forgeField(
    "issuer",
    utf8("DPP_MANUFACTURER and some"),
    "is_by_issuer",
    "slip in a passport in another's name",
    1,
  ),
  { name: "mint a reference token twice", rule: "is_mint_exact", change: twice(LABEL_REFERENCE) },
  { name: "mint an ownership token twice", rule: "is_mint_exact", change: twice(LABEL_USER) },
  {
    name: "mint a further ownership token",
    rule: "is_mint_exact",
    change: (plan) => mints(plan, (assets) => ({ ...assets, [LABEL_USER + "ab".repeat(28)]: 1n })),
  },
  {
    name: "mint a second ownership token of an existing passport",
    rule: "is_mint_exact",
    change: (plan, world) => mints(plan, (assets) => ({ ...assets, [LABEL_USER + world.passports[0]]: 1n })),
  },
  {
    name: "mint the names of an existing passport again",
    rule: "is_seed_spent",
    change: async (plan, world) => mintAgain(plan, world),
  },
  {
    name: "mint names of an output that is not spent",
    rule: "is_seed_spent",
    change: (plan) => ({ ...plan, inputs: [], reserved: plan.inputs.map(({ utxo }) => utxo) }),
  },
  ...outputForgeries(1),
  {
    name: "add a token to the state",
    rule: "holds_reference_token",
    change: (plan) => withDust(plan, 0, FREE_POLICY),
  },
  ...metadataForgeries(5000),
  forgeVersion("is_version_1"),
  forgeField("schema", 2n, "is_schema_1", "use an unknown schema"),
  forgeField("revision", 1n, "is_revision_0", "begin with a later revision"),
  forgeField("status", variant(1), "is_born_active", "issue a revoked passport"),
  forgeField("dataRoot", bytes(31), "is_data_root_a_hash", "give a data root that is no hash"),
  forgeField("content", bytes(3), "is_content_a_cid", "give a content id of 3 bytes"),
  forgeField("content", bytes(65), "is_content_a_cid", "give a content id of 65 bytes"),
  forgeField("actionHead", bytes(32), "has_no_actions", "bring a history along"),
  forgeField("idCommit", bytes(33), "is_id_commit_a_hash", "commit to an identifier with what is no hash"),
  forgeField("idMethod", 16n, "is_id_method_known_size", "use an unknown way of identification"),
  forgeField("idMethod", -1n, "is_id_method_known_size", "use a negative way of identification"),
  forgeField("batch", some(bytes(28)), "is_of_no_batch", "claim to come from a batch"),
  forgeField("predecessor", some(bytes(28)), "has_no_predecessor", "claim to succeed another passport"),
]);

/** The first passport's seed was spent when it was issued; the forger names it again. */
async function mintAgain(plan: TxPlan, world: World): Promise<TxPlan> {
  const [id] = world.passports;
  const [mint] = plan.mints;
  const [first] = plan.outputs;
  if (id === undefined || mint === undefined || first === undefined) throw new Error("no plan of a mint");
  const [issued] = await world.ledger.transactionsOf(world.contracts.passport.hash + LABEL_REFERENCE + id);
  const seed = world.seedOf(issued?.cbor ?? "", id);
  const name = id;
  return {
    ...plan,
    mints: [
      {
        policy: mint.policy,
        assets: { [LABEL_REFERENCE + name]: 1n, [LABEL_USER + name]: 1n },
        redeemer: encodePassportMint({ act: "Issue", seed, indices: [0], first: 0 }),
      },
    ],
    outputs: [
      { ...first, assets: { [mint.policy + LABEL_REFERENCE + name]: 1n } },
      { address: world.actors.stranger.address, assets: { [mint.policy + LABEL_USER + name]: 1n } },
    ],
  };
}
