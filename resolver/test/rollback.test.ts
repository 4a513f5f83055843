/** What the resolver answers when blocks are lost: never what stood in one, once the ledger answers otherwise. */
import {
  ROLLBACK_POLICY,
  type RollbackWorld,
  rollbackWorld,
} from "@cardano-dpp/offchain/testing/rollback-world";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import { settle } from "@cardano-dpp/offchain/usecases/settle";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryNonceStore } from "../src/adapters/nonce-memory.js";
import { createMemoryReadLog } from "../src/adapters/read-log-memory.js";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { PassportAnswer } from "../src/passport/answer.js";

const DEPTH = 4;
const TIP_AGE = 2_000;

let world: RollbackWorld;
let app: App;
beforeEach(async () => {
  world = await rollbackWorld(DEPTH);
  const { context, ledger, clock, index } = world;
  app = await buildApp({
    ledger,
    contracts: context.contracts,
    clock,
    content: context.content,
    random: context.random,
    index,
    nonceStore: createMemoryNonceStore(clock),
    readLog: createMemoryReadLog(),
    resolverKey: null,
    serverSecret: seededRandom("secret").bytes(32),
    publicUrl: "https://passports.example",
    policies: async () => [ROLLBACK_POLICY],
    tipAge: TIP_AGE,
  });
  await world.issue("A1");
  clock.advance(TIP_AGE);
});

const get = () => app.inject({ url: "/01/09506000134352/21/A1", headers: { accept: "application/json" } });
const read = async (): Promise<PassportAnswer> => {
  const response = await get();
  expect(response.statusCode).toBe(200);
  return response.json();
};

describe("a passport whose block is young", () => {
  it("comes with its depth, and is settled at the depth that is asked for", async () => {
    expect((await read()).anchor).toMatchObject({ confirmations: 1, settled: false, settledAfter: DEPTH });
    for (let block = 1; block < DEPTH; block++) world.node.block();
    world.clock.advance(TIP_AGE);
    expect((await read()).anchor).toMatchObject({ confirmations: DEPTH, settled: true });
  });

  it("is unknown once its block is lost, and known again once it stands again", async () => {
    const before = await read();
    world.node.reorganise(1);
    world.clock.advance(TIP_AGE);
    expect((await get()).json()).toMatchObject({ status: 404, title: "resolver/unknown-product" });
    await settle(world.ledger.submissions);
    world.node.block();
    world.clock.advance(TIP_AGE);
    expect((await read()).passport).toEqual(before.passport);
  });
});

describe("an update whose block is lost", () => {
  it("is not shown any more, not even when another block takes its height and slot", async () => {
    await world.update("A1", "Model Y");
    world.clock.advance(TIP_AGE);
    const updated = await get();
    expect(updated.json().passport.revision).toBe(1);
    const { slot, height } = await world.node.tip();
    world.node.reorganise(1);
    // The new block is made a moment later, and could carry the slot of the old one all the same.
    const { tip } = world.node;
    world.node.tip = async () => ({ ...(await tip.call(world.node)), slot });
    expect((await world.node.tip()).height).toBe(height);
    world.clock.advance(TIP_AGE);
    const now = await get();
    expect(now.json().passport.revision).toBe(0);
    expect(now.headers.etag).not.toBe(updated.headers.etag);
  });

  it("is not remembered under the tip before it, when its block came between tip and state", async () => {
    // A block arrives between the two questions.
    world.meanwhile = () => {};
    const { utxoByUnit } = world.node;
    const updating = world.update("A1", "Model Y").catch((error: unknown) => error);
    await updating;
    world.clock.advance(TIP_AGE);
    let arrived = false;
    world.node.utxoByUnit = async (unit) => {
      if (!arrived) world.node.block();
      arrived = true;
      return utxoByUnit.call(world.node, unit);
    };
    expect((await read()).passport.revision).toBe(1);
    expect(arrived).toBe(true);
    // The block is lost, and the tip is what it was before it.
    world.node.rollBack(1);
    world.clock.advance(TIP_AGE);
    expect((await read()).passport.revision).toBe(0);
  });
});
