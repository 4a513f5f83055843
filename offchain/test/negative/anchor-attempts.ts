/** Acts on threads as the ledger accepts them, what has to have happened before, and the same acts with other claims. */
import { decodeAttestationDatum, decodeThreadDatum } from "../../src/codec/datum.js";
import { fromHex } from "../../src/domain/bytes.js";
import { tierNumber, tierOf } from "../../src/domain/event.js";
import type { Thread } from "../../src/domain/pack.js";
import { emptyRange, type Range } from "../../src/merkle/range.js";
import {
  append,
  eventSigner,
  type PackOptions,
  packOf,
  type SourceName,
  threadOf,
} from "../../src/testing/event-world.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { planClose, planGap, type Warden, wholeSlots } from "../../src/tx/anchor.js";
import type { Appending } from "../../src/tx/append.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { withPresented } from "../../src/tx/presented.js";
import { planRotateKeys } from "../../src/tx/roles.js";
import { continuing, withScript } from "../../src/tx/state.js";
import { claimGap, claimPack, type GapClaim, type PackClaim } from "./anchor-claim.js";
import type { Attack, Attempt } from "./attack.js";
import { done } from "./attempts.js";

/** What the threads of a world have, by source; a thread that is not here is new. */
const ranges = new WeakMap<World, Map<SourceName, Range>>();

const rangeOf = (world: World, name: SourceName): Range => ranges.get(world)?.get(name) ?? emptyRange();

export const peaksOf = (world: World, name: SourceName): readonly Uint8Array[] => rangeOf(world, name).peaks;

export const threadState = async (world: World, name: SourceName): Promise<Thread> =>
  decodeThreadDatum((await threadOf(world, name)).datum ?? "");

/** One more pack of the source is on the ledger. */
export async function appended(world: World, name: SourceName, options: PackOptions = {}): Promise<void> {
  const { range } = await append(world, name, options, rangeOf(world, name));
  ranges.set(world, new Map(ranges.get(world)).set(name, range));
}

/** Three packs, so that the history has two peaks; unless they are there: on a node, attempts share one world. */
export async function grown(world: World, name: SourceName): Promise<void> {
  for (let { seq } = await threadState(world, name); seq < 3; seq++) await appended(world, name);
}

export const closed = async (world: World, name: SourceName): Promise<void> => {
  if (!(await threadState(world, name)).closed) await done(world, await close(world, name));
};

/** The holder of the source has put another key, or another form, into its attestation. */
export const rotated =
  (name: ActorName, alg: number, pk: string) =>
  async (world: World): Promise<void> => {
    const { utxo } = await world.attestation(name);
    const { holder, encPk } = decodeAttestationDatum(utxo.datum ?? "").extra;
    const keys = { holder, alg, pk, encPk };
    const plan = planRotateKeys(world.contracts, await world.deployment(), utxo, keys, world.validity());
    await world.accept(plan, world.actors[name]);
  };

const validityOf = (world: World) => wholeSlots(world.ledger.slotConfig, world.validity());

async function stateOf(world: World, name: SourceName): Promise<Appending["state"]> {
  return { utxo: await threadOf(world, name), range: rangeOf(world, name) };
}

export type PackChange = (honest: PackClaim, thread: Thread) => Partial<PackClaim>;

/** The next pack of the source, submitted by a stranger; `change` tells what is claimed otherwise. */
export async function packAttempt(
  world: World,
  name: SourceName,
  change: PackChange = () => ({}),
  options: PackOptions = {},
): Promise<Attempt> {
  const [state, source] = [await stateOf(world, name), await world.attestation(name)];
  const pack = await packOf(world, name, options);
  // Not by `planAppend`, which refuses keys that are none: here the contract has to.
  const plan: TxPlan = {
    inputs: [{ utxo: state.utxo }],
    ...withPresented(withScript(world.contracts, await world.deployment(), "anchor"), source),
    mints: [],
    outputs: [continuing(state.utxo, state.utxo.datum ?? "")],
    signers: [],
  };
  const validity = validityOf(world);
  const { kind, pk, maxDelay } = decodeAttestationDatum(source.utxo.datum ?? "").extra;
  const tier = tierNumber(tierOf(kind));
  const honest: PackClaim = {
    ...{ lo: BigInt(pack.lo), hi: BigInt(pack.hi), root: fromHex(pack.root) },
    ...{ cmin: BigInt(pack.cmin), cmax: BigInt(pack.cmax), peaks: state.range.peaks },
    ...{
      config: fromHex(pack.config),
      source: fromHex(pack.source),
      tier,
      signer: options.signer ?? eventSigner(name),
    },
    ...{ entryTier: tier, pk: fromHex(pk) },
    ...{ from: BigInt(validity.from), until: BigInt(validity.to) },
  };
  const claim = { ...honest, ...change(honest, await threadState(world, name)) };
  return { plan: await claimPack(plan, claim, maxDelay), payer: "stranger" };
}

/** Who looks after a thread: its source, somebody else's, or the consortium. */
export type By = SourceName | "quorum";

const wardenOf = async (world: World, by: By): Promise<Warden> =>
  by === "quorum"
    ? { quorum: world.quorum }
    : { source: await world.attestation(by), validity: world.validity() };

export type GapChange = (honest: GapClaim) => Partial<GapClaim>;

export async function gap(
  world: World,
  name: SourceName,
  by: By = "quorum",
  change: GapChange = () => ({}),
): Promise<Attempt> {
  const state = await stateOf(world, name);
  const { next } = await threadState(world, name);
  const warden = await wardenOf(world, by);
  const plan = planGap(world.contracts, await world.deployment(), state, { hi: next + 5, reason: 1 }, warden);
  const honest = { lo: BigInt(next), hi: BigInt(next + 5), reason: 1n, peaks: state.range.peaks };
  return { plan: claimGap(plan, { ...honest, ...change(honest) }), payer: "stranger" };
}

export async function close(world: World, name: SourceName, by: By = "quorum"): Promise<Attempt> {
  const warden = await wardenOf(world, by);
  const plan = planClose(world.contracts, await world.deployment(), await stateOf(world, name), warden);
  return { plan, payer: "stranger" };
}

/** The control's act with another claim. */
export const packAttack =
  (source: SourceName) =>
  (name: string, rule: string, change: PackChange): Attack => ({
    name,
    rule,
    change: async (_, world): Promise<TxPlan> => (await packAttempt(world, source, change)).plan,
  });

export const gapAttack =
  (source: SourceName, by: By) =>
  (name: string, rule: string, change: GapChange): Attack => ({
    name,
    rule,
    change: async (_, world): Promise<TxPlan> => (await gap(world, source, by, change)).plan,
  });
