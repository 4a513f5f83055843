import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { decodeLeaf, encodeLeaf, eventHash } from "../../codec/event.js";
import { encodeSignedEvent, leafOf, toBeSigned } from "../../codec/signed-event.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import type { EventLeaf } from "../../domain/event.js";
import { packRoot } from "../../merkle/pack.js";
import type { EventStore, ListedEvent, StoredEvent } from "../../ports/event-store.js";
import { eventContext, recordingOf, sourceView, transportInput } from "../../testing/event-context.js";
import { recordMany, sharedEventStore } from "../../testing/event-packs.js";
import { eventSigner, type SourceName } from "../../testing/event-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { planRotateKeys } from "../../tx/roles.js";
import type { EventContext } from "./context.js";
import { makeEvent, storedEvent } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { verifyEvent } from "./verify.js";

let world: EmbeddedWorld;
let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let store: EventStore;
let context: EventContext;
/** Anchored. */
let events: readonly StoredEvent[];

const nameOf = (source: SourceName): string => world.roles.get(source) ?? "";
const seal = async (source: SourceName, by: string = source) =>
  sealPacks(context, await sourceView(world, source), eventSigner(by));
const anchor = () => relay(context, world.actors.stranger, { worker: "one" });

beforeAll(async () => {
  world = await makeWorld(blueprint);
  stores = await sharedEventStore();
  store = await stores.fresh();
  context = eventContext(world, store);
  events = await recordMany(context, world, "station", 3);
  await seal("station");
  await anchor();
}, 300_000);
afterAll(() => stores.close());

/** What the checks say, by name, over a store that answers otherwise. */
async function checksOf(id: string, changes: Partial<EventStore> = {}) {
  const { checks, ok } = await verifyEvent({ ...context, store: { ...store, ...changes } }, id);
  return { ok, ...Object.fromEntries(checks.map((check) => [check.name, check.ok])) };
}
const ALL = {
  ok: true,
  leaf: true,
  signature: true,
  pack: true,
  seal: true,
  ledger: true,
  tier: true,
  payload: true,
  standing: true,
  amended: true,
};
const eventAt = (at: number): StoredEvent => events[at] as StoredEvent;
const listed = (change: (found: ListedEvent) => ListedEvent): Partial<EventStore> => ({
  event: async (id) => {
    const found = await store.event(id);
    return found && change(found);
  },
});
const withEvent = (fields: Partial<StoredEvent>) =>
  listed((found) => ({ ...found, event: { ...found.event, ...fields } }));
const restated = ({ signed }: StoredEvent, fields: Partial<EventLeaf>): Uint8Array =>
  encodeLeaf({ ...decodeLeaf(leafOf(signed)), ...fields });

describe("an event of the store", () => {
  it("is proven step by step once it is on the ledger", async () => {
    for (const { id } of events) expect(await checksOf(id)).toEqual(ALL);
    await expect(verifyEvent(context, "00000000-0000-8000-8000-000000000000")).rejects.toMatchObject({
      code: "event/unknown",
    });
  });

  it("is not what the ledger has when its leaf was altered, and the rest of its row was not", async () => {
    const { id } = eventAt(1);
    const bare = restated(eventAt(1), { captured: 0 });
    const found = await checksOf(id, withEvent({ signed: bare, captured: 0 }));
    expect(found).toMatchObject({ ok: false, leaf: false, pack: false, signature: null });
    const hash = toHex(eventHash(bare));
    expect(await checksOf(id, withEvent({ signed: bare, captured: 0, hash }))).toMatchObject({
      ok: false,
      leaf: true,
      pack: false,
    });
  });

  it("is not listed as something else than its leaf says", async () => {
    for (const fields of [
      { tier: "MULTI_PARTY_SIGNED" },
      { type: "lab-result" },
      { subject: "ab".repeat(28) },
      { captured: 1 },
    ] as const)
      expect(await checksOf(eventAt(0).id, withEvent(fields))).toMatchObject({ ok: false, leaf: false });
    const other = withEvent({ signed: eventAt(2).signed });
    await expect(checksOf(eventAt(0).id, other)).rejects.toMatchObject({ code: "event-store/damaged" });
  });

  it("has its own payload and signature, or fails there", async () => {
    const { id, signed } = eventAt(0);
    expect(await checksOf(id, withEvent({ payload: eventAt(1).payload }))).toEqual({
      ...ALL,
      ok: false,
      payload: false,
    });
    expect(await checksOf(id, withEvent({ payload: null }))).toEqual({ ...ALL, payload: null });
    const broken = signed.with(-1, (signed.at(-1) ?? 0) ^ 1);
    expect(await checksOf(id, withEvent({ signed: broken }))).toEqual({
      ...ALL,
      ok: false,
      signature: false,
    });
    expect(await checksOf(id, withEvent({ signed: leafOf(signed) }))).toEqual({ ...ALL, signature: null });
  });

  it("is in a pack that its source signed, and that the ledger has", async () => {
    const { id } = eventAt(0);
    const pack = (fields: object) =>
      listed((found) => ({ ...found, pack: found.pack && { ...found.pack, ...fields } }));
    expect(await checksOf(id, pack({ root: "ee".repeat(32) }))).toMatchObject({
      ok: false,
      pack: false,
      seal: false,
      ledger: false,
    });
    expect(await checksOf(id, pack({ signature: "00".repeat(64) }))).toEqual({
      ...ALL,
      ok: false,
      seal: false,
    });
    const lacks = { marks: async () => [eventAt(0), eventAt(2)] };
    expect(await checksOf(id, lacks)).toEqual({ ...ALL, pack: null });
  });

  it("is not proven before it is on the ledger, and nothing is made up", async () => {
    const [event] = await recordMany(context, world, "gateway", 1);
    const unproven = { ok: false, ledger: null, tier: null, signature: true, leaf: true, payload: true };
    expect(await checksOf(event?.id ?? "")).toMatchObject({ ...unproven, pack: null, seal: null });
    await seal("gateway");
    expect(await checksOf(event?.id ?? "")).toMatchObject({ ...unproven, pack: true, seal: true });
  });

  it("of a source that claims another role or tier is marked, though the ledger took its root", async () => {
    const recording = await recordingOf(world, "supervisor");
    const honest = await makeEvent(context, recording, transportInput(), { counter: 0, previous: "" });
    const leaf = restated(honest, { role: "LAB", tier: "DEVICE_SIGNED" });
    const config = world.contracts.config.hash;
    const row = storedEvent(config, decodeLeaf(leaf), leaf, leaf, honest.payload, world.clock.now());
    expect(await store.addEvents([row])).toEqual(["added"]);
    const { packs } = await seal("supervisor");
    expect(packs[0]?.root).toBe(toHex(packRoot([fromHex(row.hash)])));
    expect((await anchor()).held).toEqual([]);
    expect(await checksOf(row.id)).toMatchObject({
      ok: false,
      leaf: true,
      pack: true,
      ledger: true,
      tier: false,
    });
  });

  it("stays proven when its source's key is replaced, before or after it was anchored", async () => {
    const [between] = await recordMany(context, world, "station", 1);
    const { utxo, holder, encPk } = await sourceView(world, "station");
    const keys = { holder, encPk, alg: 1, pk: eventSigner("new station").publicKey };
    const deployment = await world.deployment();
    await world.accept(
      planRotateKeys(world.contracts, deployment, utxo, keys, world.validity()),
      world.actors.station,
    );
    expect(await checksOf(between?.id ?? "")).toMatchObject({ ok: false, signature: true, ledger: null });
    await seal("station", "new station");
    expect((await anchor()).held).toEqual([]);
    for (const { id } of [...events, between as StoredEvent]) expect(await checksOf(id)).toEqual(ALL);
    const leaf = leafOf(eventAt(0).signed);
    const stranger = eventSigner("gateway");
    const signed = encodeSignedEvent(
      leaf,
      await stranger.sign(toBeSigned(world.contracts.config.hash, leaf)),
    );
    expect(await checksOf(eventAt(0).id, withEvent({ signed }))).toMatchObject({
      ok: false,
      signature: false,
    });
    // What the ledger wrote before the new key was there, that key cannot have signed.
    const config = world.contracts.config.hash;
    const later = async (given: Uint8Array) =>
      encodeSignedEvent(given, await eventSigner("new station").sign(toBeSigned(config, given)));
    expect(await checksOf(eventAt(0).id, withEvent({ signed: await later(leaf) }))).toEqual({
      ...ALL,
      ok: false,
      signature: false,
    });
    const { id, signed: own } = between as StoredEvent;
    expect(await checksOf(id, withEvent({ signed: await later(leafOf(own)) }))).toEqual(ALL);
    expect(nameOf("station")).toBe(eventAt(0).source);
  });
});
