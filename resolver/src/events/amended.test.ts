/** What the event routes say of events that were amended. */
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import type { Tier } from "@cardano-dpp/offchain/domain/event";
import type { StoredEvent } from "@cardano-dpp/offchain/ports/event-store";
import { amendment, coAppend, openJointThread } from "@cardano-dpp/offchain/testing/amendment-world";
import { eventContext, sourceView } from "@cardano-dpp/offchain/testing/event-context";
import { recordMany, sharedEventStore } from "@cardano-dpp/offchain/testing/event-packs";
import { eventSigner } from "@cardano-dpp/offchain/testing/event-world";
import { makeWorld } from "@cardano-dpp/offchain/testing/world";
import { relay } from "@cardano-dpp/offchain/usecases/events/relay";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";
import { Value } from "@sinclair/typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EventAnswer, EventList } from "../schemas/events.js";
import { EventDesk } from "./desk.js";

let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let desk: EventDesk;
/** Of a station: as it was, raised, lowered. */
let events: readonly StoredEvent[];
const idOf = (at: number): string => events[at]?.id ?? "";

beforeAll(async () => {
  const world = await makeWorld(blueprint);
  stores = await sharedEventStore();
  const store = await stores.fresh();
  const context = eventContext(world, store);
  events = await recordMany(context, world, "station", 3);
  await sealPacks(context, await sourceView(world, "station"), eventSigner("station"));
  await relay(context, world.actors.stranger, { worker: "one" });
  const thread = await openJointThread(world, "gateway");
  await coAppend(
    context,
    world,
    thread,
    ["supervisor", "gateway"],
    [
      amendment(idOf(1), "DEVICE_SIGNED", "MULTI_PARTY_SIGNED"),
      amendment(idOf(2), "DEVICE_SIGNED", "GATEWAY_SIGNED", "weaker-than-stated"),
    ],
  );
  desk = new EventDesk(context, { store: async () => store, close: async () => undefined }, context.verify);
}, 300_000);
afterAll(() => stores.close());

const listed = async (minTier: Tier, limit = 50, after?: { receivedAt: number; id: string }) =>
  desk.list({ minTier, source: events[0]?.source ?? "", limit, ...(after && { after }) }, false);
const ids = async (minTier: Tier) => (await listed(minTier)).events.map(({ id }) => id).toSorted();

it("says both tiers, since when and by whom, and each amendment", async () => {
  const answer = await desk.one(idOf(1), false);
  expect(Value.Check(EventAnswer, answer)).toBe(true);
  const { tier, counts, countsWords, amendments } = answer.event;
  expect([tier, counts, amendments.length]).toEqual(["DEVICE_SIGNED", "MULTI_PARTY_SIGNED", 1]);
  expect(countsWords).toMatch(
    /^DEVICE_SIGNED on the ledger; counts as MULTI_PARTY_SIGNED since \S+Z by (GATEWAY|SUPERVISOR) \S+ and \w+ \S+$/,
  );
  const plain = (await desk.one(idOf(0), false)).event;
  expect([plain.counts, plain.countsWords, plain.amendments]).toEqual(["DEVICE_SIGNED", "DEVICE_SIGNED", []]);
});

it("narrows by what events count for, page by page", async () => {
  expect(await ids("MULTI_PARTY_SIGNED")).toEqual([idOf(1)]);
  expect(await ids("DEVICE_SIGNED")).toEqual([idOf(0), idOf(1)].toSorted());
  expect(await ids("GATEWAY_SIGNED")).toEqual([idOf(0), idOf(1), idOf(2)].toSorted());
  const first = await listed("DEVICE_SIGNED", 1);
  expect(Value.Check(EventList, first)).toBe(true);
  const [time, id] = first.next?.split(".") ?? [];
  const second = await listed("DEVICE_SIGNED", 1, { receivedAt: Number(time), id: id ?? "" });
  const both = [...first.events, ...second.events].map((event) => event.id);
  expect(both.toSorted()).toEqual([idOf(0), idOf(1)].toSorted());
});
