/** Taking in a pack file from elsewhere: checked against the source's attestation, stored, and ready for a relayer. Spec: docs/spec/anchor.md "Pack". */
import { eventId } from "../../codec/event.js";
import { decodePayload } from "../../codec/event-payload.js";
import { decodePack } from "../../codec/pack.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { Pack } from "../../domain/pack.js";
import { checkPayload } from "../../merkle/event-payload.js";
import type { Added, StoredPack } from "../../ports/event-store.js";
import { readAttestation } from "../resolve.js";
import { checkPack } from "./check.js";
import type { EventReading } from "./context.js";
import { storedEvent } from "./record.js";
import { readThreadState } from "./threads.js";

export interface TakenIn {
  readonly pack: StoredPack;
  readonly outcome: Added;
  readonly events: { readonly added: number; readonly same: number };
  /** Payload records that do not belong to their events and were left out: the events count without them. */
  readonly payloads: readonly { readonly counter: number; readonly code: string; readonly message: string }[];
}

const BATCH = 1_000;

/**
 * `bytes`: a pack file. Taken in whole or not at all: what is wrong with one event is told by name, and harms no other pack.
 * @throws DppError as `decodePack` and `checkPack`; `role/unknown`, `thread/none`, `thread/closed`, `pack/overlap`; `event/conflict` when an id is taken by another event.
 */
export async function takeIn(reading: EventReading, bytes: Uint8Array): Promise<TakenIn> {
  const { store, clock, contracts, verify } = reading;
  const pack = decodePack(bytes);
  const source = await readAttestation(reading, pack.source);
  if (source === null)
    throw new DppError("role/unknown", `this deployment has no attestation ${pack.source}`);
  const state = await readThreadState(reading, pack.source);
  if (state === null)
    throw new DppError("thread/none", `${pack.source} has no thread: it was accredited without an event key`);
  if (state.thread.closed) throw new DppError("thread/closed", "the thread of this source is closed");
  const now = clock.now();
  const rules = { config: contracts.config.hash, source, verify, now };
  const checked = checkPack(pack, rules, await hashBefore(reading, pack));
  const known = await store.pack(pack.source, pack.lo);
  if (pack.lo < state.thread.next && (known === null || known.root !== pack.root || known.hi !== pack.hi))
    throw new DppError(
      "pack/overlap",
      `the ledger has the events of this thread up to ${state.thread.next - 1} already: this pack begins at ${pack.lo}`,
    );
  const payloads: TakenIn["payloads"][number][] = [];
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
        payloads.push({ counter: leaf.counter, code: error.code, message: error.message });
        return null;
      }
    }
  });
  const taken = { added: 0, same: 0 };
  for (let at = 0; at < rows.length; at += BATCH) {
    for (const [place, answer] of (await store.addEvents(rows.slice(at, at + BATCH))).entries()) {
      if (answer === "conflict")
        throw new DppError(
          "event/conflict",
          `the id ${rows[at + place]?.id} belongs to another event here: one counter was used twice, which its device never does`,
          {
            details: { id: rows[at + place]?.id },
          },
        );
      taken[answer] += 1;
    }
  }
  const { events: _, ...sealed } = pack;
  const row: StoredPack = { ...sealed, sealedAt: now, state: { kind: "waiting" } };
  const outcome = await store.addPack(row);
  if (outcome === "conflict")
    throw new DppError(
      "pack/overlap",
      `other packs here hold some of the events from ${pack.lo} to ${pack.hi - 1}`,
    );
  return { pack: (await store.pack(pack.source, pack.lo)) ?? row, outcome, events: taken, payloads };
}

/** Hash of the event that stands before the pack; "" for none, `null` when it is not known, or was given up. */
async function hashBefore({ store, contracts }: EventReading, { source, lo }: Pack): Promise<string | null> {
  if (lo === 0) return "";
  const before = await store.event(eventId(contracts.config.hash, source, lo - 1));
  return before === null || before.pack === null || before.pack.state.kind === "refused"
    ? null
    : before.event.hash;
}
