/** Worlds in which relayers meet trouble: several of them, a ledger that fails or reorganises, work that breaks off. */
import { pendingInMemory } from "../adapters/pending/memory.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Ledger } from "../ports/ledger.js";
import type { TrackedLedger } from "../ports/pending-transactions.js";
import type { EventContext } from "../usecases/events/context.js";
import { sealPacks } from "../usecases/events/seal.js";
import { trackSubmissions } from "../usecases/track.js";
import { eventContext, sourceView } from "./event-context.js";
import { anchoredEvents, recordMany } from "./event-packs.js";
import { eventSigner, type SourceName } from "./event-world.js";
import { ReorganisingLedger } from "./reorganising-ledger.js";
import type { EmbeddedWorld } from "./world.js";

/** Ends a relayer's work as a killed process does: nobody catches it for a reason of his own. */
export class Killed extends Error {}

/** The same object, but for what is given. */
export const altered = <T extends object>(object: T, changes: Partial<T>): T =>
  Object.create(object, Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, { value }])));

/** Records so many events of each source, and seals them in packs of `max`. */
export async function prepare(
  context: EventContext,
  world: EmbeddedWorld,
  counts: Partial<Record<SourceName, number>>,
  max = 2,
): Promise<Readonly<Partial<Record<SourceName, readonly string[]>>>> {
  const ids: Partial<Record<SourceName, readonly string[]>> = {};
  for (const [name, count] of Object.entries(counts) as [SourceName, number][]) {
    const events = await recordMany(context, world, name, count);
    ids[name] = events.map(({ id }) => id);
    await sealPacks(context, await sourceView(world, name), eventSigner(name), { max });
  }
  return ids;
}

/** Ids of what the ledger has of these sources, each once and in order, as `prepare` answers them. */
export async function onLedger(
  { ledger, contracts, clock, store }: EventContext,
  world: EmbeddedWorld,
  names: readonly SourceName[],
): Promise<Readonly<Partial<Record<SourceName, readonly string[]>>>> {
  const found: Partial<Record<SourceName, readonly string[]>> = {};
  for (const name of names)
    found[name] = (
      await anchoredEvents({ ledger, contracts, clock }, store, world.roles.get(name) ?? "")
    ).ids;
  return found;
}

/** Everything of one store in another. */
export async function copyStore(from: EventStore, to: EventStore): Promise<void> {
  for (const { source } of await from.threads()) {
    const events: readonly StoredEvent[] = await from.events(source, 0, 10_000);
    await to.addWhole(events);
    for (const pack of await from.packs(source, 0, 1_000)) await to.addPack(pack);
  }
}

export interface Reorganising {
  /** The world over a ledger that reorganises. */
  readonly world: EmbeddedWorld;
  readonly node: ReorganisingLedger;
  /** Over a ledger that keeps what it sent; each call another process with a memory of its own. */
  tracked(confirmations?: number): TrackedLedger;
  context(store: EventStore, ledger?: Ledger): EventContext;
}

/** A block comes, and a second passes, whenever somebody waits. */
export function reorganising(base: EmbeddedWorld): Reorganising {
  const own = base.fork();
  const idle = async (): Promise<void> => {
    own.clock.advance(1_000);
    node.block();
  };
  const node = new ReorganisingLedger(own.journalCopy(), own.clock, { idle });
  const world: EmbeddedWorld = Object.create(own, { ledger: { value: node } });
  return {
    world,
    node,
    tracked: (confirmations = 3) =>
      trackSubmissions(node, { pending: pendingInMemory(), confirmations, clock: own.clock, pause: idle }),
    context: (store, ledger = node) => eventContext(altered(world, { ledger } as never), store),
  };
}
