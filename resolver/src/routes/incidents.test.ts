/** Reports over HTTP: what is taken, what is refused, and what a reporter learns. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { incidentsOnDisk } from "@cardano-dpp/offchain/adapters/incidents-disk";
import { generateKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import type { IncidentStore } from "@cardano-dpp/offchain/ports/incident-store";
import { testClock } from "@cardano-dpp/offchain/testing/actors";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import { openContact } from "@cardano-dpp/offchain/usecases/incidents/contact";
import { IncidentDesk, verifyIncidents } from "@cardano-dpp/offchain/usecases/incidents/desk";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildApp, type ResolverParts } from "../app.js";
import type { App } from "../app-types.js";
import { IncidentForm, IncidentReceipt, IncidentState } from "../schemas/incident.js";
import { Problem } from "../schemas/problem.js";
import { productFile, TEST_POLICY } from "../testing/product.js";
import { makeTestWorld, type TestWorld } from "../testing/world.js";

const keys = generateKeyPair(seededRandom("contact key"));
let world: TestWorld;
let folder: string;
let store: IncidentStore;
let app: App;
const logged: string[] = [];

beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incident-routes-"));
  store = incidentsOnDisk(join(folder, "incidents"));
  app = await serve({ contactKey: async () => keys.publicKey });
});
afterEach(() => rm(folder, { recursive: true }));

const serve = (
  incidents: Pick<NonNullable<ResolverParts["incidents"]>, "contactKey">,
  limits: ResolverParts["limits"] = { reports: { burst: 1000, perMinute: 1000 } },
): Promise<App> =>
  buildApp({
    ...world.parts("https://passports.example"),
    incidents: { store, ...incidents },
    limits,
    log: { write: (line) => logged.push(line) },
  });
const passport = () => world.passports[0] ?? expect.fail("no passport");
const report = (more: Record<string, unknown> = {}) => ({
  subject: passport().id,
  category: "unsafe-product",
  text: "It became hot in the bag.",
  ...more,
});
const send = (payload: unknown, to = app) =>
  to.inject({
    method: "POST",
    url: "/incidents",
    headers: { "content-type": "application/json" },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });
const refused = async (payload: unknown, to = app) => {
  const response = await send(payload, to);
  expect(Value.Check(Problem, response.json())).toBe(true);
  return [response.statusCode, response.json().title];
};
const desk = () =>
  new IncidentDesk({
    store,
    contactKey: async () => null,
    config: world.context.contracts.config.hash,
    clock: testClock(),
    random: seededRandom("desk"),
  });

describe("a report", () => {
  it("is answered with a receipt, lies on the disk by then, and its state can be asked for", async () => {
    const response = await send(report({ evidence: ["https://example.com/photo.jpg"] }));
    expect([response.statusCode, response.headers["cache-control"]]).toEqual([201, "no-store"]);
    const receipt = response.json();
    expect(Value.Check(IncidentReceipt, receipt)).toBe(true);
    // Another process, as the consortium's command is.
    const { incident, body } = await desk().read(receipt.id);
    expect(incident).toMatchObject({ via: "web", subjects: [{ passport: passport().id }], closed: null });
    expect(body?.evidence).toEqual(["https://example.com/photo.jpg"]);
    const open = await app.inject({ url: `/incidents/${receipt.id}` });
    expect(open.json()).toEqual({ ...receipt, state: "open", outcome: null, closedAt: null });
    await desk().close(receipt.id, "upheld", "the consortium's own note");
    const closed = await app.inject({ url: `/incidents/${receipt.id}` });
    expect(Value.Check(IncidentState, closed.json())).toBe(true);
    expect(closed.json()).toMatchObject({ state: "closed", outcome: "upheld" });
    expect(open.body + closed.body).not.toMatch(/hot|example|note|ab{20}|unsafe/);
  });

  it("keeps of a link the id and never the salt", async () => {
    const link = `https://passports.example${world.qr(passport())}`;
    const { id } = (await send(report({ subject: link }))).json();
    const { incident, body } = await desk().read(id);
    expect(incident.subjects).toEqual([{ passport: passport().id }]);
    expect(JSON.stringify([incident, body])).not.toContain(passport().salt);
  });

  it("keeps a contact sealed, and logs neither it nor the words", async () => {
    logged.length = 0;
    const { id } = (await send(report({ contact: "reporter@example.com" }))).json();
    const { body } = await desk().read(id);
    const context = { config: world.context.contracts.config.hash, incident: id };
    const sealed = body?.contact ?? expect.fail("no contact");
    expect(await openContact(keys.secretKey, sealed, context)).toBe("reporter@example.com");
    expect(Buffer.from((await store.body(id)) ?? []).toString()).not.toContain("reporter@");
    expect(logged.join("")).toContain("/incidents");
    expect(logged.join("")).not.toMatch(/reporter@|hot in the bag/);
  });

  it("with a contact is refused where there is no key to seal it to, and the form says so before", async () => {
    const keyless = await serve({ contactKey: async () => null });
    expect(await refused(report({ contact: "reporter@example.com" }), keyless)).toEqual([
      400,
      "incident/no-contact-key",
    ]);
    expect((await send(report({ contact: "" }), keyless)).statusCode).toBe(201);
    for (const [one, contact] of [[app, true] as const, [keyless, false] as const]) {
      const form = (await one.inject({ url: "/incidents" })).json();
      expect([Value.Check(IncidentForm, form), form.contact]).toEqual([true, contact]);
    }
  });

  it.each<[string, unknown, readonly [number, string]]>([
    ["no subject", { subject: undefined }, [400, "request/invalid"]],
    ["a subject of nothing", { subject: "my phone" }, [400, "incident/subject"]],
    ["another category", { category: "boring" }, [400, "request/invalid"]],
    ["no words", { text: "  " }, [400, "incident/text"]],
    ["too many words", { text: "a".repeat(2001) }, [400, "request/invalid"]],
    ["words that turn direction", { text: "safe \u202egnp.exe" }, [400, "incident/text"]],
    ["control characters", { text: "a\u0007" }, [400, "incident/text"]],
    ["a contact of two lines", { contact: "a@example.com\nBcc: b" }, [400, "incident/contact"]],
    ["evidence that is script", { evidence: ["javascript:alert(1)"] }, [400, "incident/evidence"]],
    ["too much evidence", { evidence: Array(11).fill("https://a.example") }, [400, "request/invalid"]],
    ["members that nobody asked for", { state: "closed" }, [400, "request/invalid"]],
    ["a number for words", { text: 5 }, [400, "request/invalid"]],
  ])("with %s is refused, and nothing is kept", async (_, change, answer) => {
    expect(await refused(report(change as Record<string, unknown>))).toEqual(answer);
    expect(await verifyIncidents(store, testClock())).toMatchObject({ length: 0 });
  });

  it("that is no JSON, or too long, is refused", async () => {
    expect(await refused("{")).toEqual([400, "request/malformed"]);
    expect(await refused(JSON.stringify(report({ text: "a".repeat(40_000) })))).toEqual([
      413,
      "request/too-large",
    ]);
    const form = await app.inject({
      method: "POST",
      url: "/incidents",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: "text=hello",
    });
    expect(form.statusCode).toBe(415);
  });

  it("is answered in our own words whatever is in it, and the log stays whole", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom("", passport().id, "__proto__"),
    );
    const body = fc.record(
      {
        subject: text,
        category: fc.constantFrom("other", "counterfeit", "x"),
        text,
        contact: text,
        evidence: fc.array(text, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, fc.jsonValue()), async (payload) => {
        const response = await send(payload as object);
        expect([201, 400]).toContain(response.statusCode);
      }),
      { numRuns: 60 },
    );
    await verifyIncidents(store, testClock());
  });

  it("may come often, but not without end, from one client", async () => {
    const limited = await serve({ contactKey: async () => null }, {});
    const statuses = [];
    for (let n = 0; n < 12; n++) statuses.push((await send(report(), limited)).statusCode);
    expect(statuses).toEqual([...Array(10).fill(201), 429, 429]);
    const refusal = await send(report(), limited);
    expect(Number(refusal.headers["retry-after"])).toBeGreaterThan(0);
    expect(await verifyIncidents(store, testClock())).toMatchObject({ incidents: 10 });
  });
});

describe("a report that is refused", () => {
  it("uses up none of those that may be taken, and may not come without end either", async () => {
    const limited = await serve(
      { contactKey: async () => null },
      { reportTries: { burst: 30, perMinute: 1 } },
    );
    for (const bad of [{ contact: "a@example.com" }, { text: "  " }])
      for (let n = 0; n < 8; n++) expect((await send(report(bad), limited)).statusCode).toBe(400);
    const statuses = [];
    for (let n = 0; n < 11; n++) statuses.push((await send(report(), limited)).statusCode);
    expect(statuses).toEqual([...Array(10).fill(201), 429]);
    for (let n = 0; n < 3; n++) await send(report({ text: "  " }), limited);
    expect(await refused(report({ text: "  " }), limited)).toEqual([429, "request/rate-limited"]);
  });
});

describe("asking for a report", () => {
  it("that does not exist, or by an id that cannot be, is refused", async () => {
    for (const [url, status, code] of [
      [`/incidents/${"0".repeat(32)}`, 404, "incident/unknown"],
      ["/incidents/1", 400, "request/invalid"],
      ["/incidents/..%2Fcontact-key", 400, "request/invalid"],
    ] as const) {
      const response = await app.inject({ url });
      expect([response.statusCode, response.json().title]).toEqual([status, code]);
    }
    expect((await app.inject({ method: "DELETE", url: `/incidents/${"0".repeat(32)}` })).statusCode).toBe(
      405,
    );
  });

  it("on a log that was tampered with tells nobody where it lies", async () => {
    await send(report());
    await rm(join(folder, "incidents", "log", "000000000", "000000000000.json"));
    await store.append({
      seq: 1,
      previous: "00".repeat(32),
      time: 1,
      incident: "11".repeat(16),
      event: { act: "erase" },
    });
    const fresh = await serve({ contactKey: async () => null });
    const response = await fresh.inject({ url: `/incidents/${"11".repeat(16)}` });
    expect([response.statusCode, response.json().title]).toEqual([503, "incident/broken"]);
    expect(response.body).not.toMatch(/entry|log|incidents\//);
    expect(await refused(report(), fresh)).toEqual([503, "incident/broken"]);
  });

  it("is not offered where nothing takes reports", async () => {
    const { incidents: _, ...parts } = { ...world.parts("https://passports.example"), incidents: undefined };
    const without = await buildApp(parts);
    expect((await without.inject({ url: "/incidents" })).statusCode).toBe(404);
    expect((await send(report(), without)).statusCode).toBe(404);
  });
});
