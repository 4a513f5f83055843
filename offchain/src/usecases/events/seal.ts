/** Packs: a source signs the root over its events that are in no pack yet. Spec: docs/spec/anchor.md "Pack". */
import { packDigest } from "../../codec/pack.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { MAX_EVENT_INTEGER, MAX_PACK_EVENTS, tierOf } from "../../domain/event.js";
import type { PackHeader, SealedPack, Thread } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";
import type { EventSigner } from "../../ports/event-signer.js";
import type { EventMark, EventStore, StoredPack } from "../../ports/event-store.js";
import { checkSeal, requireDeployment, type SourceFacts } from "./check.js";
import { CLOCK_TOLERANCE } from "./check-leaf.js";
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
  const packs: StoredPack[] = [];
  for await (const { events, held } of openRuns(reading, source.name, max)) {
    if (events.length > 0) packs.push(await sealRun(reading, source, signer, events));
    if (held !== null) return { packs, held };
  }
  return { packs, held: null };
}

/** Events to be sealed together; `held` stands behind them, and ends the runs. */
interface OpenRun {
  readonly events: readonly EventMark[];
  readonly held: EventMark | null;
}

/** What is in no pack, oldest first, at most `max` at a time. What became of one run is looked at before the next is read. */
async function* openRuns(reading: EventReading, source: string, max: number): AsyncGenerator<OpenRun> {
  const { store, clock } = reading;
  const size = Math.max(1, Math.min(max, MAX_PACK_EVENTS));
  const state = await readThreadState(reading, source);
  if (state === null)
    throw new DppError("thread/none", `${source} has no thread: it was accredited without an event key`);
  refuseEnded(state.thread);
  let from = state.thread.next;
  for (;;) {
    const hole = await nextHole(store, source, from);
    from = hole.from;
    const run = await readRun(
      store,
      source,
      from,
      Math.min(size, hole.until - from, MAX_EVENT_INTEGER - from),
    );
    const latest = clock.now() + CLOCK_TOLERANCE;
    const ahead = run.findIndex(({ captured }) => captured > latest);
    const events = ahead < 0 ? run : run.slice(0, ahead);
    const held = run[ahead] ?? null;
    if (events.length > 0 || held !== null) yield { events, held };
    if (held !== null) return;
    from += events.length;
    if (events.length > 0) continue;
    if (hole.until === Number.POSITIVE_INFINITY) return;
    // Its events lie elsewhere.
    from = hole.until;
  }
}

/** The next pack of a source whose key lies elsewhere, to be signed there; `header` is `null` when there is nothing to seal. @throws DppError as `sealPacks`. */
export async function nextHeader(
  reading: EventReading,
  source: SourceFacts,
  { max = MAX_PACK_EVENTS }: Sealing = {},
): Promise<{ readonly header: PackHeader | null; readonly held: Sealed["held"] }> {
  for await (const { events, held } of openRuns(reading, source.name, max))
    return { header: events.length === 0 ? null : headerOf(reading, source, events), held };
  return { header: null, held: null };
}

/**
 * The pack of this header, whose signature was made elsewhere. The events here must make it, and the key of the source's attestation must have signed it.
 * @throws DppError as `checkSeal`; `pack/root` when the events here are not those that were signed; `pack/events-missing`; `pack/overlap`.
 */
export async function sealSigned(
  reading: EventReading,
  source: SourceFacts,
  header: PackHeader,
  signature: string,
): Promise<StoredPack> {
  const pack = { ...header, signature };
  requireDeployment(pack, reading.contracts.config.hash);
  checkSeal(pack, { source, verify: reading.verify });
  const run = await readRun(reading.store, source.name, header.lo, header.hi - header.lo);
  if (run.length < header.hi - header.lo)
    throw new DppError(
      "pack/events-missing",
      `the store lacks events of the pack from ${header.lo} to ${header.hi - 1}`,
    );
  const { root, cmin, cmax } = headerOf(reading, source, run);
  if (root !== header.root || cmin !== header.cmin || cmax !== header.cmax)
    throw new DppError("pack/root", "the events here are not those that were signed");
  return addSealed(reading, pack);
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

const sealRun = async (
  reading: EventReading,
  source: SourceFacts,
  signer: EventSigner,
  events: readonly EventMark[],
): Promise<StoredPack> =>
  addSealed(reading, await sealHeader(headerOf(reading, source, events), source, signer));

function headerOf(
  { contracts }: EventReading,
  source: SourceFacts,
  events: readonly EventMark[],
): PackHeader {
  const times = events.map(({ captured }) => captured);
  const lo = events[0]?.counter ?? 0;
  return {
    config: contracts.config.hash,
    source: source.name,
    tier: tierOf(source.kind),
    lo,
    hi: lo + events.length,
    root: toHex(packRoot(events.map(({ hash }) => fromHex(hash)))),
    cmin: times.reduce((a, b) => Math.min(a, b)),
    cmax: times.reduce((a, b) => Math.max(a, b)),
  };
}

async function addSealed({ store, clock }: EventReading, sealed: SealedPack): Promise<StoredPack> {
  const pack: StoredPack = { ...sealed, sealedAt: clock.now(), state: { kind: "waiting" } };
  if ((await store.addPack(pack)) === "conflict")
    throw new DppError(
      "pack/overlap",
      `some of the events from ${pack.lo} to ${pack.hi - 1} are in another pack: have it anchored or refused first (dpp event anchor)`,
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
