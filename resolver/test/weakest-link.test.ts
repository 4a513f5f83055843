/** The weakest link over HTTP: the answer, the file that proves it, and how bad questions are refused. */

import { readTrustRoot } from "@cardano-dpp/offchain/usecases/trust-root";
import { verifyWeakestLink } from "@cardano-dpp/offchain/usecases/weakest-link/verify";
import { Value } from "@sinclair/typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import { WeakestLinkAnswer } from "../src/schemas/weakest-link.js";
import { addEvents, type TestEvents, TRANSPORT } from "../src/testing/events.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { OFTEN } from "./real-browser.js";

let world: TestWorld;
let events: TestEvents;
let app: App;
let [station, supervisor] = ["", ""];

beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  events = await addEvents(world);
  await events.say("station", TRANSPORT, TRANSPORT);
  await events.lose("station", 3);
  await events.say("station", TRANSPORT);
  await events.say("supervisor", TRANSPORT);
  [station, supervisor] = [events.source("station"), events.source("supervisor")];
  app = await buildApp({
    ...world.parts("https://passports.example"),
    events: events.access,
    limits: { events: OFTEN },
  });
}, 300_000);
afterAll(async () => {
  await app?.close();
  await events?.store.close();
});

const get = (path: string) => app.inject({ url: path, headers: { accept: "application/json" } });
const post = (path: string, payload: object) => app.inject({ method: "POST", url: path, payload });
const ranges = (...texts: readonly string[]) => texts.map((text) => `range=${text}`).join("&");

describe("the weakest link", () => {
  it("is answered by address and by body, and once to who has it", async () => {
    const asked = await get(
      `/weakest-link?${ranges(`${station}:0-5`, `${station}:4-5`, `${supervisor}:0-1`)}`,
    );
    expect([asked.statusCode, asked.headers["access-control-allow-origin"]]).toEqual([200, "*"]);
    const answer = asked.json<WeakestLinkAnswer>();
    expect(Value.Check(WeakestLinkAnswer, answer)).toBe(true);
    expect(answer).toMatchObject({
      ledger: { tier: "INDIVIDUAL_SIGNED", places: [{ thread: supervisor, lo: 0, hi: 1 }], more: 0 },
      counts: { tier: "INDIVIDUAL_SIGNED" },
      ...{ events: 4, late: 0, lost: 2, amended: [] },
    });
    const body = [
      { thread: supervisor, lo: 0, hi: 1 },
      { thread: station, lo: 0, hi: 5 },
    ];
    expect((await post("/weakest-link", body)).json()).toEqual(answer);
    const etag = String(asked.headers.etag);
    const again = await app.inject({
      url: `/weakest-link?${ranges(`${station}:0-5`, `${supervisor}:0-1`)}`,
      headers: { "if-none-match": etag },
    });
    expect(again.statusCode).toBe(304);
  });

  it("comes as a file that verifies without this server", async () => {
    const body = [{ thread: station, lo: 1, hi: 5 }];
    const sent = await post("/weakest-link/proof", body);
    expect([sent.statusCode, sent.headers["content-type"]]).toEqual([200, "application/octet-stream"]);
    const root = await readTrustRoot(world.context);
    const { facts } = verifyWeakestLink(sent.rawPayload, root);
    const states = facts?.states.map(({ output }) => output) ?? [];
    const verified = verifyWeakestLink(sent.rawPayload, root, { states });
    expect(verified.ok).toBe(true);
    expect(verified.facts?.link).toMatchObject({ ledger: { tier: "DEVICE_SIGNED" }, events: 2, lost: 2 });
    const asked = await get(`/weakest-link/proof?${ranges(`${station}:1-5`)}`);
    expect(asked.rawPayload.equals(sent.rawPayload)).toBe(true);
  });

  it.each([
    ["", 400, "request/invalid"],
    ["range=", 400, "weakest-link/malformed"],
    ["range=here", 400, "weakest-link/malformed"],
    ["range=zz:0-1", 400, "weakest-link/malformed"],
    ["range=STATION:1-1", 400, "weakest-link/empty"],
    ["range=STATION:0-9007199254740992", 400, "weakest-link/malformed"],
    ["range=STATION:0-6", 409, "weakest-link/not-anchored"],
    [`range=${"00".repeat(13)}:0-1`, 404, "thread/none"],
    ["range=STATION:0-1&more=1", 400, "request/invalid"],
    [Array.from({ length: 65 }, () => "range=a:0-1").join("&"), 400, "request/invalid"],
  ] as const)("refuses ?%s", async (query, status, code) => {
    for (const path of ["/weakest-link", "/weakest-link/proof"]) {
      const response = await get(`${path}?${query.replaceAll("STATION", station)}`);
      expect([response.statusCode, response.json().title]).toEqual([status, code]);
    }
  });

  it.each([
    [{}, "request/invalid"],
    [[{ thread: "00", lo: 0, hi: 1 }], "request/invalid"],
    [[{ thread: "00".repeat(13), lo: -1, hi: 1 }], "request/invalid"],
    [[{ thread: "00".repeat(13), lo: 0, hi: 1, more: 1 }], "request/invalid"],
    [[], "weakest-link/empty"],
    [Array.from({ length: 65 }, () => ({ thread: "00".repeat(13), lo: 0, hi: 1 })), "request/invalid"],
  ] as const)("refuses a body %j", async (body, code) => {
    const response = await post("/weakest-link", body);
    expect([response.statusCode, response.json().title]).toEqual([400, code]);
  });
});
