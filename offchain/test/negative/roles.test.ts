/** Attacks on attestations. Rules: docs/spec/datum.md "Attestation", "Redeemers". */
import { encodeConfigDatum } from "../../src/codec/datum.js";
import { encodePlutusData, type PlutusData } from "../../src/codec/plutus-data.js";
import { encodeRolesMint, encodeRolesSpend } from "../../src/codec/redeemer.js";
import { toHex, utf8 } from "../../src/domain/bytes.js";
import { CONFIG_TOKEN, LABEL_REFERENCE, LABEL_USER } from "../../src/domain/tokens.js";
import { actor } from "../../src/testing/actors.js";
import { extra, withDatumField } from "../../src/testing/forge.js";
import { type ActorName, HOUR, type World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import {
  planIssueRoles,
  planPublishKeyring,
  planRenew,
  planRevokeRole,
  planRotateKeys,
  planSuspend,
} from "../../src/tx/roles.js";
import { revoke } from "./acts.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { counterfeit, FREE_POLICY } from "./counterfeit.js";
import {
  long,
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
const variant = (index: number): PlutusData => ({ index, fields: [] });

/** Position of each field in the attestation. */
const FIELD = {
  role: 0,
  kind: 1,
  holder: 2,
  alg: 3,
  pk: 4,
  encPk: 5,
  operator: 6,
  place: 7,
  status: 8,
  validFrom: 9,
  validTo: 10,
  maxDelay: 11,
  keyring: 12,
  keyEpoch: 13,
} as const;
type Field = keyof typeof FIELD;

const forge = (path: readonly number[], value: PlutusData, rule: string, name: string, at = 0): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, at, path, value),
});
const forgeField = (field: Field, value: PlutusData, rule: string, name: string): Attack =>
  forge(extra(FIELD[field]), value, rule, name);

const quorumForgeries: readonly Attack[] = [
  {
    name: "act below the quorum",
    rule: "quorum_signs",
    change: (plan, { actors }) => ({ ...plan, signers: [actors.member1.keyHash] }),
  },
  {
    name: "act with one member and a stranger",
    rule: "quorum_signs",
    change: (plan, { actors }) => ({ ...plan, signers: [actors.member1.keyHash, actors.stranger.keyHash] }),
  },
  {
    name: "act with one member and the freeze key",
    rule: "quorum_signs",
    change: (plan, { actors }) => ({ ...plan, signers: [actors.member1.keyHash, actors.freezer.keyHash] }),
  },
  {
    name: "act under a counterfeit config whose quorum is the stranger",
    rule: NO_SUCH_REFERENCE,
    change: async (plan, world) => {
      const own = { ...world.config(), members: [world.actors.stranger.keyHash], threshold: 1 };
      const fake = await counterfeit(
        world,
        CONFIG_TOKEN,
        encodeConfigDatum(own),
        world.contracts.config.address,
      );
      const { config } = await world.deployment();
      return {
        ...plan,
        signers: [world.actors.stranger.keyHash],
        referenceInputs: plan.referenceInputs.map((utxo) => (utxo.txHash === config.txHash ? fake : utxo)),
      };
    },
  },
];

// Issue

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

// Spend

const changeOf =
  (
    who: ActorName,
    plan: (world: World, state: Awaited<ReturnType<World["attestation"]>>["utxo"]) => Promise<TxPlan>,
    payer: ActorName = "member1",
  ) =>
  async (world: World): Promise<Attempt> => ({
    plan: await plan(world, (await world.attestation(who)).utxo),
    payer,
  });

const renewal = (world: World) => ({
  validFrom: world.clock.now() - HOUR,
  validTo: world.clock.now() + 900 * HOUR,
});

/** Every field that the redeemer may not touch, each changed alone. */
const hijacks = (fields: Partial<Record<Field, PlutusData>>): readonly Attack[] => [
  ...Object.entries(fields).map(([field, value]) =>
    forgeField(field as Field, value, "is_delta_allowed", `change ${field} on the way`),
  ),
  forge(VERSION, 2n, "is_delta_allowed", "change the CIP-68 version on the way"),
];

const OTHER: Readonly<Record<Field, PlutusData>> = {
  role: variant(4),
  kind: variant(1),
  holder: bytes(28),
  alg: 1n,
  pk: bytes(32),
  encPk: bytes(32),
  operator: utf8("gln:9506000199999"),
  place: bytes(4),
  status: variant(0),
  validFrom: 5n,
  validTo: 2n ** 52n,
  maxDelay: 5n,
  keyring: bytes(36),
  keyEpoch: 5n,
};
const allBut = (...left: readonly Field[]): Partial<Record<Field, PlutusData>> =>
  Object.fromEntries(Object.entries(OTHER).filter(([field]) => !left.includes(field as Field)));

const state = [...outputForgeries(0), ...valueForgeries(0, FREE_POLICY)];
const renameMetadata = forge(
  NAME,
  utf8("Example other"),
  "is_delta_allowed",
  "change the metadata on the way",
);
const afterRevocation: Attack = {
  name: "change what is revoked",
  rule: "is_not_revoked",
  before: (world) => revoke(world, "maker"),
  change: (plan) => plan,
};

attacks(
  "renewing an attestation",
  { script: "roles", purpose: "spend" },
  changeOf("maker", async (world, utxo) =>
    planRenew(world.contracts, await world.deployment(), utxo, renewal(world), world.quorum),
  ),
  [
    ...quorumForgeries,
    ...state,
    ...hijacks(allBut("status", "validFrom", "validTo")),
    forgeField("status", variant(1), "is_delta_allowed", "renew into suspension"),
    forgeField("status", variant(2), "is_delta_allowed", "renew into revocation"),
    forgeField("validFrom", -1n, "is_valid_from_positive", "begin before 1970"),
    forgeField("validTo", 0n, "is_range_forward", "end before the beginning"),
    forgeField("validTo", 2n ** 53n, "is_valid_to_bounded", "end beyond what JSON can say"),
    ...metadataForgeries(97),
    afterRevocation,
    {
      name: "use the redeemer of a mint",
      rule: "redeemer: RolesSpend",
      change: (plan) => ({
        ...plan,
        inputs: plan.inputs.map((input) => ({
          ...input,
          redeemer: encodeRolesMint({ act: "Issue", seed: input.utxo, indices: [0], first: 0 }),
        })),
      }),
    },
    {
      name: "use a redeemer that does not exist",
      rule: "redeemer: RolesSpend",
      change: (plan) => ({
        ...plan,
        inputs: plan.inputs.map((input) => ({ ...input, redeemer: toHex(encodePlutusData(variant(9))) })),
      }),
    },
    {
      name: "renew with the redeemer of a revocation",
      rule: "is_delta_allowed",
      change: (plan) => ({
        ...plan,
        inputs: plan.inputs.map((input) => ({
          ...input,
          redeemer: encodeRolesSpend({ act: "Revoke", reason: 0 }),
        })),
      }),
    },
  ],
);

attacks(
  "renewing two attestations at once",
  { script: "roles", purpose: "spend" },
  async (world) => {
    const [one, two] = await Promise.all(
      (["maker", "maker2"] as const).map(async (who) =>
        planRenew(
          world.contracts,
          await world.deployment(),
          (await world.attestation(who)).utxo,
          renewal(world),
          world.quorum,
        ),
      ),
    );
    if (one === undefined || two === undefined) throw new Error("two plans");
    return {
      plan: { ...one, inputs: [...one.inputs, ...two.inputs], outputs: [...one.outputs, ...two.outputs] },
      payer: "member1",
    };
  },
  [
    {
      name: "satisfy both with one output",
      rule: NO_SUCH_OUTPUT,
      change: (plan) => ({ ...plan, outputs: plan.outputs.slice(0, 1) }),
    },
    {
      name: "swap the two datums",
      rule: "is_delta_allowed",
      change: (plan) => {
        const [one, two] = plan.outputs;
        if (one?.datum === undefined || two?.datum === undefined) throw new Error("two outputs");
        return {
          ...plan,
          outputs: [
            { ...one, datum: two.datum },
            { ...two, datum: one.datum },
          ],
        };
      },
    },
  ],
);

attacks(
  "suspending an attestation",
  { script: "roles", purpose: "spend" },
  changeOf(
    "maker",
    async (world, utxo) =>
      planSuspend(world.contracts, await world.deployment(), utxo, world.actors.freezer.keyHash, 1),
    "freezer",
  ),
  [
    {
      name: "suspend as a stranger",
      rule: "freeze_key_signs",
      change: (plan, { actors }) => ({ ...plan, signers: [actors.stranger.keyHash] }),
    },
    {
      name: "suspend by the quorum without a freeze key",
      rule: "freeze_key_signs",
      change: (plan, world) => ({ ...plan, signers: world.quorum }),
    },
    ...state,
    ...hijacks(allBut("status")),
    forgeField("status", variant(2), "is_delta_allowed", "revoke with the freeze key"),
    renameMetadata,
    {
      name: "suspend what is revoked",
      rule: "is_active",
      before: (world) => revoke(world, "maker"),
      change: (plan) => plan,
    },
  ],
);

attacks(
  "revoking an attestation",
  { script: "roles", purpose: "spend" },
  changeOf("maker", async (world, utxo) =>
    planRevokeRole(world.contracts, await world.deployment(), utxo, world.quorum, 3),
  ),
  [
    ...quorumForgeries,
    ...state,
    ...hijacks(allBut("status")),
    forgeField("status", variant(0), "is_delta_allowed", "revoke and stay active"),
    renameMetadata,
    afterRevocation,
  ],
);

const keys = () => ({
  holder: actor("stranger").keyHash,
  alg: 1,
  pk: "11".repeat(32),
  encPk: "22".repeat(32),
});

attacks(
  "rotating keys",
  { script: "roles", purpose: "spend" },
  changeOf(
    "maker",
    async (world, utxo) =>
      planRotateKeys(world.contracts, await world.deployment(), utxo, keys(), world.validity()),
    "maker",
  ),
  [
    ...standingForgeries("maker"),
    ...rangeForgeries,
    ...state,
    ...hijacks(allBut("holder", "alg", "pk", "encPk", "status", "keyEpoch")),
    forgeField("status", variant(1), "is_delta_allowed", "change the status on the way"),
    forgeField("keyEpoch", 0n, "is_delta_allowed", "rotate without counting the epoch"),
    forgeField("keyEpoch", 2n, "is_delta_allowed", "count the epoch twice"),
    renameMetadata,
    forgeField("holder", bytes(27), "is_holder_a_key_hash", "hand over to what is no key hash"),
    forgeField("alg", 16n, "is_alg_known_size", "use an unknown signature form"),
    forgeField("alg", 0n, "is_pk_there_iff_alg", "give a key without a signature form"),
    forgeField("pk", bytes(161), "is_pk_bounded", "give a key of 161 bytes"),
    forgeField("encPk", bytes(33), "is_enc_pk_x25519", "give a reading key that is no X25519 key"),
    {
      name: "rotate by the quorum alone",
      rule: "holder_signs",
      change: (plan, world) => ({ ...plan, signers: world.quorum }),
    },
  ],
);

attacks(
  "publishing a keyring",
  { script: "roles", purpose: "spend" },
  changeOf(
    "maker",
    async (world, utxo) =>
      planPublishKeyring(
        world.contracts,
        await world.deployment(),
        utxo,
        "01551220".padEnd(72, "ab"),
        world.validity(),
      ),
    "maker",
  ),
  [
    ...standingForgeries("maker"),
    ...rangeForgeries,
    ...state,
    ...hijacks(allBut("keyring", "status")),
    forgeField("status", variant(1), "is_delta_allowed", "change the status on the way"),
    renameMetadata,
    forgeField(
      "keyring",
      bytes(65),
      "attestation.has_keyring_bounds(next.extra)",
      "publish a keyring name of 65 bytes",
    ),
  ],
);
