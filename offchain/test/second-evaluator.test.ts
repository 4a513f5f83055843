/** Two script machines on our transactions. They share no code; where they would differ, one of them is not what runs on mainnet. */
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../src/testing/operations.js";
import { deployedBlueprint, tracedBlueprint } from "../src/testing/traced-blueprint.js";
import { type EmbeddedWorld, makeWorld, type Signed, type World } from "../src/testing/world.js";
import { unitsByScalus, unitsByUplc } from "./script-machines.js";

async function agree(world: World, { cbor, built }: Signed): Promise<void> {
  const scalus = await unitsByScalus(world, cbor);
  expect(scalus.length).toBeGreaterThan(0);
  expect(await unitsByUplc(world, cbor)).toEqual(scalus);
  expect(built.exUnits.map(({ mem, steps }) => [mem, steps])).toEqual(scalus);
}

describe.each([
  ["deployed", deployedBlueprint],
  ["traced", tracedBlueprint],
])("two script machines on the %s contracts", (_, blueprint) => {
  let base: EmbeddedWorld;
  beforeAll(async () => {
    base = await makeWorld(blueprint());
  });

  it.each(OPERATIONS)("agree on every execution unit of: $name", async ({ plan, payer }) => {
    const world = base.fork();
    await agree(world, await world.accept(await plan(world), world.actors[payer]));
  });

  it("agree on every execution unit of what founded the deployment", async () => {
    const founding = base.history.filter(({ built }) => built.exUnits.length > 0);
    expect(founding).not.toEqual([]);
    for (const accepted of founding) await agree(base, accepted);
  });
});
