/** HTTP around the answers: conditional reads, methods, media types, bounds, and what the description promises. */
import { type AddressInfo, connect } from "node:net";
import { policyHash } from "@cardano-dpp/offchain/codec/policy";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import { Value } from "@sinclair/typebox/value";
import type { HTTPMethods } from "fastify";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import { Problem } from "../src/schemas/problem.js";
import { GTIN, productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { read, tokenOf } from "./wallet.js";

const ORIGIN = "https://passports.example";
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

let world: TestWorld;
let app: App;
let qr: string;
let cid: string;
const logged: string[] = [];
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  app = await buildApp({ ...world.parts(ORIGIN), log: { write: (line) => logged.push(line) } });
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  qr = world.qr(passport);
  cid = passport.content;
});

describe("a conditional read", () => {
  const forms = (etag: string) => [etag, `W/${etag}`, `"other", W/${etag}`, `"a,b" , ${etag},"c"`, "*"];
  const answers: [name: string, url: () => string, accept: string][] = [
    ["passport's JSON", () => qr, "application/json"],
    ["passport's page", () => qr, BROWSER],
    ["page's script", () => "/page/page.js", "*/*"],
    ["sealed content", () => `/content/${cid}`, "*/*"],
  ];

  it.each(answers)("of the %s gives 304 for its tag, weak, in a list, or *", async (_name, url, accept) => {
    const { headers } = await app.inject({ url: url(), headers: { accept } });
    for (const tag of forms(String(headers.etag))) {
      const again = await app.inject({ url: url(), headers: { accept, "if-none-match": tag } });
      expect([tag, again.statusCode, again.body]).toEqual([tag, 304, ""]);
      expect(again.headers.etag).toBe(headers.etag);
    }
    const other = await app.inject({ url: url(), headers: { accept, "if-none-match": 'W/"other", "more"' } });
    expect(other.statusCode).toBe(200);
  });

  it("with * of content that is not there is 404", async () => {
    const url = "/content/bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
    expect((await app.inject({ url, headers: { "if-none-match": "*" } })).statusCode).toBe(404);
  });
});

describe("a client that asks too often", () => {
  it("is told after how many seconds to come back, and is served then", async () => {
    const limited = await buildApp({
      ...world.parts(ORIGIN),
      limits: { index: { burst: 1, perMinute: 6 }, auth: { burst: 1, perMinute: 40 } },
    });
    const url = `/01/${GTIN}/21/A1`;
    const ask = (accept: string) => limited.inject({ url, headers: { accept } });
    expect((await ask("application/json")).statusCode).toBe(200);
    const json = await ask("application/json");
    expect([json.statusCode, json.headers["retry-after"]]).toEqual([429, "10"]);
    expect(json.json().details).toEqual({ retryAfter: 10 });
    world.clock.advance(4000);
    const page = await ask(BROWSER);
    expect([page.statusCode, page.headers["retry-after"]]).toEqual([429, "6"]);
    world.clock.advance(6000);
    expect((await ask("application/json")).statusCode).toBe(200);

    const prove = () =>
      limited.inject({
        method: "POST",
        url: "/auth/challenge",
        payload: { address: world.actors.maker.address },
      });
    expect((await prove()).statusCode).toBe(200);
    expect((await prove()).headers["retry-after"]).toBe("2");
  });
});

describe("an address with another method", () => {
  const cases: [HTTPMethods, () => string, string][] = [
    ["POST", () => qr, "GET, HEAD"],
    ["DELETE", () => `/content/${cid}`, "GET, HEAD"],
    ["GET", () => "/auth/challenge", "POST"],
    ["PUT", () => "/auth/verify", "POST"],
    ["OPTIONS", () => "/ledger/api/v0/blocks/latest", "GET, HEAD"],
    ["PATCH", () => "/page/page.css", "GET, HEAD"],
    ["POST", () => "/openapi.json?x=1", "GET, HEAD"],
  ];
  it.each(cases)("%s %s is 405 and says which it has", async (method, url, allow) => {
    // A body of no type that is read here: the method is refused first.
    const response = await app.inject({
      method,
      url: url(),
      ...(method === "GET" ? {} : { payload: "a=b", headers: { "content-type": "application/x-any" } }),
    });
    expect([response.statusCode, response.headers.allow]).toEqual([405, allow]);
    expect(Value.Check(Problem, response.json())).toBe(true);
    expect(response.json().title).toBe("request/method-not-allowed");
    expect(response.headers["x-request-id"]).toBe(response.json().instance.slice("urn:request:".length));
  });

  it("is 404 where no method has an answer", async () => {
    for (const url of ["/nothing", `/content/${cid}/more`, "/auth", "/01/1/21", "/page/pageXcss"]) {
      const response = await app.inject({
        method: "POST",
        url,
        payload: "a=b",
        headers: { "content-type": "text/plain" },
      });
      expect([url, response.statusCode, response.json().title]).toEqual([url, 404, "resolver/unknown-route"]);
      expect(response.headers.allow).toBeUndefined();
    }
  });
});

describe("a body that is not JSON", () => {
  it.each(["/auth/challenge", "/auth/verify"])("is refused by %s as what it is", async (url) => {
    for (const type of ["text/plain", "text/plain; charset=utf-8"]) {
      const response = await app.inject({
        method: "POST",
        url,
        payload: "{}",
        headers: { "content-type": type },
      });
      expect([response.statusCode, response.json().title]).toEqual([415, "request/media-type"]);
    }
  });
});

describe("an unknown address", () => {
  it("is a small page for a browser, which loads this server's style and nothing else", async () => {
    const response = await app.inject({ url: "/nothing/<b>here?<i>", headers: { accept: BROWSER } });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      404,
      "text/html; charset=utf-8",
    ]);
    expect(response.headers.vary).toBe("Accept");
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers["content-security-policy"]).toContain("default-src 'self'");
    expect(response.body).toContain(String(response.headers["x-request-id"]));
    expect(response.body).not.toMatch(/<script|<style|style=|https?:|<b>|<i>/);
    const loaded = [...response.body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, path]) => path);
    expect(loaded).toEqual(["/page/page.css"]);
    expect((await app.inject({ url: "/page/page.css" })).statusCode).toBe(200);
  });

  it("is a problem for everybody else, whatever types he names", async () => {
    for (const accept of ["application/json", "*/*", "image/png", "text/html;q=0.1, application/json"]) {
      const response = await app.inject({ url: "/nothing", headers: { accept } });
      expect([accept, response.statusCode, response.json().title]).toEqual([
        accept,
        404,
        "resolver/unknown-route",
      ]);
    }
  });
});

describe("what the parser refuses", () => {
  const send = (port: number, bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    });

  it("carries a request id, in the body, the header and the log", async () => {
    const lines: string[] = [];
    const open = await buildApp({ ...world.parts(ORIGIN), log: { write: (line) => lines.push(line) } });
    await open.listen({ host: "127.0.0.1", port: 0 });
    const { port } = open.server.address() as AddressInfo;
    const cases: [string, number, string][] = [
      ["nonsense\r\n\r\n", 400, "request/malformed"],
      [`GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, 431, "request/too-large"],
    ];
    const ids = new Set<string>();
    try {
      for (const [bytes, status, code] of cases) {
        const [head = "", body = ""] = (await send(port, bytes)).split("\r\n\r\n");
        const problem = JSON.parse(body);
        expect(Value.Check(Problem, problem)).toBe(true);
        expect([head.slice(0, 12), problem.status, problem.title]).toEqual([
          `HTTP/1.1 ${status}`,
          status,
          code,
        ]);
        const id = /^x-request-id: ([0-9a-f-]{36})$/m.exec(head.replaceAll("\r", ""))?.[1] ?? "none";
        expect(problem.instance).toBe(`urn:request:${id}`);
        expect(lines.map((line) => JSON.parse(line)).find(({ reqId }) => reqId === id)).toMatchObject({
          code,
        });
        ids.add(id);
      }
    } finally {
      await open.close();
    }
    expect(ids.size).toBe(cases.length);
  });

  it("includes requests that do not arrive within 30 s, looked for every 5 s", async () => {
    const { requestTimeout, connectionsCheckingInterval } = app.server as typeof app.server & {
      connectionsCheckingInterval: number;
    };
    expect([requestTimeout, connectionsCheckingInterval]).toEqual([30_000, 5_000]);
    // What Node emits for a late request.
    const open = await buildApp(world.parts(ORIGIN));
    await open.listen({ host: "127.0.0.1", port: 0 });
    open.server.on("connection", (socket) =>
      open.server.emit(
        "clientError",
        Object.assign(new Error(), { code: "ERR_HTTP_REQUEST_TIMEOUT" }),
        socket,
      ),
    );
    try {
      const answer = await send(
        (open.server.address() as AddressInfo).port,
        "POST /auth/verify HTTP/1.1\r\n",
      );
      expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*"request\/timeout"/);
    } finally {
      await open.close();
    }
  });
});

describe("the description", () => {
  it("gives every operation the problems that it may answer, by one schema", async () => {
    const document = (await app.inject({ url: "/openapi.json" })).json();
    const operations = Object.entries<Record<string, { responses: Record<string, unknown> }>>(
      document.paths,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => [`${method} ${path}`, responses] as const),
    );
    expect(operations.length).toBeGreaterThanOrEqual(11);
    for (const [name, responses] of operations) {
      for (const range of ["4XX", "5XX"]) {
        expect([name, responses[range]]).toMatchObject([
          name,
          { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } },
        ]);
      }
      expect(responses).toHaveProperty("200");
    }
    expect(document.components.schemas.Problem.required).toEqual(
      expect.arrayContaining(["type", "title", "status", "detail", "instance"]),
    );
    const with304 = operations.filter(([, responses]) => "304" in responses).map(([name]) => name);
    expect(with304.toSorted()).toEqual([
      "get /01/{gtin}/21/{serial}",
      "get /01/{gtin}/21/{serial}/feed",
      "get /01/{gtin}/21/{serial}/history",
      "get /content/{cid}",
    ]);
    const content = document.paths["/content/{cid}"].get.responses;
    expect(Object.keys(content["200"].content)).toEqual(["application/octet-stream"]);
    expect(content["304"].content).toBeUndefined();
  });
});

describe("a policy that was added while the resolver runs", () => {
  it("is found, by the public answer and for readers, without a block or a restart", async () => {
    let policies: readonly Policy[] = [];
    let readings = 0;
    const running = await buildApp({
      ...world.parts(ORIGIN),
      policies: async () => {
        readings += 1;
        return policies;
      },
    });
    const dismantling = (answer: PassportAnswer) =>
      answer.groups.find(({ name }) => name === "dismantling")?.roles;
    const before = await read(running, qr);
    expect(dismantling(before.json())).toEqual([]);
    expect((before.json() as PassportAnswer).header.header.policy.hash).toBe(policyHash(TEST_POLICY));
    policies = [TEST_POLICY];
    expect((await read(running, qr)).headers.etag).toBe(before.headers.etag);
    expect(readings).toBe(2);
    world.clock.advance(60_000);
    const after = await read(running, qr);
    expect(dismantling(after.json())).toEqual(["REPAIRER", "RECYCLER", "AUTHORITY"]);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    const token = await tokenOf(running, world.actors.repairer);
    expect(dismantling((await read(running, qr, token)).json())).toEqual([
      "REPAIRER",
      "RECYCLER",
      "AUTHORITY",
    ]);
    expect(readings).toBe(3);
  });
});
