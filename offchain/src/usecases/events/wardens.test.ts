import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { append, type SourceName } from "../../testing/event-world.js";
import { contextOf } from "../../testing/quorum-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { planSuspend } from "../../tx/roles.js";
import type { Context } from "../context.js";
import { readThreadHistory } from "./threads.js";
import { closeThread, giveUp } from "./wardens.js";

let base: EmbeddedWorld;
beforeAll(async () => {
  base = await makeWorld(blueprint);
}, 300_000);
let world: EmbeddedWorld;
let context: Context;
beforeEach(() => {
  world = base.fork();
  context = contextOf(world);
});

const nameOf = (source: SourceName): string => world.roles.get(source) ?? "";
const through = (last: number, as: "source" | "quorum" = "source") => ({ through: last, reason: 2, as });
const entries = async (source: SourceName) =>
  (await readThreadHistory(context, nameOf(source))).entries.map(({ entry }) => [
    entry.kind,
    entry.lo,
    entry.hi,
  ]);

describe("counters that will have no event", () => {
  it("are given up by the source, from the thread's next one on", async () => {
    await append(world, "station", { count: 3 });
    const done = await giveUp(context, [world.actors.station], nameOf("station"), through(5));
    expect(done).toMatchObject({ lo: 3, hi: 6 });
    expect(await entries("station")).toEqual([
      ["append", 0, 3],
      ["gap", 3, 6],
    ]);
    await expect(
      giveUp(context, [world.actors.station], nameOf("station"), through(5)),
    ).rejects.toMatchObject({ code: "thread/gap" });
  });

  it("are given up by nobody else, but by enough of the consortium", async () => {
    const { stranger, member1, member2 } = world.actors;
    const source = nameOf("station");
    await expect(giveUp(context, [stranger], source, through(0))).rejects.toMatchObject({
      code: "tx/signer-missing",
    });
    await expect(giveUp(context, [member1], source, through(0, "quorum"))).rejects.toMatchObject({
      code: "consortium/below-quorum",
    });
    await giveUp(context, [member1, member2], source, through(Number.MAX_SAFE_INTEGER - 1, "quorum"));
    expect(await entries("station")).toEqual([["gap", 0, Number.MAX_SAFE_INTEGER]]);
    await expect(giveUp(context, [stranger], "ee".repeat(28), through(0))).rejects.toMatchObject({
      code: "thread/none",
    });
  });
});

describe("a thread of a suspended source", () => {
  it("is closed by the consortium alone, for good", async () => {
    const { freezer, station, member1, member2 } = world.actors;
    const source = nameOf("station");
    const { utxo } = await world.attestation("station");
    const deployment = await world.deployment();
    await world.accept(planSuspend(world.contracts, deployment, utxo, freezer.keyHash, 1), freezer);
    for (const act of [
      () => giveUp(context, [station], source, through(0)),
      () => closeThread(context, [station], source, "source"),
    ])
      await expect(act()).rejects.toMatchObject({ code: "thread/not-live" });
    await closeThread(context, [member1, member2], source, "quorum");
    for (const act of [
      () => giveUp(context, [member1, member2], source, through(0, "quorum")),
      () => closeThread(context, [member1, member2], source, "quorum"),
    ])
      await expect(act()).rejects.toMatchObject({ code: "thread/closed" });
    expect(await entries("station")).toEqual([]);
  });
});
