/**
 * Every operation of the product on an independent node: its script machine (plutigo) against Scalus, whose units we declare, and against the Aiken
 * project's `uplc` by way of `second-evaluator.test.ts`; then its whole ledger accepts the transaction. What differs: docs/judges.md.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { evaluateOnNode } from "../src/adapters/utxorpc/evaluation.js";
import { devnetLedger, sharedDevnet } from "../src/testing/devnet.js";
import { nodeWorld } from "../src/testing/node-world.js";
import { OPERATIONS } from "../src/testing/operations.js";
import { deployedBlueprint } from "../src/testing/traced-blueprint.js";
import type { World } from "../src/testing/world.js";

interface Units {
  readonly mem: number;
  readonly steps: number;
}

const units = (costs: readonly Units[]): Units[] =>
  costs.map(({ mem, steps }) => ({ mem, steps })).toSorted((a, b) => a.mem - b.mem || a.steps - b.steps);

describe("an independent node", () => {
  let world: World;
  beforeAll(async () => {
    world = await nodeWorld(await devnetLedger(), deployedBlueprint(), "deployed");
  });

  it.each(OPERATIONS)("accepts: $name, at the units that Scalus says", async ({ plan, payer }) => {
    const own = await world.anew();
    const signed = await own.prepare(await plan(own), own.actors[payer]);
    const judged = await evaluateOnNode({ url: sharedDevnet().utxorpc }, signed.cbor);
    expect(units(judged)).toEqual(units(signed.built.exUnits));
    const hash = await own.ledger.submit(signed.cbor);
    await own.ledger.awaitTx(hash);
    expect(await own.ledger.transaction(hash)).toMatchObject({ hash, cbor: signed.cbor });
  });
});
