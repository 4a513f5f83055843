/** What the log holds, and what it never holds: docs/spec/http.md "Logs". */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Ledger } from "@cardano-dpp/offchain/ports/ledger";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildApp, type ResolverParts } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { LogSettings } from "../src/plugins/logging.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { post, prove, read } from "./wallet.js";

const ORIGIN = "https://passports.example";
const PROJECT = "previewProjectIdOfBlockfrost";
const COOKIE = "session=chocolate-chip-0815";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let world: TestWorld;
let qr: string;
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  qr = world.qr(passport);
});

let lines: string[];
beforeEach(() => {
  lines = [];
});
const records = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line));
const appWith = (settings: Partial<LogSettings> = {}, parts: Partial<ResolverParts> = {}): Promise<App> =>
  buildApp({
    ...world.parts(ORIGIN),
    ...parts,
    log: { level: "info", format: "json", destination: { write: (line) => lines.push(line) }, ...settings },
  });
/** A ledger that fails as a badly behaved client would: with everything that it sent. */
const brokenLedger = (): Ledger =>
  Object.create(world.context.ledger, {
    tip: {
      value: async () => {
        const cause = Object.assign(
          new Error(
            `GET https://node.example/api/v0/blocks/latest?project_id=${PROJECT} failed, Bearer ${PROJECT}`,
          ),
          {
            options: { headers: { project_id: PROJECT } },
            config: { url: `https://u:${PROJECT}@node.example` },
          },
        );
        throw new DppError("ledger/unavailable", "the node cannot be asked", { cause });
      },
    },
  });

describe("the log of a reading by role", () => {
  it("holds no token, answer, key, cookie, project id or query, at any level", async () => {
    const { serverSecret } = world.parts(ORIGIN);
    const app = await appWith({ level: "trace", secrets: [PROJECT] }, { serverSecret });
    const headers = { cookie: COOKIE, project_id: PROJECT, authorization: `Bearer ${PROJECT}` };
    const proof = await prove(app, world.actors.repairer);
    const verified = await post(app, "/auth/verify", proof);
    const { token } = verified.json();
    expect((await read(app, qr, token)).statusCode).toBe(200);
    // Refused in every way: used up, forged, malformed, unknown.
    await post(app, "/auth/verify", proof);
    await post(app, "/auth/verify", { ...proof, signature: proof.key });
    await post(app, "/auth/verify", `{"signature":"${proof.signature}`);
    await read(app, `${qr}&group=reports`, token);
    await read(app, qr, `${token}x`);
    await app.inject({ url: `${qr}&token=${token}`, headers });
    await app.inject({ url: `/nothing?token=${token}`, headers });
    await app.inject({ url: `/%zz?token=${token}`, headers });
    const broken = await appWith({ level: "trace" }, { serverSecret, ledger: brokenLedger() });
    expect((await read(broken, qr, token)).statusCode).toBe(503);

    const [, query = ""] = qr.split("?");
    const salt = new URLSearchParams(query).get("s") ?? "";
    expect(salt).not.toBe("");
    const secrets = [
      token,
      proof.nonce,
      proof.signature,
      proof.key,
      COOKIE,
      "chocolate",
      PROJECT,
      query,
      salt,
    ];
    const text = lines.join("");
    for (const secret of secrets) expect([secret, text.includes(secret)]).toEqual([secret, false]);
    expect(text).not.toMatch(/T5|screws|Six of/);
    expect(lines.length).toBeGreaterThan(12);
  });

  it("is JSON, one record a line, with time, level and the request's id on each line of it", async () => {
    const app = await appWith({}, { ledger: brokenLedger() });
    const answer = await app.inject({ url: qr, headers: { accept: "application/json" } });
    const id = answer.headers["x-request-id"];
    expect(answer.json().instance).toBe(`urn:request:${id}`);
    const own = records().filter(({ reqId }) => reqId === id);
    expect(own.map(({ level, msg }) => [level, msg])).toEqual([
      ["error", "request failed"],
      ["info", "answered"],
    ]);
    expect(own[1]).toMatchObject({ req: { method: "GET", path: qr.split("?")[0] }, status: 503 });
    expect(own[0]).toMatchObject({
      code: "ledger/unavailable",
      err: { message: "the node cannot be asked", cause: { type: "Error" } },
    });
    for (const record of records()) expect(String(record.time)).toMatch(/^2027-02-\d\dT[\d:.]+Z$/);
  });
});

describe("a source behind this server that fails", () => {
  it.each(["ledger/unavailable", "content/unavailable", "content/corrupt"])(
    "(%s) is named in the log and not to the reader",
    async (code) => {
      const origin = "http://10.0.0.7:5001";
      const get = async (): Promise<never> => {
        throw new DppError(code, `no answer from ${origin}`, {
          details: { sources: [`${origin}: refused`] },
        });
      };
      const app = await appWith({}, { content: { ...world.content, get } });
      const answer = await app.inject({ url: qr, headers: { accept: "application/json" } });
      expect(answer.json()).toMatchObject({ title: code });
      expect(answer.body).not.toContain("10.0.0.7");
      expect(lines.join("")).toContain(`${origin}: refused`);
    },
  );
});

describe("the configured secrets", () => {
  it("are taken out of a line whatever brought them there", async () => {
    const app = await appWith({ secrets: [PROJECT] });
    app.log.info({ deep: { list: [`x${PROJECT}y`] } }, `asked with ${PROJECT}`);
    expect(lines.join("")).not.toContain(PROJECT);
    expect(records()[0]).toMatchObject({ deep: { list: ["x[secret]y"] }, msg: "asked with [secret]" });
  });
});

describe("a request's id", () => {
  const idOf = async (header?: string | string[], url = "/health/live"): Promise<string> => {
    lines = [];
    const app = await appWith({ level: "debug" });
    const answer = await app.inject({ url, headers: header === undefined ? {} : { "x-request-id": header } });
    const id = String(answer.headers["x-request-id"]);
    expect(records().every(({ reqId }) => reqId === id)).toBe(true);
    expect(lines.length).toBeGreaterThan(0);
    return id;
  };

  it.each(["4f1c2d3e-0000-4000-8000-00805f9b34fb", "trace_01.A-b", "a".repeat(64)])(
    "is %s when the client says so",
    async (id) => {
      expect(await idOf(id)).toBe(id);
    },
  );

  it.each([
    "",
    "short",
    "a".repeat(65),
    "-leading-dash",
    "with space inside",
    "<script>alert(1)</script>",
    'quote"quote"quote',
    "ünïcödé-name",
    "a,b,c,d,e,f,g,h",
  ])("is made here when the client says %j", async (id) => {
    expect(await idOf(id)).toMatch(UUID);
  });

  it("is made here when the client says two, or none", async () => {
    expect(await idOf(["first-request-id", "second-request-id"])).toMatch(UUID);
    expect(await idOf()).toMatch(UUID);
  });

  it("comes back from addresses that cannot be read, and in their problem", async () => {
    for (const url of ["/%zz", `/content/${"a".repeat(200)}`, "/nothing"]) {
      const app = await appWith();
      const answer = await app.inject({ url, headers: { "x-request-id": "request-number-1" } });
      expect([url, answer.headers["x-request-id"]]).toEqual([url, "request-number-1"]);
      expect(answer.json().instance).toBe("urn:request:request-number-1");
    }
  });

  it("is drawn from the random source that is handed in", async () => {
    const app = await appWith({}, { random: { bytes: (length) => new Uint8Array(length).fill(0x11) } });
    const { headers } = await app.inject({ url: "/health/live" });
    expect(headers["x-request-id"]).toBe("11111111-1111-4111-9111-111111111111");
  });
});

describe("the level", () => {
  const ask = async (settings: Partial<LogSettings>): Promise<void> => {
    const app = await appWith(settings);
    await app.inject({ url: "/nothing" });
    await app.inject({ url: "/health/live" });
  };
  const messages = () => records().map(({ msg, req }) => `${msg} ${(req as { path?: string })?.path ?? ""}`);

  it("info leaves the probes' lines out, debug has them", async () => {
    await ask({ level: "info" });
    expect(messages()).toEqual(["request refused ", "answered /nothing"]);
    lines = [];
    await ask({ level: "debug" });
    expect(messages()).toContain("answered /health/live");
  });

  it("warn and silent leave out what is in order", async () => {
    await ask({ level: "warn" });
    await ask({ level: "silent" });
    expect(lines).toEqual([]);
  });

  it("as text is a line for people", async () => {
    await ask({ format: "text" });
    expect(lines[1]).toMatch(
      /^2027-02-\d\dT[\d:.]+Z info {2}answered reqId="[0-9a-f-]{36}" req\.method="GET" req\.path="\/nothing" status=404 ms=[\d.]+\n$/,
    );
  });
});
