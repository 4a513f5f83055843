import { describe, expect, it } from "vitest";
import { sourceView } from "../../testing/event-context.js";
import { recordMany } from "../../testing/event-packs.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { eventSigner } from "../../testing/event-world.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { lossesOf } from "./losses.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { giveUp } from "./wardens.js";

let world: EmbeddedWorld;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, context } = setting);
});

const source = (): string => world.roles.get("station") ?? "";
const losses = (through: number) => lossesOf(context, source(), through);
const seal = async (max: number) =>
  sealPacks(context, await sourceView(world, "station"), eventSigner("station"), { max });

describe("what giving up counters loses", () => {
  it("is counted from the thread's next counter on, in packs and out of them", async () => {
    await recordMany(context, world, "station", 2);
    await seal(2);
    await relay(context, world.actors.stranger, { worker: "one" });
    await recordMany(context, world, "station", 3);
    await seal(3);
    await recordMany(context, world, "station", 2);
    expect(await losses(1)).toEqual({ next: 2, events: 0, first: null, last: null, sealed: 0, beyond: 0 });
    expect(await losses(3)).toEqual({ next: 2, events: 2, first: 2, last: 3, sealed: 2, beyond: 0 });
    expect(await losses(6)).toEqual({ next: 2, events: 5, first: 2, last: 6, sealed: 3, beyond: 0 });
    expect(await losses(Number.MAX_SAFE_INTEGER)).toMatchObject({
      events: 5,
      last: 6,
      sealed: 3,
      beyond: Number.MAX_SAFE_INTEGER - 6,
    });
  });

  it("is nothing where events lie elsewhere, and nobody knows beyond the last one", async () => {
    expect(await losses(0)).toMatchObject({ next: 0, events: 0, beyond: 1 });
    await giveUp(context, [world.actors.station], source(), { through: 4, reason: 1, as: "source" });
    expect(await losses(4)).toMatchObject({ next: 5, events: 0, beyond: 0 });
    expect(await losses(6)).toMatchObject({ next: 5, events: 0, beyond: 2 });
    expect(await lossesOf(context, "ee".repeat(28), 3)).toMatchObject({ next: null, events: 0 });
  });
});
