/** What anyone may read, and how bad requests are refused. */

import { type AddressInfo, connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { decodePassportDatum } from "@cardano-dpp/offchain/codec/datum";
import { fromHex, toBase64url } from "@cardano-dpp/offchain/domain/bytes";
import { verifyDisclosure, verifyHeaderDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import { DisclosedElement, PassportAnswer as Schema } from "../src/schemas/passport.js";
import { Problem } from "../src/schemas/problem.js";
import { GTIN, productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { read } from "./wallet.js";

let world: TestWorld;
let app: App;
let qr: string;
const logged: string[] = [];
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1"), productFile("A2")], [TEST_POLICY]);
  app = await buildApp({
    ...world.parts("https://passports.example"),
    log: { write: (line) => logged.push(line) },
  });
  qr = world.qr(first());
});
const first = () => {
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  return passport;
};
const json = async (url: string): Promise<PassportAnswer> => (await read(app, url)).json();
const problem = async (url: string, accept = "application/json") => {
  const response = await app.inject({ url, headers: { accept } });
  const body = response.json();
  expect(Value.Check(Problem, body)).toBe(true);
  expect(response.headers["content-type"]).toContain("application/problem+json");
  expect(body.status).toBe(response.statusCode);
  expect(response.body).not.toMatch(/at .*\.ts|node_modules/);
  return { status: response.statusCode, code: body.title };
};

describe("a passport from its QR", () => {
  it("comes as JSON whose every element proves itself against the ledger's root", async () => {
    const answer = await json(qr);
    expect(Value.Check(Schema, [DisclosedElement], answer)).toBe(true);
    const { dataRoot } = decodePassportDatum(answer.passport.datum).extra;
    expect(answer.passport.dataRoot).toBe(dataRoot);
    expect(answer.elements.map((json) => verifyDisclosure(dataRoot, json).id)).toEqual([
      "device.carbonClass",
      "device.model",
    ]);
    expect(verifyHeaderDisclosure(dataRoot, answer.header).name).toBe("Example device A1");
    expect(answer.leaves).toBe(6);
    expect(answer.anchor.confirmations).toBeGreaterThanOrEqual(0);
    expect(answer.issuer).toMatchObject({ operator: "gln:9506000134352", status: "Active", live: true });
    expect(answer.identifier).toMatchObject({ gtin: GTIN, serial: "A1", source: "qr" });
  });

  it("names the sealed groups and who reads them, and nothing of what is in them", async () => {
    const response = await read(app, qr);
    const { groups, reading } = response.json() as PassportAnswer;
    expect(groups.map(({ name, access, roles }) => [name, access, roles])).toEqual([
      ["dismantling", "escrow", ["REPAIRER", "RECYCLER", "AUTHORITY"]],
      ["reports", "escrow", ["AUTHORITY"]],
      ["use", "direct", ["REPAIRER"]],
    ]);
    expect(reading).toBeNull();
    expect(response.body).not.toMatch(/screws|Six of type|testReport|Passed with|health|Ninety-one/i);
  });

  it("is a page for a browser and JSON for a machine, at one address", async () => {
    const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    const page = await app.inject({ url: qr, headers: { accept: browser } });
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.vary).toContain("Accept");
    for (const accept of ["application/json", "*/*", undefined]) {
      const machine = await app.inject({ url: qr, headers: accept === undefined ? {} : { accept } });
      expect(machine.headers["content-type"]).toBe("application/json; charset=utf-8");
    }
    expect(await problem(qr, "image/png")).toEqual({ status: 406, code: "request/not-acceptable" });
  });

  it("loads nothing from others and tells nobody its address", async () => {
    const { headers, body } = await app.inject({ url: qr, headers: { accept: "text/html" } });
    expect(headers["content-security-policy"]).toMatch(/default-src 'self'.*script-src 'self'/);
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["strict-transport-security"]).toBeDefined();
    expect(body).not.toMatch(/https?:\/\//);
  });

  it("sends its script compressed to who can read that, and once", async () => {
    const headers = { "accept-encoding": "gzip, br" };
    const packed = await app.inject({ url: "/page/page.js", headers });
    const plain = await app.inject({ url: "/page/page.js" });
    expect([packed.headers["content-encoding"], plain.headers["content-encoding"]]).toEqual([
      "gzip",
      undefined,
    ]);
    expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(packed.rawPayload.length).toBeLessThan(100_000);
    const again = await app.inject({
      url: "/page/page.js",
      headers: { "if-none-match": String(packed.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
  });

  it("is found by its printed numbers too, and says that the index named it", async () => {
    expect((await json(`/01/${GTIN}/21/A2`)).identifier).toMatchObject({ serial: "A2", source: "index" });
    // A GTIN-13 is the same number without its filling zero.
    expect((await json(`/01/${GTIN.slice(1)}/21/A2`)).identifier.gtin).toBe(GTIN);
  });

  it("is not sent again to who has it", async () => {
    const { headers } = await read(app, qr);
    const again = await app.inject({
      url: qr,
      headers: { accept: "application/json", "if-none-match": String(headers.etag) },
    });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });
});

describe("a request that cannot be served", () => {
  it("names an unknown product, and a wrong check digit, and a serial that cannot be", async () => {
    expect(await problem(`/01/${GTIN}/21/NOBODY`)).toEqual({ status: 404, code: "resolver/unknown-product" });
    expect(await problem("/01/09506000134353/21/A1")).toEqual({
      status: 400,
      code: "identifier/gtin-check-digit",
    });
    expect(await problem("/01/0950600013435X/21/A1")).toEqual({
      status: 400,
      code: "identifier/gtin-digits",
    });
    expect(await problem(`/01/${GTIN}/21/%7Btab%7D`)).toEqual({
      status: 400,
      code: "identifier/serial-charset",
    });
    expect(await problem(`/01/${GTIN}/21/${"9".repeat(21)}`)).toEqual({
      status: 400,
      code: "request/invalid",
    });
  });

  it("refuses a code whose passport was made for another product", async () => {
    const [, query] = qr.split("?");
    expect(await problem(`/01/${GTIN}/21/A2?${query}`)).toEqual({
      status: 422,
      code: "resolver/identifier-mismatch",
    });
    const { id } = first();
    const salt = toBase64url(new Uint8Array(16));
    expect(await problem(`/01/${GTIN}/21/A1?p=${toBase64url(fromHex(id))}&s=${salt}`)).toMatchObject({
      code: "resolver/identifier-mismatch",
    });
    const unknown = toBase64url(new Uint8Array(28));
    expect(await problem(`/01/${GTIN}/21/A1?p=${unknown}&s=${salt}`)).toMatchObject({
      code: "resolver/unknown-product",
    });
    expect(await problem(`/01/${GTIN}/21/A1?p=${unknown}`)).toEqual({
      status: 400,
      code: "identifier/link-query",
    });
  });

  it("shows a browser its page with the right status", async () => {
    const page = await app.inject({ url: `/01/${GTIN}/21/NOBODY`, headers: { accept: "text/html" } });
    expect([page.statusCode, page.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
  });

  it("bounds the address, the body and the headers", async () => {
    expect(await problem(`${qr}&x=${"a".repeat(5000)}`)).toEqual({
      status: 414,
      code: "request/uri-too-long",
    });
    const big = await app.inject({
      method: "POST",
      url: "/auth/challenge",
      payload: { address: "a".repeat(40_000) },
    });
    expect([big.statusCode, big.json().title]).toEqual([413, "request/too-large"]);
  });

  it("names an address that cannot be decoded, and parameters given twice", async () => {
    expect(await problem("/01/%zz/21/A1")).toEqual({ status: 400, code: "request/malformed" });
    expect(await problem(`/01/${"9".repeat(300)}/21/A1`)).toEqual({
      status: 414,
      code: "request/uri-too-long",
    });
    expect(await problem(`/01/${GTIN}/21/A1?p=1&p=2`)).toEqual({ status: 400, code: "request/invalid" });
  });

  it("answers bytes that are no request, and headers beyond the bound", async () => {
    const open = await buildApp(world.parts("https://passports.example"));
    await open.listen({ host: "127.0.0.1", port: 0 });
    const { port } = open.server.address() as AddressInfo;
    const send = (bytes: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk;
        });
        socket.on("close", () => resolve(text));
        socket.on("error", reject);
      });
    try {
      expect(await send("nonsense\r\n\r\n")).toMatch(
        /^HTTP\/1.1 400[\s\S]*problem\+json[\s\S]*request\/malformed/,
      );
      const large = `GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`;
      expect(await send(large)).toMatch(/^HTTP\/1.1 431[\s\S]*request\/too-large/);
    } finally {
      await open.close();
    }
  });

  it("never fails on what strangers send", async () => {
    const unlimited = { burst: 1e6, perMinute: 1e6 };
    const open = await buildApp({
      ...world.parts("https://passports.example"),
      limits: { auth: unlimited, index: unlimited },
    });
    const sound = async (options: InjectOptions) => {
      const response = await open.inject(options);
      expect(response.statusCode).toBeLessThan(500);
      if (response.statusCode >= 400) expect(Value.Check(Problem, response.json())).toBe(true);
    };
    const hex = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("hex"));
    const field = fc.oneof(hex, fc.string(), fc.constant(first().id), fc.integer(), fc.constant(null));
    const body = fc.record(
      { address: field, nonce: field, signature: field, key: field, body: field, witnesses: field },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("/auth/challenge", "/auth/verify"), body, (url, payload) =>
        sound({ method: "POST", url, payload }),
      ),
      { numRuns: 150 },
    );
    const segment = fc
      .oneof(fc.string({ maxLength: 24 }), fc.constantFrom(GTIN, "A1", ".", ".."))
      .map(encodeURIComponent);
    await fc.assert(
      fc.asyncProperty(segment, segment, fc.webQueryParameters(), fc.string(), (gtin, serial, query, token) =>
        sound({
          url: `/01/${gtin}/21/${serial}?${query}`,
          headers: { authorization: token.replace(/[^\x20-\x7e]/g, "") },
        }),
      ),
      { numRuns: 150 },
    );
  });

  it("names malformed JSON, unknown members and unknown routes", async () => {
    const send = async (payload: string, type = "application/json") => {
      const response = await app.inject({
        method: "POST",
        url: "/auth/challenge",
        payload,
        headers: { "content-type": type },
      });
      return [response.statusCode, response.json().title];
    };
    expect(await send("{")).toEqual([400, "request/malformed"]);
    expect(await send("")).toEqual([400, "request/malformed"]);
    expect(await send('{"__proto__":{}}')).toEqual([400, "request/malformed"]);
    expect(await send('{"address":"addr_test1xyz","more":1}')).toEqual([400, "request/invalid"]);
    expect(await send("a=b", "application/x-www-form-urlencoded")).toEqual([415, "request/media-type"]);
    expect(await problem("/nothing/here")).toEqual({ status: 404, code: "resolver/unknown-route" });
  });

  it("says that a block of the content is missing, without a trace of where it looked", async () => {
    const parts = world.parts("https://passports.example");
    const content = { ...parts.content, get: async () => null };
    const without = await buildApp({ ...parts, content });
    const response = await read(without, qr);
    expect([response.statusCode, response.json().title]).toEqual([503, "content/missing"]);
  });

  it("says that the stored content is not what the ledger commits to", async () => {
    const parts = world.parts("https://passports.example");
    const other = world.passports[1];
    const content = { ...parts.content, get: async () => parts.content.get(other?.content ?? "") };
    const response = await read(await buildApp({ ...parts, content }), qr);
    expect([response.statusCode, response.json().title]).toEqual([502, "sealed/root-mismatch"]);
  });

  it("shows nothing of an error that it does not know", async () => {
    const parts = world.parts("https://passports.example");
    const index = {
      ...parts.index,
      find: async () => Promise.reject(new Error("/home/secret/path is broken")),
    };
    const response = await read(await buildApp({ ...parts, index }), `/01/${GTIN}/21/A1`);
    expect([response.statusCode, response.json().title]).toEqual([500, "resolver/internal"]);
    expect(response.body).not.toContain("secret");
  });

  it("limits lookups by printed numbers, which could count products, and leaves scans alone", async () => {
    const limited = await buildApp({
      ...world.parts("https://passports.example"),
      limits: { index: { burst: 2, perMinute: 60 } },
    });
    const url = `/01/${GTIN}/21/A1`;
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await read(limited, url)).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await read(limited, qr)).statusCode).toBe(200);
    world.clock.advance(1000);
    expect((await read(limited, url)).statusCode).toBe(200);
  });
});

describe("what stands around it", () => {
  it("serves sealed content by its id, unchanged for ever", async () => {
    const { content } = first();
    const response = await app.inject({ url: `/content/${content}` });
    expect(response.headers["cache-control"]).toContain("immutable");
    expect(await world.content.put(response.rawPayload)).toBe(content);
    expect(await problem("/content/bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4")).toEqual({
      status: 404,
      code: "content/not-found",
    });
    expect(await problem("/content/QmNotAnIdOfOurs1234")).toEqual({ status: 400, code: "content/bad-cid" });
  });

  it("answers for the ledger as Blockfrost does", async () => {
    const { passport } = await json(qr);
    const get = async (path: string) => (await app.inject({ url: `/ledger/api/v0${path}` })).json();
    const [{ address }] = await get(`/assets/${passport.unit}/addresses`);
    const [utxo] = await get(`/addresses/${address}/utxos/${passport.unit}`);
    expect(utxo).toMatchObject({ tx_hash: passport.utxo.txHash, inline_datum: passport.datum });
    expect(utxo.amount).toContainEqual({ unit: passport.unit, quantity: "1" });
    expect((await get(`/txs/${passport.utxo.txHash}`)).block_height).toBe(
      (await get("/blocks/latest")).height,
    );
    expect((await get(`/assets/${passport.unit}/transactions?order=desc&count=1`))[0].tx_hash).toBe(
      passport.utxo.txHash,
    );
    expect(await problem(`/ledger/api/v0/assets/${"00".repeat(28)}/addresses`)).toEqual({
      status: 404,
      code: "ledger/not-found",
    });
  });

  it("is live and ready", async () => {
    expect((await app.inject({ url: "/health/live" })).json()).toEqual({ status: "live" });
    expect((await app.inject({ url: "/health/ready" })).json()).toMatchObject({
      status: "ready",
      network: "embedded",
    });
  });

  it("describes itself as OpenAPI, from the schemas that validate", async () => {
    const document = (await app.inject({ url: "/openapi.json" })).json();
    expect(document.openapi).toMatch(/^3\.1/);
    const paths = [
      "/01/{gtin}/21/{serial}",
      "/auth/challenge",
      "/auth/verify",
      "/content/{cid}",
      "/health/live",
    ];
    for (const path of paths) expect(Object.keys(document.paths)).toContain(path);
    expect(JSON.stringify(document.paths["/01/{gtin}/21/{serial}"])).toContain("dpp/passport-answer/1");
  });

  it("logs a line for each request, without its query", () => {
    expect(logged.length).toBeGreaterThan(10);
    const [, query = ""] = qr.split("?");
    expect(logged.join("\n")).not.toContain(query);
  });
});
