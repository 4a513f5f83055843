/** Making a joint pack: what several parties are to sign together, on a file that goes from one to the next. Spec: docs/spec/anchor.md "Joint threads". */
import { eventId } from "../../codec/event.js";
import { encodeParties } from "../../codec/parties.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { type DeviceEvidence, MAX_EVENT_INTEGER, MAX_PACK_EVENTS } from "../../domain/event.js";
import { SEALED_GROUPS } from "../../domain/event-fields.js";
import type { EventInput } from "../../domain/event-input.js";
import { formOf } from "../../domain/event-key.js";
import { isJointThread, MAX_PARTIES, MIN_PARTIES } from "../../domain/joint.js";
import type { Pack } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";
import type { Random } from "../../ports/clock.js";
import type { StoredEvent } from "../../ports/event-store.js";
import { needsTable } from "../../tx/tables.js";
import { type AttestationView, listAttestations } from "../resolve.js";
import { requireDistinct } from "./check-joint.js";
import type { EventReading } from "./context.js";
import { waitingPacks } from "./losses.js";
import { requireParties } from "./parties.js";
import type { ReadersByGroup } from "./payload.js";
import { eventReaders } from "./readers.js";
import { makeEvent, type NextPlace, refuseAhead } from "./record.js";
import { noThread, readThreadState } from "./threads.js";

/** With five, a transaction spends 13.1 of the 14 million units of memory that networks grant at least; with six 15.9. */
const MAX_P256_PARTIES = 5;

export interface JointMaking {
  /** Name of the joint thread. */
  readonly thread: string;
  /** Attestation name of the party that writes the events. */
  readonly author: string;
  /** Attestation names of the others, in any order. */
  readonly others: readonly string[];
  readonly evidence: () => DeviceEvidence;
}

/**
 * The next events of the thread, in the order given, for all parties to sign; nobody has yet, and nothing is stored: `joint-sign.ts` signs, `take-in.ts` takes in. Each
 * payload is sealed to its readers and to every party, since a party must be able to see what it signs.
 * @throws DppError `joint/not-a-thread`, `thread/none`, `thread/full`, `role/unknown`, `pack/parties`, `pack/party-role`, `pack/party-holder`, `pack/party-key`, `key/form`;
 *   `joint/too-heavy`, `joint/no-events`; as `refuseAhead` and `makePayload`.
 */
export async function makeJointPack(
  context: EventReading & { readonly random: Random },
  { thread, author, others, evidence }: JointMaking,
  inputs: readonly EventInput[],
): Promise<Pack> {
  const { contracts, clock } = context;
  if (inputs.length === 0 || inputs.length > MAX_PACK_EVENTS)
    throw new DppError("joint/no-events", `a joint pack has 1 to ${MAX_PACK_EVENTS} events`);
  for (const input of inputs) refuseAhead(input, clock.now());
  const parties = await partiesOf(context, [author, ...others]);
  const writer = parties.find(({ name }) => name === author) as AttestationView;
  let place = await nextJointPlace(context, thread);
  if (place.counter + inputs.length > MAX_EVENT_INTEGER)
    throw new DppError("thread/full", "the thread has no counters left for these events");
  const { readers, config } = { readers: await readersFor(context, parties), config: contracts.config.hash };
  const recording = {
    source: { ...writer, name: thread },
    signer: null,
    tier: "MULTI_PARTY_SIGNED",
    readers,
    evidence,
  } as const;
  const events: StoredEvent[] = [];
  for (const input of inputs) {
    const event = await makeEvent(context, recording, input, place);
    events.push(event);
    place = { counter: event.counter + 1, previous: event.hash };
  }
  const times = events.map(({ captured }) => captured);
  const lo = events[0]?.counter ?? 0;
  return {
    config,
    source: thread,
    tier: recording.tier,
    lo,
    hi: lo + events.length,
    root: toHex(packRoot(events.map(({ hash }) => fromHex(hash)))),
    cmin: times.reduce((a, b) => Math.min(a, b)),
    cmax: times.reduce((a, b) => Math.max(a, b)),
    signature: toHex(encodeParties(parties.map(({ name }) => ({ name, signature: "" })))),
    events: events.map(({ signed, payload }) => ({ signed, payload })),
  };
}

/** Enough, different, each with a key; in the order of their names. */
async function partiesOf(
  context: EventReading,
  names: readonly string[],
): Promise<readonly AttestationView[]> {
  const once = [...new Set(names)].toSorted();
  if (once.length < MIN_PARTIES || once.length > MAX_PARTIES)
    throw new DppError(
      "pack/parties",
      `${MIN_PARTIES} to ${MAX_PARTIES} parties sign a joint pack, you among them; here are ${once.length}`,
    );
  const parties = await requireParties(context, once);
  requireDistinct(parties);
  const heavy = parties.filter(needsTable).length;
  if (heavy > MAX_P256_PARTIES)
    throw new DppError(
      "joint/too-heavy",
      `${heavy} of the parties have P-256 or WebAuthn keys, and a transaction has room for ${MAX_P256_PARTIES} such signatures: let some of them sign a pack of their own`,
      { details: { parties: heavy, limit: MAX_P256_PARTIES } },
    );
  const keyless = parties.find(({ alg, pk }) => ["none", null].includes(formOf(alg, pk)));
  if (keyless !== undefined)
    throw new DppError(
      "key/form",
      `${keyless.role} ${keyless.name} has no event key that is checked here: it cannot sign a pack (dpp role issue --event-key)`,
      { details: { party: keyless.name } },
    );
  return parties;
}

/**
 * By the ledger, and by the packs here that wait for it. The event before may lie with others: then none is named.
 * @throws DppError `joint/not-a-thread`, `thread/none`, `ledger/*`, `event-store/*`.
 */
export async function nextJointPlace(context: EventReading, thread: string): Promise<NextPlace> {
  if (!isJointThread(thread))
    throw new DppError(
      "joint/not-a-thread",
      `${thread} is no joint thread: dpp joint threads lists those that there are`,
    );
  const state = await readThreadState(context, thread);
  if (state === null) throw noThread(thread);
  const { next } = state.thread;
  const waiting = await waitingPacks(context.store, thread, next);
  const counter = waiting.reduce((end, { hi }) => Math.max(end, hi), next);
  const before =
    counter === 0
      ? null
      : await context.store.event(eventId(context.contracts.config.hash, thread, counter - 1));
  const counts = before?.pack !== null && before?.pack?.state.kind !== "refused";
  return { counter, previous: counts ? (before?.event.hash ?? "") : "" };
}

/** Who reads as of any event, and the parties, which all stand for its source. */
async function readersFor(
  context: EventReading,
  parties: readonly AttestationView[],
): Promise<ReadersByGroup> {
  const all = await listAttestations(context);
  const keys = parties.map(({ name }) => eventReaders(all, name).keys);
  return Object.fromEntries(
    SEALED_GROUPS.map((group) => {
      const once = new Map(keys.flatMap((each) => each[group].map((key) => [toHex(key), key] as const)));
      return [group, [...once.values()]];
    }),
  ) as unknown as ReadersByGroup;
}
