import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { DppError } from "../../domain/errors.js";
import type { EventStore } from "../../ports/event-store.js";
import type { Ledger } from "../../ports/ledger.js";
import { eventContext } from "../../testing/event-context.js";
import { sharedEventStore } from "../../testing/event-packs.js";
import { altered, copyStore, Killed, onLedger, prepare } from "../../testing/event-relay.js";
import { emptyPlan } from "../../testing/transact.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { relay } from "./relay.js";

const QUARTER = 15 * 60_000;
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

let world: EmbeddedWorld;
let store: EventStore;
let context: EventContext;
beforeEach(async () => {
  world = base.fork();
  store = await stores.fresh();
  context = eventContext(world, store);
});

const stateOf = async (name: "station" | "gateway", lo: number) =>
  (await store.pack(world.roles.get(name) ?? "", lo))?.state.kind;
const over = (ledger: Ledger, own: EventStore = store): EventContext =>
  eventContext(altered(world, { ledger } as never), own);
const relayWith = (given: EventContext, worker = "one") => relay(given, world.actors.stranger, { worker });
/** The first submission goes through `work`. */
const onFirst = (work: (send: () => Promise<string>) => Promise<string>): Ledger => {
  let first = true;
  return altered<Ledger>(world.ledger, {
    submit: (cbor, purpose) => {
      const send = () => world.ledger.submit(cbor, purpose);
      if (!first) return send();
      first = false;
      return work(send);
    },
  });
};

describe("a relayer that was killed", () => {
  const kill = async (): Promise<never> => {
    throw new Killed();
  };
  const POINTS: readonly (readonly [string, (given: EventContext) => EventContext])[] = [
    [
      "after the packs were marked as sent, before they were",
      (given) => ({ ...given, ledger: onFirst(kill) }),
    ],
    [
      "between the marks of two threads",
      (given) => {
        let marks = 0;
        const markPack: EventStore["markPack"] = async (...marked) => {
          marks += 1;
          return marks > 1 ? kill() : store.markPack(...marked);
        };
        return { ...given, store: { ...store, markPack, release: async () => undefined } };
      },
    ],
    [
      "after a transaction was sent, before anything else",
      (given) => ({
        ...given,
        ledger: onFirst(async (send) => {
          await send();
          return kill();
        }),
      }),
    ],
    [
      "after all were sent, before they were marked as anchored",
      (given) => ({
        ...given,
        ledger: altered<Ledger>(world.ledger, { awaitTx: kill }),
      }),
    ],
  ];

  it.each(POINTS)("%s leaves what the next one completes", async (_when, broken) => {
    const ids = await prepare(context, world, { station: 4, gateway: 2 });
    const dying = broken({ ...context, store: { ...store, release: async () => undefined } });
    await expect(relayWith(dying)).rejects.toThrow(Killed);
    // Nobody gave the leases back.
    expect((await relayWith(context, "two")).transactions).toEqual([]);
    world.clock.advance(QUARTER + 1);
    const { held } = await relayWith(context, "three");
    expect(held).toEqual([]);
    expect(await onLedger(context, world, BOTH)).toEqual(ids);
    expect([await stateOf("station", 0), await stateOf("station", 2), await stateOf("gateway", 0)]).toEqual([
      "anchored",
      "anchored",
      "anchored",
    ]);
    expect((await relayWith(context, "four")).transactions).toEqual([]);
  });
});

describe("a ledger that gives no answer", () => {
  const unavailable = (): DppError => new DppError("ledger/unavailable", "the node does not answer");
  it.each([
    ["took the transaction", true],
    ["did not take it", false],
  ])("and %s: the packs stay sent, and the next relayer finds out", async (_what, took) => {
    const ids = await prepare(context, world, { station: 3, gateway: 1 });
    const ledger = onFirst(async (send) => {
      if (took) await send();
      throw unavailable();
    });
    await expect(relayWith(over(ledger))).rejects.toMatchObject({ code: "ledger/unavailable" });
    expect(await stateOf("station", 0)).toBe("sent");
    const { held, anchored } = await relayWith(context, "two");
    expect([held, anchored.length]).toEqual([[], 3]);
    expect(await onLedger(context, world, BOTH)).toEqual(ids);
  });
});

describe("relayers that meet", () => {
  it("on two stores with the same packs: one is faster, and the other sees it", async () => {
    const ids = await prepare(context, world, { station: 4, gateway: 1 });
    const other = eventContext(world, await others.fresh());
    await copyStore(store, other.store);
    const ledger = onFirst(async (send) => {
      const faster = await relay(other, world.actors.owner, { worker: "two" });
      expect([faster.anchored.length, faster.held]).toEqual([3, []]);
      return send();
    });
    const { transactions, anchored, held } = await relayWith(over(ledger));
    expect([transactions, anchored.length, held]).toEqual([[], 3, []]);
    expect(await onLedger(context, world, BOTH)).toEqual(ids);
    expect(await other.store.packs(world.roles.get("station") ?? "", 0, 9)).toEqual(
      await store.packs(world.roles.get("station") ?? "", 0, 9),
    );
  });

  it("on two stores, of which one is faster with a part", async () => {
    const ids = await prepare(context, world, { station: 4, gateway: 1 });
    const other = eventContext(world, await others.fresh());
    await copyStore(store, other.store);
    const ledger = onFirst(async (send) => {
      const source = world.roles.get("station") ?? "";
      await relay(other, world.actors.owner, { worker: "two", source, packs: 1 });
      return send();
    });
    const { held, anchored } = await relayWith(over(ledger));
    expect([held, anchored.length]).toEqual([[], 3]);
    expect(await onLedger(context, world, BOTH)).toEqual(ids);
    expect((await relay(other, world.actors.owner, { worker: "two" })).transactions).toEqual([]);
    expect(await onLedger(other, world, BOTH)).toEqual(ids);
  });

  it("on one store at once share the threads", async () => {
    const ids = await prepare(context, world, { station: 3, gateway: 3, supervisor: 3 });
    const reports = await Promise.all([
      relay(context, world.actors.stranger, { worker: "one", threads: 2 }),
      relay(context, world.actors.owner, { worker: "two" }),
    ]);
    expect(reports.flatMap(({ held }) => held)).toEqual([]);
    const anchored = reports.flatMap((report) =>
      report.anchored.map(({ pack }) => `${pack.source} ${pack.lo}`),
    );
    expect([anchored.length, new Set(anchored).size]).toEqual([6, 6]);
    expect(await onLedger(context, world, ["station", "gateway", "supervisor"])).toEqual(ids);
  });

  it("in one wallet: coins that somebody else spent cost another attempt", async () => {
    const ids = await prepare(context, world, { station: 2 });
    const { stranger } = world.actors;
    const ledger = onFirst(async (send) => {
      const coins = await world.ledger.utxosAt(stranger.address);
      await world.accept({ ...emptyPlan, inputs: coins.map((utxo) => ({ utxo })) }, stranger);
      return send();
    });
    const { held, transactions } = await relayWith(over(ledger));
    expect([held, transactions.length]).toEqual([[], 1]);
    expect(await onLedger(context, world, ["station"])).toEqual({ station: ids.station });
  });

  it("give up for this time when somebody is always faster", async () => {
    await prepare(context, world, { station: 2, gateway: 1 });
    const ledger = altered<Ledger>(world.ledger, {
      submit: async () => {
        throw new DppError("ledger/conflict", "spent already");
      },
    });
    const { held } = await relayWith(over(ledger));
    expect(held.map(({ code, final }) => [code, final])).toEqual([
      ["ledger/conflict", false],
      ["ledger/conflict", false],
    ]);
    expect([await stateOf("station", 0), await stateOf("gateway", 0)]).toEqual(["waiting", "waiting"]);
  });
});

describe("a lease that is lost", () => {
  it("in the middle stops its thread alone, and what was sent is found", async () => {
    const ids = await prepare(context, world, { station: 4, gateway: 4 });
    const source = world.roles.get("station") ?? "";
    const ledger = onFirst(async (send) => {
      world.clock.advance(QUARTER + 1);
      expect(await store.lease("thief", world.clock.now(), QUARTER, 1, source)).toHaveLength(1);
      return send();
    });
    const { held, transactions } = await relayWith(over(ledger));
    expect(held).toMatchObject([{ code: "event-store/lost-lease", final: false, pack: { source, lo: 2 } }]);
    expect(transactions).toHaveLength(2);
    expect([await stateOf("station", 0), await stateOf("gateway", 2)]).toEqual(["sent", "anchored"]);
    world.clock.advance(QUARTER + 1);
    expect((await relayWith(context, "two")).held).toEqual([]);
    expect(await onLedger(context, world, BOTH)).toEqual(ids);
    expect([await stateOf("station", 0), await stateOf("station", 2)]).toEqual(["anchored", "anchored"]);
  });

  it("before the first pack is sent leaves it to the other", async () => {
    const ids = await prepare(context, world, { station: 2, gateway: 2 });
    const source = world.roles.get("station") ?? "";
    let looks = 0;
    const markPack: EventStore["markPack"] = async (lease, lo, state) => {
      if (lease.source === source && looks++ === 0) {
        world.clock.advance(QUARTER + 1);
        await store.lease("thief", world.clock.now(), QUARTER, 1, source);
      }
      return store.markPack(lease, lo, state);
    };
    const { held, anchored } = await relayWith({ ...context, store: { ...store, markPack } });
    expect(held).toMatchObject([{ code: "event-store/lost-lease", final: false }]);
    expect(anchored.map(({ pack }) => pack.source)).toEqual([world.roles.get("gateway")]);
    world.clock.advance(QUARTER + 1);
    await relayWith(context, "two");
    expect(await onLedger(context, world, BOTH)).toEqual(ids);
  });
});
