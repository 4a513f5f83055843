/** Packs: a source signs the root over its events that are in no pack yet. Spec: docs/spec/anchor.md "Pack". */
import { packDigest } from "../../codec/pack.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { MAX_EVENT_INTEGER, MAX_PACK_EVENTS, tierOf } from "../../domain/event.js";
import type { PackHeader, SealedPack, Thread } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";
import type { EventSigner } from "../../ports/event-signer.js";
import type { EventMark, EventStore, StoredPack } from "../../ports/event-store.js";
import { CLOCK_TOLERANCE, type SourceFacts } from "./check.js";
import type { EventReading } from "./context.js";
import { readThreadState } from "./threads.js";

const PAGE = 10_000;

/** @throws DppError `pack/signer` when the key is not that of the attestation. */
export async function sealHeader(
  header: PackHeader,
  source: SourceFacts,
  signer: EventSigner,
): Promise<SealedPack> {
  if (signer.publicKey !== source.pk)
    throw new DppError(
      "pack/signer",
      "the key at hand is not the event key of the source's attestation: it was replaced, or lies elsewhere",
    );
  return { ...header, signature: toHex(await signer.sign(packDigest(header))) };
}

export interface Sealing {
  /** At most so many events in a pack. */
  readonly max?: number;
}

export interface Sealed {
  readonly packs: readonly StoredPack[];
  /** An event that cannot go into a pack, and stands in the way of those after it. */
  readonly held: { readonly id: string; readonly counter: number; readonly captured: number } | null;
}

/**
 * Seals what is in no pack yet, or in one that was refused, oldest first. Stops before an event from the future, which no ledger would take: its counter must be
 * given up (`planGap`), and what it said recorded again.
 * @throws DppError `pack/signer`, `pack/overlap`, `thread/none`, `thread/closed`, `thread/full`, `event-store/*`, `ledger/*`.
 */
export async function sealPacks(
  reading: EventReading,
  source: SourceFacts,
  signer: EventSigner,
  { max = MAX_PACK_EVENTS }: Sealing = {},
): Promise<Sealed> {
  const { store, clock } = reading;
  const size = Math.max(1, Math.min(max, MAX_PACK_EVENTS));
  const state = await readThreadState(reading, source.name);
  if (state === null)
    throw new DppError("thread/none", `${source.name} has no thread: it was accredited without an event key`);
  refuseEnded(state.thread);
  const packs: StoredPack[] = [];
  let from = state.thread.next;
  for (;;) {
    const hole = await nextHole(store, source.name, from);
    from = hole.from;
    const run = await readRun(
      store,
      source.name,
      from,
      Math.min(size, hole.until - from, MAX_EVENT_INTEGER - from),
    );
    const latest = clock.now() + CLOCK_TOLERANCE;
    const ahead = run.findIndex(({ captured }) => captured > latest);
    const events = ahead < 0 ? run : run.slice(0, ahead);
    if (events.length > 0) {
      const pack = await sealRun(reading, source, signer, events);
      packs.push(pack);
      from = pack.hi;
    }
    const held = ahead < 0 ? undefined : run[ahead];
    if (held !== undefined) return { packs, held };
    if (events.length > 0) continue;
    if (hole.until === Number.POSITIVE_INFINITY) return { packs, held: null };
    // Its events lie elsewhere.
    from = hole.until;
  }
}

/** What would be sealed could never be written. */
function refuseEnded({ closed, next }: Thread): void {
  if (closed)
    throw new DppError(
      "thread/closed",
      "the thread of this source is closed: no pack is written to it any more",
    );
  if (next >= MAX_EVENT_INTEGER)
    throw new DppError("thread/full", "the thread of this source is full: every counter is used or given up");
}

async function sealRun(
  { store, clock, contracts }: EventReading,
  source: SourceFacts,
  signer: EventSigner,
  events: readonly EventMark[],
): Promise<StoredPack> {
  const times = events.map(({ captured }) => captured);
  const lo = events[0]?.counter ?? 0;
  const header: PackHeader = {
    config: contracts.config.hash,
    source: source.name,
    tier: tierOf(source.kind),
    lo,
    hi: lo + events.length,
    root: toHex(packRoot(events.map(({ hash }) => fromHex(hash)))),
    cmin: times.reduce((a, b) => Math.min(a, b)),
    cmax: times.reduce((a, b) => Math.max(a, b)),
  };
  const pack: StoredPack = {
    ...(await sealHeader(header, source, signer)),
    sealedAt: clock.now(),
    state: { kind: "waiting" },
  };
  if ((await store.addPack(pack)) === "conflict")
    throw new DppError(
      "pack/overlap",
      `some of the events from ${header.lo} to ${header.hi - 1} are in another pack: have it anchored or refused first (dpp event anchor)`,
    );
  return pack;
}

/** The first counters from `from` on that no pack holds; `until` is infinite after the last pack. */
async function nextHole(
  store: EventStore,
  source: string,
  from: number,
): Promise<{ readonly from: number; readonly until: number }> {
  let at = from;
  for (;;) {
    const packs = await store.packs(source, at, 1000, ["waiting", "sent", "anchored"]);
    if (packs.length === 0) return { from: at, until: Number.POSITIVE_INFINITY };
    for (const { lo, hi } of packs) {
      if (lo > at) return { from: at, until: lo };
      at = hi;
    }
  }
}

/** Events without a gap between them, from this counter or, where the store begins later, none. */
async function readRun(
  store: EventStore,
  source: string,
  from: number,
  limit: number,
): Promise<readonly EventMark[]> {
  const run: EventMark[] = [];
  while (run.length < limit) {
    const page = await store.marks(source, from + run.length, Math.min(PAGE, limit - run.length));
    for (const mark of page) {
      if (mark.counter !== from + run.length) return run;
      run.push(mark);
    }
    if (page.length === 0) break;
  }
  return run;
}
