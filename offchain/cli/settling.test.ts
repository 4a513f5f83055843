import { expect, it } from "vitest";
import { isDppError } from "../src/domain/errors.js";
import { rollbackWorld } from "../src/testing/rollback-world.js";
import { keepSettling } from "./settling.js";

it("brings a lost transaction back and settles it without a hand, through an outage", async () => {
  const world = await rollbackWorld(3);
  const { submitted } = await world.issue("A1");
  const { node, ledger, pending } = world;
  node.reorganise(1);
  node.fail("down");
  const failures: unknown[] = [];
  let settling: ReturnType<typeof keepSettling> | undefined;
  await new Promise<void>((resolve) => {
    settling = keepSettling(ledger.submissions, {
      every: 1,
      onFailure(error) {
        failures.push(error);
        if (failures.length === 2) node.fail(null);
      },
      onRound(standings) {
        node.block();
        if (standings.length === 0) resolve();
      },
    });
  });
  await settling?.stop();
  expect(failures.map((error) => isDppError(error, "ledger/unavailable"))).toEqual([true, true]);
  expect(await pending.list()).toEqual([]);
  expect(await node.transaction(submitted.txHash)).not.toBeNull();
  const { height } = await node.tip();
  await new Promise((resolve) => setImmediate(resolve));
  expect((await node.tip()).height).toBe(height);
});
