import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import { array, bytestring, map, registration, tag, uint } from "../../testing/synthetic-tx.js";
import { readAccountChanges } from "./accounts.js";

const [A, B] = ["a1".repeat(28), "b2".repeat(28)];
const [KEY, SCRIPT] = [0xe0, 0xf0];
const account = (type: number, hash: string): Uint8Array =>
  bytestring(concat(Uint8Array.of(type), fromHex(hash)));
const keyRegistration = array(uint(0), array(uint(0), bytestring(fromHex(A))));
const malformed = expect.objectContaining({ code: "cbor/malformed" });

describe("changes of stake accounts", () => {
  it("are none without their fields", () => {
    expect(readAccountChanges(undefined, undefined)).toEqual({
      registrations: [],
      withdrawals: [],
      hasOtherCertificates: false,
    });
  });

  it("are the scripts that are registered, in the order of the certificates", () => {
    for (const set of [array, (...items: Uint8Array[]) => tag(258, array(...items))])
      expect(readAccountChanges(set(registration(B), registration(A)), undefined)).toMatchObject({
        registrations: [B, A],
        hasOtherCertificates: false,
      });
  });

  it.each([
    ["a key's registration", keyRegistration],
    [
      "a registration with a stated deposit",
      array(uint(7), array(uint(1), bytestring(fromHex(A))), uint(2_000_000)),
    ],
    ["the end of a registration", array(uint(1), array(uint(1), bytestring(fromHex(A))))],
    ["a delegation", array(uint(2), array(uint(1), bytestring(fromHex(A))), bytestring(fromHex(B)))],
  ])("name %s as another certificate", (_, other) => {
    expect(readAccountChanges(array(registration(B), other), undefined)).toMatchObject({
      registrations: [B],
      hasOtherCertificates: true,
    });
  });

  it("count withdrawals as the ledger does: scripts first, then by hash", () => {
    const written = map(
      [account(KEY, A), uint(5)],
      [account(SCRIPT, B), uint(0)],
      [account(SCRIPT, A), uint(0)],
    );
    expect(readAccountChanges(undefined, written).withdrawals).toEqual([
      { kind: "script", hash: A, lovelace: 0n },
      { kind: "script", hash: B, lovelace: 0n },
      { kind: "key", hash: A, lovelace: 5n },
    ]);
  });

  it("are refused when they cannot be told apart or read", () => {
    for (const withdrawals of [
      map([account(SCRIPT, A), uint(0)], [account(SCRIPT, A), uint(1)]),
      // One account on two networks: which of them a redeemer belongs to would be a guess.
      map([account(SCRIPT, A), uint(0)], [account(SCRIPT + 1, A), uint(0)]),
      map([account(0x60, A), uint(0)]),
      map([account(SCRIPT, A.slice(2)), uint(0)]),
      map([account(SCRIPT, `${A}00`), uint(0)]),
      map([bytestring(new Uint8Array()), uint(0)]),
      map([account(SCRIPT, A), array()]),
      array(),
    ])
      expect(() => readAccountChanges(undefined, withdrawals), toHex(withdrawals)).toThrow(malformed);
    for (const certificate of [
      array(),
      array(uint(0)),
      array(uint(0), array(uint(1))),
      array(uint(0), array(uint(1), bytestring(fromHex(A.slice(2))))),
      array(uint(0), array(uint(1), bytestring(fromHex(A)), uint(0))),
      array(uint(0), array(uint(1), bytestring(fromHex(A))), uint(0)),
      uint(0),
    ])
      expect(() => readAccountChanges(array(certificate), undefined), toHex(certificate)).toThrow(malformed);
  });

  it("come back as they were written, whatever the order", () => {
    const entry = fc.record({
      type: fc.constantFrom(KEY, SCRIPT),
      hash: fc.uint8Array({ minLength: 28, maxLength: 28 }).map(toHex),
      lovelace: fc.nat(),
    });
    const entries = fc.uniqueArray(entry, { selector: ({ type, hash }) => `${type} ${hash}`, maxLength: 30 });
    fc.assert(
      fc.property(entries, (all) => {
        const write = (list: typeof all) =>
          map(...list.map(({ type, hash, lovelace }) => [account(type, hash), uint(lovelace)] as const));
        const { withdrawals } = readAccountChanges(undefined, write(all));
        expect(withdrawals).toEqual(readAccountChanges(undefined, write(all.toReversed())).withdrawals);
        const told = all.map(({ type, hash, lovelace }) => ({
          kind: type === KEY ? "key" : "script",
          hash,
          lovelace: BigInt(lovelace),
        }));
        expect(withdrawals).toHaveLength(all.length);
        expect(withdrawals).toEqual(expect.arrayContaining(told));
      }),
    );
  });
});
