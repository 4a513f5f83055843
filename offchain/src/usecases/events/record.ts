/** Recording: what a person or a device states becomes the next event of its source, signed. Spec: docs/spec/event.md. */
import { encodeLeaf, eventHash, eventId } from "../../codec/event.js";
import { algOf, encodeSignedEvent, toBeSigned } from "../../codec/signed-event.js";
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import {
  type DeviceEvidence,
  type EventLeaf,
  MAX_EVENT_INTEGER,
  type Tier,
  tierOf,
} from "../../domain/event.js";
import type { EventInput } from "../../domain/event-input.js";
import { SIGNATURE_FORMS } from "../../domain/event-key.js";
import type { Random } from "../../ports/clock.js";
import type { EventSigner } from "../../ports/event-signer.js";
import type { EventStore, StoredEvent } from "../../ports/event-store.js";
import type { Reading } from "../context.js";
import type { SourceFacts } from "./check.js";
import { CLOCK_TOLERANCE, timeText } from "./check-leaf.js";
import { makePayload, type ReadersByGroup } from "./payload.js";
import { readThreadHistory, readThreadState } from "./threads.js";

export interface Recording {
  readonly source: SourceFacts;
  /** `null`: the key lies elsewhere, and signs packs alone. */
  readonly signer: EventSigner | null;
  /** On a joint thread, whose name stands for that of `source`; else it follows from the kind. */
  readonly tier?: Tier;
  readonly readers: ReadersByGroup;
  readonly evidence: () => DeviceEvidence;
}

/** Where the next event of a source goes. */
export interface NextPlace {
  readonly counter: number;
  /** Hash of the event before, hex; empty when there is none that counts. */
  readonly previous: string;
}

/**
 * By the store, and by the ledger where it is further: counters that were given up are skipped.
 * @throws DppError `thread/none`, `thread/closed`; `event/store-behind` when the ledger has events of this source that the store lacks: another store records
 *   for it, or this one is an old copy.
 */
export async function nextPlace(
  reading: Reading & { readonly store: EventStore },
  source: string,
): Promise<NextPlace> {
  const state = await readThreadState(reading, source);
  if (state === null)
    throw new DppError("thread/none", `${source} has no thread: it was accredited without an event key`);
  const { thread } = state;
  if (thread.closed)
    throw new DppError("thread/closed", "the thread of this source is closed: it records no more events");
  const last = await reading.store.lastEvent(source);
  const after = last === null ? 0 : last.counter + 1;
  if (after >= thread.next) {
    if (last === null) return { counter: 0, previous: "" };
    return { counter: after, previous: last.hash };
  }
  const { entries } = await readThreadHistory(reading, source);
  const lost = entries.every(({ entry }) => entry.kind === "gap" || entry.hi <= after);
  if (!lost)
    throw new DppError(
      "event/store-behind",
      `the ledger has events of this source up to ${thread.next - 1}, and the store here ends at ${after - 1}: record where the others were recorded, or bring them here (dpp event import)`,
      { details: { next: thread.next, here: after } },
    );
  return { counter: thread.next, previous: "" };
}

/**
 * A time that no ledger would take yet: the event would hold up all that follow it.
 * @param now POSIX ms, of the recorder's clock
 * @throws DppError `event/clock-ahead`.
 */
export function refuseAhead({ captured }: Pick<EventInput, "captured">, now: number): void {
  if (captured === null || captured <= now + CLOCK_TOLERANCE) return;
  throw new DppError(
    "event/clock-ahead",
    `/captured: ${timeText(captured)} is more than ${CLOCK_TOLERANCE / 3_600_000} hours ahead of the clock here: no ledger takes it; set the time right and record it again`,
    { details: { captured, now } },
  );
}

/** The last counter that the ledger takes is one less: the end of a range is below 2^53 too. */
function refuseFull({ counter }: NextPlace, count: number): void {
  const free = Math.max(0, MAX_EVENT_INTEGER - counter);
  if (count <= free) return;
  throw new DppError(
    "thread/full",
    free === 0
      ? "the thread of this source is full: every counter is used or given up, and it records no more events; the consortium accredits the source anew (dpp role issue)"
      : `the thread of this source has ${free} counters left, for ${count} events`,
    { details: { next: counter, free } },
  );
}

/**
 * Makes and signs the next events, in the order given, and stores them at once: all or none.
 * @throws DppError as `nextPlace`, `refuseAhead` and `makePayload`; `thread/full` when its counters are used up; `pack/signer` when the key is not that of the attestation; `event/conflict` when another process
 *   recorded for the same source meanwhile: record again.
 */
export async function recordEvents(
  context: Reading & { readonly store: EventStore; readonly random: Random },
  recording: Recording,
  inputs: readonly EventInput[],
): Promise<readonly StoredEvent[]> {
  const { source, signer } = recording;
  if (signer !== null && signer.publicKey !== source.pk)
    throw new DppError(
      "pack/signer",
      "the key at hand is not the event key of the source's attestation: it was replaced, or lies elsewhere",
    );
  for (const input of inputs) refuseAhead(input, context.clock.now());
  let place = await nextPlace(context, source.name);
  refuseFull(place, inputs.length);
  const events: StoredEvent[] = [];
  for (const input of inputs) {
    const event = await makeEvent(context, recording, input, place);
    events.push(event);
    place = { counter: event.counter + 1, previous: event.hash };
  }
  // Whole, or a rival who took only the first counters would leave the others here, chained to an event that never was.
  const { events: added } = await context.store.addWhole(events);
  if (added.some((answer) => answer !== "added"))
    throw new DppError(
      "event/conflict",
      "another process recorded an event of this source at the same time: record it again",
    );
  return events;
}

/** @throws DppError as `makePayload`, `event/malformed`. */
export async function makeEvent(
  { contracts, clock, random }: Pick<Reading, "contracts" | "clock"> & { readonly random: Random },
  { source, signer, tier = tierOf(source.kind), readers, evidence }: Recording,
  { type, subject, captured, elements }: EventInput,
  { counter, previous }: NextPlace,
): Promise<StoredEvent> {
  const config = contracts.config.hash;
  const payload = await makePayload(
    type,
    elements,
    { config, source: source.name, counter },
    readers,
    random,
  );
  const { device, clock: clockSource, uptime, boot } = evidence();
  const leaf: EventLeaf = {
    source: source.name,
    counter,
    device,
    type,
    subject,
    role: source.role,
    tier,
    payload: payload.hash,
    previous,
    captured: captured ?? clock.now(),
    clock: clockSource,
    uptime,
    boot,
  };
  const leafBytes = encodeLeaf(leaf);
  const signed = await signedBy(signer, config, leafBytes);
  return storedEvent(config, leaf, leafBytes, signed, payload.record, clock.now());
}

/** A key that signs no single events leaves the leaf bare: the pack's signature covers it. */
async function signedBy(
  signer: EventSigner | null,
  config: string,
  leafBytes: Uint8Array,
): Promise<Uint8Array> {
  const alg = signer === null ? null : algOf(SIGNATURE_FORMS[signer.alg]);
  if (signer === null || alg === null) return leafBytes;
  return encodeSignedEvent(leafBytes, await signer.sign(toBeSigned(config, leafBytes, alg)), alg);
}

/** The row of an event. */
export const storedEvent = (
  config: string,
  leaf: EventLeaf,
  leafBytes: Uint8Array,
  signed: Uint8Array,
  payload: Uint8Array | null,
  receivedAt: number,
): StoredEvent => ({
  id: eventId(config, leaf.source, leaf.counter),
  source: leaf.source,
  counter: leaf.counter,
  hash: toHex(eventHash(leafBytes)),
  type: leaf.type,
  subject: leaf.subject,
  tier: leaf.tier,
  captured: leaf.captured,
  receivedAt,
  signed,
  payload,
});
