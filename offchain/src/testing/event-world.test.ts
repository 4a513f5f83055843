import { beforeAll, expect, it } from "vitest";
import { blueprint } from "../adapters/blueprint.gen.js";
import { decodeThreadDatum } from "../codec/datum.js";
import { append, appending, planAppends, threadOf } from "./event-world.js";
import { type EmbeddedWorld, makeWorld } from "./world.js";

let base: EmbeddedWorld;
beforeAll(async () => {
  base = await makeWorld(blueprint);
});

it("appends packs one after the other, and several threads in one transaction", async () => {
  const world = base.fork();
  const first = await append(world, "station", { count: 100 });
  const second = await append(world, "station", { count: 5 }, first.range);
  const third = await append(world, "station", { count: 5 }, second.range);
  expect(decodeThreadDatum((await threadOf(world, "station")).datum ?? "")).toMatchObject({
    seq: 3,
    next: 110,
    total: 110,
  });
  const { plan, entries } = await planAppends(world, [
    await appending(world, "station", {}, third.range),
    await appending(world, "gateway"),
    await appending(world, "supervisor"),
  ]);
  await world.accept(plan, world.actors.stranger);
  expect(entries.map(({ tier }) => tier)).toEqual(["DEVICE_SIGNED", "GATEWAY_SIGNED", "INDIVIDUAL_SIGNED"]);
});
