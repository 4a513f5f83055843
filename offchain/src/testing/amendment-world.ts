/** Joint threads of a test world, and what several roles write on them: amendments of events, each co-appended to the ledger and kept in the store. */
import { decodeThreadDatum } from "../codec/datum.js";
import { encodeLeaf, eventHash, eventId, uuidToHex } from "../codec/event.js";
import { jointDigest } from "../codec/pack.js";
import { encodeParties } from "../codec/parties.js";
import { toHex } from "../domain/bytes.js";
import type { Element } from "../domain/element.js";
import type { EventType, Tier } from "../domain/event.js";
import type { SealedPack } from "../domain/pack.js";
import { roleOfName } from "../domain/tokens.js";
import { packRoot } from "../merkle/pack.js";
import { emptyRange, type Range } from "../merkle/range.js";
import type { StoredEvent } from "../ports/event-store.js";
import { wholeSlots } from "../tx/anchor.js";
import { planAppend } from "../tx/append.js";
import { planOpenJoint } from "../tx/joint.js";
import { threadUnit } from "../tx/threads.js";
import type { EventContext } from "../usecases/events/context.js";
import { makePayload } from "../usecases/events/payload.js";
import { readersOfEvent } from "../usecases/events/readers.js";
import { EVIDENCE } from "./event-context.js";
import { eventSigner, type SourceName } from "./event-world.js";
import type { World } from "./world.js";

const HOUR = 3_600_000;

/** What parties state together. */
export interface JointInput {
  readonly type: EventType;
  /** Hex. */
  readonly subject: string;
  readonly elements: readonly Element[];
}

const word = (id: string, value: string): Element => ({ id, type: "string", value, unit: null });

/** `id`: of the amended event, UUID text. */
export const amendment = (id: string, from: Tier, to: Tier, reason = "audited"): JointInput => ({
  type: "tier-amendment",
  subject: uuidToHex(id),
  elements: [word("event.tier.from", from), word("event.tier.to", to), word("event.tier.reason", reason)],
});

/** A joint thread with the range that it has. */
export interface JointThread {
  readonly name: string;
  range: Range;
}

/** A thread on which anybody may sign together. */
export async function openJointThread(world: World, opener: SourceName): Promise<JointThread> {
  const { plan, name } = planOpenJoint(
    world.contracts,
    await world.deployment(),
    await world.coin("stranger"),
    await world.attestation(opener),
    wholeSlots(world.ledger.slotConfig, world.validity()),
  );
  await world.accept(plan, world.actors.stranger);
  return { name, range: emptyRange() };
}

export interface CoAppending {
  /** What the store keeps of each payload; default all of it. */
  readonly payload?: (record: Uint8Array) => Uint8Array | null;
  /** Whether the ledger gets it; default true. */
  readonly send?: boolean;
}

/** One pack with these events, signed by all, in the store and on the ledger. Answers the events. */
export async function coAppend(
  context: EventContext,
  world: World,
  thread: JointThread,
  parties: readonly SourceName[],
  inputs: readonly JointInput[],
  { payload = (record) => record, send = true }: CoAppending = {},
): Promise<readonly StoredEvent[]> {
  const utxo = await world.ledger.utxoByUnit(threadUnit(world.contracts, thread.name));
  if (utxo === null) throw new Error("the test world lacks a joint thread");
  const signers = (
    await Promise.all(parties.map(async (name) => ({ ...(await world.attestation(name)), actor: name })))
  ).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const captured = world.clock.now() - HOUR;
  const { next } = decodeThreadDatum(utxo.datum ?? "");
  const events = await storedEvents(context, thread.name, signers[0]?.name ?? "", inputs, next, captured);
  const unsigned: Omit<SealedPack, "signature"> = {
    config: world.contracts.config.hash,
    source: thread.name,
    tier: "MULTI_PARTY_SIGNED",
    lo: next,
    hi: next + events.length,
    root: toHex(packRoot(events.map(({ signed }) => eventHash(signed)))),
    cmin: captured,
    cmax: captured,
  };
  const digest = jointDigest(
    unsigned,
    signers.map(({ name }) => name),
  );
  const signatures = await Promise.all(
    signers.map(async ({ name, actor }) => ({
      name,
      signature: toHex(await eventSigner(actor).sign(digest)),
    })),
  );
  const pack = { ...unsigned, signature: toHex(encodeParties(signatures)) };
  await context.store.addWhole(
    events.map((event) => ({ ...event, payload: event.payload && payload(event.payload) })),
    { ...pack, sealedAt: world.clock.now(), state: { kind: "waiting" } },
  );
  if (!send) return events;
  const appending = { state: { utxo, range: thread.range }, signers, pack };
  const validity = wholeSlots(world.ledger.slotConfig, world.validity());
  const { plan, ranges } = planAppend(world.contracts, await world.deployment(), [appending], validity);
  const { hash: txHash } = await world.accept(plan, world.actors.stranger);
  const seq = thread.range.seq;
  thread.range = ranges[0] ?? thread.range;
  const [lease] = await context.store.lease("test", world.clock.now(), HOUR, 1, thread.name);
  if (lease !== undefined) {
    await context.store.markPack(lease, next, { kind: "anchored", txHash, seq, late: false });
    await context.store.release(lease);
  }
  return events;
}

async function storedEvents(
  context: EventContext,
  source: string,
  writer: string,
  inputs: readonly JointInput[],
  lo: number,
  captured: number,
): Promise<readonly StoredEvent[]> {
  const config = context.contracts.config.hash;
  const { keys } = await readersOfEvent(context, source);
  const events: StoredEvent[] = [];
  for (const [at, { type, subject, elements }] of inputs.entries()) {
    const counter = lo + at;
    const made = await makePayload(type, elements, { config, source, counter }, keys, context.random);
    const leaf = encodeLeaf({
      ...EVIDENCE,
      source,
      counter,
      type,
      subject,
      role: roleOfName(writer) ?? "SUPERVISOR",
      tier: "MULTI_PARTY_SIGNED",
      payload: made.hash,
      previous: events.at(-1)?.hash ?? "",
      captured,
    });
    events.push({
      id: eventId(config, source, counter),
      source,
      counter,
      hash: toHex(eventHash(leaf)),
      type,
      subject,
      tier: "MULTI_PARTY_SIGNED",
      captured,
      receivedAt: context.clock.now(),
      signed: leaf,
      payload: made.record,
    });
  }
  return events;
}
