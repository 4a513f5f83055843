/** Events and threads over HTTP: what is public of them, what proves it, and how bad requests are refused. */
import { eventHash } from "@cardano-dpp/offchain/codec/event";
import { decodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { fromBase64url, fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { rangeLeaf, verifyInRange } from "@cardano-dpp/offchain/merkle/range";
import { verifyProof } from "@cardano-dpp/offchain/merkle/tree";
import type {
  EventStore,
  EventQuery as EventStoreQuery,
  ListedEvent,
  StoredEvent,
} from "@cardano-dpp/offchain/ports/event-store";
import type { Ledger } from "@cardano-dpp/offchain/ports/ledger";
import { verifyReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-verify";
import { readConfigs, trustRootOf } from "@cardano-dpp/offchain/usecases/trust-root";
import { Value } from "@sinclair/typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import { eventsOnDemand } from "../src/ports/event-access.js";
import {
  type EventAnswer,
  EventAnswer as EventAnswerSchema,
  type EventList,
  EventList as EventListSchema,
  type ThreadAnswer,
  ThreadAnswer as ThreadAnswerSchema,
  type ThreadList,
  ThreadList as ThreadListSchema,
} from "../src/schemas/events.js";
import { addEvents, type TestEvents, TRANSPORT } from "../src/testing/events.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { OFTEN } from "./real-browser.js";
import { read } from "./wallet.js";

const HOUR = 3_600_000;
const SUBJECT = "ab".repeat(28);
const UNKNOWN = "00000000-0000-8000-8000-000000000000";

let world: TestWorld;
let events: TestEvents;
let app: App;
/** Supervisor's 0–1 in time, 2–4 lost, 5 late; station's 0 anchored, 1 waiting. */
let said: {
  readonly first: StoredEvent;
  readonly late: StoredEvent;
  readonly station: StoredEvent;
  readonly waiting: StoredEvent;
};

beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  events = await addEvents(world);
  const now = world.clock.now();
  const [first] = await events.say(
    "supervisor",
    {
      type: "purchase",
      subject: SUBJECT,
      captured: now - HOUR,
      elements: [
        { id: "event.product.commodity", value: "shea-kernel" },
        { id: "event.quantity.mass", value: "45.0", unit: "kg" },
      ],
    },
    { ...TRANSPORT, subject: SUBJECT, captured: now - HOUR + 1 },
  );
  world.clock.advance(HOUR);
  await events.lose("supervisor", 4);
  const [late] = await events.say("supervisor", { ...TRANSPORT, subject: SUBJECT, captured: now - 2 * HOUR });
  const [station] = await events.say("station", TRANSPORT);
  const [waiting] = await events.record("station", TRANSPORT);
  if (!first || !late || !station || !waiting) throw new Error("nothing was said");
  said = { first, late, station, waiting };
  app = await buildApp({
    ...world.parts("https://passports.example"),
    events: events.access,
    limits: { events: OFTEN },
  });
});
afterAll(async () => {
  await app?.close();
  await events?.store.close();
});

/** An app with limits of its own, where these parts answer otherwise. */
const appWith = ({
  store = events.store,
  ledger = {},
}: {
  readonly store?: EventStore;
  readonly ledger?: Partial<Ledger>;
}): Promise<App> =>
  buildApp({
    ...world.parts("https://passports.example"),
    ledger: Object.assign(Object.create(world.context.ledger), ledger),
    events: { store: async () => store, close: async () => undefined },
    limits: { events: OFTEN },
  });
const list = async (query = ""): Promise<EventList> => (await read(app, `/events${query}`)).json();
const one = async (id: string, query = ""): Promise<EventAnswer> =>
  (await read(app, `/events/${id}${query}`)).json();
const thread = async (name: "supervisor" | "station", query = ""): Promise<ThreadAnswer> =>
  (await read(app, `/threads/${events.source(name)}${query}`)).json();
const code = async (url: string): Promise<readonly [number, string]> => {
  const response = await app.inject({ url, headers: { accept: "application/json" } });
  return [response.statusCode, response.json().title];
};

describe("the list of events", () => {
  it("tells type, tier in words, late mark and place on the ledger, newest received first", async () => {
    const answer = await list();
    expect(Value.Check(EventListSchema, answer)).toBe(true);
    expect(
      answer.events.map(({ source, counter, tier, state, late }) => [source, counter, tier, state, late]),
    ).toEqual(
      expect.arrayContaining([
        [events.source("supervisor"), 0, "INDIVIDUAL_SIGNED", "anchored", false],
        [events.source("supervisor"), 1, "INDIVIDUAL_SIGNED", "anchored", false],
        [events.source("supervisor"), 5, "INDIVIDUAL_SIGNED", "anchored", true],
        [events.source("station"), 0, "DEVICE_SIGNED", "anchored", false],
        [events.source("station"), 1, "DEVICE_SIGNED", "recorded", null],
      ]),
    );
    expect(answer.events).toHaveLength(5);
    const received = answer.events.map(({ receivedAt }) => receivedAt);
    expect(received).toEqual(received.toSorted((a, b) => b - a));
    const purchase = answer.events.find(({ id }) => id === said.first.id);
    expect(purchase?.tierWords.short).toBe("Signed by a person");
    // Of the payload what is public, and nothing of what is sealed.
    expect(purchase?.elements).toMatchObject([
      { element: { id: "event.product.commodity", value: "shea-kernel" } },
    ]);
    expect(purchase?.hidden).toBe(1);
    expect(JSON.stringify(answer)).not.toContain("45.0");
    expect(JSON.stringify(answer)).not.toMatch(/"leaf"|"signed"|"payload":/);
  });

  it("is narrowed by tier, type, source, subject and what is on the ledger", async () => {
    const ids = async (query: string) => (await list(query)).events.map(({ id }) => id).toSorted();
    expect(await ids("?minTier=DEVICE_SIGNED")).toEqual([said.station.id, said.waiting.id].toSorted());
    for (const word of ["device", "DEVICE", "device-signed"])
      expect(await ids(`?minTier=${word}`)).toEqual(await ids("?minTier=DEVICE_SIGNED"));
    expect(await ids("?type=purchase")).toEqual([said.first.id]);
    expect(await ids(`?source=${events.source("station")}&anchored=1`)).toEqual([said.station.id]);
    expect(await ids(`?subject=${SUBJECT}`)).toHaveLength(3);
    expect(await ids(`?subject=${"00".repeat(28)}`)).toEqual([]);
  });

  it("comes in pages that neither repeat nor skip", async () => {
    const seen: string[] = [];
    let after = "";
    for (let page = 0; page < 10; page++) {
      const answer = await list(`?limit=2${after}`);
      seen.push(...answer.events.map(({ id }) => id));
      if (answer.next === null) break;
      after = `&after=${answer.next}`;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });

  it("carries what proves each event when that is asked for", async () => {
    const { events: shown, threads } = await list(`?subject=${SUBJECT}&proofs=1`);
    const { thread: now } = await thread("supervisor");
    expect(shown).toHaveLength(3);
    for (const { evidence } of shown) {
      if (!evidence?.entry || !evidence.path) throw new Error("no evidence");
      const { bytes, proof } = evidence.entry;
      const entry = decodeEntry(fromHex(bytes));
      const unhex = (hashes: readonly string[]) => hashes.map((hash) => fromHex(hash));
      const range = { ...proof, path: unhex(proof.path), peaks: unhex(proof.peaks) };
      expect(verifyInRange(fromHex(now.history), rangeLeaf(fromHex(bytes)), range)).toBe(true);
      if (entry.kind !== "append") throw new Error("no append");
      const path = { ...evidence.path, path: unhex(evidence.path.path) };
      expect(verifyProof(fromHex(entry.root), eventHash(fromHex(evidence.leaf)), path)).toBe(true);
    }
    expect(threads?.map(({ lost, gaps }) => [lost, gaps.map(({ says }) => says)])).toEqual([
      [3, ["Events 2 to 4 are missing for good: device lost or broken."]],
    ]);
  });

  it("is sent once to who has it", async () => {
    const first = await read(app, "/events");
    const again = await app.inject({
      url: "/events",
      headers: { "if-none-match": String(first.headers.etag) },
    });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    expect(first.headers["access-control-allow-origin"]).toBe("*");
  });

  it.each([
    ["?limit=0", 400, "request/invalid"],
    ["?limit=201", 400, "request/limit"],
    ["?limit=51&proofs=1", 400, "request/limit"],
    ["?limit=1e2", 400, "request/invalid"],
    ["?after=yesterday", 400, "request/cursor"],
    [`?after=${"9".repeat(16)}.${UNKNOWN}`, 400, "request/invalid"],
    [`?after=-1.${UNKNOWN}`, 400, "request/cursor"],
    ["?minTier=GOD_SIGNED", 400, "request/invalid"],
    ["?type=miracle", 400, "request/invalid"],
    ["?subject=abc", 400, "request/invalid"],
    ["?source=zz", 400, "request/invalid"],
    ["?anchored=perhaps", 400, "request/invalid"],
    ["?colour=red", 400, "request/invalid"],
  ])("refuses %s", async (query, status, title) => {
    expect(await code(`/events${query}`)).toEqual([status, title]);
  });

  it.each([
    ["/events?minTier=best", /GATEWAY_SIGNED, .*DEVICE_SIGNED/],
    ["/events?minTier=", /GATEWAY_SIGNED, .*DEVICE_SIGNED/],
    ["/events?type=miracle", /^type is one of harvest, purchase, /],
    ["/events?anchored=0", /^anchored is 1, or is left out$/],
    ["/events?proofs=yes", /^proofs is 1, or is left out$/],
    [`/events/${UNKNOWN}?payload=yes`, /^payload is 1, or is left out$/],
    ["/events?limit=0", /limit must match/],
    ["/threads/ab", /source must match/],
  ])("says what %s may say instead", async (url, says) => {
    const response = await app.inject({ url, headers: { accept: "application/json" } });
    expect(response.statusCode).toBe(400);
    expect(response.json().detail).toMatch(says);
  });

  it("makes no path to a pack's root unless it is asked for, or the pack here is not the ledger's", async () => {
    const asked: string[] = [];
    /** `pack`: what the store says of each event's pack; `hash`: of the events in it. */
    const states = async (query: string, changed: Partial<ListedEvent> = {}, hash?: string) => {
      const store: EventStore = Object.assign(Object.create(events.store), {
        list: async (wanted: EventStoreQuery) =>
          (await events.store.list(wanted)).map((listed) => ({ ...listed, ...changed })),
        marks: async (...marked: Parameters<EventStore["marks"]>) => {
          asked.push(marked[0]);
          const marks = await events.store.marks(...marked);
          return hash === undefined ? marks : marks.map((mark) => ({ ...mark, hash }));
        },
      });
      const watched = await appWith({ store });
      const { events: shown } = (
        await read(watched, `/events?anchored=1&subject=${SUBJECT}${query}`)
      ).json() as EventList;
      await watched.close();
      return shown.map(({ state }) => state);
    };
    const anchored = ["anchored", "anchored", "anchored"];
    expect(await states("")).toEqual(anchored);
    expect(asked).toEqual([]);
    expect(await states("&proofs=1")).toEqual(anchored);
    // Once for each of the two packs.
    expect(asked).toHaveLength(2);
    expect(await states("", { pack: null })).toEqual(anchored);
    expect(await states("", { pack: null }, "00".repeat(32))).toEqual(anchored.map(() => "displaced"));
  });

  it("shows the others when one source's thread cannot be read, and reads that one again after a while", async () => {
    let readings = 0;
    let isWhole = false;
    const broken = await appWith({
      ledger: {
        transactionsOf: async (unit) => {
          const all = await world.context.ledger.transactionsOf(unit);
          if (!unit.endsWith(events.source("station"))) return all;
          readings++;
          return isWhole ? all : all.slice(1);
        },
      },
    });
    const shown = async () => {
      const answer = (await read(broken, "/events?proofs=1")).json() as EventList;
      expect(Value.Check(EventListSchema, answer)).toBe(true);
      return answer.events;
    };
    const of = (list: EventList["events"], name: "supervisor" | "station") =>
      list.filter(({ source }) => source === events.source(name));
    const first = await shown();
    expect(of(first, "station").length).toBeGreaterThan(1);
    for (const { state, anchor, threadFault, evidence } of of(first, "station")) {
      expect([state, anchor, threadFault?.code]).toEqual(["unreadable", null, "thread/unreadable"]);
      expect(evidence?.entry).toBeNull();
    }
    const whole = (await list("?proofs=1")).events;
    expect(of(first, "supervisor")).toEqual(of(whole, "supervisor"));
    const station = await broken.inject({ url: `/threads/${events.source("station")}` });
    expect([station.statusCode, station.json().title]).toEqual([502, "thread/unreadable"]);
    expect(readings).toBe(1);
    isWhole = true;
    world.clock.advance(10_000);
    expect(await shown()).toEqual(whole);
    await broken.close();
  });

  it("is not shown when the ledger cannot be asked", async () => {
    const cut = await appWith({
      ledger: {
        utxoByUnit: async () => {
          throw new DppError("ledger/unavailable", "no answer");
        },
      },
    });
    const response = await cut.inject({ url: "/events" });
    expect([response.statusCode, response.json().title]).toEqual([503, "ledger/unavailable"]);
    await cut.close();
  });
});

describe("one event", () => {
  it("has its leaf, its signature, its pack and its entry, and its payload only when asked", async () => {
    const answer = await one(said.first.id);
    expect(Value.Check(EventAnswerSchema, answer)).toBe(true);
    expect(answer.event.evidence.signed).toBe(toHex(said.first.signed));
    expect(answer.event.evidence.pack).toMatchObject({ lo: 0, hi: 2, tier: "INDIVIDUAL_SIGNED" });
    expect(answer.event.anchor).toMatchObject({ seq: 0 });
    expect(answer.payload).toBeNull();
    const { payload } = await one(said.first.id, "?payload=1");
    expect(fromBase64url(payload ?? "")).toEqual(said.first.payload);
  });

  it("names the events about it", async () => {
    const [correction] = await events.record("supervisor", {
      type: "correction",
      subject: said.first.id.replaceAll("-", ""),
      elements: [{ id: "event.correction.reason", value: "mistyped" }],
    });
    expect((await one(said.first.id)).about).toEqual([correction?.id]);
  });

  it("is a page for a browser", async () => {
    const response = await app.inject({ url: `/events/${said.first.id}`, headers: { accept: "text/html" } });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(response.body).toContain("/page/events.js");
    expect(response.headers.vary).toContain("Accept");
  });

  it("has a page whose script is small enough for a phone", async () => {
    const script = await app.inject({ url: "/page/events.js", headers: { "accept-encoding": "gzip" } });
    expect(script.headers["content-type"]).toContain("text/javascript");
    expect(script.rawPayload.length).toBeLessThan(70_000);
  });

  it("has a receipt that verifies without this server, once it is on the ledger", async () => {
    const response = await app.inject({ url: `/events/${said.first.id}/receipt` });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      200,
      "application/octet-stream",
    ]);
    expect(response.headers["content-disposition"]).toBe(`attachment; filename="${said.first.id}.dppr"`);
    const root = trustRootOf(world.context, await readConfigs(world.context));
    const { checks } = verifyReceipt(new Uint8Array(response.rawPayload), root, {});
    expect(checks.length).toBeGreaterThan(3);
    expect(checks.filter(({ ok }) => ok === false)).toEqual([]);
    expect((await code(`/events/${said.waiting.id}/receipt`))[0]).toBe(409);
  });

  it.each([
    ["/events/nothing", 400, "request/invalid"],
    [`/events/${UNKNOWN}`, 404, "event/unknown"],
    [`/events/${UNKNOWN}?payload=yes`, 400, "request/invalid"],
    [`/events/${UNKNOWN}/receipt`, 404, "receipt/unknown-event"],
    [`/threads/${"ab".repeat(13)}`, 404, "thread/none"],
    ["/threads/ab", 400, "request/invalid"],
    ["/threads?limit=999", 400, "request/limit"],
  ])("refuses %s", async (url, status, title) => {
    expect(await code(url)).toEqual([status, title]);
  });
});

describe("threads", () => {
  it("are listed as the ledger has them, page by page", async () => {
    const all = (await read(app, "/threads")).json() as ThreadList;
    expect(Value.Check(ThreadListSchema, all)).toBe(true);
    expect(all.threads.map(({ source }) => source).toSorted()).toEqual(
      (["supervisor", "station", "gateway"] as const).map((name) => events.source(name)).toSorted(),
    );
    const keyOf = (name: "supervisor" | "station") =>
      all.threads.find(({ source }) => source === events.source(name))?.key;
    expect(keyOf("supervisor")).toMatchObject({ form: "Ed25519", checkedByLedger: true, fault: null });
    expect(keyOf("station")).toMatchObject({ form: "P-256", checkedByLedger: true, fault: null });
    const first = (await read(app, "/threads?limit=2")).json() as ThreadList;
    const rest = (await read(app, `/threads?limit=2&after=${first.next}`)).json() as ThreadList;
    expect([...first.threads, ...rest.threads]).toEqual(all.threads);
    expect(rest.next).toBeNull();
  });

  it("are read once for each block, however often they are asked for", async () => {
    let [readings, height] = [0, 0];
    const { ledger } = world.context;
    const counted = await appWith({
      ledger: {
        tip: async () => ({ ...(await ledger.tip()), height }),
        utxosByCredential: (hash) => {
          if (hash === world.context.contracts.anchor.hash) readings++;
          return ledger.utxosByCredential(hash);
        },
      },
    });
    const pages = await Promise.all(
      ["?limit=1", "?limit=2", ""].map(async (query) => (await read(counted, `/threads${query}`)).json()),
    );
    expect(pages.map(({ threads }: ThreadList) => threads.length)).toEqual([1, 2, 3]);
    await read(counted, "/threads?limit=1");
    expect(readings).toBe(1);
    height++;
    await read(counted, "/threads?limit=1");
    expect(readings).toBe(2);
    await counted.close();
  });

  it("tell their entries, gaps and late marks", async () => {
    const answer = await thread("supervisor");
    expect(Value.Check(ThreadAnswerSchema, answer)).toBe(true);
    expect(answer.thread).toMatchObject({ seq: 3, next: 6, total: 3, lost: 3, closed: false });
    expect(answer.entries.map(({ kind, lo, hi, late, says }) => [kind, lo, hi, late, says])).toEqual([
      ["append", 0, 2, false, null],
      ["gap", 2, 5, null, "Events 2 to 4 are missing for good: device lost or broken."],
      ["append", 5, 6, true, null],
    ]);
    const [second] = (await thread("supervisor", "?after=1&limit=1")).entries;
    expect(second?.kind).toBe("gap");
    expect((await thread("supervisor", "?limit=1")).next).toBe(1);
    expect((await thread("supervisor", "?after=99")).entries).toEqual([]);
  });
});

describe("a resolver on a home where nothing was recorded", () => {
  it("has no events, and makes no store by looking", async () => {
    let opened = 0;
    const empty = await buildApp({
      ...world.parts("https://passports.example"),
      events: eventsOnDemand(
        async () => {
          opened++;
          return events.store;
        },
        async () => false,
      ),
    });
    expect(((await read(empty, "/events")).json() as EventList).events).toEqual([]);
    expect((await empty.inject({ url: `/events/${said.first.id}` })).statusCode).toBe(404);
    expect(opened).toBe(0);
  });

  it("opens its store once, and again after it could not", async () => {
    let opened = 0;
    const access = eventsOnDemand(async () => {
      opened++;
      if (opened === 1) throw new Error("not yet");
      return events.store;
    });
    await expect(access.store()).rejects.toThrow("not yet");
    expect(await access.store()).toBe(events.store);
    expect(await access.store()).toBe(events.store);
    expect(opened).toBe(2);
  });

  it("answers too many questions with 429", async () => {
    const busy = await buildApp({
      ...world.parts("https://passports.example"),
      events: events.access,
      limits: { events: { burst: 1, perMinute: 1 } },
    });
    expect((await busy.inject({ url: "/threads" })).statusCode).toBe(200);
    expect((await busy.inject({ url: "/threads" })).statusCode).toBe(429);
  });
});
