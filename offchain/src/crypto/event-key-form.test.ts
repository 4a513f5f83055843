import { p256 } from "@noble/curves/nist.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEventKey } from "../codec/event-key.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { hexOf } from "../testing/arbitraries.js";
import { SMALL_ORDER_ENCODINGS } from "../testing/ed25519-cases.js";
import { authenticator, p256Signer, RELYING_PARTY } from "../testing/key-signers.js";
import { isWellFormed, keyFromPoint, requireWellFormed } from "./event-key-form.js";
import { keyTable } from "./p256-table.js";

const { key, point } = p256Signer("station");

describe("a key of P-256", () => {
  it("is its compressed point and the hash of that point's table, from either encoding", () => {
    const compressed = p256.Point.fromBytes(point).toBytes(true);
    const hash = blake2b(keyTable(point), { dkLen: 28 });
    expect(key).toEqual({ alg: 2, pk: toHex(compressed) + toHex(hash) });
    expect(keyFromPoint(compressed)).toEqual(key);
  });

  it("is bound to a relying party and an origin, when WebAuthn signs with it", () => {
    const webauthn = keyFromPoint(point, RELYING_PARTY);
    expect(webauthn.alg).toBe(3);
    expect(decodeEventKey(webauthn)).toMatchObject({
      form: "WebAuthn",
      point: key.pk.slice(0, 66),
      tableHash: key.pk.slice(66),
      rpIdHash: toHex(sha256(utf8("capture.example.org"))),
      origin: "https://capture.example.org",
    });
  });

  it.each([
    ["no bytes", ""],
    ["the point at infinity", "00"],
    ["x that is on no point", `02${"00".repeat(31)}01`],
    ["a point off the curve", `04${"11".repeat(64)}`],
    ["a hybrid encoding", `06${"11".repeat(64)}`],
    ["x alone", "11".repeat(32)],
  ])("is not made of %s", (_, bytes) => {
    expect(() => keyFromPoint(fromHex(bytes))).toThrow(expect.objectContaining({ code: "key/point" }));
  });

  it.each([
    ["key/rp-id", { ...RELYING_PARTY, rpId: "" }],
    ["key/rp-id", { ...RELYING_PARTY, rpId: "https://capture.example.org" }],
    ["key/rp-id", { ...RELYING_PARTY, rpId: "Capture.example.org" }],
    ["key/rp-id", { ...RELYING_PARTY, rpId: "a".repeat(254) }],
    ["key/origin", { ...RELYING_PARTY, origin: "" }],
    ["key/origin", { ...RELYING_PARTY, origin: `https://${"a".repeat(60)}` }],
  ])("is refused with %s: %j", (code, party) => {
    expect(() => keyFromPoint(point, party)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a key is well-formed", () => {
  const codeOf = (alg: number, pk: string): string => {
    try {
      requireWellFormed({ alg, pk });
      return "taken";
    } catch (error) {
      if (isDppError(error)) return error.code;
      throw error;
    }
  };
  const otherTable = p256Signer("another").key.pk.slice(66);
  const webauthn = authenticator("tablet").key.pk;

  it.each([
    ["of P-256", 2, key.pk, "taken"],
    ["of WebAuthn", 3, webauthn, "taken"],
    ["with the table of another point", 2, key.pk.slice(0, 66) + otherTable, "key/table"],
    ["of the opposite point", 2, (key.pk.startsWith("02") ? "03" : "02") + key.pk.slice(2), "key/table"],
    [
      "of WebAuthn with another table",
      3,
      webauthn.slice(0, 66) + otherTable + webauthn.slice(122),
      "key/table",
    ],
    ["of no point", 2, `05${key.pk.slice(2)}`, "key/point"],
    ["under another alg", 3, key.pk, "key/form"],
    ["of no form", 2, `${key.pk}00`, "key/form"],
    ["of none", 0, "", "key/form"],
    ["bound to no origin that JSON holds as it is", 3, `${webauthn}22`, "key/origin"],
    ["of Ed25519 and small order", 1, toHex(SMALL_ORDER_ENCODINGS[0] as Uint8Array), "event/weak-key"],
  ])("or not: one %s", (_, alg, pk, code) => {
    expect(codeOf(alg, pk)).toBe(code);
    expect(isWellFormed({ alg, pk })).toBe(code === "taken");
  });

  it("and random bytes are not", () => {
    fc.assert(
      fc.property(hexOf(61), (pk) => {
        expect(isWellFormed({ alg: 2, pk })).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});
