/** Relayers that meet trouble with joint packs on their way, and what a transaction bears of P-256 signatures. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { encodePack } from "../../codec/pack.js";
import { DppError } from "../../domain/errors.js";
import type { EventStore } from "../../ports/event-store.js";
import type { Ledger } from "../../ports/ledger.js";
import { eventContext } from "../../testing/event-context.js";
import { anchoredEvents, packWith, sharedEventStore } from "../../testing/event-packs.js";
import {
  altered,
  copyStore,
  Killed,
  onLedger,
  prepare,
  type Reorganising,
  reorganising,
} from "../../testing/event-relay.js";
import {
  accreditParties,
  elementSigner,
  type JointGroup,
  jointFile,
  jointGroup,
} from "../../testing/joint-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { relay } from "./relay.js";
import { takeIn } from "./take-in.js";

const QUARTER = 15 * 60_000;
const HOUR = 3_600_000;
let base: EmbeddedWorld;
let group: JointGroup;
let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let others: Awaited<ReturnType<typeof sharedEventStore>>;
beforeAll(async () => {
  base = await makeWorld(blueprint);
  stores = await sharedEventStore();
  others = await sharedEventStore();
  group = await jointGroup(base, eventContext(base, await stores.fresh()));
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

const relayWith = (given: EventContext, worker = "one") => relay(given, world.actors.stranger, { worker });
const onThread = async (given: EventContext = context): Promise<readonly string[]> =>
  (await anchoredEvents(given, store, group.thread)).ids;

/** Two packs of the joint thread and one of a station wait. */
async function waiting(given: EventContext, inWorld: EmbeddedWorld): Promise<readonly string[]> {
  const { thread, lab, supervisor, maker } = group;
  await takeIn(given, await jointFile(given, thread, [lab, supervisor]));
  await takeIn(given, await jointFile(given, thread, [supervisor, maker]));
  await prepare(given, inWorld, { station: 1 });
  return (await given.store.events(thread, 0, 10)).map(({ id }) => id);
}

describe("a relayer that was killed over joint packs", () => {
  const kill = async (): Promise<never> => {
    throw new Killed();
  };
  const onFirst = (work: (send: () => Promise<string>) => Promise<string>): Ledger => {
    let first = true;
    return altered<Ledger>(world.ledger, {
      submit: (cbor, purpose) => {
        const send = () => world.ledger.submit(cbor, purpose);
        // The table of a P-256 key goes before what needs it.
        if (!first || purpose?.startsWith("append") !== true) return send();
        first = false;
        return work(send);
      },
    });
  };
  it.each<[string, () => Ledger]>([
    ["before they were sent", () => onFirst(kill)],
    [
      "after they were sent",
      () =>
        onFirst(async (send) => {
          await send();
          return kill();
        }),
    ],
    ["before they were marked as anchored", () => altered<Ledger>(world.ledger, { awaitTx: kill })],
  ])("%s leaves what the next one completes", async (_when, broken) => {
    const ids = await waiting(context, world);
    const dying = { ...context, ledger: broken(), store: { ...store, release: async () => undefined } };
    await expect(relayWith(dying)).rejects.toThrow(Killed);
    world.clock.advance(QUARTER + 1);
    expect((await relayWith(context, "two")).held).toEqual([]);
    expect(await onThread()).toEqual(ids);
    expect((await relayWith(context, "three")).transactions).toEqual([]);
  });

  it("or got no answer: the packs stay sent, and the next one finds out", async () => {
    const ids = await waiting(context, world);
    const ledger = onFirst(async (send) => {
      await send();
      throw new DppError("ledger/unavailable", "the node does not answer");
    });
    await expect(relayWith({ ...context, ledger })).rejects.toMatchObject({ code: "ledger/unavailable" });
    expect((await store.pack(group.thread, 0))?.state.kind).toBe("sent");
    expect((await relayWith(context, "two")).held).toEqual([]);
    expect(await onThread()).toEqual(ids);
  });

  it("and another one with the same packs was faster: each stands once", async () => {
    const ids = await waiting(context, world);
    const other = eventContext(world, await others.fresh());
    await copyStore(store, other.store);
    const ledger = onFirst(async (send) => {
      expect((await relay(other, world.actors.owner, { worker: "two" })).held).toEqual([]);
      return send();
    });
    const { anchored, held } = await relayWith({ ...context, ledger });
    expect([anchored.length, held]).toEqual([3, []]);
    expect(await onThread()).toEqual(ids);
  });
});

describe("when the ledger reorganises", () => {
  it("joint packs whose appends were dropped wait again, and are anchored again, once", async () => {
    const fork: Reorganising = reorganising(base);
    const over = fork.context(store);
    const ids = await waiting(over, fork.world);
    const run = (worker: string) => relay(over, fork.world.actors.stranger, { worker });
    for (let deep = 0; deep < 3; deep++) fork.node.block();
    expect((await run("one")).anchored).toHaveLength(3);
    fork.node.rollBack(2);
    fork.node.block();
    expect((await run("two")).held).toEqual([]);
    expect(await onThread(over)).toEqual(ids);
    expect(await onLedger(over, fork.world, ["station"])).toMatchObject({ station: [expect.anything()] });
    expect((await run("three")).transactions).toEqual([]);
  });
});

it("a thread whose beginning was dropped has nothing anchored, and its packs wait", async () => {
  const fork: Reorganising = reorganising(base);
  const over = fork.context(store);
  await waiting(over, fork.world);
  const run = (worker: string) => relay(over, fork.world.actors.stranger, { worker });
  await run("one");
  fork.node.rollBack(3);
  fork.node.loseMempool();
  fork.node.block();
  const { held } = await run("two");
  expect(held.filter(({ pack }) => pack.source === group.thread)).toMatchObject([
    { code: "thread/none", final: false },
  ]);
  expect((await store.packs(group.thread, 0, 9)).map(({ state }) => state.kind)).toEqual([
    "waiting",
    "waiting",
  ]);
});

describe("P-256 signatures of many threads", () => {
  it("go at most four in a transaction, and beside them what the ledger checks by itself", async () => {
    const parties = await accreditParties(
      world,
      Array.from({ length: 6 }, (_, at) => ({
        holder: "station" as const,
        role: "STATION" as const,
        signer: elementSigner(`station ${at}`),
      })),
    );
    for (const { name, signer } of parties) {
      const pack = await packWith({
        config: world.contracts.config.hash,
        source: { name, role: "STATION", kind: "Individual" },
        signer,
        captured: world.clock.now() - HOUR,
        count: 1,
      });
      await takeIn(context, encodePack(pack));
    }
    await prepare(context, world, { gateway: 1 });
    const { transactions, anchored, held } = await relayWith(context);
    expect([anchored.length, held, transactions.length]).toEqual([7, [], 2]);
    const { maxTxExMem, maxTxExSteps } = await world.ledger.protocolParameters();
    for (const { exUnits } of transactions) {
      expect(exUnits.reduce((sum, { mem }) => sum + mem, 0)).toBeLessThan(Number(maxTxExMem));
      expect(exUnits.reduce((sum, { steps }) => sum + steps, 0)).toBeLessThan(Number(maxTxExSteps));
    }
  });
});
