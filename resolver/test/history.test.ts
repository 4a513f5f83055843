/** The history and the archive over HTTP: what happened, what proves it, and the passport as it stood, for readers of today. */

import { encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { blockCid } from "@cardano-dpp/offchain/codec/content-id";
import { parseHistoryFile } from "@cardano-dpp/offchain/codec/history-file-json";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { cidToHex } from "@cardano-dpp/offchain/domain/cid";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { verifyDisclosure, verifyHeaderDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { Ledger } from "@cardano-dpp/offchain/ports/ledger";
import { verifyHistory } from "@cardano-dpp/offchain/usecases/history/verify";
import {
  erasePassport,
  reassignPassport,
  retirePassport,
  transferPassport,
} from "@cardano-dpp/offchain/usecases/life";
import { revokePassport, updatePassport } from "@cardano-dpp/offchain/usecases/passports";
import { issueRoles, revokeRole, suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import { Value } from "@sinclair/typebox/value";
import { beforeEach, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import type { HistoryAnswer } from "../src/passport/history-answer.js";
import { HistoryAnswer as HistorySchema } from "../src/schemas/history.js";
import { DisclosedElement, PassportAnswer as Schema } from "../src/schemas/passport.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { read, tokenOf } from "./wallet.js";

const ORIGIN = "https://passports.example";
const HOUR = 3_600_000;
let world: TestWorld;
let app: App;
let qr: string;
let start: number;
const first = () => {
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  return passport;
};
const issuer = () => ({ attestation: world.role("maker"), secretKey: world.readingKeys.maker.secretKey });
const iso = (time: number) => encodeURIComponent(new Date(time).toISOString());
const at = (time: number) => `${qr}&at=${iso(time)}`;
const historyUrl = () => qr.replace("?", "/history?");
const json = async (url: string, token?: string): Promise<PassportAnswer> =>
  (await read(app, url, token)).json();
const code = async (url: string, token?: string) => {
  const answer = await read(app, url, token);
  return [answer.statusCode, (answer.json() as { title?: string }).title];
};
const history = async (): Promise<HistoryAnswer> => (await read(app, historyUrl())).json();
const update = (model: string) =>
  updatePassport(world.context, [world.actors.maker], issuer(), first(), productFile("A1", model));

beforeEach(async () => {
  world = await makeTestWorld([productFile("A1", "Model 0")], [TEST_POLICY]);
  app = await buildApp(world.parts(ORIGIN));
  qr = world.qr(first());
  start = world.clock.now();
});

describe("the passport as of a moment", () => {
  it("is the revision of then, proven under the root of then, and says until when it stood", async () => {
    world.clock.advance(HOUR);
    await update("Model 1");
    world.clock.advance(HOUR);
    await update("Model 2");
    world.clock.advance(HOUR);
    const answer = await json(at(start + HOUR + HOUR / 2));
    expect(Value.Check(Schema, [DisclosedElement], answer)).toBe(true);
    expect(answer.passport).toMatchObject({ revision: 1, status: "Active" });
    const elements = answer.elements.map((it) => verifyDisclosure(answer.passport.dataRoot, it));
    expect(elements.find(({ id }) => id === "device.model")?.value).toBe("Model 1");
    expect(verifyHeaderDisclosure(answer.passport.dataRoot, answer.header).revision).toBe(1);
    expect(answer.asOf).toMatchObject({
      act: "Update",
      until: { act: "Update" },
      erased: false,
      issuer: { status: "Active", reason: null },
    });
    expect((await json(at(world.clock.now()))).asOf?.until).toBeNull();
    // What is read without a moment is as before.
    expect((await json(qr)).asOf).toBeUndefined();
  });

  it("is opened for the role of today: who has it now reads the old revision, who lost it does not", async () => {
    world.clock.advance(HOUR);
    await update("Model 1");
    world.clock.advance(HOUR);
    const token = await tokenOf(app, world.actors.repairer);
    const answer = await json(at(start), token);
    expect(answer.passport.revision).toBe(0);
    const group = answer.reading?.groups.find(({ name }) => name === "dismantling");
    if (group?.access !== "escrow") throw new Error("no escrow group");
    const [element] = group.elements.map((it): Element => verifyDisclosure(answer.passport.dataRoot, it));
    expect(element).toMatchObject({ id: "device.screws", value: "Six of type T5" });
    expect(answer.reading?.refused.map(({ name }) => name)).toEqual(["reports"]);
    const { context, actors } = world;
    await revokeRole(context, [actors.member1, actors.member2], world.role("repairer"), 3);
    expect(await code(at(start), token)).toEqual([403, "access/revoked"]);
    expect(await code(`${at(start)}&group=dismantling`)).toEqual([401, "auth/token-missing"]);
  });

  it("is not there before the issue, nor in the future, nor at what is no moment", async () => {
    world.clock.advance(HOUR);
    expect(await code(at(start - 10 * HOUR))).toEqual([404, "archive/not-yet"]);
    expect(await code(at(world.clock.now() + 1))).toEqual([400, "archive/future"]);
    expect(await code(`${qr}&at=yesterday`)).toEqual([400, "archive/moment"]);
    expect(await code(`${qr}&at=${"1".repeat(99)}`)).toEqual([400, "request/invalid"]);
  });

  it("refuses another product's code", async () => {
    const other = qr.replace(/s=.{4}/, "s=AAAA");
    expect(await code(`${other}&at=${iso(start)}`)).toEqual([422, "resolver/identifier-mismatch"]);
    expect(await code(other.replace("?", "/history?"))).toEqual([422, "resolver/identifier-mismatch"]);
  });

  it("still stands for a passport that was erased, whose present is gone", async () => {
    const { context, actors } = world;
    world.clock.advance(HOUR);
    await retirePassport(context, [actors.recycler, actors.maker], first().id, {
      recycler: world.role("recycler"),
    });
    world.clock.advance(HOUR);
    await erasePassport(context, [actors.authority], first().id, world.role("authority"));
    world.clock.advance(HOUR);
    expect(await code(qr)).toEqual([404, "resolver/unknown-product"]);
    expect(await json(at(world.clock.now()))).toMatchObject({
      passport: { status: "Retired" },
      asOf: { erased: true, until: { act: "Erase" } },
    });
    expect((await history()).entries.map(({ act }) => act)).toEqual(["Issue", "Retire", "Erase"]);
  });

  it("keeps the document of the issuer of old after another took over", async () => {
    const { context, actors } = world;
    const { names } = await issueRoles(
      context,
      [actors.member1, actors.member2],
      [
        {
          metadata: { name: "Example heir", image: "ipfs://bafkreiexample" },
          attestation: {
            role: "MANUFACTURER",
            kind: "Individual",
            holder: actors.stranger.keyHash,
            alg: 0,
            pk: "",
            encPk: toHex(world.readingKeys.stranger.publicKey),
            operator: "gln:9506000140001",
            place: "",
            validFrom: start - HOUR,
            validTo: start + 1000 * HOUR,
            maxDelay: 0,
          },
          badgeAddress: actors.stranger.address,
        },
      ],
    );
    world.clock.advance(HOUR);
    await reassignPassport(
      context,
      [actors.member1, actors.member2, actors.authority, actors.stranger],
      first().id,
      { authority: world.role("authority"), issuer: names[0] ?? "" },
    );
    world.clock.advance(HOUR);
    const token = await tokenOf(app, actors.repairer);
    const answer = await json(at(world.clock.now()), token);
    expect(answer.asOf).toMatchObject({ sealedBy: world.role("maker"), issuer: { attestation: names[0] } });
    expect(answer.issuer).toMatchObject({ operator: "gln:9506000140001" });
    expect(answer.reading?.groups.map(({ name }) => name)).toContain("dismantling");
  });
});

/** The history after the maker gave the product to the stranger. */
async function transferred(): Promise<HistoryAnswer> {
  const { context, actors } = world;
  world.clock.advance(HOUR);
  const { content, clock, contracts } = context;
  const record = async (previous: string): Promise<string> => {
    const bytes = encodeActionRecord({
      config: contracts.config.hash,
      passport: first().id,
      previous,
      type: "transfer",
      at: clock.now(),
      actor: null,
      elements: [],
      sealed: [],
      handOver: null,
    });
    return cidToHex(await content.put(bytes));
  };
  await transferPassport(context, [actors.maker], first().id, { to: actors.stranger.address, record });
  return history();
}

describe("the history", () => {
  it("tells each act with its reason, and carries what proves it", async () => {
    const { context, actors } = world;
    world.clock.advance(HOUR);
    await update("Model 1");
    world.clock.advance(HOUR);
    await revokePassport(context, [actors.authority], world.role("authority"), first().id, 4);
    await suspendRole(context, [actors.freezer], world.role("maker"), 7);
    const answer = await history();
    expect(Value.Check(HistorySchema, answer)).toBe(true);
    expect(answer.entries.map(({ act, revision }) => [act, revision])).toEqual([
      ["Issue", 0],
      ["Update", 1],
      ["Revoke", 1],
    ]);
    expect(answer.entries[2]?.fields).toEqual({ authority: world.role("authority"), reason: 4 });
    expect(answer.issuer).toMatchObject({ status: "Suspended", reason: 7 });
    const state = await context.ledger.utxoByUnit(answer.passport.unit);
    if (state === null) throw new Error("no state");
    const file = parseHistoryFile(JSON.stringify(answer.evidence));
    const verified = await verifyHistory(file, { state, config: answer.deployment.configPolicy }, blockCid);
    expect([verified.ok, verified.faults]).toEqual([true, []]);
  });

  it("is sent once to who has it, and anew when something happened", async () => {
    const one = await read(app, historyUrl());
    const headers = { accept: "application/json", "if-none-match": String(one.headers.etag) };
    expect((await app.inject({ url: historyUrl(), headers })).statusCode).toBe(304);
    await update("Model 1");
    expect((await app.inject({ url: historyUrl(), headers })).statusCode).toBe(200);
    expect((await history()).entries).toHaveLength(2);
  });

  it("names no owner and sends no transactions to who has the printed numbers alone", async () => {
    const { actors } = world;
    const full = await transferred();
    expect(full.withheld).toEqual([]);
    const addresses = [actors.maker.address, actors.stranger.address];
    for (const address of addresses) expect(JSON.stringify(full)).toContain(address);
    expect(full.entries[1]?.fields).toHaveProperty("to");
    const [numbers = ""] = historyUrl().split("?");
    const answer = await read(app, numbers);
    const told = answer.json() as HistoryAnswer;
    expect(Value.Check(HistorySchema, told)).toBe(true);
    expect([told.withheld, told.evidence, told.passport.owner]).toEqual([["owners", "evidence"], null, null]);
    const when = ({ entries }: HistoryAnswer) => entries.map(({ act, time }) => [act, time]);
    expect(when(told)).toEqual(when(full));
    for (const { address, keyHash } of [actors.maker, actors.stranger]) {
      expect(answer.body).not.toContain(address);
      expect(answer.body).not.toContain(keyHash);
    }
    // Each kept apart, in either order.
    expect(await history()).toEqual(full);
    expect((await read(app, numbers)).body).toBe(answer.body);
  });

  it("is unknown for a product without a passport", async () => {
    expect(await code("/01/09506000134352/21/NOBODY/history")).toEqual([404, "resolver/unknown-product"]);
  });
});

describe("what a reading costs", () => {
  it("fetches one document however many revisions there are, and asks a settled ledger for the ends alone", async () => {
    for (const model of ["Model 1", "Model 2", "Model 3"]) {
      world.clock.advance(HOUR);
      await update(model);
    }
    const asked: string[] = [];
    const counting = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(from, name, self) {
          const value = Reflect.get(from, name, self) as unknown;
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => {
            asked.push(String(name));
            return (value as (...args: unknown[]) => unknown).apply(from, args);
          };
        },
      });
    const parts = world.parts(ORIGIN);
    app = await buildApp({
      ...parts,
      ledger: counting<Ledger>(parts.ledger),
      content: counting<ContentStore>(parts.content),
    });
    expect((await json(at(start + HOUR))).passport.revision).toBe(1);
    expect(asked.filter((name) => name === "get")).toHaveLength(1);
    expect(asked.filter((name) => name === "transactionsOf")).not.toHaveLength(0);
    // A block that has nothing to do with the passport.
    const { context, actors } = world;
    await suspendRole(context, [actors.freezer], world.role("recycler"), 7);
    asked.length = 0;
    expect((await json(at(start + 2 * HOUR))).passport.revision).toBe(2);
    expect(asked.filter((name) => name === "get")).toHaveLength(1);
    expect(asked).not.toContain("transactionsOf");
  });
});
