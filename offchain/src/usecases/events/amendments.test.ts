import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { meetsTier, type Tier } from "../../domain/event.js";
import type { StoredEvent } from "../../ports/event-store.js";
import {
  amendment,
  type CoAppending,
  coAppend,
  type JointInput,
  type JointThread,
  openJointThread,
} from "../../testing/amendment-world.js";
import { eventContext, recordingOf, sourceView } from "../../testing/event-context.js";
import { recordMany, sharedEventStore } from "../../testing/event-packs.js";
import { eventSigner, type SourceName } from "../../testing/event-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { AmendmentReader, amendmentsOf } from "./amendments.js";
import type { EventContext } from "./context.js";
import { countsFor, listCounted } from "./list.js";
import { recordEvents } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";

const DEVICE = "DEVICE_SIGNED";
const MULTI = "MULTI_PARTY_SIGNED";
const GATEWAY = "GATEWAY_SIGNED";
const INDIVIDUAL = "INDIVIDUAL_SIGNED";
const OTHERS = ["supervisor", "gateway"] as const;

let world: EmbeddedWorld;
let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let context: EventContext;
let thread: JointThread;
/** Of the station, on the ledger but for the last one. */
let events: readonly StoredEvent[];

const idOf = (at: number): string => events[at]?.id ?? "";
const sign = (parties: readonly SourceName[], inputs: readonly JointInput[], how: CoAppending = {}) =>
  coAppend(context, world, thread, parties, inputs, how);
const told = async (id: string) => {
  const { tier, counts, amendments } = await amendmentsOf(context, id);
  return [tier, counts, ...amendments.map(({ fault }) => fault?.code ?? "applied")];
};

beforeAll(async () => {
  world = await makeWorld(blueprint);
  stores = await sharedEventStore();
  context = eventContext(world, await stores.fresh());
  thread = await openJointThread(world, "supervisor");
  const anchored = await recordMany(context, world, "station", 10);
  await sealPacks(context, await sourceView(world, "station"), eventSigner("station"));
  await relay(context, world.actors.stranger, { worker: "one" });
  events = [...anchored, ...(await recordMany(context, world, "station", 1))];
}, 300_000);
afterAll(() => stores.close());

describe("what an event of the store counts for", () => {
  it("is what the ledger wrote, while nobody amended it", async () => {
    expect(await amendmentsOf(context, idOf(0))).toEqual({
      tier: DEVICE,
      counts: DEVICE,
      amendments: [],
      omitted: 0,
    });
    await expect(amendmentsOf(context, "00000000-0000-8000-8000-000000000000")).rejects.toMatchObject({
      code: "event/unknown",
    });
  });

  it("is raised by two other roles, with who they are and the transaction that wrote it", async () => {
    const [made] = await sign(OTHERS, [amendment(idOf(1), DEVICE, MULTI, "audited")]);
    const { counts, amendments } = await amendmentsOf(context, idOf(1));
    expect(counts).toBe(MULTI);
    expect(amendments).toMatchObject([
      {
        id: made?.id,
        thread: thread.name,
        from: DEVICE,
        to: MULTI,
        reason: "audited",
        applied: true,
        fault: null,
        txHash: world.history.at(-1)?.hash,
      },
    ]);
    expect(
      amendments[0]?.parties.map(({ role, operator, form }) => [role, operator, form]).toSorted(),
    ).toEqual([
      ["GATEWAY", "gln:9506000134352", "Ed25519"],
      ["SUPERVISOR", "gln:9506000134352", "Ed25519"],
    ]);
  });

  it("is lowered by its own source with one other, and not raised again by the same", async () => {
    const own = ["station", "supervisor"] as const;
    await sign(own, [amendment(idOf(2), DEVICE, GATEWAY, "weaker-than-stated")]);
    expect(await told(idOf(2))).toEqual([DEVICE, GATEWAY, "applied"]);
    await sign(own, [amendment(idOf(2), GATEWAY, MULTI)]);
    expect(await told(idOf(2))).toEqual([DEVICE, GATEWAY, "applied", "amendment/own-source"]);
  });

  it("follows two amendments of one pack in the order of their counters", async () => {
    await sign(OTHERS, [amendment(idOf(3), DEVICE, INDIVIDUAL), amendment(idOf(3), INDIVIDUAL, MULTI)]);
    expect(await told(idOf(3))).toEqual([DEVICE, MULTI, "applied", "applied"]);
  });

  it("is not touched by an amendment that starts at another tier", async () => {
    await sign(OTHERS, [amendment(idOf(4), INDIVIDUAL, GATEWAY)]);
    expect(await told(idOf(4))).toEqual([DEVICE, DEVICE, "amendment/from"]);
  });

  it("is not touched by an amendment whose payload was erased, or is of another event", async () => {
    let other: Uint8Array | null = null;
    const keep = (record: Uint8Array) => {
      other = record;
      return null;
    };
    await sign(OTHERS, [amendment(idOf(5), DEVICE, GATEWAY)], { payload: keep });
    await sign(OTHERS, [amendment(idOf(5), DEVICE, GATEWAY)], { payload: () => other });
    expect(await told(idOf(5))).toEqual([DEVICE, DEVICE, "amendment/payload", "amendment/payload"]);
  });

  it("is not touched by what a single source says of it", async () => {
    const { type, subject, elements } = amendment(idOf(6), DEVICE, GATEWAY);
    const inputs = [{ type, subject, captured: null, elements }];
    await recordEvents(context, await recordingOf(world, "supervisor"), inputs);
    expect(await told(idOf(6))).toEqual([DEVICE, DEVICE, "amendment/single-party"]);
  });

  it("is nothing for an event that the ledger does not hold", async () => {
    await sign(OTHERS, [amendment(idOf(10), DEVICE, MULTI)]);
    expect(await told(idOf(10))).toEqual([null, null, "amendment/subject"]);
  });

  it("is not touched by amendments of amendments", async () => {
    const [first] = await sign(OTHERS, [amendment(idOf(7), DEVICE, GATEWAY)]);
    await sign(OTHERS, [amendment(first?.id ?? "", MULTI, GATEWAY)]);
    expect(await told(first?.id ?? "")).toEqual([MULTI, MULTI, "amendment/subject"]);
    expect(await told(idOf(7))).toEqual([DEVICE, GATEWAY, "applied"]);
  });

  it("is not touched by an amendment that waits for the ledger", async () => {
    const later = await openJointThread(world, "gateway");
    await coAppend(context, world, later, OTHERS, [amendment(idOf(8), DEVICE, GATEWAY)], { send: false });
    expect(await told(idOf(8))).toEqual([DEVICE, DEVICE, "amendment/not-anchored"]);
  });
});

describe("a list by what events count for", () => {
  const listed = async (minTier: Tier, limit: number) => {
    const reader = new AmendmentReader(context);
    const found: string[] = [];
    let after: { readonly receivedAt: number; readonly id: string } | undefined;
    for (let page = 0; page < 20; page++) {
      const query = { minTier, source: events[0]?.source ?? "", limit, ...(after && { after }) };
      const counted = await listCounted(context.store, reader, query);
      expect(counted.every((it) => meetsTier(countsFor(it), minTier))).toBe(true);
      found.push(...counted.map(({ event }) => event.id));
      after = counted.at(-1)?.event;
      if (counted.length < limit) return found;
    }
    throw new Error("the list does not end");
  };
  const ids = (...at: readonly number[]) => at.map(idOf).toSorted();

  it("has what was raised, lacks what was lowered, and is the same on pages of any size", async () => {
    for (const limit of [1, 2, 3, 50]) {
      expect((await listed(MULTI, limit)).toSorted()).toEqual(ids(1, 3));
      const device = await listed(DEVICE, limit);
      expect(device.toSorted()).toEqual(ids(0, 1, 3, 4, 5, 6, 8, 9, 10));
      expect(new Set(device).size).toBe(device.length);
      expect((await listed(GATEWAY, limit)).toSorted()).toEqual(ids(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    }
  });
});
