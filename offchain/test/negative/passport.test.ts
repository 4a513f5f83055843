/** Attacks on passports. Rules: docs/spec/datum.md "Passport", "Redeemers". */
import { decodeAttestationDatum, encodeAttestationDatum } from "../../src/codec/datum.js";
import { encodePlutusData, type PlutusData } from "../../src/codec/plutus-data.js";
import { encodePassportMint, encodePassportSpend } from "../../src/codec/redeemer.js";
import { toHex, utf8 } from "../../src/domain/bytes.js";
import { LABEL_REFERENCE, LABEL_USER, userUnit } from "../../src/domain/tokens.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { extra, withDatumField } from "../../src/testing/forge.js";
import { emptyPlan } from "../../src/testing/transact.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { planIssuePassports, planRevokePassport, planUpdatePassport } from "../../src/tx/passports.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { revokePassport } from "./acts.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { counterfeitAttestation, FREE_POLICY } from "./counterfeit.js";
import {
  metadataForgeries,
  NAME,
  NO_SUCH_OUTPUT,
  NO_SUCH_REFERENCE,
  outputForgeries,
  rangeForgeries,
  standingForgeries,
  VERSION,
  valueForgeries,
  withDust,
} from "./forgeries.js";

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const variant = (index: number, ...fields: PlutusData[]): PlutusData => ({ index, fields });
const some = (value: PlutusData): PlutusData => variant(0, value);

const FIELD = {
  schema: 0,
  revision: 1,
  status: 2,
  issuer: 3,
  dataRoot: 4,
  content: 5,
  actionHead: 6,
  idCommit: 7,
  idMethod: 8,
  batch: 9,
  predecessor: 10,
} as const;
type Field = keyof typeof FIELD;

const forgeField = (field: Field, value: PlutusData, rule: string, name: string, at = 0): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, at, extra(FIELD[field]), value),
});
const forgeVersion = (rule: string): Attack => ({
  name: "use another CIP-68 version",
  rule,
  change: (plan) => withDatumField(plan, 0, VERSION, 2n),
});

const referring = (plan: TxPlan, old: Utxo, replacement: Utxo): TxPlan => ({
  ...plan,
  referenceInputs: plan.referenceInputs.map((utxo) =>
    utxo.txHash === old.txHash && utxo.outputIndex === old.outputIndex ? replacement : utxo,
  ),
});

/** The stranger acts with an attestation of his own making, under a policy that anyone may use. */
const counterfeitOf = (who: ActorName): Attack => ({
  name: "act with a counterfeit attestation under another policy",
  rule: NO_SUCH_REFERENCE,
  change: async (plan, world) => {
    const real = await world.attestation(who);
    const datum = decodeAttestationDatum(real.utxo.datum ?? "");
    const forged = encodeAttestationDatum({
      ...datum,
      extra: { ...datum.extra, holder: world.actors.stranger.keyHash },
    });
    const fake = await counterfeitAttestation(world, real.name, forged);
    return { ...referring(plan, real.utxo, fake), signers: [world.actors.stranger.keyHash] };
  },
});

const withoutAttestation = (who: ActorName): Attack => ({
  name: "act without any attestation",
  rule: NO_SUCH_REFERENCE,
  change: async (plan, world) => {
    const { utxo } = await world.attestation(who);
    return {
      ...plan,
      referenceInputs: plan.referenceInputs.filter(
        ({ txHash, outputIndex }) => txHash !== utxo.txHash || outputIndex !== utxo.outputIndex,
      ),
    };
  },
});

// Issue

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
  ...standingForgeries("maker"),
  ...rangeForgeries,
  counterfeitOf("maker"),
  withoutAttestation("maker"),
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

// Update

const update = (world: World, index = 0, issuer: ActorName = "maker", payer: ActorName = issuer) =>
  Promise.all([world.deployment(), world.passport(index), world.attestation(issuer)]).then(
    ([utxos, state, presented]): Attempt => ({
      plan: planUpdatePassport(
        world.contracts,
        utxos,
        state,
        presented,
        { dataRoot: "33".repeat(32), content: `01551220${"44".repeat(32)}` },
        world.validity(),
      ),
      payer,
    }),
  );

const state = [...outputForgeries(0), ...valueForgeries(0, FREE_POLICY)];

const OTHER: Readonly<Record<Field, PlutusData>> = {
  schema: 2n,
  revision: 7n,
  status: variant(2),
  issuer: utf8("DPP_MANUFACTURER of another"),
  dataRoot: bytes(32),
  content: bytes(36),
  actionHead: bytes(32),
  idCommit: bytes(32),
  idMethod: 2n,
  batch: some(bytes(28)),
  predecessor: some(bytes(28)),
};
const hijacks = (...left: readonly Field[]): readonly Attack[] => [
  ...Object.entries(OTHER)
    .filter(([field]) => !left.includes(field as Field))
    .map(([field, value]) =>
      forgeField(field as Field, value, "is_delta_allowed", `change ${field} on the way`),
    ),
  forgeVersion("is_delta_allowed"),
];

const withRedeemer = (redeemer: string) => (plan: TxPlan) => ({
  ...plan,
  inputs: plan.inputs.map((input, at) => (at === 0 ? { ...input, redeemer } : input)),
});

attacks("updating a passport", { script: "passport", purpose: "spend" }, (world) => update(world), [
  ...standingForgeries("maker"),
  ...rangeForgeries,
  counterfeitOf("maker"),
  withoutAttestation("maker"),
  {
    name: "update as another manufacturer",
    rule: NO_SUCH_REFERENCE,
    change: async (_, world) => (await update(world, 0, "maker2")).plan,
  },
  {
    name: "update as the authority",
    rule: NO_SUCH_REFERENCE,
    change: async (_, world) => (await update(world, 0, "authority")).plan,
  },
  ...state,
  ...hijacks("dataRoot", "content"),
  forgeField("revision", 0n, "is_delta_allowed", "keep the revision"),
  forgeField("revision", 2n, "is_delta_allowed", "skip a revision"),
  forgeField("status", variant(1), "is_delta_allowed", "revoke without an authority"),
  forgeField("dataRoot", bytes(33), "is_data_root_a_hash", "give a data root that is no hash"),
  forgeField("content", bytes(3), "is_content_a_cid", "give a content id of 3 bytes"),
  forgeField("content", bytes(65), "is_content_a_cid", "give a content id of 65 bytes"),
  ...metadataForgeries(97),
  { name: "update a revoked passport", rule: "is_active", before: revokePassport, change: (plan) => plan },
  {
    name: "use the redeemer of a mint",
    rule: "redeemer: PassportSpend",
    change: (plan) =>
      withRedeemer(
        encodePassportMint({
          act: "Issue",
          seed: plan.inputs[0]?.utxo ?? { txHash: "", outputIndex: 0 },
          indices: [0],
          first: 0,
        }),
      )(plan),
  },
  {
    name: "use a redeemer that does not exist",
    rule: "redeemer: PassportSpend",
    change: withRedeemer(toHex(encodePlutusData(variant(9)))),
  },
  {
    name: "use the redeemer of a revocation with one's own attestation",
    rule: "has_role",
    change: async (plan, world) =>
      withRedeemer(
        encodePassportSpend({ act: "Revoke", authority: (await world.attestation("maker")).name, reason: 0 }),
      )(plan),
  },
  {
    name: "mint a second reference token on the way",
    rule: "redeemer: PassportMint",
    by: { purpose: "mint" },
    change: (plan, { contracts, passports }) => ({
      ...plan,
      mints: [
        {
          policy: contracts.passport.hash,
          assets: { [LABEL_REFERENCE + passports[0]]: 1n },
          redeemer: encodePassportSpend({ act: "Update" }),
        },
      ],
    }),
  },
]);

attacks(
  "updating two passports at once",
  { script: "passport", purpose: "spend" },
  async (world) => {
    const [one, two] = [await update(world, 0), await update(world, 1)];
    return {
      plan: {
        ...one.plan,
        inputs: [...one.plan.inputs, ...two.plan.inputs],
        outputs: [...one.plan.outputs, ...two.plan.outputs],
      },
      payer: "maker",
    };
  },
  [
    {
      name: "satisfy both with one output",
      rule: NO_SUCH_OUTPUT,
      change: (plan) => ({ ...plan, outputs: plan.outputs.slice(0, 1) }),
    },
  ],
);

// Revoke

const revocation = async (world: World, who: ActorName = "authority"): Promise<Attempt> => ({
  plan: planRevokePassport(
    world.contracts,
    await world.deployment(),
    await world.passport(),
    await world.attestation(who),
    await world.badge(who),
    2,
    world.validity(),
  ),
  payer: who,
});

/** The authority's badge moves to the stranger, by a plain payment. */
async function lendBadge(world: World): Promise<void> {
  const unit = userUnit(world.contracts.roles.hash, world.roles.get("authority") ?? "");
  const plan = {
    ...emptyPlan,
    outputs: [{ address: world.actors.stranger.address, assets: { [unit]: 1n } }],
  };
  await world.accept(plan, world.actors.authority);
}

const withoutBadge = (plan: TxPlan): TxPlan => ({
  ...plan,
  inputs: plan.inputs.slice(0, 1),
  reserved: plan.inputs.slice(1).map(({ utxo }) => utxo),
});

attacks("revoking a passport", { script: "passport", purpose: "spend" }, (world) => revocation(world), [
  ...standingForgeries("authority"),
  ...rangeForgeries,
  counterfeitOf("authority"),
  withoutAttestation("authority"),
  { name: "revoke without the badge", rule: "is_badge_spent", change: withoutBadge },
  {
    name: "revoke with the badge in another wallet",
    rule: "is_badge_spent",
    before: lendBadge,
    change: (plan) => withoutBadge(plan),
  },
  {
    name: "revoke with a borrowed badge",
    rule: "holder_signs",
    before: lendBadge,
    change: (plan, { actors }) => ({ ...plan, signers: [actors.stranger.keyHash] }),
  },
  {
    name: "revoke with another actor's badge",
    rule: "is_badge_spent",
    change: async (plan, world) => ({
      ...plan,
      inputs: [...plan.inputs.slice(0, 1), { utxo: await world.badge("maker") }],
      reserved: plan.inputs.slice(1).map(({ utxo }) => utxo),
    }),
  },
  {
    name: "revoke as the manufacturer",
    rule: "has_role",
    change: async (_, world) => (await revocation(world, "maker")).plan,
  },
  {
    name: "revoke as a repairer",
    rule: "has_role",
    change: async (_, world) => (await revocation(world, "repairer")).plan,
  },
  ...state,
  ...hijacks("status"),
  forgeField("status", variant(0), "is_delta_allowed", "revoke and stay active"),
  forgeField("status", variant(2), "is_delta_allowed", "retire instead of revoking"),
  {
    name: "change the metadata on the way",
    rule: "is_delta_allowed",
    change: (plan) => withDatumField(plan, 0, NAME, utf8("Example other")),
  },
  { name: "revoke twice", rule: "is_active", before: revokePassport, change: (plan) => plan },
]);
