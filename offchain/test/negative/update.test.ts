/** Attacks on updates of passports. Rules: docs/spec/datum.md "Passport", "Redeemers". */
import { encodePlutusData } from "../../src/codec/plutus-data.js";
import { encodePassportMint, encodePassportSpend } from "../../src/codec/redeemer.js";
import { toHex } from "../../src/domain/bytes.js";
import { LABEL_REFERENCE } from "../../src/domain/tokens.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { planUpdatePassport } from "../../src/tx/passports.js";
import { revokePassport } from "./acts.js";
import { type Attempt, attacks } from "./attack.js";
import { metadataForgeries, NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { bytes, forgeField, hijacks, variant } from "./passport-datum.js";
import { withRedeemer } from "./redeemers.js";
import { liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";

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

attacks("updating a passport", { script: "passport", purpose: "spend" }, (world) => update(world), [
  ...liveForgeries("maker"),
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
  ...stateForgeries(0),
  ...hijacks(["dataRoot", "content"], { metadata: true }),
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
        plan,
        encodePassportMint({
          act: "Issue",
          seed: plan.inputs[0]?.utxo ?? { txHash: "", outputIndex: 0 },
          indices: [0],
          first: 0,
        }),
      ),
  },
  {
    name: "use a redeemer that does not exist",
    rule: "redeemer: PassportSpend",
    change: (plan) => withRedeemer(plan, toHex(encodePlutusData(variant(9)))),
  },
  {
    name: "use the redeemer of a revocation with one's own attestation",
    rule: "has_role",
    change: async (plan, world) =>
      withRedeemer(
        plan,
        encodePassportSpend({ act: "Revoke", authority: (await world.attestation("maker")).name, reason: 0 }),
      ),
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
