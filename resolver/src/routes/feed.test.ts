/** A passport's feed through its life, on a ledger that accepted every step. */
import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { type ActionType, isActionType } from "@cardano-dpp/offchain/domain/action";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { cidToHex } from "@cardano-dpp/offchain/domain/cid";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import {
  erasePassport,
  logAction,
  retirePassport,
  transferPassport,
} from "@cardano-dpp/offchain/usecases/life";
import { revokePassport, updatePassport } from "@cardano-dpp/offchain/usecases/passports";
import { renewRole, revokeRole, suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../app.js";
import type { App } from "../app-types.js";
import { PassportFeed } from "../feed/feed.js";
import { HistoryReader } from "../passport/history-reader.js";
import { GTIN, productFile, TEST_POLICY } from "../testing/product.js";
import { childrenOf, type Node, parseStrictXml, textOf } from "../testing/strict-xml.js";
import { type ActorName, makeTestWorld, type TestWorld } from "../testing/world.js";

const ORIGIN = "https://passports.example";
const MINUTE = 60_000;
let world: TestWorld;
let app: App;

const passport = (nth = 0) => world.passports[nth] ?? expect.fail("no passport");
const feedUrl = (nth = 0): string => world.qr(passport(nth)).replace("?", "/feed?");
const get = (url: string, headers: Record<string, string> = {}, from = app) => from.inject({ url, headers });
const feed = async (url = feedUrl(), from = app): Promise<Node> => {
  const response = await get(url, {}, from);
  expect([response.statusCode, response.headers["content-type"]]).toEqual([
    200,
    "application/atom+xml; charset=utf-8",
  ]);
  return parseStrictXml(response.body);
};
const told = (root: Node): string[][] =>
  childrenOf(root, "entry").map((entry) => [
    childrenOf(entry, "category")[0]?.attributes.term ?? "",
    textOf(entry, "summary"),
  ]);
const signer = (name: ActorName) => world.actors[name];

/** Logs an action whose record says what is given. */
async function log(
  type: string,
  elements: readonly Element[],
  actor: ActorName | null,
  nth = 0,
  signers: readonly [ActorName, ...ActorName[]] = [actor ?? "maker"],
): Promise<void> {
  const { context, content } = world;
  const name = actor === null ? null : world.role(actor);
  await logAction(
    context,
    signers.map(signer) as unknown as Parameters<typeof logAction>[1],
    passport(nth).id,
    {
      ...(name === null ? {} : { actor: name }),
      record: async (previous) => {
        const bytes = isActionType(type)
          ? encodeActionRecord({
              type: type as ActionType,
              config: context.contracts.config.hash,
              passport: passport(nth).id,
              previous,
              at: context.clock.now(),
              actor: name,
              elements,
              sealed: [],
              handOver: null,
            })
          : new TextEncoder().encode(type);
        return cidToHex(await content.put(bytes));
      },
    },
  );
}

const text = (id: string, value: string): Element => ({ id, type: "string", value, unit: null });
const recall: readonly Element[] = [
  { id: "recall.notice", type: "uri", value: "https://example.com/recall?a=1&b=<2>", unit: null },
  { id: "recall.reason", type: "integer", value: 4, unit: null },
];

beforeAll(async () => {
  world = await makeTestWorld(
    [productFile("A1"), productFile("A2"), productFile("A3"), productFile("A4")],
    [TEST_POLICY],
  );
  app = await buildApp({
    ...world.parts(ORIGIN),
    limits: { feed: { burst: 1000, perMinute: 1000 } },
  });
});
const step = () => world.clock.advance(MINUTE);

describe("the feed of a passport", () => {
  it("begins with its issue, and says where it and the page are", async () => {
    const root = await feed();
    expect(told(root)).toEqual([["issue", "The manufacturer issued this passport."]]);
    const [entry] = childrenOf(root, "entry");
    if (entry === undefined) throw new Error("no entry");
    expect(textOf(entry, "id")).toMatch(new RegExp(`^urn:cardano-dpp:tx:[0-9a-f]{64}:${passport().id}$`));
    expect([textOf(root, "title"), textOf(root, "updated")]).toEqual([
      "Example device A1",
      textOf(entry, "updated"),
    ]);
    const links = Object.fromEntries(
      childrenOf(root, "link").map(({ attributes: { rel, href } }) => [rel, href]),
    );
    expect(links).toEqual({ self: ORIGIN + feedUrl(), alternate: ORIGIN + world.qr(passport()) });
    // What it names as itself is itself.
    expect((await get(feedUrl())).body).toBe((await get((links.self ?? "").slice(ORIGIN.length))).body);
  });

  it("is named by the passport's own address, for browsers and machines", async () => {
    for (const accept of ["text/html", "application/json"]) {
      const { headers } = await get(world.qr(passport()), { accept });
      expect(headers.link).toBe(`<${feedUrl()}>; rel="alternate"; type="application/atom+xml"`);
    }
    expect((await get(`/01/${GTIN}/21/NOBODY`, { accept: "application/json" })).headers.link).toBeUndefined();
  });

  it("tells revisions, hands and actions, with the reason of a recall and nobody's own words", async () => {
    const { context, actors } = world;
    const issuer = { attestation: world.role("maker"), secretKey: world.readingKeys.maker.secretKey };
    step();
    await updatePassport(context, [actors.maker], issuer, passport(), productFile("A1", "Other model"));
    step();
    await transferPassport(context, [actors.maker], passport().id, {
      to: actors.stranger.address,
      record: async (previous) =>
        cidToHex(
          await world.content.put(
            encodeActionRecord({
              type: "transfer",
              config: context.contracts.config.hash,
              passport: passport().id,
              previous,
              at: context.clock.now(),
              actor: null,
              elements: [],
              sealed: [],
              handOver: null,
            }),
          ),
        ),
    });
    step();
    await log("theft", [text("action.text", "<b>call me</b>")], null, 0, ["stranger"]);
    step();
    await log("repair", [text("repair.done", "New cell")], "repairer", 0, ["stranger", "repairer"]);
    step();
    await log("recall", recall, "maker");
    const root = await feed();
    expect(told(root)).toEqual([
      ["recall", "A recall was logged by the manufacturer. Reason: unsafe product."],
      ["repair", "A repair was logged by an accredited actor (repairer)."],
      ["theft", "A theft was logged by the owner."],
      ["transfer", "The product has a new owner."],
      ["update", "The manufacturer recorded a new version of the passport's data."],
      ["issue", "The manufacturer issued this passport."],
    ]);
    const { body } = await get(feedUrl());
    expect(body).not.toMatch(/call me|New cell|addr_test/);
    expect(body).toContain('<link rel="related" href="https://example.com/recall?a=1&amp;b=&lt;2&gt;"/>');
    const times = childrenOf(root, "entry").map((entry) => textOf(entry, "updated"));
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(childrenOf(root, "entry").map((entry) => textOf(entry, "id"))).size).toBe(6);
  });

  it("gives no link of an owner's own making", async () => {
    step();
    await log("recall", recall, null, 1);
    const { body } = await get(feedUrl(1));
    expect(body).toContain("A note of a recall was logged by the owner. Reason: unsafe product.");
    expect(body).not.toContain("example.com");
  });

  it("goes on past records that are lost, foreign or of another place", async () => {
    step();
    await log("no record at all", [], null, 2);
    const before = await feed(feedUrl(2));
    expect(told(before)[0]).toEqual(["action", "Logged by the owner. What it says cannot be read here."]);
    const blind: ContentStore = { ...world.content, get: async () => null };
    const elsewhere = await buildApp({ ...world.parts(ORIGIN), content: blind });
    expect(told(await feed(feedUrl(0), elsewhere))[0]).toEqual([
      "action",
      "Logged by the manufacturer. What it says cannot be read here.",
    ]);
  });

  it("tells what the consortium did to the manufacturer, with the same entry on all its passports", async () => {
    const { context, actors, clock } = world;
    const old = await get(feedUrl(1));
    step();
    await suspendRole(context, [actors.freezer], world.role("maker"), 7);
    step();
    const dates = { validFrom: clock.now() - MINUTE, validTo: clock.now() + 1000 * MINUTE };
    await renewRole(context, [actors.member1, actors.member2], world.role("maker"), dates);
    const root = await feed(feedUrl(1));
    expect(told(root).slice(0, 2)).toEqual([
      ["issuer-renewed", "The consortium renewed the manufacturer's accreditation."],
      [
        "issuer-suspended",
        "The consortium suspended the manufacturer; its statements are in doubt until that is settled. Reason: under investigation.",
      ],
    ]);
    const ids = async (nth: number) =>
      childrenOf(await feed(feedUrl(nth)), "entry").map((entry) => textOf(entry, "id"));
    expect((await ids(2)).slice(0, 2)).toEqual((await ids(1)).slice(0, 2));
    // A reader who has the old one is sent the new one, once.
    const again = await get(feedUrl(1), { "if-none-match": String(old.headers.etag) });
    expect(again.statusCode).toBe(200);
    const same = await get(feedUrl(1), { "if-none-match": String(again.headers.etag) });
    expect([same.statusCode, same.body]).toEqual([304, ""]);
  });

  it("tells a revocation and its reason, of the passport and of its maker", async () => {
    const { context, actors } = world;
    step();
    await revokePassport(context, [actors.authority], world.role("authority"), passport(2).id, 5);
    step();
    await revokeRole(context, [actors.member1, actors.member2], world.role("maker"), 2);
    expect(told(await feed(feedUrl(2))).slice(0, 2)).toEqual([
      [
        "issuer-revoked",
        "The consortium withdrew the manufacturer's accreditation for good. Reason: false statements.",
      ],
      ["revoke", "The passport is no longer valid. Reason: counterfeit."],
    ]);
  });
});

describe("a passport that is gone from the ledger", () => {
  it("has a feed that ends with that, for who subscribed", async () => {
    const { context, actors } = world;
    step();
    await retirePassport(context, [actors.maker, actors.recycler], passport(1).id, {
      recycler: world.role("recycler"),
    });
    step();
    await erasePassport(context, [actors.authority, actors.maker], passport(1).id, world.role("authority"));
    expect((await get(world.qr(passport(1)), { accept: "application/json" })).statusCode).toBe(404);
    const root = await feed(feedUrl(1));
    expect(told(root).slice(0, 2)).toEqual([
      ["erase", "An authority removed the retired passport from the ledger."],
      ["retire", "The product has reached the end of its life; its passport is closed."],
    ]);
    expect(textOf(root, "title")).toBe("Example device A2");
  });
});

describe("the header that names the feed", () => {
  it("cannot be broken out of by the address that was asked for", async () => {
    const server = await buildApp(world.parts(ORIGIN));
    await server.listen({ host: "127.0.0.1", port: 0 });
    try {
      const { port } = server.server.address() as AddressInfo;
      // As bytes: a client library would encode them.
      const ask = (path: string): Promise<IncomingMessage> =>
        new Promise((resolve, reject) => {
          request({ port, host: "127.0.0.1", path, headers: { accept: "application/json" } }, resolve)
            .on("error", reject)
            .end();
        });
      const plain = await ask(world.qr(passport()));
      const odd = await ask(`${world.qr(passport())}&x=>;rel=<evil>`);
      plain.resume();
      odd.resume();
      expect([plain.statusCode, odd.statusCode]).toEqual([200, 200]);
      expect([plain.headers.link !== undefined, odd.headers.link]).toEqual([true, undefined]);
    } finally {
      await server.close();
    }
  });
});

describe("a feed that cannot be given", () => {
  it.each([
    [`/01/${GTIN}/21/NOBODY/feed`, 404, "resolver/unknown-product"],
    ["/01/09506000134353/21/A1/feed", 400, "identifier/gtin-check-digit"],
    [`/01/${GTIN}/21/A1/feed?page=0`, 400, "request/invalid"],
    [`/01/${GTIN}/21/A1/feed?page=x`, 400, "request/invalid"],
    [`/01/${GTIN}/21/A1/feed?page=2`, 404, "resolver/unknown-route"],
    [`/01/${GTIN}/21/A1/feed?p=zz&s=1`, 400, "identifier/link-query"],
  ])("%s is refused in our words", async (url, status, code) => {
    const response = await get(url);
    expect([response.statusCode, response.json().title]).toEqual([status, code]);
  });

  it("with the code of another product is refused", async () => {
    const response = await get(feedUrl().replace("/A1/", "/A2/"));
    expect([response.statusCode, response.json().title]).toEqual([422, "resolver/identifier-mismatch"]);
  });

  it("is limited for each client", async () => {
    const limited = await buildApp({ ...world.parts(ORIGIN), limits: { feed: { burst: 2, perMinute: 1 } } });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) statuses.push((await get(feedUrl(), {}, limited)).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("a long feed", () => {
  it("comes in pages, each entry once, the issue last", async () => {
    for (let n = 0; n < 4; n++) await log("found", [], null, 3);
    const { id, salt, identifier } = passport(3);
    const paged = new PassportFeed({
      histories: new HistoryReader(world.context),
      content: world.content,
      config: world.context.contracts.config.hash,
      publicUrl: new URL(ORIGIN),
      entriesAPage: 3,
    });
    const located = { id, salt: fromHex(salt), identifier, source: "qr" } as const;
    const read = async (page: number) => parseStrictXml((await paged.page(located, page)).xml.toString());
    const roots = [await read(1), await read(2), await read(3)];
    const entries = roots.map((root) => childrenOf(root, "entry"));
    expect(entries.map(({ length }) => length)).toEqual([3, 3, 2]);
    expect(new Set(entries.flat().map((entry) => textOf(entry, "id"))).size).toBe(8);
    expect(roots.flatMap(told).map(([term]) => term)).toEqual([
      ...Array(4).fill("found"),
      "issuer-revoked",
      "issuer-renewed",
      "issuer-suspended",
      "issue",
    ]);
    await expect(paged.page(located, 4)).rejects.toMatchObject({ code: "resolver/unknown-route" });
    const links = childrenOf(roots[1] ?? expect.fail("no page"), "link").map(({ attributes }) => attributes);
    expect(links.find(({ rel }) => rel === "next")?.href).toBe(`${ORIGIN}${feedUrl(3)}&page=3`);
    expect(links.find(({ rel }) => rel === "previous")?.href).toBe(`${ORIGIN}${feedUrl(3)}`);
  });
});
