import { encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { decodeConfigDatum, decodePassportDatum } from "@cardano-dpp/offchain/codec/datum";
import type { ActionRecord } from "@cardano-dpp/offchain/domain/action";
import { cidToHex } from "@cardano-dpp/offchain/domain/cid";
import { configUnit } from "@cardano-dpp/offchain/tx/contracts";
import { logAction } from "@cardano-dpp/offchain/usecases/life";
import { updatePassport } from "@cardano-dpp/offchain/usecases/passports";
import { readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import type { HistoryAnswer } from "../src/passport/history-answer.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { checkHistory } from "./history-check.js";
import { historyPath } from "./history-load.js";
import { judgePast } from "./history-view.js";
import type { LedgerFacts } from "./ledger-facts.js";

const HOUR = 3_600_000;
let world: TestWorld;
let id: string;
let answer: HistoryAnswer;
let facts: LedgerFacts;
let early: PassportAnswer;
const log = async (type: ActionRecord["type"], elements: ActionRecord["elements"] = [], actor?: string) => {
  const { context, actors } = world;
  const record = async (previous: string): Promise<string> => {
    const bytes = encodeActionRecord({
      config: context.contracts.config.hash,
      passport: id,
      previous,
      type,
      at: world.clock.now(),
      actor: actor ?? null,
      elements,
      sealed: [],
      handOver: null,
    });
    return cidToHex(await context.content.put(bytes));
  };
  await logAction(context, [actors.maker], id, { ...(actor === undefined ? {} : { actor }), record });
};
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1", "Model 0")], [TEST_POLICY]);
  const { context, actors } = world;
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  id = passport.id;
  const start = world.clock.now();
  world.clock.advance(HOUR);
  const issuer = { attestation: world.role("maker"), secretKey: world.readingKeys.maker.secretKey };
  await updatePassport(context, [actors.maker], issuer, passport, productFile("A1", "Model 1"));
  await log("theft");
  await log(
    "recall",
    [
      { id: "recall.notice", type: "uri", value: "https://cells.example/recall", unit: null },
      { id: "recall.reason", type: "integer", value: 4, unit: null },
    ],
    world.role("maker"),
  );
  const app = await buildApp(world.parts("https://passports.example"));
  const qr = world.qr(passport);
  const [pathname = "", search = ""] = qr.split("?");
  const headers = { accept: "application/json" };
  answer = (await app.inject({ url: historyPath({ pathname, search: `?${search}` }), headers })).json();
  const at = encodeURIComponent(new Date(start).toISOString());
  early = (await app.inject({ url: `${qr}&at=${at}`, headers })).json();
  const state = await readPassport(context, id);
  const config = await context.ledger.utxoByUnit(configUnit(context.contracts));
  if (state === null || config === null) throw new Error("no state");
  facts = {
    config: decodeConfigDatum(config.datum ?? ""),
    passportPolicy: context.contracts.passport.hash,
    rolesPolicy: context.contracts.roles.hash,
    passport: decodePassportDatum(state.datum).extra,
    name: state.name,
    output: state.utxo,
    issuer: null,
    time: state.anchor.time,
    confirmations: 1,
  };
});

describe("a server's history", () => {
  it("by the printed numbers is shown as the server's word, notices first, and said not to be checked", async () => {
    const app = await buildApp(world.parts("https://passports.example"));
    const [pathname = ""] = world.qr(world.passports[0] ?? expect.fail("no passport")).split("?");
    const headers = { accept: "application/json" };
    const told: HistoryAnswer = (
      await app.inject({ url: historyPath({ pathname, search: "" }), headers })
    ).json();
    const checked = await checkHistory(told, id, facts);
    expect(checked).toMatchObject({ state: "unknown", entries: [] });
    expect(checked.detail).toContain("has not checked this");
    expect(checked.told.map(({ act }) => act)).toEqual(["Issue", "Update", "Log", "Log"]);
    expect(checked.notices.map(({ kind }) => kind)).toEqual(["theft", "recall"]);
  });

  it("passes when it leads to the state that the ledger source names", async () => {
    const checked = await checkHistory(answer, id, facts);
    expect([checked.state, checked.entries.map(({ act }) => act)]).toEqual([
      "passed",
      ["Issue", "Update", "Log", "Log"],
    ]);
    expect(checked.notices.map(({ kind }) => kind)).toEqual(["theft", "recall"]);
  });

  it("fails when an entry is left out, when it ends early, or is another passport's", async () => {
    type File = { transactions: unknown[] };
    const forged = (change: (file: File) => void): HistoryAnswer => {
      const copy = structuredClone(answer);
      change(copy.evidence as File);
      return copy;
    };
    for (const change of [
      (file: File) => file.transactions.pop(),
      (file: File) => file.transactions.splice(1, 1),
      (file: File) => file.transactions.reverse(),
      (file: File) => Object.assign(file, { transactions: "none" }),
      (file: File) => Object.assign(file, { policy: "00".repeat(28) }),
    ])
      expect((await checkHistory(forged(change), id, facts)).state).toBe("failed");
    expect(await checkHistory(answer, "00".repeat(28), facts)).toMatchObject({
      state: "failed",
      entries: [],
    });
  });

  it("shows no record that is not the one that was logged", async () => {
    const copy = structuredClone(answer);
    const { records } = copy.evidence as { records: [string, string][] };
    const [first, second] = records;
    if (first === undefined || second === undefined) throw new Error("no records");
    records[0] = [first[0], second[1]];
    const checked = await checkHistory(copy, id, facts);
    expect(checked.state).toBe("failed");
    expect(checked.notices.map(({ kind }) => kind)).toEqual(["unreadable", "recall"]);
  });

  it("warns when the server keeps a record back: it may be a recall", async () => {
    const copy = structuredClone(answer);
    (copy.evidence as { records: unknown[] }).records.pop();
    const checked = await checkHistory(copy, id, facts);
    expect([checked.state, checked.detail]).toEqual([
      "warning",
      expect.stringContaining("1 of 2 action records is missing: it may be a recall"),
    ]);
    expect(checked.notices.map(({ kind }) => kind)).not.toContain("recall");
  });

  it("warns when nothing binds the reasons and names that the server tells", async () => {
    const copy = structuredClone(answer);
    for (const entry of (copy.evidence as { transactions: unknown[][] }).transactions) entry[3] = null;
    const checked = await checkHistory(copy, id, facts);
    expect([checked.state, checked.detail]).toEqual(["warning", expect.stringContaining("4 of 4")]);
  });

  it("fails when the server moves the dates away from the ledger source's", async () => {
    const copy = structuredClone(answer);
    const { slots } = copy.evidence as { slots: number[] };
    slots[0] = (slots[0] ?? 0) + 100 * 24 * HOUR;
    expect((await checkHistory(copy, id, facts)).state).toBe("failed");
    expect((await checkHistory(answer, id, { ...facts, time: (facts.time ?? 0) + HOUR })).state).toBe(
      "failed",
    );
    expect((await checkHistory(answer, id, { ...facts, time: null })).state).toBe("warning");
  });

  it("is not called checked when the ledger was not asked, or when it came without what proves it", async () => {
    expect((await checkHistory(answer, id, new Error("no network"))).state).toBe("unknown");
    const bare = { ...answer, evidence: null };
    expect(await checkHistory(bare, id, facts)).toMatchObject({ state: "unknown", entries: [] });
  });
});

describe("the passport as it stood, on the page", () => {
  it("is proven under the root that the checked history has for that moment", async () => {
    const checked = await checkHistory(answer, id, facts);
    const judged = judgePast(early, checked, early.asOf?.at ?? 0);
    expect([judged.ok, judged.proven]).toEqual([true, true]);
    expect(judged.elements.find(({ id: name }) => name === "device.model")?.value).toBe("Model 0");
  });

  it("is refused when the server shows another version, or a changed fact, for that day", async () => {
    const checked = await checkHistory(answer, id, facts);
    const at = early.asOf?.at ?? 0;
    expect(judgePast(early, checked, at + 10 * HOUR).ok).toBe(false);
    const forged = structuredClone(early);
    Object.assign((forged.elements[0] as { element: object }).element, { value: "A" });
    expect(judgePast(forged, checked, at).ok).toBe(false);
    const revoked = { ...early, passport: { ...early.passport, status: "Revoked" } };
    expect(judgePast(revoked, checked, at).ok).toBe(false);
    expect(judgePast(early, { ...checked, state: "failed" }, at).ok).toBe(false);
    // What a server keeps back does not make the rest its own word.
    expect(judgePast(revoked, { ...checked, state: "warning" }, at).ok).toBe(false);
    expect(judgePast(early, { ...checked, state: "warning" }, at).proven).toBe(true);
  });
});
