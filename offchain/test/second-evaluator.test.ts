/** Two script machines on our transactions. They share no code; where they would differ, one of them is not what runs on mainnet. */
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../src/testing/operations.js";
import { deployedBlueprint, tracedBlueprint } from "../src/testing/traced-blueprint.js";
import { type Accepted, makeWorld, type World } from "../src/testing/world.js";
import { unitsByScalus, unitsByUplc } from "./script-machines.js";

describe.each([
  ["deployed", deployedBlueprint],
  ["traced", tracedBlueprint],
])("two script machines on the %s contracts", (_, blueprint) => {
  const scripts: (Accepted & { readonly world: World })[] = [];
  beforeAll(async () => {
    const world = await makeWorld(blueprint());
    for (const { plan, payer } of OPERATIONS) {
      const fork = world.fork();
      scripts.push({ ...(await fork.accept(await plan(fork), fork.actors[payer])), world: fork });
    }
    const founding = world.history.filter(({ built }) => built.exUnits.length > 0);
    scripts.push(...founding.map((accepted) => ({ ...accepted, world })));
  });

  it("agree on every execution unit", async () => {
    expect(scripts.length).toBeGreaterThan(OPERATIONS.length);
    for (const { cbor, built, world } of scripts) {
      const scalus = await unitsByScalus(world, cbor);
      expect(await unitsByUplc(world, cbor)).toEqual(scalus);
      expect(built.exUnits.map(({ mem, steps }) => [mem, steps])).toEqual(scalus);
    }
  });
});
