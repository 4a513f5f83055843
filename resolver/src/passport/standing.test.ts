/** A passport says how those who made and touched it stand today. */
import { encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { cidToHex } from "@cardano-dpp/offchain/domain/cid";
import { logAction } from "@cardano-dpp/offchain/usecases/life";
import { renewRole, revokeRole, suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import { Value } from "@sinclair/typebox/value";
import { beforeEach, expect, it } from "vitest";
import { buildApp } from "../app.js";
import type { App } from "../app-types.js";
import { DisclosedElement, PassportAnswer as Schema } from "../schemas/passport.js";
import { productFile, TEST_POLICY } from "../testing/product.js";
import { makeTestWorld, type TestWorld } from "../testing/world.js";
import type { PassportAnswer } from "./answer.js";

let world: TestWorld;
let app: App;
beforeEach(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  app = await buildApp(world.parts("https://passports.example"));
});

const passport = () => world.passports[0] ?? expect.fail("no passport");
async function answer(): Promise<PassportAnswer> {
  const response = await app.inject({ url: world.qr(passport()), headers: { accept: "application/json" } });
  const json = response.json();
  expect([response.statusCode, Value.Check(Schema, [DisclosedElement], json)]).toEqual([200, true]);
  return json;
}
const repaired = async (): Promise<void> => {
  const { context, content, actors } = world;
  await logAction(context, [actors.maker, actors.repairer], passport().id, {
    actor: world.role("repairer"),
    record: async (previous) =>
      cidToHex(
        await content.put(
          encodeActionRecord({
            type: "repair",
            config: context.contracts.config.hash,
            passport: passport().id,
            previous,
            at: context.clock.now(),
            actor: world.role("repairer"),
            elements: [{ id: "repair.done", type: "string", value: "New cell", unit: null }],
            sealed: [],
            handOver: null,
          }),
        ),
      ),
  });
};

it("says why and since when its issuer is suspended, revoked, and no more when it is renewed", async () => {
  const { context, actors, clock } = world;
  expect([(await answer()).issuer?.ended, (await answer()).actors]).toEqual([null, []]);
  clock.advance(60_000);
  const { txHash } = await suspendRole(context, [actors.freezer], world.role("maker"), 7);
  expect((await answer()).issuer).toMatchObject({
    status: "Suspended",
    live: false,
    ended: { status: "Suspended", reason: 7, since: { txHash, time: clock.now() } },
  });
  const quorum = [actors.member1, actors.member2] as const;
  const dates = { validFrom: clock.now() - 60_000, validTo: clock.now() + 3_600_000 };
  await renewRole(context, quorum, world.role("maker"), dates);
  expect((await answer()).issuer).toMatchObject({ status: "Active", ended: null });
  await revokeRole(context, quorum, world.role("maker"), 2);
  expect((await answer()).issuer?.ended).toMatchObject({ status: "Revoked", reason: 2 });
});

it("marks who logged an action on it and is suspended now, with the number of actions, and nobody else", async () => {
  const { context, actors } = world;
  await repaired();
  await repaired();
  await suspendRole(context, [actors.freezer], world.role("recycler"), 7);
  expect((await answer()).actors).toEqual([]);
  const { txHash } = await suspendRole(context, [actors.freezer], world.role("repairer"), 2);
  expect((await answer()).actors).toMatchObject([
    {
      attestation: world.role("repairer"),
      role: "REPAIRER",
      operator: "gln:9506000134352",
      status: "Suspended",
      reason: 2,
      actions: 2,
      since: { txHash },
    },
  ]);
});
