/** Joint packs as the ledger accepts them, what has to have happened before, and the same packs with other claims. */
import { fromHex } from "../../src/domain/bytes.js";
import type { Thread } from "../../src/domain/pack.js";
import { emptyRange, type Range } from "../../src/merkle/range.js";
import { jointAppending, planKeyedAppends } from "../../src/testing/keyed-packs.js";
import { HOUR, type World } from "../../src/testing/world.js";
import { wholeSlots } from "../../src/tx/anchor.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { withPresented } from "../../src/tx/presented.js";
import { type KeySignature, withProofs } from "../../src/tx/proofs.js";
import { continuing, type Validity, withScript } from "../../src/tx/state.js";
import { readTables } from "../../src/usecases/events/tables.js";
import type { Attack, Attempt } from "./attack.js";
import { claimJoint, type JointClaim } from "./joint-claim.js";
import { jointly, jointState, jointThread, type PartyName, partyOf, threadName } from "./joint-parties.js";

/** What the joint threads of a world have; one that is not here is new. */
const ranges = new WeakMap<World, Map<string, Range>>();

const rangeOf = (world: World, at: number): Range =>
  ranges.get(world)?.get(threadName(world, at)) ?? emptyRange();

export type JointChange = (honest: JointClaim, thread: Thread) => Partial<JointClaim>;

export interface JointOptions {
  readonly change?: JointChange;
  /** Which of the world's threads. */
  readonly at?: number;
  /** What is told apart between two packs of the same counters. */
  readonly root?: Uint8Array;
}

export const PAIR = ["station", "supervisor"] as const satisfies readonly PartyName[];
/** One key of each form. */
export const MIXED = ["lab", "supervisor", "broker"] as const satisfies readonly PartyName[];

const byName = (a: { readonly name: Uint8Array }, b: { readonly name: Uint8Array }): number =>
  Buffer.compare(a.name, b.name);

/** Without what proves P-256 signatures. */
export async function jointParts(
  world: World,
  parties: readonly PartyName[],
  { change = () => ({}), at = 0, root = new Uint8Array(32).fill(0xab) }: JointOptions = {},
): Promise<{ readonly plan: TxPlan; readonly signatures: readonly KeySignature[] }> {
  await jointly(world, parties);
  const utxo = await jointThread(world, at);
  const thread = await jointState(world, at);
  const honestParties = (await Promise.all(parties.map((name) => partyOf(world, name)))).toSorted(byName);
  const { contracts, ledger } = world;
  const captured = BigInt(world.clock.now() - HOUR);
  const validity = wholeSlots(ledger.slotConfig, world.validity());
  const honest: JointClaim = {
    ...{ lo: BigInt(thread.next), hi: BigInt(thread.next + 3), root },
    ...{ cmin: captured, cmax: captured + 2n, peaks: rangeOf(world, at).peaks },
    ...{ config: fromHex(contracts.config.hash), thread: fromHex(thread.source), parties: honestParties },
    ...{ sort: 2, tier: 3, from: BigInt(validity.from), until: BigInt(validity.to) },
  };
  const plan: TxPlan = {
    inputs: [{ utxo }],
    ...withPresented(
      withScript(contracts, await world.deployment(), "joint"),
      ...honestParties.map(({ presented }) => presented),
    ),
    mints: [],
    outputs: [continuing(utxo, utxo.datum ?? "")],
    signers: [],
  };
  return claimJoint(plan, { ...honest, ...change(honest, thread) });
}

/** With the script that proves them, where it is needed. */
export async function proven(
  world: World,
  { plan, signatures }: Awaited<ReturnType<typeof jointParts>>,
): Promise<TxPlan> {
  const { tables } = await readTables(world, signatures);
  return withProofs(world.contracts, await world.deployment(), plan, signatures, tables);
}

/** The next pack of these parties, submitted by a stranger. */
export const jointAttempt = async (
  world: World,
  parties: readonly PartyName[] = PAIR,
  options: JointOptions = {},
): Promise<Attempt> => ({
  plan: await proven(world, await jointParts(world, parties, options)),
  payer: "stranger",
});

/** The control's pack with another claim. */
export const jointAttack =
  (parties: readonly PartyName[] = PAIR) =>
  (name: string, rule: string, change: JointChange): Attack => ({
    name,
    rule,
    change: async (_, world) => (await jointAttempt(world, parties, { change })).plan,
  });

interface Moment {
  /** POSIX ms; default an hour ago, and the world's. */
  readonly captured?: number;
  readonly validity?: Validity;
}

/** The same on the first thread as the product plans it. */
export async function jointPlan(
  world: World,
  parties: readonly PartyName[],
  { captured, validity }: Moment = {},
): Promise<ReturnType<typeof planKeyedAppends>> {
  const signing = await Promise.all(parties.map((name) => partyOf(world, name)));
  const next = { range: rangeOf(world, 0), ...(captured === undefined ? {} : { captured }) };
  const appending = await jointAppending(world, await jointThread(world), signing, next);
  return planKeyedAppends(world, [appending], validity);
}

/** Three packs of the first thread are on the ledger, so that its history has two peaks; unless they are there. */
export async function jointGrown(world: World, packs = 3): Promise<void> {
  for (let { seq } = await jointState(world); seq < packs; seq++) {
    const {
      plan,
      ranges: [range],
    } = await jointPlan(world, PAIR);
    await world.accept(plan, world.actors.stranger);
    if (range !== undefined) ranges.set(world, new Map(ranges.get(world)).set(threadName(world), range));
  }
}

/** Rules by which all parties differ. */
export const ROLE = "list.is_distinct(list.map(signers, fn(it) { it.role }))";
export const HOLDER = "list.is_distinct(list.map(signers, fn(it) { it.holder }))";
export const KEY = "list.is_distinct(list.map(signers, fn(it) { point_of(it.pk) }))";

/** Others than the control's have signed, all of them what is claimed. */
export const jointAmong = (name: string, rule: string, parties: readonly PartyName[]): Attack =>
  jointAttack(parties)(name, rule, () => ({}));

/** Rule that each party's key signed the joint digest. */
export const ARE_SIGNED =
  "are_signed(self, config, joint.digest(config_policy, old.source, parties, body), signers)";

/** The parties at these positions, in this order. */
export const inOrder =
  (...order: readonly number[]): JointChange =>
  ({ parties }) => ({ parties: order.flatMap((at) => parties[at] ?? []) });
