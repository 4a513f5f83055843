/** Attacks on the beginning of joint threads. Rules: docs/spec/anchor.md "Joint threads". */
import { encodeThreadDatum } from "../../src/codec/datum.js";
import { constr, encodePlutusData } from "../../src/codec/plutus-data.js";
import { encodeAnchorMint, encodeJointMint, type JointMint } from "../../src/codec/redeemer.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { JOINT_PREFIX } from "../../src/domain/joint.js";
import { jointThreadName, unique } from "../../src/domain/tokens.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { forged, withOutput } from "../../src/testing/forge.js";
import { jointOpening } from "../../src/testing/keyed-packs.js";
import { emptyPlan } from "../../src/testing/transact.js";
import type { World } from "../../src/testing/world.js";
import { sameOutRef, type TxPlan } from "../../src/tx/plan.js";
import { withPresented } from "../../src/tx/presented.js";
import { withScript } from "../../src/tx/state.js";
import { newThread } from "../../src/tx/threads.js";
import { FIELD, fieldForgeries, forgeField } from "./anchor-datum.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { FREE_POLICY } from "./counterfeit.js";
import { outputForgeries, withDust } from "./forgeries.js";
import { liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";

const refuser = { script: "joint", purpose: "mint" } as const;

const open = async (world: World): Promise<Attempt> => ({
  plan: (await jointOpening(world)).plan,
  payer: "supervisor",
});

type Assets = Readonly<Record<string, bigint>>;

/** Another map in the mint of the only policy. */
const minting = (plan: TxPlan, change: (assets: Assets) => Assets): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, assets: change(mint.assets) })),
});

const redeemed = (plan: TxPlan, redeemer: string): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) => ({ ...mint, redeemer })),
});

const seedOf = ({ inputs: [seed] }: TxPlan): Utxo => {
  if (seed === undefined) throw new Error("no seed");
  return seed.utxo;
};

/** What the redeemer says otherwise. */
const saying = async (plan: TxPlan, world: World, change: Partial<JointMint>): Promise<TxPlan> => {
  const { name: opener } = await world.attestation("supervisor");
  return redeemed(plan, encodeJointMint({ act: "Open", seed: seedOf(plan), first: 0, opener, ...change }));
};

const unitOf = ({ contracts }: World, name: string): string => contracts.joint.hash + name;

/** The thread of this name in place of the seed's. */
const named = (plan: TxPlan, world: World, name: string): TxPlan =>
  withOutput(
    minting(plan, () => ({ [name]: 1n })),
    0,
    (output) => ({
      ...output,
      assets: { [unitOf(world, name)]: 1n },
      datum: forged(encodeThreadDatum(newThread("00".repeat(12))), [FIELD.source], fromHex(name)),
    }),
  );

/** A name from the seed that is not the thread's. */
const naming = (title: string, name: (seed: Utxo, world: World) => string | Promise<string>): Attack => ({
  name: title,
  rule: "is_mint_exact",
  change: async (plan, world) => named(plan, world, await name(seedOf(plan), world)),
});

const otherSeed = (
  name: string,
  rule: string,
  of: (plan: TxPlan, world: World) => Promise<Pick<Utxo, "txHash" | "outputIndex">>,
): Attack => ({
  name,
  rule,
  change: async (plan, world) => {
    const seed = await of(plan, world);
    return saying(named(plan, world, jointThreadName(seed)), world, { seed });
  },
});

/** Whoever else is accredited opens, under an attestation that is not his. */
const byAnother = (name: string, plan: (plan: TxPlan, world: World) => Promise<TxPlan>): Attack => ({
  name,
  rule: "holder_signs",
  change: plan,
});

attacks("opening a joint thread", refuser, open, [
  ...outputForgeries(0),
  ...fieldForgeries(0, "is_new"),
  forgeField("history", "begin with 5 KB of history", () => bytes(5000), { rule: "is_new" }),
  ...liveForgeries("supervisor"),
  otherSeed("name a seed that is not spent", "is_seed_spent", (_, world) => world.coin("owner")),
  otherSeed("name a seed that was spent before", "is_seed_spent", async (_, { contracts }) => contracts.seed),
  otherSeed("name an output that never was", "is_seed_spent", async () => ({
    txHash: "ab".repeat(32),
    outputIndex: 0,
  })),
  {
    name: "name another seed than the name is made from, spent as well",
    rule: "is_mint_exact",
    change: async (plan, world) => {
      const second = await world.coin("supervisor", 1);
      const both = { ...plan, inputs: [...plan.inputs, { utxo: second }] };
      return saying(both, world, { seed: second });
    },
  },
  naming("take the second name of the seed", (seed) => JOINT_PREFIX + unique(seed, 1).slice(0, 24)),
  naming("take other bytes of the seed's name", (seed) => JOINT_PREFIX + unique(seed, 0).slice(2, 26)),
  naming("take a longer name", (seed) => JOINT_PREFIX + unique(seed, 0).slice(0, 26)),
  naming("leave the prefix out", (seed) => unique(seed, 0).slice(0, 24)),
  naming(
    "take another prefix of the same length",
    (seed) => toHex(new TextEncoder().encode("DPP_GROUP")) + unique(seed, 0).slice(0, 24),
  ),
  naming(
    "take the name of a role",
    (seed) => toHex(new TextEncoder().encode("DPP_LAB")) + unique(seed, 0).slice(0, 24),
  ),
  naming("take the name of a source", async (_, world) => (await world.attestation("station")).name),
  {
    name: "open a thread that is open",
    rule: "is_mint_exact",
    change: async (_, world) => {
      const first = await jointOpening(world);
      await world.accept(first.plan, world.actors.supervisor);
      const again = (await jointOpening(world)).plan;
      return named(again, world, first.name);
    },
  },
  {
    name: "mint the thread twice",
    rule: "is_mint_exact",
    change: (plan, world) => {
      const [name = ""] = Object.keys(plan.mints[0]?.assets ?? {});
      const twice = minting(plan, () => ({ [name]: 2n }));
      return withOutput(twice, 0, (output) => ({ ...output, assets: { [unitOf(world, name)]: 2n } }));
    },
  },
  {
    name: "mint a second thread of the seed",
    rule: "is_mint_exact",
    change: (plan, world) => {
      const name = JOINT_PREFIX + unique(seedOf(plan), 1).slice(0, 24);
      const two = minting(plan, (assets) => ({ ...assets, [name]: 1n }));
      const [first] = plan.outputs;
      if (first === undefined) throw new Error("no thread");
      return { ...two, outputs: [first, { ...first, assets: { [unitOf(world, name)]: 1n } }] };
    },
  },
  {
    name: "mint the thread into a wallet, beside a state without it",
    rule: "holds_token",
    change: (plan, { actors }) => {
      const [thread] = plan.outputs;
      if (thread === undefined) throw new Error("no thread");
      return {
        ...plan,
        outputs: [
          { ...thread, assets: { lovelace: 5_000_000n } },
          { address: actors.stranger.address, assets: thread.assets },
        ],
      };
    },
  },
  {
    name: "put another token beside the thread",
    rule: "holds_token",
    change: (plan) => withDust(plan, 0, FREE_POLICY),
  },
  {
    name: "put the thread where sources' threads lie",
    rule: "is_at_state_address",
    change: (plan, { contracts }) =>
      withOutput(plan, 0, (output) => ({ ...output, address: contracts.anchor.address })),
  },
  {
    name: "look for the thread at the change",
    rule: "is_at_state_address",
    change: (plan, world) => saying(plan, world, { first: 1 }),
  },
  {
    name: "look for the thread after the last output",
    rule: "expect [_, ..rest] = self",
    change: (plan, world) => saying(plan, world, { first: 40 }),
  },
  byAnother("open under the attestation of another", async (plan, world) => {
    const station = await world.attestation("station");
    return saying({ ...plan, ...withPresented(plan, station) }, world, { opener: station.name });
  }),
  byAnother("open with a borrowed badge", async (plan, world) => {
    const badge = await world.badge("supervisor");
    const { stranger, supervisor } = world.actors;
    const outputs = [{ address: stranger.address, assets: badge.assets }];
    const lent = await world.accept({ ...emptyPlan, inputs: [{ utxo: badge }], outputs }, supervisor);
    const [borrowed] = await world.ledger.utxosByOutRef([{ txHash: lent.hash, outputIndex: 0 }]);
    if (borrowed === undefined) throw new Error("the badge is not on the ledger");
    // His own coin is the seed, or the supervisor would sign for it.
    const seed = await world.coin("stranger");
    const spent = { ...plan, inputs: [{ utxo: seed }, { utxo: borrowed }], signers: [stranger.keyHash] };
    return saying(named(spent, world, jointThreadName(seed)), world, {});
  }),
  {
    name: "name an opener whom nobody accredited",
    rule: NO_SUCH_REFERENCE,
    change: (plan, world) => saying(plan, world, { opener: "ab".repeat(22) }),
  },
  {
    name: "use the redeemer of a source's thread",
    rule: "redeemer: JointMint",
    change: (plan) => redeemed(plan, encodeAnchorMint({ act: "Open", first: 0 })),
  },
  {
    name: "use a redeemer that does not exist",
    rule: "redeemer: JointMint",
    change: (plan) => redeemed(plan, toHex(encodePlutusData(constr(1)))),
  },
  {
    name: "mint the thread under the policy of sources' threads",
    rule: "is_attested",
    by: { script: "anchor" },
    change: async (plan, world) => underAnchor(plan, world, encodeAnchorMint({ act: "Open", first: 0 })),
  },
  {
    name: "mint the thread under the policy of sources' threads, with the redeemer of a joint one",
    rule: "redeemer: AnchorMint",
    by: { script: "anchor" },
    change: async (plan, world) => underAnchor(plan, world, plan.mints[0]?.redeemer ?? ""),
  },
]);

async function underAnchor(plan: TxPlan, world: World, redeemer: string): Promise<TxPlan> {
  const { contracts } = world;
  const { hash: policy, address } = contracts.anchor;
  const [name = ""] = Object.keys(plan.mints[0]?.assets ?? {});
  const { scripts, referenceInputs } = withScript(contracts, await world.deployment(), "anchor");
  return {
    ...withOutput(plan, 0, (output) => ({ ...output, address, assets: { [policy + name]: 1n } })),
    mints: [{ policy, assets: { [name]: 1n }, redeemer }],
    scripts,
    referenceInputs: [...plan.referenceInputs, ...referenceInputs].filter(
      (utxo, at, all) => all.findIndex((other) => sameOutRef(other, utxo)) === at,
    ),
  };
}
