import { policyHash } from "@cardano-dpp/offchain/codec/policy";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import { testClock } from "@cardano-dpp/offchain/testing/actors";
import { expect, it } from "vitest";
import { TEST_POLICY } from "../testing/product.js";
import { KnownPolicies } from "./policies.js";

const HASH = policyHash(TEST_POLICY);
const MINUTE = 60_000;

async function open(first: readonly Policy[] = []) {
  const clock = testClock();
  const failures: unknown[] = [];
  const source = { policies: first, readings: 0, error: null as Error | null };
  const read = async () => {
    source.readings += 1;
    if (source.error !== null) throw source.error;
    return source.policies;
  };
  const known = await KnownPolicies.read(read, clock, (error) => failures.push(error));
  return { clock, failures, source, known };
}

it("does not read again for a policy that it knows", async () => {
  const { known, source } = await open([TEST_POLICY]);
  expect([await known.find(HASH), source.readings]).toEqual([TEST_POLICY, 1]);
});

it("finds a policy that was added after the start", async () => {
  const { known, source } = await open();
  source.policies = [TEST_POLICY];
  expect(await known.find(HASH)).toBe(TEST_POLICY);
});

it("reads again at most once a minute, however many hashes are unknown", async () => {
  const { clock, known, source } = await open();
  await Promise.all([known.find(HASH), known.find("00"), known.find("11")]);
  clock.advance(MINUTE - 1);
  expect([await known.find("22"), source.readings]).toEqual([null, 2]);
  source.policies = [TEST_POLICY];
  clock.advance(1);
  expect([await known.find(HASH), source.readings]).toEqual([TEST_POLICY, 3]);
});

it("gives all who ask meanwhile the result of one reading", async () => {
  const { known, source } = await open();
  source.policies = [TEST_POLICY];
  expect(await Promise.all([known.find(HASH), known.find(HASH)])).toEqual([TEST_POLICY, TEST_POLICY]);
  expect(source.readings).toBe(2);
});

it("keeps what it knew when they cannot be read again, and says why", async () => {
  const { clock, failures, known, source } = await open([TEST_POLICY]);
  source.error = new Error("no JSON");
  expect(await known.find("00")).toBeNull();
  expect([failures, await known.find(HASH)]).toEqual([[source.error], TEST_POLICY]);
  clock.advance(MINUTE);
  await known.find("00");
  expect(failures).toHaveLength(2);
});
