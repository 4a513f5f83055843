/** A world with a station's thread of two packs and a gap, a supervisor's, and a joint thread that amends; and proofs of its weakest links. */
import { blueprint } from "../adapters/blueprint.gen.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { EventContext } from "../usecases/events/context.js";
import { relay } from "../usecases/events/relay.js";
import { sealPacks } from "../usecases/events/seal.js";
import { giveUp } from "../usecases/events/wardens.js";
import { amendment, coAppend, type JointThread, openJointThread } from "./amendment-world.js";
import { eventContext, sourceView } from "./event-context.js";
import { recordMany } from "./event-packs.js";
import { eventSigner, type SourceName } from "./event-world.js";
import { type EmbeddedWorld, makeWorld } from "./world.js";

export interface WeakestLinkWorld {
  readonly world: EmbeddedWorld;
  readonly context: EventContext;
  /** 0–2 in a pack, 3–4 lost, 5–6 in a pack: 1 was lowered to GATEWAY_SIGNED, 6 raised to MULTI_PARTY_SIGNED. */
  readonly station: { readonly name: string; readonly events: readonly StoredEvent[] };
  /** 0–1 in a pack, 2 only recorded. */
  readonly supervisor: { readonly name: string; readonly events: readonly StoredEvent[] };
  readonly joint: JointThread;
}

export async function weakestLinkWorld(store: EventStore): Promise<WeakestLinkWorld> {
  const world = await makeWorld(blueprint);
  const context = eventContext(world, store);
  const say = async (name: SourceName, count: number): Promise<readonly StoredEvent[]> => {
    const events = await recordMany(context, world, name, count);
    await sealPacks(context, await sourceView(world, name), eventSigner(name));
    await relay(context, world.actors.stranger, { worker: "one" });
    return events;
  };
  const station = world.roles.get("station") ?? "";
  const first = await say("station", 3);
  await giveUp(context, [world.actors.station], station, { through: 4, reason: 1, as: "source" });
  const second = await say("station", 2);
  const supervised = await say("supervisor", 2);
  const waiting = await recordMany(context, world, "supervisor", 1);
  const events = [...first, ...second];
  const joint = await openJointThread(world, "gateway");
  const idOf = (counter: number): string => events.find((event) => event.counter === counter)?.id ?? "";
  await coAppend(
    context,
    world,
    joint,
    ["supervisor", "gateway"],
    [
      amendment(idOf(1), "DEVICE_SIGNED", "GATEWAY_SIGNED", "weaker-than-stated"),
      amendment(idOf(6), "DEVICE_SIGNED", "MULTI_PARTY_SIGNED"),
    ],
  );
  return {
    world,
    context,
    station: { name: station, events },
    supervisor: { name: world.roles.get("supervisor") ?? "", events: [...supervised, ...waiting] },
    joint,
  };
}
