/** Live and ready: docs/spec/http.md "Health". */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { Ledger } from "@cardano-dpp/offchain/ports/ledger";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { HealthLimits } from "../src/routes/health.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";

const ORIGIN = "https://passports.example";
/** ms: for parts that never answer. */
const SOON = 20;
const never = () => new Promise<never>(() => undefined);
const throwing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

let world: TestWorld;
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
});

interface Broken {
  readonly ledger?: Partial<Ledger>;
  readonly content?: Partial<ContentStore>;
  readonly limits?: HealthLimits;
  readonly lines?: string[];
}

function appWith({ ledger = {}, content = {}, limits, lines = [] }: Broken = {}): Promise<App> {
  const answers = Object.fromEntries(Object.entries(ledger).map(([key, value]) => [key, { value }]));
  return buildApp({
    ...world.parts(ORIGIN),
    ledger: Object.create(world.context.ledger, answers),
    content: { ...world.content, ...content },
    log: { write: (line) => lines.push(line) },
    ...(limits && { limits: { health: limits } }),
  });
}
const ready = async (app: App) => app.inject({ url: "/health/ready" });
const OK = { state: "ok", reason: null };

describe("live", () => {
  it("is 200 whatever the parts do, and is not stored", async () => {
    const app = await appWith({ ledger: { tip: never }, content: { has: never, put: never } });
    const answer = await app.inject({ url: "/health/live" });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: "live" }]);
    expect(answer.headers["cache-control"]).toBe("no-store");
  });
});

describe("ready", () => {
  it("says 200 with every part, the network and the newest block", async () => {
    const answer = await ready(await appWith());
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.json()).toEqual({
      status: "ready",
      network: "embedded",
      height: (await world.context.ledger.tip()).height,
      parts: { ledger: OK, deployment: OK, content: OK },
    });
  });

  const unavailable = new DppError("ledger/unavailable", "no answer from http://10.0.0.7:9090 with key-4711");
  const cases: [string, Broken, string, string][] = [
    ["the ledger is out of reach", { ledger: { tip: throwing(unavailable) } }, "ledger", "unavailable"],
    ["the ledger does not answer", { ledger: { tip: never }, limits: { partMs: SOON } }, "ledger", "timeout"],
    [
      "the ledger fails otherwise",
      { ledger: { tip: throwing(new TypeError("http://10.0.0.7 key-4711")) } },
      "ledger",
      "error",
    ],
    ["the deployment is not there", { ledger: { utxoByUnit: async () => null } }, "deployment", "not-found"],
    [
      "there are two deployments",
      { ledger: { utxoByUnit: throwing(new DppError("ledger/not-unique", "two")) } },
      "deployment",
      "not-unique",
    ],
    [
      "the content store is out of reach",
      {
        content: {
          put: throwing(new DppError("content/unavailable", "no answer from http://10.0.0.7:5001")),
        },
      },
      "content",
      "unavailable",
    ],
    [
      "the content store does not answer",
      { content: { put: never }, limits: { partMs: SOON } },
      "content",
      "timeout",
    ],
  ];
  it.each(cases)("says 503 and when to come back when %s", async (_name, broken, part, reason) => {
    const answer = await ready(await appWith(broken));
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "5"]);
    const { status, parts } = answer.json();
    expect(status).toBe("not-ready");
    expect(parts[part]).toEqual({ state: "failing", reason });
    const others = Object.entries(parts).filter(([name]) => name !== part);
    for (const [, state] of others) expect(state).toEqual(OK);
    expect(answer.body).not.toMatch(/10\.0\.0\.7|key-4711|http/);
  });

  it("stays ready, with a word, when the newest block is old: reading old truth beats reading none", async () => {
    const { ledger, clock } = world.context;
    const tip = async () => ({ ...(await ledger.tip()), time: clock.now() - 21 * 60_000 });
    const answer = await ready(await appWith({ ledger: { tip } }));
    expect([answer.statusCode, answer.json().parts.ledger]).toEqual([
      200,
      { state: "degraded", reason: "behind" },
    ]);
  });

  it("notices that a store has lost what was put there, and mends it", async () => {
    let lost = false;
    const app = await appWith({
      content: { has: async (cid) => !lost && world.content.has(cid) },
      limits: { holdMs: 0 },
    });
    expect((await ready(app)).statusCode).toBe(200);
    lost = true;
    expect((await ready(app)).json().parts.content).toEqual({ state: "failing", reason: "missing" });
    expect((await ready(app)).statusCode).toBe(200);
  });
});

describe("probes", () => {
  it("do not reach the parts more often than the answer holds, by the clock", async () => {
    let asked = 0;
    const { ledger } = world.context;
    const tip = () => {
      asked++;
      return ledger.tip();
    };
    const app = await appWith({ ledger: { tip } });
    await Promise.all(Array.from({ length: 20 }, () => ready(app)));
    expect(asked).toBe(1);
    world.clock.advance(1999);
    await ready(app);
    expect(asked).toBe(1);
    world.clock.advance(1);
    await ready(app);
    expect(asked).toBe(2);
  });

  it("leave a line in the log when something changes, and none otherwise", async () => {
    const lines: string[] = [];
    let broken = true;
    const { ledger } = world.context;
    const tip = async () => {
      if (broken) throw new DppError("ledger/unavailable", "no answer");
      return ledger.tip();
    };
    const app = await appWith({ ledger: { tip }, limits: { holdMs: 0 }, lines });
    for (const state of [true, true, false, false, true]) {
      broken = state;
      await ready(app);
    }
    const told = lines.map((line) => JSON.parse(line)).map(({ msg, level }) => `${level} ${msg}`);
    expect(told).toEqual(["error not ready", "info ready", "error not ready"]);
  });
});
