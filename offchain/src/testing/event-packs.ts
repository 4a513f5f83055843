/** Packs with their events, as a source's device makes them, and the store that tests of events share. */
import { migrate } from "../adapters/event-store/migrate.js";
import { openPglite } from "../adapters/event-store/pglite.js";
import { eventStoreOver } from "../adapters/event-store/store.js";
import { decodeLeaf, eventHash } from "../codec/event.js";
import { packDigest } from "../codec/pack.js";
import type { SourceKind } from "../domain/attestation.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { type EventLeaf, tierOf } from "../domain/event.js";
import type { Pack, PackHeader } from "../domain/pack.js";
import type { Role } from "../domain/role.js";
import { packRoot } from "../merkle/pack.js";
import type { EventSigner } from "../ports/event-signer.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Reading } from "../usecases/context.js";
import type { EventContext } from "../usecases/events/context.js";
import { recordEvents } from "../usecases/events/record.js";
import { readThreadHistory } from "../usecases/events/threads.js";
import { recordingOf, transportInput } from "./event-context.js";
import { leavesOf, type SourceName } from "./event-world.js";
import type { World } from "./world.js";

export interface Packing {
  readonly config: string;
  readonly source: { readonly name: string; readonly role: Role; readonly kind: SourceKind };
  readonly signer: EventSigner;
  readonly lo?: number;
  /** Default 3. */
  readonly count?: number;
  /** Time of the first event; the others follow by a millisecond each. */
  readonly captured: number;
  /** Changes each leaf. */
  readonly fields?: Partial<EventLeaf>;
  /** What the device puts in place of its leaves. */
  readonly altered?: (leaves: readonly Uint8Array[]) => readonly Uint8Array[];
  /** What is signed and said differs in this from what the events make. */
  readonly header?: Partial<PackHeader>;
}

/** Signed over what it says, true or not. */
export async function packWith(packing: Packing): Promise<Pack> {
  const { config, source, signer, lo = 0, count = 3, captured } = packing;
  const { fields = {}, altered = (leaves) => leaves, header = {} } = packing;
  const leaves = altered(leavesOf(source.name, source, { lo, count, captured }, fields));
  const times = leaves.map((leaf) => decodeLeaf(leaf).captured);
  const said: PackHeader = {
    config,
    source: source.name,
    tier: tierOf(source.kind),
    lo,
    hi: lo + leaves.length,
    root: toHex(packRoot(leaves.map(eventHash))),
    cmin: Math.min(...times),
    cmax: Math.max(...times),
    ...header,
  };
  const signature = toHex(await signer.sign(packDigest(said)));
  return { ...said, signature, events: leaves.map((signed) => ({ signed, payload: null })) };
}

/** One database for a test file, in memory; opening one costs seconds. */
export async function sharedEventStore(): Promise<{ fresh(): Promise<EventStore>; close(): Promise<void> }> {
  const pglite = await openPglite("memory");
  await migrate(pglite);
  return {
    async fresh() {
      await pglite.query("TRUNCATE dpp_event, dpp_pack, dpp_thread");
      return eventStoreOver(pglite);
    },
    close: () => pglite.close(),
  };
}

/** The next events of a source, recorded as the product does. */
export async function recordMany(
  context: EventContext,
  world: World,
  name: SourceName,
  count: number,
  captured: number | null = null,
): Promise<readonly StoredEvent[]> {
  const inputs = Array.from({ length: count }, () => transportInput(captured));
  return recordEvents(context, await recordingOf(world, name), inputs);
}

/**
 * Ids of the events that the ledger holds of a source, in its order, and the counters that were given up. Fails where an entry does not begin at the end of the one
 * before, or is not what the store's events make: so each event stands once, in order, or not at all.
 */
export async function anchoredEvents(
  reading: Reading,
  store: EventStore,
  source: string,
): Promise<{ readonly ids: readonly string[]; readonly lost: readonly number[] }> {
  const { entries, now } = await readThreadHistory(reading, source);
  const ids: string[] = [];
  const lost: number[] = [];
  let next = 0;
  for (const { entry } of entries) {
    if (entry.lo !== next)
      throw new Error(`an entry begins at ${entry.lo}, and the one before ends at ${next}`);
    next = entry.hi;
    const size = entry.hi - entry.lo;
    if (entry.kind === "gap") {
      lost.push(...Array.from({ length: size }, (_, at) => entry.lo + at));
      continue;
    }
    const events = await store.events(source, entry.lo, size);
    if (toHex(packRoot(events.map(({ hash }) => fromHex(hash)))) !== entry.root)
      throw new Error(`the entry from ${entry.lo} is not of the events here`);
    ids.push(...events.map(({ id }) => id));
  }
  if (now.thread.next !== next || now.thread.total !== ids.length) throw new Error("the thread miscounts");
  return { ids, lost };
}
