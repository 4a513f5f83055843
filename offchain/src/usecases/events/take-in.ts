/** Taking in a pack file from elsewhere: checked against the attestations of who signed it, stored, and ready for a relayer. Spec: docs/spec/anchor.md "Pack". */
import { eventId } from "../../codec/event.js";
import { decodePayload } from "../../codec/event-payload.js";
import { decodePack } from "../../codec/pack.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { isJointThread } from "../../domain/joint.js";
import { type AppendEntry, type CoAppendEntry, isWritten, type Pack } from "../../domain/pack.js";
import { checkPayload } from "../../merkle/event-payload.js";
import type { Added, EventStore, PackState, StoredEvent, StoredPack } from "../../ports/event-store.js";
import { type AttestationView, readAttestation } from "../resolve.js";
import { checkPack, type EventRules } from "./check.js";
import { checkJointPack, type PartyFacts } from "./check-joint.js";
import type { EventReading } from "./context.js";
import { algOfLength, factsAsWritten, partyNames, requireParties } from "./parties.js";
import { storedEvent } from "./record.js";
import { earlierKeys } from "./source-keys.js";
import { noThread, readThreadHistory, readThreadState } from "./threads.js";

export interface TakenIn {
  readonly pack: StoredPack;
  readonly outcome: Added;
  readonly events: { readonly added: number; readonly same: number };
  /** Payload records that do not belong to their events and were not taken: the events count without them. */
  readonly payloads: readonly UnusablePayload[];
}

type WrittenPackEntry = AppendEntry | CoAppendEntry;

export interface UnusablePayload {
  readonly counter: number;
  readonly code: string;
  readonly message: string;
  /** Whether a payload of this event was here already; it stays. */
  readonly kept: boolean;
}

/**
 * `bytes`: a pack file. Taken in whole or not at all: what is wrong with one event is told by name, and harms no other pack. What the ledger has already is
 * taken in too, if it is the very pack.
 * @throws DppError as `decodePack`, `checkPack` and, on a joint thread, `checkJointPack`; `role/unknown`, `thread/none`, `thread/closed`, `pack/overlap`; `event/conflict` when an id is taken by another event.
 */
export async function takeIn(reading: EventReading, bytes: Uint8Array): Promise<TakenIn> {
  const { store, clock, contracts, verify } = reading;
  const pack = decodePack(bytes);
  const attested = isJointThread(pack.source)
    ? await requireParties(reading, partyNames(pack))
    : await requireSource(reading, pack.source);
  const state = await readThreadState(reading, pack.source);
  if (state === null) throw noThread(pack.source);
  const written = pack.lo < state.thread.next ? await writtenOf(reading, pack, state.thread.next) : null;
  if (written === null && state.thread.closed)
    throw new DppError("thread/closed", "the thread of this source is closed");
  const now = clock.now();
  const before = await hashBefore(reading, pack, state.thread.next);
  const rules = { config: contracts.config.hash, verify, now };
  const checked = isJointThread(pack.source)
    ? checkJointPack(pack, { ...rules, parties: partiesThen(attested, written?.entry) }, before)
    : checkPack(pack, { ...rules, ...(await keysThen(reading, attested, written?.entry)) }, before);
  const unusable: Omit<UnusablePayload, "kept">[] = [];
  const rows = checked.map(({ leaf, leafBytes }, at) => {
    const { signed, payload } = pack.events[at] as Pack["events"][number];
    return storedEvent(contracts.config.hash, leaf, leafBytes, signed, usable(payload), now);

    function usable(record: Uint8Array | null): Uint8Array | null {
      if (record === null) return null;
      try {
        checkPayload(decodePayload(record), leaf, contracts.config.hash);
        return record;
      } catch (error) {
        if (!isDppError(error)) throw error;
        unusable.push({ counter: leaf.counter, code: error.code, message: error.message });
        return null;
      }
    }
  });
  const { events: _, ...sealed } = pack;
  const row: StoredPack = { ...sealed, sealedAt: now, state: written?.state ?? { kind: "waiting" } };
  const { events, pack: outcome } = await added(store, rows, row);
  const conflict = events.indexOf("conflict");
  if (conflict >= 0) {
    const id = rows[conflict]?.id;
    if (isJointThread(pack.source))
      throw new DppError(
        "pack/overlap",
        `another pack of this joint thread here holds the event ${rows[conflict]?.counter}, and waits: dpp event anchor brings it on the ledger, or marks it when others were faster; then take this one in again`,
        { details: { id } },
      );
    throw new DppError(
      "event/conflict",
      `the id ${id} belongs to another event here: one counter was used twice, which its device never does`,
      { details: { id } },
    );
  }
  if (outcome === "conflict" || outcome === null)
    throw new DppError(
      "pack/overlap",
      `other packs here hold some of the events from ${pack.lo} to ${pack.hi - 1}`,
    );
  const count = (answer: Added): number => events.filter((it) => it === answer).length;
  const taken = { added: count("added"), same: count("same") };
  const payloads: UnusablePayload[] = [];
  for (const left of unusable) {
    const here = await store.event(eventId(contracts.config.hash, pack.source, left.counter));
    payloads.push({ ...left, kept: here?.event.payload !== null && here !== null });
  }
  return { pack: (await store.pack(pack.source, pack.lo)) ?? row, outcome, events: taken, payloads };
}

/** Several groups may say something under one number of a joint thread, and the ledger takes one of them: what was refused makes room. */
async function added(
  store: EventStore,
  rows: readonly StoredEvent[],
  row: StoredPack,
): ReturnType<EventStore["addWhole"]> {
  const answers = await store.addWhole(rows, row);
  if (!isJointThread(row.source) || !answers.events.includes("conflict")) return answers;
  const dropped = await store.dropLoose(row.source, row.lo, row.hi);
  return dropped === 0 ? answers : store.addWhole(rows, row);
}

/** @throws DppError `role/unknown`. */
async function requireSource(reading: EventReading, name: string): Promise<readonly [AttestationView]> {
  const source = await readAttestation(reading, name);
  if (source === null) throw new DppError("role/unknown", `this deployment has no attestation ${name}`);
  return [source];
}

/** The source with the key that counts, and the others that it had: what was written under a key that was replaced since stays good. */
async function keysThen(
  reading: EventReading,
  [source]: readonly AttestationView[],
  entry: WrittenPackEntry | undefined,
): Promise<Pick<EventRules, "source" | "earlier">> {
  if (source === undefined)
    throw new DppError("role/unknown", "this deployment has no attestation of the source");
  const pk = entry?.kind === "append" ? entry.pk : source.pk;
  const others = [source.pk, ...(await earlierKeys(reading, source))];
  return {
    source: { ...source, pk, alg: pk === source.pk ? source.alg : algOfLength(pk) },
    earlier: others.filter((key) => key !== pk),
  };
}

const partiesThen = (
  views: readonly AttestationView[],
  entry: WrittenPackEntry | undefined,
): readonly PartyFacts[] => (entry?.kind === "co-append" ? factsAsWritten(views, entry) : views);

/** The ledger's entry of this very pack. @throws DppError `pack/overlap` when it has something else there. */
async function writtenOf(
  reading: EventReading,
  { source, lo, hi, root }: Pack,
  next: number,
): Promise<{ readonly entry: WrittenPackEntry; readonly state: PackState }> {
  const { entries } = await readThreadHistory(reading, source);
  for (const [seq, { entry, tx }] of entries.entries())
    if (isWritten(entry) && entry.lo === lo && entry.hi === hi && entry.root === root)
      return { entry, state: { kind: "anchored", txHash: tx.hash, seq, late: entry.late } };
  throw new DppError(
    "pack/overlap",
    `the ledger has the events of this thread up to ${next - 1} already, and not from this pack, which begins at ${lo}: dpp event thread shows what stands there`,
  );
}

/** Hash of the event that stands before the pack; "" for none, `null` when it is not known, or was given up. */
export async function hashBefore(
  { store, contracts }: EventReading,
  { source, lo }: Pick<Pack, "source" | "lo">,
  next: number,
): Promise<string | null> {
  if (lo === 0) return "";
  const before = await store.event(eventId(contracts.config.hash, source, lo - 1));
  if (before === null || before.pack === null) return null;
  const { state, hi } = before.pack;
  // The ledger is past it, and nobody said yet that it has this pack: it may have gone over a gap.
  const isOpen = state.kind === "refused" || (state.kind !== "anchored" && hi <= next);
  return isOpen ? null : before.event.hash;
}
