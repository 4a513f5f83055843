/** The passport's JSON says that it was recalled, stolen or lost, or that an action cannot be read. */
import { encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { blockCid } from "@cardano-dpp/offchain/codec/content-id";
import type { ActionRecord } from "@cardano-dpp/offchain/domain/action";
import { cidToHex } from "@cardano-dpp/offchain/domain/cid";
import { logAction } from "@cardano-dpp/offchain/usecases/life";
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
async function answer(more = ""): Promise<PassportAnswer> {
  const response = await app.inject({
    url: `${world.qr(passport())}${more}`,
    headers: { accept: "application/json" },
  });
  const json = response.json();
  expect([response.statusCode, Value.Check(Schema, [DisclosedElement], json)]).toEqual([200, true]);
  return json;
}
const kinds = async (more = "") => (await answer(more)).notices.map(({ kind }) => kind);

/** By the owner, who is the maker here, or as the issuer. Answers the record's bytes and its transaction. */
async function log(type: ActionRecord["type"], asIssuer = false, stored = true) {
  const { context, content, actors } = world;
  const actor = asIssuer ? world.role("maker") : null;
  let bytes = new Uint8Array();
  const { txHash } = await logAction(context, [actors.maker], passport().id, {
    ...(actor === null ? {} : { actor }),
    record: async (previous) => {
      bytes = Uint8Array.from(
        encodeActionRecord({
          type,
          config: context.contracts.config.hash,
          passport: passport().id,
          previous,
          at: context.clock.now(),
          actor,
          elements:
            type === "recall"
              ? [
                  { id: "recall.notice", type: "uri", value: "https://cells.example/recall", unit: null },
                  { id: "recall.reason", type: "integer", value: 4, unit: null },
                ]
              : [],
          sealed: [],
          handOver: null,
        }),
      );
      return cidToHex(stored ? await content.put(bytes) : blockCid(bytes));
    },
  });
  return { bytes, txHash };
}

it("names recalls and thefts as they are logged, with who logged them, until they end", async () => {
  expect(await kinds()).toEqual([]);
  const theft = await log("theft");
  const recall = await log("recall", true);
  expect((await answer()).notices).toMatchObject([
    { kind: "theft", txHash: theft.txHash, actor: null },
    { kind: "recall", txHash: recall.txHash, actor: world.role("maker") },
  ]);
  await log("found");
  expect(await kinds()).toEqual(["recall"]);
});

it("names as of a moment those of then", async () => {
  world.clock.advance(3_600_000);
  await log("theft");
  const at = new Date(world.clock.now()).toISOString();
  world.clock.advance(3_600_000);
  await log("recall", true);
  expect(await kinds(`&at=${encodeURIComponent(at)}`)).toEqual(["theft"]);
  expect(await kinds()).toEqual(["theft", "recall"]);
});

it("says that an action cannot be read while its record is missing, and asks for it again", async () => {
  const { bytes } = await log("recall", true, false);
  expect(await kinds()).toEqual(["unreadable"]);
  // Made anew each time, without a block between.
  const at = `&at=${encodeURIComponent(new Date(world.clock.now()).toISOString())}`;
  expect(await kinds(at)).toEqual(["unreadable"]);
  await world.content.put(bytes);
  expect(await kinds(at)).toEqual(["unreadable"]);
  world.clock.advance(60_000);
  expect(await kinds(at)).toEqual(["recall"]);
  await log("found");
  expect(await kinds()).toEqual(["recall"]);
});

it("does not take an owner's word for a recall", async () => {
  await log("recall");
  expect(await kinds()).toEqual([]);
});
