/** Operations on joint threads and under P-256 keys, for `operations.ts`. */
import { referenceUnit } from "../domain/tokens.js";
import { planReclaim } from "../tx/deploy.js";
import type { TxPlan } from "../tx/plan.js";
import { planIssueRoles } from "../tx/roles.js";
import { tableAddress, tableOf } from "../tx/tables.js";
import { threadUnit } from "../tx/threads.js";
import { eventSigner, MAX_DELAY } from "./event-world.js";
import { accreditParties, elementSigner, type NewParty, type Party, tabletSigner } from "./joint-world.js";
import {
  jointAppending,
  jointOpening,
  planKeyedAppends,
  type Signing,
  sourceAppending,
} from "./keyed-packs.js";
import type { Operation } from "./operations.js";
import type { ActorName, World } from "./world.js";

const COUNT = 100;

const utxoOf = async (world: World, unit: string) => {
  const utxo = await world.ledger.utxoByUnit(unit);
  if (utxo === null) throw new Error(`the test world lacks ${unit}`);
  return utxo;
};

const signingAs = async (world: World, { name, signer }: Party): Promise<Signing> => ({
  presented: { name, utxo: await utxoOf(world, referenceUnit(world.contracts.roles.hash, name)) },
  signer,
});

const ofWorld = (world: World, name: "supervisor" | "station"): Party => ({
  name: world.roles.get(name) ?? "",
  signer: eventSigner(name),
});

/** One pack of these parties on a thread that was opened for it. */
async function coAppend(world: World, parties: readonly Party[]): Promise<TxPlan> {
  const { plan, name } = await jointOpening(world);
  await world.accept(plan, world.actors.supervisor);
  const signing = await Promise.all(parties.map((party) => signingAs(world, party)));
  const thread = await utxoOf(world, threadUnit(world.contracts, name));
  const appending = await jointAppending(world, thread, signing, { count: COUNT });
  return (await planKeyedAppends(world, [appending])).plan;
}

const LAB: NewParty = { holder: "repairer", role: "LAB", signer: elementSigner("lab") };
const BROKER: NewParty = { holder: "maker2", role: "INTERMEDIARY", signer: tabletSigner("broker") };

/** One pack each of new sources. */
async function appendKeyed(world: World, sources: readonly NewParty[]): Promise<TxPlan> {
  const parties = await accreditParties(world, sources);
  const packs = parties.map(async (party) => {
    const thread = await utxoOf(world, threadUnit(world.contracts, party.name));
    return sourceAppending(world, thread, await signingAs(world, party), { count: COUNT });
  });
  return (await planKeyedAppends(world, await Promise.all(packs))).plan;
}

const meter = (holder: ActorName): NewParty => ({
  holder,
  role: "STATION",
  signer: elementSigner(`meter of ${holder}`),
});
const METERS = (["maker", "maker2", "repairer", "recycler"] as const).map(meter);

export const KEYED_OPERATIONS: readonly Operation[] = [
  {
    name: "role issue with a P-256 key",
    payer: "member1",
    plan: async (world) => {
      const entry = world.newAttestation("station", "STATION");
      const { alg, publicKey: pk } = elementSigner("new station");
      return planIssueRoles(
        world.contracts,
        await world.deployment(),
        await world.coin("member1"),
        [{ ...entry, attestation: { ...entry.attestation, alg, pk, maxDelay: MAX_DELAY } }],
        world.quorum,
      ).plan;
    },
  },
  {
    name: "append, P-256",
    payer: "stranger",
    plan: (world) => appendKeyed(world, METERS.slice(0, 1)),
  },
  {
    name: "append, WebAuthn",
    payer: "stranger",
    plan: (world) =>
      appendKeyed(world, [{ holder: "maker", role: "SUPERVISOR", signer: tabletSigner("tablet") }]),
  },
  { name: "append, 4 threads, P-256", payer: "stranger", plan: (world) => appendKeyed(world, METERS) },
  { name: "joint thread open", payer: "supervisor", plan: async (world) => (await jointOpening(world)).plan },
  {
    name: "co-append, 2 parties, Ed25519",
    payer: "stranger",
    plan: (world) => coAppend(world, [ofWorld(world, "supervisor"), ofWorld(world, "station")]),
  },
  {
    name: "co-append, 3 parties, all forms",
    payer: "stranger",
    plan: async (world) => {
      const guests = await accreditParties(world, [LAB, BROKER]);
      return coAppend(world, [...guests, ofWorld(world, "supervisor")]);
    },
  },
  {
    name: "table reclaim",
    payer: "member1",
    plan: async (world) => {
      await accreditParties(world, [LAB]);
      const { contracts, ledger } = world;
      const { alg, publicKey: pk } = LAB.signer;
      const [carried] = await ledger.utxosAt(tableAddress(contracts, tableOf({ alg, pk })));
      if (carried === undefined) throw new Error("the test world lacks a table");
      return planReclaim(contracts, (await world.deployment()).config, carried, world.quorum);
    },
  },
];
