import { describe, expect, it } from "vitest";
import { decodeLeaf, encodeLeaf, eventHash, eventId } from "../../codec/event.js";
import { encodePack } from "../../codec/pack.js";
import { leafOf } from "../../codec/signed-event.js";
import { toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { Pack } from "../../domain/pack.js";
import type { EventStore } from "../../ports/event-store.js";
import { eventContext, recordingOf, sourceView, transportInput } from "../../testing/event-context.js";
import { anchoredEvents, type Packing, packWith, recordMany } from "../../testing/event-packs.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { eventSigner, type SourceName } from "../../testing/event-world.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import { planRotateKeys } from "../../tx/roles.js";
import type { EventContext } from "./context.js";
import { packFileOf } from "./pack-file.js";
import { makeEvent, storedEvent } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { takeIn } from "./take-in.js";
import { closeThread } from "./wardens.js";

let world: EmbeddedWorld;
let store: EventStore;
let context: EventContext;
let emptied: () => Promise<EventStore>;
eachInEventSetting((setting) => {
  ({ world, store, context, emptied } = setting);
});

const nameOf = (source: SourceName): string => world.roles.get(source) ?? "";

async function pack(source: SourceName, changes: Partial<Packing> = {}): Promise<Pack> {
  return packWith({
    config: world.contracts.config.hash,
    source: await sourceView(world, source),
    signer: eventSigner(source),
    captured: world.clock.now() - 3_600_000,
    ...changes,
  });
}

const take = async (given: Pack) => takeIn(context, encodePack(given));
async function verdict(given: Pack): Promise<string> {
  try {
    return (await take(given)).outcome;
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
}
const stored = async (source: SourceName) =>
  (await store.events(nameOf(source), 0, 10_000)).map(({ counter }) => counter);
const packsOf = async (source: SourceName) =>
  (await store.packs(nameOf(source), 0, 100)).map(({ lo, hi, state }) => [lo, hi, state.kind]);

describe("taking in a pack file", () => {
  it("stores its events and the pack, once", async () => {
    const given = await pack("station", { count: 4 });
    expect(await take(given)).toMatchObject({
      outcome: "added",
      events: { added: 4, same: 0 },
      payloads: [],
    });
    expect(await take(given)).toMatchObject({ outcome: "same", events: { added: 0, same: 4 } });
    expect([await stored("station"), await packsOf("station")]).toEqual([[0, 1, 2, 3], [[0, 4, "waiting"]]]);
  });

  it("stores nothing of a pack in which one id is another event's, and harms no other pack", async () => {
    // The same key on two devices: both have an event 1,100.
    const count = 1_200;
    const given = await pack("station", { count });
    const other = encodeLeaf({
      ...decodeLeaf(given.events[1_100]?.signed as Uint8Array),
      payload: "ee".repeat(32),
    });
    const config = world.contracts.config.hash;
    const row = storedEvent(config, decodeLeaf(other), other, other, null, 0);
    expect(await store.addEvents([row])).toEqual(["added"]);
    await expect(take(given)).rejects.toMatchObject({
      code: "event/conflict",
      details: { id: eventId(config, nameOf("station"), 1_100) },
    });
    expect([await stored("station"), await packsOf("station")]).toEqual([[1_100], []]);
    expect((await store.event(row.id))?.event.hash).toBe(toHex(eventHash(other)));
    expect(await verdict(await pack("gateway"))).toBe("added");
  });

  it("stores nothing of a pack that overlaps another", async () => {
    const whole = await pack("station", { count: 5 });
    const leaves = whole.events.map(({ signed }) => signed);
    expect(await verdict(await pack("station", { altered: () => leaves.slice(0, 3) }))).toBe("added");
    expect(await verdict(await pack("station", { lo: 2, altered: () => leaves.slice(2) }))).toBe(
      "pack/overlap",
    );
    expect(await verdict(whole)).toBe("pack/overlap");
    expect(await stored("station")).toEqual([0, 1, 2]);
    expect(await verdict(await pack("station", { lo: 3, altered: () => leaves.slice(3) }))).toBe("added");
    // What does not name the event before it is no next pack.
    expect(await verdict(await pack("station", { lo: 5 }))).toBe("pack/chain");
  });

  it("refuses what no source of this deployment may write, by name, and takes the rest", async () => {
    const station = await sourceView(world, "station");
    const others: readonly (readonly [string, Pack])[] = [
      ["role/unknown", await pack("station", { source: { ...station, name: "ee".repeat(28) } })],
      [
        "thread/none",
        await pack("station", { source: { ...station, name: world.roles.get("maker") ?? "" } }),
      ],
      ["pack/signature", await pack("supervisor", { signer: eventSigner("gateway") })],
      ["pack/tier", await pack("supervisor", { header: { tier: "DEVICE_SIGNED" } })],
      ["pack/deployment", await pack("station", { config: "c0".repeat(28) })],
      ["pack/clock-ahead", await pack("station", { captured: Date.UTC(2099, 0) })],
    ];
    for (const [code, given] of others) expect(await verdict(given)).toBe(code);
    await expect(takeIn(context, new Uint8Array(64 * 1024 * 1024 + 1))).rejects.toMatchObject({
      code: "pack/too-large",
    });
    expect(await store.threads()).toEqual([]);
    expect([await verdict(await pack("station")), await verdict(await pack("supervisor"))]).toEqual([
      "added",
      "added",
    ]);
  });

  it("takes what was captured in 1970, which the ledger then marks late", async () => {
    expect(await verdict(await pack("station", { captured: 0 }))).toBe("added");
    const { anchored, held } = await relay(context, world.actors.stranger, { worker: "one" });
    expect([anchored.map(({ late }) => late), held]).toEqual([[true], []]);
  });

  it("leaves out a payload that is of another event, and says so", async () => {
    const recording = await recordingOf(world, "station");
    const first = await makeEvent(context, recording, transportInput(), { counter: 0, previous: "" });
    const second = await makeEvent(context, recording, transportInput(), {
      counter: 1,
      previous: first.hash,
    });
    const events = [
      { signed: first.signed, payload: second.payload },
      { signed: second.signed, payload: second.payload },
    ];
    const own = eventContext(world, store);
    const leaves = [first, second].map(({ signed }) => leafOf(signed));
    const sealed = await pack("station", { altered: () => leaves });
    const { payloads } = await takeIn(own, encodePack({ ...sealed, events }));
    expect(payloads).toMatchObject([{ counter: 0, code: "event/payload" }]);
    const kept = await store.events(nameOf("station"), 0, 10);
    expect(kept.map(({ payload }) => payload !== null)).toEqual([false, true]);
    expect(payloads.map((left) => left.kept)).toEqual([false]);
    const again = [events[0], { signed: second.signed, payload: first.payload }] as typeof events;
    const { payloads: damaged } = await takeIn(own, encodePack({ ...sealed, events: again }));
    expect(damaged.map((left) => [left.counter, left.kept])).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(await store.events(nameOf("station"), 0, 10)).toEqual(kept);
  });
});

describe("a pack that the ledger has already", () => {
  it("is taken in where it is not known, as anchored, and nothing else in its place", async () => {
    await recordMany(context, world, "station", 3);
    const view = await sourceView(world, "station");
    const { packs } = await sealPacks(context, view, eventSigner("station"));
    const file = encodePack(await packFileOf(store, packs[0] as (typeof packs)[number]));
    await relay(context, world.actors.stranger, { worker: "one" });
    const ids = (await anchoredEvents(world, store, view.name)).ids;
    expect((await takeIn(context, file)).outcome).toBe("same");

    const elsewhere = await emptied();
    const there = eventContext(world, elsewhere);
    expect(await verdict(await pack("station"))).toBe("pack/overlap");
    const taken = await takeIn(there, file);
    expect(taken.pack.state).toMatchObject({ kind: "anchored", seq: 0, late: false });
    expect((await anchoredEvents(world, elsewhere, view.name)).ids).toEqual(ids);
    const again = await relay(there, world.actors.stranger, { worker: "two" });
    expect([again.transactions, again.held]).toEqual([[], []]);
  });

  it("is taken in also when its key was replaced since, or its thread closed", async () => {
    await recordMany(context, world, "station", 2);
    const view = await sourceView(world, "station");
    const { packs } = await sealPacks(context, view, eventSigner("station"));
    const file = encodePack(await packFileOf(store, packs[0] as (typeof packs)[number]));
    await relay(context, world.actors.stranger, { worker: "one" });
    const { holder, encPk } = view;
    const keys = { holder, encPk, alg: 1, pk: eventSigner("new station").publicKey };
    const rotation = planRotateKeys(
      world.contracts,
      await world.deployment(),
      view.utxo,
      keys,
      world.validity(),
    );
    await world.accept(rotation, world.actors.station);
    await closeThread(context, [world.actors.station], view.name, "source");
    const there = eventContext(world, await emptied());
    expect((await takeIn(there, file)).pack.state.kind).toBe("anchored");
    expect(await verdict(await pack("station", { lo: 2, signer: eventSigner("new station") }))).toBe(
      "thread/closed",
    );
  });
});
