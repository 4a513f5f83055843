/** Attacks on attestations after their issue. Rules: docs/spec/datum.md "Attestation", "Redeemers". */
import { encodePlutusData } from "../../src/codec/plutus-data.js";
import { encodeRolesMint, encodeRolesSpend } from "../../src/codec/redeemer.js";
import { toHex } from "../../src/domain/bytes.js";
import { actor } from "../../src/testing/actors.js";
import { type ActorName, HOUR, type World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import {
  planPublishKeyring,
  planRenew,
  planRevokeRole,
  planRotateKeys,
  planSuspend,
} from "../../src/tx/roles.js";
import { revoke } from "./acts.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { bytes, forgeField, hijacks, variant } from "./attestation-datum.js";
import { metadataForgeries, NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { quorumForgeries } from "./quorum.js";
import { reasonForgeries } from "./redeemers.js";
import { rangeForgeries, standingForgeries } from "./standing.js";

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

const state = stateForgeries(0);
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
    ...hijacks(["status", "validFrom", "validTo"], { metadata: true }),
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
    ...hijacks(["status"]),
    forgeField("status", variant(2), "is_delta_allowed", "revoke with the freeze key"),
    ...reasonForgeries(0),
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
    ...hijacks(["status"]),
    forgeField("status", variant(0), "is_delta_allowed", "revoke and stay active"),
    ...reasonForgeries(0),
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
    ...hijacks(["holder", "alg", "pk", "encPk", "status", "keyEpoch"]),
    forgeField("status", variant(1), "is_delta_allowed", "change the status on the way"),
    forgeField("keyEpoch", 0n, "is_delta_allowed", "rotate without counting the epoch"),
    forgeField("keyEpoch", 2n, "is_delta_allowed", "count the epoch twice"),
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
    ...hijacks(["keyring", "status"]),
    forgeField("status", variant(1), "is_delta_allowed", "change the status on the way"),
    forgeField(
      "keyring",
      bytes(65),
      "attestation.has_keyring_bounds(next.extra)",
      "publish a keyring name of 65 bytes",
    ),
  ],
);
