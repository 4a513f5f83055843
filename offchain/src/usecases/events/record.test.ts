import { describe, expect, it } from "vitest";
import { decodeLeaf } from "../../codec/event.js";
import { leafOf } from "../../codec/signed-event.js";
import type { EventStore, StoredEvent } from "../../ports/event-store.js";
import { recordingOf, sourceView, transportInput } from "../../testing/event-context.js";
import { anchoredEvents, recordMany } from "../../testing/event-packs.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { append, eventSigner, type SourceName } from "../../testing/event-world.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import { planRotateKeys, planSuspend } from "../../tx/roles.js";
import { renewRole } from "../roles.js";
import type { EventContext } from "./context.js";
import { recordEvents } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { closeThread, giveUp } from "./wardens.js";

const HOUR = 3_600_000;
let world: EmbeddedWorld;
let store: EventStore;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, store, context } = setting);
});

const nameOf = (source: SourceName): string => world.roles.get(source) ?? "";
const record = (count: number, captured: number | null = null) =>
  recordMany(context, world, "station", count, captured);
const previousOf = ({ signed }: StoredEvent) => decodeLeaf(leafOf(signed)).previous;
const counters = (events: readonly StoredEvent[]) => events.map(({ counter }) => counter);
const seal = async (max?: number, by = eventSigner("station")) =>
  sealPacks(context, await sourceView(world, "station"), by, max === undefined ? {} : { max });
const runs = (packs: readonly { lo: number; hi: number }[]) => packs.map(({ lo, hi }) => [lo, hi]);
const anchor = () => relay(context, world.actors.stranger, { worker: "one" });
const lose = (through: number) =>
  giveUp(context, [world.actors.station], nameOf("station"), { through, reason: 1, as: "source" });

async function replaceKey(to: string): Promise<void> {
  const { utxo, holder, encPk } = await sourceView(world, "station");
  const keys = { holder, encPk, alg: 1, pk: eventSigner(to).publicKey };
  const deployment = await world.deployment();
  await world.accept(
    planRotateKeys(world.contracts, deployment, utxo, keys, world.validity()),
    world.actors.station,
  );
}

describe("recording", () => {
  it("numbers and chains the events of a source, call after call", async () => {
    const events = [...(await record(2)), ...(await record(1)), ...(await record(2))];
    expect(counters(events)).toEqual([0, 1, 2, 3, 4]);
    expect(events.map(previousOf)).toEqual(["", ...events.slice(0, -1).map(({ hash }) => hash)]);
    expect(counters(await store.events(nameOf("station"), 0, 10))).toEqual([0, 1, 2, 3, 4]);
    expect(counters(await recordMany(context, world, "gateway", 1))).toEqual([0]);
  });

  it("goes on after counters that were given up, with no event before", async () => {
    await record(2);
    await lose(9);
    const [next, after] = await record(2);
    expect([next, after].map((event) => event?.counter)).toEqual([10, 11]);
    expect(previousOf(next as StoredEvent)).toBe("");
    await seal();
    const report = await anchor();
    expect([report.anchored.map(({ pack }) => pack.lo), report.held]).toEqual([[10], []]);
    const { ids, lost } = await anchoredEvents(world, store, nameOf("station"));
    expect([ids, lost]).toEqual([[next?.id, after?.id], Array.from({ length: 10 }, (_, at) => at)]);
  });

  it("does not when the ledger has events that the store lacks", async () => {
    await append(world, "station", { count: 3 });
    await expect(record(1)).rejects.toMatchObject({
      code: "event/store-behind",
      details: { next: 3, here: 0 },
    });
    expect(await store.lastEvent(nameOf("station"))).toBeNull();
    expect(counters(await recordMany(context, world, "supervisor", 1))).toEqual([0]);
  });

  it("lets one of two processes record, whole, when both do at once", async () => {
    let looked = 0;
    let go = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow: EventStore = {
      ...store,
      async lastEvent(source) {
        const last = await store.lastEvent(source);
        looked += 1;
        if (looked === 2) go();
        await both;
        return last;
      },
    };
    const recording = await recordingOf(world, "station");
    const attempts = [1, 3].map((count) =>
      recordEvents(
        { ...context, store: slow },
        recording,
        Array.from({ length: count }, (_, at) => transportInput(at + count)),
      ),
    );
    const done = await Promise.allSettled(attempts);
    const [won] = done.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
    const [lost] = done.flatMap((it) => (it.status === "rejected" ? [it.reason] : []));
    expect([lost, won?.length]).toMatchObject([{ code: "event/conflict" }, expect.any(Number)]);
    expect((await store.events(nameOf("station"), 0, 10)).map(({ id }) => id)).toEqual(
      won?.map(({ id }) => id),
    );
    const [next] = await record(1);
    expect(previousOf(next as StoredEvent)).toBe(won?.at(-1)?.hash);
  });

  it("does not with a key that is not the attestation's, on a closed thread, or without one", async () => {
    const recording = await recordingOf(world, "station");
    const other = { ...recording, signer: eventSigner("gateway") };
    await expect(recordEvents(context, other, [transportInput()])).rejects.toMatchObject({
      code: "pack/signer",
    });
    const maker = { ...recording, source: { ...recording.source, name: world.roles.get("maker") ?? "" } };
    await expect(recordEvents(context, maker, [transportInput()])).rejects.toMatchObject({
      code: "thread/none",
    });
    await closeThread(
      context,
      world.actors.member1 && [world.actors.member1, world.actors.member2],
      nameOf("station"),
      "quorum",
    );
    await expect(record(1)).rejects.toMatchObject({ code: "thread/closed" });
    expect(await store.threads()).toEqual([]);
  });

  it("does not what came more than a day from the future, whole", async () => {
    const recording = await recordingOf(world, "station");
    const latest = world.clock.now() + 24 * HOUR;
    const inputs = [transportInput(), transportInput(latest + 1)];
    await expect(recordEvents(context, recording, inputs)).rejects.toMatchObject({
      code: "event/clock-ahead",
      details: { captured: latest + 1 },
    });
    expect(await store.lastEvent(nameOf("station"))).toBeNull();
    expect(counters(await record(1, latest))).toEqual([0]);
    expect(runs((await seal()).packs)).toEqual([[0, 1]]);
  });

  it("does not beyond the last counter that the ledger takes", async () => {
    await lose(Number.MAX_SAFE_INTEGER - 3);
    await expect(record(3)).rejects.toMatchObject({ code: "thread/full", details: { free: 2 } });
    expect(counters(await record(1))).toEqual([Number.MAX_SAFE_INTEGER - 2]);
    expect(counters(await record(1))).toEqual([Number.MAX_SAFE_INTEGER - 1]);
    await expect(record(1)).rejects.toMatchObject({ code: "thread/full", details: { free: 0 } });
    expect(runs((await seal()).packs)).toEqual([[Number.MAX_SAFE_INTEGER - 2, Number.MAX_SAFE_INTEGER]]);
    const { anchored, held } = await anchor();
    expect([anchored.length, held]).toEqual([1, []]);
    await expect(record(1)).rejects.toMatchObject({ code: "thread/full" });
    await expect(seal()).rejects.toMatchObject({ code: "thread/full" });
  });

  it("goes on offline while its source is suspended: written, unmarked, once that is lifted", async () => {
    const { utxo, validFrom, validTo } = await sourceView(world, "station");
    const { freezer } = world.actors;
    const deployment = await world.deployment();
    await world.accept(planSuspend(world.contracts, deployment, utxo, freezer.keyHash, 1), freezer);
    expect(counters(await record(2))).toEqual([0, 1]);
    await recordMany(context, world, "gateway", 1);
    await seal();
    await sealPacks(context, await sourceView(world, "gateway"), eventSigner("gateway"));
    const { anchored, held } = await anchor();
    expect(anchored.map(({ pack }) => pack.source)).toEqual([nameOf("gateway")]);
    expect(held).toMatchObject([{ code: "thread/not-live", final: false, pack: { lo: 0, hi: 2 } }]);
    expect((await store.pack(nameOf("station"), 0))?.state.kind).toBe("waiting");
    const { member1, member2 } = world.actors;
    await renewRole(context, [member1, member2], nameOf("station"), { validFrom, validTo });
    expect((await anchor()).anchored).toMatchObject([{ pack: { lo: 0, hi: 2 }, late: false }]);
  });
});

describe("sealing", () => {
  it("has nothing to do without events, and keeps to the size that is asked for", async () => {
    expect(await seal()).toEqual({ packs: [], held: null });
    await record(5);
    expect(runs((await seal(2)).packs)).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
    ]);
    expect(await seal(2)).toEqual({ packs: [], held: null });
    await record(1);
    expect(runs((await seal(0)).packs)).toEqual([[5, 6]]);
  });

  it("stops before an event from the future, until its counter is given up", async () => {
    await record(2);
    const fast = { ...context, clock: { now: () => world.clock.now() + 25 * HOUR } };
    await recordMany(fast, world, "station", 1);
    await record(1);
    const first = await seal();
    expect([runs(first.packs), first.held?.counter]).toEqual([[[0, 2]], 2]);
    expect((await seal()).held?.counter).toBe(2);
    await anchor();
    await lose(2);
    expect(runs((await seal()).packs)).toEqual([[3, 4]]);
    expect((await anchor()).held).toEqual([]);
    expect((await anchoredEvents(world, store, nameOf("station"))).lost).toEqual([2]);
  });

  it("does not on a thread that is closed", async () => {
    await record(1);
    const { member1, member2 } = world.actors;
    await closeThread(context, [member1, member2], nameOf("station"), "quorum");
    await expect(seal()).rejects.toMatchObject({ code: "thread/closed" });
    expect(await store.packs(nameOf("station"), 0, 10)).toEqual([]);
  });

  it("does not with another key, and seals anew what the replaced key had sealed", async () => {
    await record(6);
    await seal(2);
    await replaceKey("new station");
    await expect(seal()).resolves.toEqual({ packs: [], held: null });
    const refused = await anchor();
    expect(refused.held.map(({ code, final, pack }) => [code, final, pack.lo])).toEqual([
      ["pack/signature", true, 0],
      ["pack/signature", true, 2],
      ["pack/signature", true, 4],
    ]);
    await expect(seal()).rejects.toMatchObject({ code: "pack/signer" });
    expect(runs((await seal(4, eventSigner("new station"))).packs)).toEqual([
      [0, 4],
      [4, 6],
    ]);
    expect((await anchor()).held).toEqual([]);
    expect((await anchoredEvents(world, store, nameOf("station"))).ids).toHaveLength(6);
  });

  it("fills the hole that one refused pack leaves between others", async () => {
    await record(6);
    await seal(2);
    const [lease] = await store.lease("somebody", 0, 1, 1, nameOf("station"));
    const state = { kind: "refused", code: "pack/signature", reason: "altered on its way" } as const;
    await store.markPack(lease as NonNullable<typeof lease>, 2, state);
    await store.release(lease as NonNullable<typeof lease>);
    const held = await anchor();
    expect(held.anchored.map(({ pack }) => pack.lo)).toEqual([0]);
    expect(runs((await seal()).packs)).toEqual([[2, 4]]);
    const { anchored } = await anchor();
    expect(runs(anchored.map(({ pack }) => pack))).toEqual([
      [2, 4],
      [4, 6],
    ]);
    expect((await anchoredEvents(world, store, nameOf("station"))).ids).toHaveLength(6);
  });
});
