import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import type { StoredEvent } from "../../ports/event-store.js";
import { eventContext, sourceView } from "../../testing/event-context.js";
import { recordMany, sharedEventStore } from "../../testing/event-packs.js";
import { eventSigner } from "../../testing/event-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { givenUpAmong } from "./given-up.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { showEvent } from "./show.js";
import { verifyEvent } from "./verify.js";
import { giveUp } from "./wardens.js";

let world: EmbeddedWorld;
let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let context: EventContext;
/** 0 is anchored, 1 and 2 were given up, 3 waits. */
let events: readonly StoredEvent[];
let gapTx: string;

const idOf = (at: number): string => events[at]?.id ?? "";
const checkOf = async (reading: EventContext, at: number, name: string) =>
  (await verifyEvent(reading, idOf(at))).checks.find((check) => check.name === name);

beforeAll(async () => {
  world = await makeWorld(blueprint);
  stores = await sharedEventStore();
  context = eventContext(world, await stores.fresh());
  const station = async () => sealPacks(context, await sourceView(world, "station"), eventSigner("station"));
  const first = await recordMany(context, world, "station", 1);
  await station();
  await relay(context, world.actors.stranger, { worker: "one" });
  const others = await recordMany(context, world, "station", 3);
  const source = world.roles.get("station") ?? "";
  const how = { through: 2, reason: 1, as: "source" } as const;
  gapTx = (await giveUp(context, [world.actors.station], source, how)).txHash;
  events = [...first, ...others];
}, 300_000);
afterAll(() => stores.close());

describe("an event whose counter was given up", () => {
  it("is told as that, with the reason and the transaction, and not as one that may come yet", async () => {
    const gap = { kind: "gap", lo: 1, hi: 3, reason: 1 };
    for (const at of [1, 2])
      expect(await showEvent(context, idOf(at))).toMatchObject({
        written: null,
        seq: null,
        givenUp: { entry: gap, txHash: gapTx },
      });
    for (const at of [0, 3]) expect((await showEvent(context, idOf(at))).givenUp).toBeNull();
    expect((await verifyEvent(context, idOf(1))).ok).toBe(false);
    expect(await checkOf(context, 1, "ledger")).toMatchObject({
      ok: false,
      says: `given up for good: device lost or broken, in transaction ${gapTx}`,
    });
    expect((await checkOf(context, 1, "tier"))?.says).toContain("never will write it");
    expect(await checkOf(context, 3, "ledger")).toMatchObject({ ok: null, says: "it is not on the ledger" });
    expect((await checkOf(context, 3, "tier"))?.says).toContain("not written it yet");
  });

  it("is found among those of a list, and only where the ledger passed an event that it lacks", async () => {
    const listed = await context.store.list({ limit: 10 });
    const found = await givenUpAmong(context, listed);
    expect([...found].map(([id, { reason }]) => [id, reason]).toSorted()).toEqual(
      [
        [idOf(1), 1],
        [idOf(2), 1],
      ].toSorted(),
    );
    const unasked: EventContext = {
      ...context,
      ledger: {
        ...context.ledger,
        utxoByUnit: () => Promise.reject(new Error("asked for what is on the ledger")),
      },
    };
    const anchored = listed.filter(({ pack }) => pack?.state.kind === "anchored");
    expect(anchored).toHaveLength(1);
    expect(await givenUpAmong(unasked, anchored)).toEqual(new Map());
  });
});

describe("an event of a source whose dates are over, or to come", () => {
  it("is not said to be of a source that is accredited today", async () => {
    const { validFrom, validTo } = await sourceView(world, "station");
    const at = (now: number): EventContext => ({ ...context, clock: { now: () => now } });
    const cases = [
      [validFrom, "Active", true],
      [validTo, "Active", true],
      [validTo + 1, `expired since ${new Date(validTo).toISOString()}`, null],
      [validFrom - 1, `not valid before ${new Date(validFrom).toISOString()}`, null],
    ] as const;
    for (const [now, text, ok] of cases) {
      expect((await showEvent(at(now), idOf(0))).standing).toBe(text);
      const check = await checkOf(at(now), 0, "standing");
      expect(check?.ok).toBe(ok);
      expect(check?.says).toContain(ok ? "accredited today" : `not accredited today (${text})`);
    }
  });
});
