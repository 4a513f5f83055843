/** Attacks on the beginning of threads. Rules: docs/spec/anchor.md "Open". */
import { encodeThreadDatum } from "../../src/codec/datum.js";
import { encodeAnchorMint } from "../../src/codec/redeemer.js";
import { fromHex } from "../../src/domain/bytes.js";
import { eventSigner, SOURCES } from "../../src/testing/event-world.js";
import { forged, withOutput } from "../../src/testing/forge.js";
import { HOUR, type World } from "../../src/testing/world.js";
import type { PlannedOutput, TxPlan } from "../../src/tx/plan.js";
import { planIssueRoles, planRecover, planRenew } from "../../src/tx/roles.js";
import { newThread, threadUnit, withThreads } from "../../src/tx/threads.js";
import { close } from "./anchor-attempts.js";
import { FIELD, fieldForgeries, forgeField } from "./anchor-datum.js";
import { type Attack, type Attempt, attacks } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { FREE_POLICY } from "./counterfeit.js";
import { DUST_NAME, NO_SUCH_OUTPUT, outputForgeries, withDust } from "./forgeries.js";

const refuser = { script: "anchor", purpose: "mint" } as const;
/** Position of the thread, after the attestation and the badge. */
const THREAD = 2;

/** Accredits new sources, each with an event key. */
async function issuing(world: World, count: number): Promise<Attempt> {
  const sources = SOURCES.slice(0, count).map((name) => {
    const entry = world.newAttestation(name, "SUPERVISOR");
    return {
      ...entry,
      attestation: { ...entry.attestation, alg: 1, pk: eventSigner(`new ${name}`).publicKey },
    };
  });
  const seed = await world.coin("member1");
  const { plan } = planIssueRoles(world.contracts, await world.deployment(), seed, sources, world.quorum);
  return { plan, payer: "member1" };
}

const isOfAnchor = ({ contracts }: World, policy: string): boolean => policy === contracts.anchor.hash;

/** The plan with another map in the mint of threads. */
const minting = (
  plan: TxPlan,
  world: World,
  change: (assets: Readonly<Record<string, bigint>>) => Readonly<Record<string, bigint>>,
): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) =>
    isOfAnchor(world, mint.policy) ? { ...mint, assets: change(mint.assets) } : mint,
  ),
});

const withFirst = (plan: TxPlan, world: World, first: number): TxPlan => ({
  ...plan,
  mints: plan.mints.map((mint) =>
    isOfAnchor(world, mint.policy) ? { ...mint, redeemer: encodeAnchorMint({ act: "Open", first }) } : mint,
  ),
});

const nameIn = (plan: TxPlan, world: World): string =>
  Object.keys(plan.mints.find(({ policy }) => isOfAnchor(world, policy))?.assets ?? {})[0] ?? "";

/** @param source also of a length that no source has, which the codec refuses to write. */
const threadOutput = ({ contracts }: World, source: string): PlannedOutput => ({
  address: contracts.anchor.address,
  assets: { [threadUnit(contracts, source)]: 1n },
  datum: forged(encodeThreadDatum(newThread("00".repeat(12))), [FIELD.source], fromHex(source)),
});

/** The thread of this name in place of the new source's. */
const named = (plan: TxPlan, world: World, source: string): TxPlan =>
  withOutput(
    minting(plan, world, () => ({ [source]: 1n })),
    THREAD,
    () => threadOutput(world, source),
  );

const existing = (world: World): string => world.roles.get("maker") ?? "";

/** Not even with a redeemer at the thread: `spend` says no, too. */
const burning: Attack = {
  name: "burn the thread of a source",
  rule: NO_SUCH_OUTPUT,
  by: { purpose: "spend" },
  change: async (_, world) => {
    const { plan } = await close(world, "station", "quorum");
    const source = world.roles.get("station") ?? "";
    const burnt = [
      {
        policy: world.contracts.anchor.hash,
        assets: { [source]: -1n },
        redeemer: encodeAnchorMint({ act: "Open", first: 0 }),
      },
    ];
    return { ...plan, mints: burnt, outputs: [] };
  },
};

attacks("accrediting a source with its thread", refuser, (world) => issuing(world, 1), [
  ...outputForgeries(THREAD),
  ...fieldForgeries(THREAD, "is_new"),
  forgeField("history", "begin with 5 KB of history", () => bytes(5000), { at: THREAD, rule: "is_new" }),
  {
    name: "open a thread without the attestation",
    rule: "is_attested",
    change: (plan, world) =>
      withFirst(
        {
          ...plan,
          mints: plan.mints.filter(({ policy }) => isOfAnchor(world, policy)),
          outputs: plan.outputs.slice(THREAD),
        },
        world,
        0,
      ),
  },
  {
    name: "open a second thread for an attestation that exists",
    rule: "is_attested",
    change: (plan, world) => named(plan, world, world.roles.get("station") ?? ""),
  },
  {
    name: "open a first thread for an attestation that exists",
    rule: "is_attested",
    change: (plan, world) => named(plan, world, existing(world)),
  },
  {
    name: "open a thread under another name",
    rule: "is_attested",
    change: (plan, world) => named(plan, world, "ab".repeat(22)),
  },
  {
    name: "open a thread under the attestation's name with its label",
    rule: "is_attested",
    change: (plan, world) => named(plan, world, `000643b0${nameIn(plan, world)}`),
  },
  {
    name: "mint the thread twice",
    rule: "is_one",
    change: (plan, world) => {
      const source = nameIn(plan, world);
      const twice = { [threadUnit(world.contracts, source)]: 2n };
      return withOutput(
        minting(plan, world, () => ({ [source]: 2n })),
        THREAD,
        (output) => ({ ...output, assets: twice }),
      );
    },
  },
  {
    name: "mint a token more",
    rule: "is_attested",
    change: (plan, world) => {
      const more = minting(plan, world, (assets) => ({ ...assets, [DUST_NAME]: 1n }));
      return { ...more, outputs: [...more.outputs, threadOutput(world, DUST_NAME)] };
    },
  },
  {
    name: "mint the thread into a wallet, beside a state without it",
    rule: "holds_token",
    change: (plan, world) => {
      const source = nameIn(plan, world);
      const empty = withOutput(plan, THREAD, ({ assets: _, ...output }) => ({
        ...output,
        assets: { lovelace: 5_000_000n },
      }));
      const { address } = world.actors.stranger;
      return {
        ...empty,
        outputs: [...empty.outputs, { address, assets: { [threadUnit(world.contracts, source)]: 1n } }],
      };
    },
  },
  {
    name: "put another token beside the thread",
    rule: "holds_token",
    change: (plan) => withDust(plan, THREAD, FREE_POLICY),
  },
  {
    name: "look for the thread at the attestation",
    rule: "is_at_state_address",
    change: (plan, world) => withFirst(plan, world, 0),
  },
  {
    name: "look for the thread after the last output",
    rule: "expect [_, ..rest] = self",
    change: (plan, world) => withFirst(plan, world, 40),
  },
  burning,
]);

/** No act on an attestation that exists mints its (100) again. */
const openBeside: Attack = {
  name: "open a thread on the way",
  rule: "is_attested",
  change: async (plan, world) =>
    withThreads(world.contracts, await world.deployment(), plan, [existing(world)]),
};

attacks(
  "renewing an attestation",
  { script: "roles", purpose: "spend" },
  async (world) => {
    const { utxo } = await world.attestation("maker");
    const dates = { validFrom: world.clock.now() - HOUR, validTo: world.clock.now() + 900 * HOUR };
    const plan = planRenew(world.contracts, await world.deployment(), utxo, dates, world.quorum);
    return { plan, payer: "member1" };
  },
  [{ ...openBeside, by: refuser }],
);

attacks(
  "replacing a badge",
  { script: "roles", purpose: "mint" },
  async (world) => {
    const { keyHash: holder, address } = world.actors.maker;
    const keys = { holder, alg: 1, pk: eventSigner("maker").publicKey, encPk: "22".repeat(32) };
    const maker = await world.attestation("maker");
    const utxos = await world.deployment();
    const plan = planRecover(world.contracts, utxos, maker, keys, world.quorum, address);
    return { plan, payer: "member1" };
  },
  [{ ...openBeside, by: refuser }],
);

const swap = (plan: TxPlan, change: (one: PlannedOutput, two: PlannedOutput) => PlannedOutput[]): TxPlan => {
  const [one, two, three] = plan.outputs.slice(-3);
  if (one === undefined || two === undefined || three === undefined) throw new Error("three threads");
  return { ...plan, outputs: [...plan.outputs.slice(0, -3), ...change(one, two), three] };
};

attacks("accrediting three sources with their threads", refuser, (world) => issuing(world, 3), [
  {
    name: "give the threads in another order",
    rule: "is_new",
    change: (plan) => swap(plan, (a, b) => [b, a]),
  },
  {
    name: "swap two datums",
    rule: "is_new",
    change: (plan) =>
      swap(plan, (a, b) => [
        { ...a, datum: b.datum ?? "" },
        { ...b, datum: a.datum ?? "" },
      ]),
  },
  {
    name: "swap two tokens",
    rule: "holds_token",
    change: (plan) =>
      swap(plan, (a, b) => [
        { ...a, assets: b.assets },
        { ...b, assets: a.assets },
      ]),
  },
  {
    name: "put two tokens into one output",
    rule: "holds_token",
    change: (plan) =>
      swap(plan, (a, b) => [
        { ...a, assets: { ...a.assets, ...b.assets } },
        { ...b, assets: { lovelace: 5_000_000n } },
      ]),
  },
  {
    name: "put something between the threads",
    rule: "is_at_state_address",
    change: (plan, { actors }) =>
      swap(plan, (a, b) => [a, { address: actors.stranger.address, assets: { lovelace: 2_000_000n } }, b]),
  },
]);
