/** Before each test of a file: a fork of one world, an empty store, and what the use cases of events need over both. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { blueprint } from "../adapters/blueprint.gen.js";
import type { EventStore } from "../ports/event-store.js";
import type { EventContext } from "../usecases/events/context.js";
import { eventContext } from "./event-context.js";
import { sharedEventStore } from "./event-packs.js";
import { type EmbeddedWorld, makeWorld } from "./world.js";

export interface EventSetting {
  readonly world: EmbeddedWorld;
  readonly store: EventStore;
  readonly context: EventContext;
  /** Empties the store: the same database as another process would find it that knows nothing yet. */
  readonly emptied: () => Promise<EventStore>;
}

/** World and store are made once, which takes seconds. `take`: hands the setting to the test. */
export function eachInEventSetting(take: (setting: EventSetting) => void): void {
  let base: EmbeddedWorld;
  let stores: Awaited<ReturnType<typeof sharedEventStore>>;
  beforeAll(async () => {
    base = await makeWorld(blueprint);
    stores = await sharedEventStore();
  }, 300_000);
  afterAll(() => stores.close());
  beforeEach(async () => {
    const world = base.fork();
    const store = await stores.fresh();
    take({ world, store, context: eventContext(world, store), emptied: () => stores.fresh() });
  });
}
