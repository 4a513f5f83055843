import { randomBytes } from "node:crypto";
import { decodePassportDatum } from "@cardano-dpp/offchain/codec/datum";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { type Identifier, idCommit, parseIdentifier } from "@cardano-dpp/offchain/domain/identifier";
import { readAttestation, readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { type Check, type Inquiry, judge } from "./checks.js";
import type { LedgerFacts } from "./ledger-facts.js";
import { parsePageLink } from "./link.js";
import { notFinalYet, verdictOf } from "./verdict.js";

let world: TestWorld;
let inquiry: Inquiry;
let facts: LedgerFacts;
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  const app = await buildApp(world.parts("https://passports.example"));
  const url = world.qr(passport);
  const answer = (
    await app.inject({ url, headers: { accept: "application/json" } })
  ).json() as PassportAnswer;
  const state = await readPassport(world.context, passport.id);
  const issuer = await readAttestation(world.context, world.role("maker"));
  if (state === null) throw new Error("no state");
  const { metadata, extra } = decodePassportDatum(state.datum);
  facts = {
    config: { members: [], threshold: 1, freezeKeys: [], scripts: {}, successor: null },
    passportPolicy: answer.deployment.passportPolicy,
    rolesPolicy: answer.deployment.rolesPolicy,
    passport: extra,
    name: metadata.name,
    output: state.utxo,
    issuer: issuer === null ? null : { ...issuer, keyring: "" },
    time: state.anchor.time,
    confirmations: 1,
  };
  const [pathname = "", search = ""] = url.split("?");
  inquiry = {
    answer,
    link: parsePageLink({ pathname, search: `?${search}` }),
    ledger: facts,
    sourceName: "another source",
    expected: "",
    now: world.clock.now(),
    knownPolicies: new Set([answer.header.header.policy.hash]),
  };
});

const states = (checks: readonly Check[]): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));
const judged = (changes: Partial<Inquiry>) => states(judge({ ...inquiry, ...changes }).checks);
const ledger = (changes: Partial<LedgerFacts>): Partial<Inquiry> => ({ ledger: { ...facts, ...changes } });
const answer = (change: (copy: PassportAnswer) => void): Partial<Inquiry> => {
  const copy = structuredClone(inquiry.answer);
  change(copy);
  return { answer: copy };
};
const verdict = (changes: Partial<Inquiry> = {}) => {
  const own = { ...inquiry, ...changes };
  return verdictOf(own.answer, judge(own).checks, own.ledger, false);
};
describe("a passport whose last change is recent", () => {
  const young = (confirmations: number, settledAfter: number) => ({
    ...answer((copy) => {
      copy.anchor.settledAfter = settledAfter;
    }),
    ...ledger({ confirmations }),
  });
  const said = (confirmations: number, settledAfter: number, age: number): string | null => {
    const own = { ...inquiry, ...young(confirmations, settledAfter) };
    return notFinalYet(own.answer, own.ledger, (facts.time ?? 0) + age);
  };

  it("is said to be checked, and not final yet, in words", () => {
    expect(said(3, 10, 120_000)).toBe("Recorded 2 minutes ago; final after 10 blocks (3 so far)");
    expect(said(1, 2, 0)).toBe("Recorded just now; final after 2 blocks (1 so far)");
    expect(said(1, 2, 3_600_000)).toBe("Recorded 1 hour ago; final after 2 blocks (1 so far)");
    expect(verdict(young(3, 10))).toMatchObject({ state: "passed", detail: expect.stringMatching(/undone/) });
  });

  it("has nothing said about it once it is deep enough", () => {
    expect(said(10, 10, 120_000)).toBeNull();
    expect(verdict(young(10, 10)).detail).not.toMatch(/undone/);
  });

  it("is as young as the ledger's source says, not the server", () => {
    const claimed = answer((copy) => {
      Object.assign(copy.anchor, { settledAfter: 10, confirmations: 50, settled: true });
    });
    expect(verdict({ ...claimed, ...ledger({ confirmations: 1 }) }).detail).toMatch(/undone/);
  });
});

const ALL = ["proofs", "ledger", "state", "identifier", "issuer", "deployment", "document"];
const PASSED = Object.fromEntries(ALL.map((id) => [id, "passed"]));

describe("the judgement of a server's answer", () => {
  it("passes what the ledger records", () => {
    expect(judged({})).toEqual(PASSED);
    expect(verdict().state).toBe("passed");
    expect(judge(inquiry).elements.map(({ id }) => id)).toEqual(["device.carbonClass", "device.model"]);
  });

  it("fails a changed value, salt, proof, type or header, and shows none of it", () => {
    type Json = { element: Record<string, unknown>; salt: string; proof: { index: number; path: string[] } };
    const first = (copy: PassportAnswer): Json => copy.elements[0] as Json;
    const lies: ((copy: PassportAnswer) => void)[] = [
      (copy) => Object.assign(first(copy).element, { value: "A" }),
      (copy) => Object.assign(first(copy).element, { unit: "kg" }),
      (copy) => Object.assign(first(copy).element, { id: "device.other" }),
      (copy) => Object.assign(first(copy), { salt: "00".repeat(32) }),
      (copy) => Object.assign(first(copy).proof, { index: first(copy).proof.index + 1 }),
      (copy) => first(copy).proof.path.pop(),
      (copy) => Object.assign(copy.elements, { 0: null }),
      (copy) => Object.assign(copy.header.header, { name: "Another device" }),
    ];
    for (const lie of lies) {
      const change = answer(lie);
      expect(judged(change).proofs).toBe("failed");
      expect(verdict(change).state).toBe("failed");
      const { elements, header } = judge({ ...inquiry, ...change });
      expect(elements.length + (header === null ? 0 : 1)).toBe(2);
    }
  });

  it("holds proofs against the ledger's root, not the server's", () => {
    const change = ledger({ passport: { ...facts.passport, dataRoot: "11".repeat(32) } });
    expect(judged(change)).toMatchObject({ proofs: "failed", ledger: "failed" });
    expect(judge({ ...inquiry, ...change }).elements).toEqual([]);
  });

  it("fails a hidden revocation and an old version shown as the present", () => {
    const revoked = ledger({ passport: { ...facts.passport, status: "Revoked" } });
    expect(judged(revoked).state).toBe("failed");
    expect(verdict(revoked).title).toContain("REVOKED");
    expect(judged(ledger({ passport: { ...facts.passport, revision: 1 } }))).toMatchObject({
      state: "failed",
      document: "failed",
    });
  });

  it("fails a code that the commitment does not open with, and says when there was no code", () => {
    const identifier = parseIdentifier("09506000134352", "A1");
    const forged = { identifier, code: { passportId: "00".repeat(28), salt: randomBytes(16) } };
    expect(judged({ link: forged }).identifier).toBe("failed");
    expect(judged({ link: { identifier, code: null } }).identifier).toBe("unknown");
  });

  it("fails a document made for another product, though commitment and address agree", () => {
    const other: Identifier = parseIdentifier("09506000134352", "B2");
    const salt = new Uint8Array(16);
    const link = { identifier: other, code: { passportId: "00".repeat(28), salt } };
    const change = { link, ...ledger({ passport: { ...facts.passport, idCommit: idCommit(salt, other) } }) };
    expect(judged(change)).toMatchObject({ identifier: "passed", document: "failed" });
    expect(verdict(change).state).toBe("failed");
  });

  it("names what is wrong with the issuer", () => {
    const { issuer } = facts;
    if (issuer === null) throw new Error("no issuer");
    const withIssuer = (changes: Partial<typeof issuer> | null) =>
      ledger({ issuer: changes === null ? null : { ...issuer, ...changes } });
    expect(verdict(withIssuer({ status: "Suspended" })).title).toBe("Issuer suspended");
    expect(verdict(withIssuer({ status: "Revoked" })).title).toBe("Issuer no longer accredited");
    expect(verdict(withIssuer({ validTo: inquiry.now - 1 })).state).toBe("warning");
    for (const change of [null, { operator: "gln:9506000140001" }, { role: "RECYCLER" as const }]) {
      expect(judged(withIssuer(change)).issuer).toBe("failed");
      expect(verdict(withIssuer(change)).title).toBe("Do not rely on this page");
    }
  });

  it("fails contracts that the deployment does not name, and a deployment that was not expected", () => {
    expect(judged(ledger({ rolesPolicy: toHex(randomBytes(28)) })).deployment).toBe("failed");
    expect(judged({ expected: toHex(randomBytes(28)) }).deployment).toBe("failed");
    expect(judged({ expected: inquiry.answer.deployment.configPolicy }).deployment).toBe("passed");
  });

  it("never says checked when the ledger could not be asked, or does not know the passport", () => {
    const unasked = { ledger: new Error("no network") };
    expect(judged(unasked)).toMatchObject({ ledger: "unknown", proofs: "passed" });
    expect(verdict(unasked).state).toBe("unknown");
    expect(judged({ ledger: null }).ledger).toBe("failed");
    expect(verdict({ ledger: null }).state).toBe("failed");
  });

  it("points out a policy that the page does not know", () => {
    expect(judged({ knownPolicies: new Set() }).document).toBe("warning");
  });
});
