import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import type { EventStore } from "../../ports/event-store.js";
import { sharedEventStore } from "../../testing/event-packs.js";
import { copyStore, onLedger, prepare, type Reorganising, reorganising } from "../../testing/event-relay.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { relay } from "./relay.js";
import { readThreadState } from "./threads.js";
import { giveUp } from "./wardens.js";

const BOTH = ["station", "gateway"] as const;
let base: EmbeddedWorld;
let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let others: Awaited<ReturnType<typeof sharedEventStore>>;
beforeAll(async () => {
  base = await makeWorld(blueprint);
  stores = await sharedEventStore();
  others = await sharedEventStore();
}, 300_000);
afterAll(async () => {
  await stores.close();
  await others.close();
});

let fork: Reorganising;
let store: EventStore;
let context: EventContext;
beforeEach(async () => {
  fork = reorganising(base);
  store = await stores.fresh();
  context = fork.context(store);
});

const run = (given: EventContext, worker = "one") => relay(given, fork.world.actors.stranger, { worker });
const sourceOf = (name: "station" | "gateway") => fork.world.roles.get(name) ?? "";
const states = async (name: "station" | "gateway") =>
  (await store.packs(sourceOf(name), 0, 10)).map(({ state }) => state.kind);

describe("when the ledger reorganises", () => {
  it("packs whose appends were dropped wait again, and are anchored again, once", async () => {
    const ids = await prepare(context, fork.world, { station: 4, gateway: 2 });
    expect((await run(context)).anchored).toHaveLength(3);
    fork.node.rollBack(2);
    fork.node.block();
    expect((await readThreadState(context, sourceOf("station")))?.thread.next).toBeLessThan(4);
    const again = await run(context, "two");
    expect(again.held).toEqual([]);
    expect(await onLedger(context, fork.world, BOTH)).toEqual(ids);
    expect([await states("station"), await states("gateway")]).toEqual([
      ["anchored", "anchored"],
      ["anchored"],
    ]);
    expect((await run(context, "three")).transactions).toEqual([]);
  });

  it("a relayer that keeps what it sent lets that come back by itself", async () => {
    const own = fork.context(store, fork.tracked());
    const ids = await prepare(own, fork.world, { station: 4, gateway: 2 });
    const first = await run(own);
    fork.node.rollBack(2);
    const again = await run(own, "two");
    expect([again.transactions, again.held]).toEqual([[], []]);
    fork.node.block();
    await run(own, "three");
    expect(await onLedger(own, fork.world, BOTH)).toEqual(ids);
    const txs = (await store.packs(sourceOf("station"), 0, 9)).map(
      ({ state }) => "txHash" in state && state.txHash,
    );
    expect(txs).toEqual(first.transactions.map(({ txHash }) => txHash));
  });

  it("and somebody else anchors the packs again: theirs is the transaction that counts", async () => {
    const ids = await prepare(context, fork.world, { station: 4 });
    const other = fork.context(await others.fresh());
    await copyStore(store, other.store);
    await run(context);
    fork.node.rollBack(2);
    fork.node.block();
    const theirs = await relay(other, fork.world.actors.owner, { worker: "other" });
    expect(theirs.anchored).toHaveLength(2);
    const mine = await run(context, "two");
    expect([mine.transactions, mine.held]).toEqual([[], []]);
    expect(await store.packs(sourceOf("station"), 0, 9)).toEqual(
      await other.store.packs(sourceOf("station"), 0, 9),
    );
    expect(await onLedger(context, fork.world, ["station"])).toEqual({ station: ids.station });
  });

  it("and the counters are given up meanwhile: the packs are refused, by name", async () => {
    await prepare(context, fork.world, { station: 4, gateway: 2 });
    await run(context);
    fork.node.rollBack(2);
    fork.node.block();
    const source = sourceOf("station");
    await giveUp(context, [fork.world.actors.station], source, { through: 3, reason: 1, as: "source" });
    await run(context, "two");
    const kept = (await store.packs(source, 0, 9)).map(({ state }) =>
      "code" in state ? state.code : state.kind,
    );
    expect(kept.at(-1)).toBe("pack/overlap");
    const [last] = (await store.packs(source, 0, 9)).toReversed();
    expect(last?.state).toMatchObject({
      reason: expect.stringMatching(/dpp event thread .*dpp event record/),
    });
    const { thread } = (await readThreadState(context, source)) ?? {};
    expect(kept.filter((kind) => kind === "anchored")).toHaveLength((thread?.total ?? 0) / 2);
    expect(await states("gateway")).toEqual(["anchored"]);
  });

  it("between a transaction and the next of its chain: the rest waits for the next run", async () => {
    const ids = await prepare(context, fork.world, { station: 6 });
    let sent = 0;
    const ledger = Object.create(fork.node, {
      submit: {
        value: async (cbor: string) => {
          sent += 1;
          if (sent === 3) fork.node.loseMempool();
          return fork.node.submit(cbor);
        },
      },
    });
    const { held } = await run(fork.context(store, ledger));
    expect(held).toMatchObject([{ code: "ledger/conflict", final: false, pack: { lo: 4 } }]);
    await run(context, "two");
    await run(context, "three");
    expect(await onLedger(context, fork.world, ["station"])).toEqual({ station: ids.station });
    expect(await states("station")).toEqual(["anchored", "anchored", "anchored"]);
  });

  it("while the node is down or deaf, nothing is lost and nothing is done twice", async () => {
    const ids = await prepare(context, fork.world, { station: 4, gateway: 2 });
    fork.node.fail("down");
    await expect(run(context)).rejects.toMatchObject({ code: "ledger/unavailable" });
    fork.node.fail("deaf");
    await expect(run(context)).rejects.toMatchObject({ code: "ledger/unavailable" });
    fork.node.fail(null);
    // What it took without an answer is still in its mempool.
    await run(context, "two");
    fork.node.block();
    const last = await run(context, "three");
    expect(last.held).toEqual([]);
    expect(await onLedger(context, fork.world, BOTH)).toEqual(ids);
  });
});
