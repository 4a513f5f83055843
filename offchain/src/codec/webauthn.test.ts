import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { WebAuthnKey } from "../domain/event-key.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import { type AssertionChanges, authenticator } from "../testing/key-signers.js";
import { decodeEventKey } from "./event-key.js";
import {
  type Assertion,
  assertionMessage,
  checkAssertion,
  decodeAssertion,
  encodeAssertion,
} from "./webauthn.js";

const assertion: fc.Arbitrary<Assertion> = fc.record({
  authenticatorData: fc.uint8Array({ minLength: 37, maxLength: 512 }),
  clientDataJSON: fc.uint8Array({ minLength: 1, maxLength: 1024 }),
  signature: bytesOf(64),
});

describe("an assertion", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(assertion, (value) => {
        expect(decodeAssertion(encodeAssertion(value))).toEqual(value);
      }),
    );
  });

  it("has one encoding: any bytes that are read encode to themselves", () => {
    fc.assert(
      fc.property(assertion, fc.nat({ max: 300 }), fc.nat(), (value, position, mask) => {
        const bytes = flipped(encodeAssertion(value), position, mask);
        let read: Assertion;
        try {
          read = decodeAssertion(bytes);
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(error.code).toBe("webauthn/malformed");
          return;
        }
        expect(read).not.toEqual(value);
        expect(encodeAssertion(read)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused when cut, or with a byte behind it", () => {
    fc.assert(
      fc.property(assertion, fc.nat(), (value, cut) => {
        const bytes = encodeAssertion(value);
        expect(() => decodeAssertion(bytes.subarray(0, cut % bytes.length))).toThrow(DppError);
        expect(() => decodeAssertion(concat(bytes, Uint8Array.of(0)))).toThrow(DppError);
      }),
    );
  });

  const GOOD: Assertion = {
    authenticatorData: new Uint8Array(37),
    clientDataJSON: utf8("{}"),
    signature: new Uint8Array(64),
  };
  it.each<[string, Partial<Assertion>]>([
    ["authenticatorData", { authenticatorData: new Uint8Array(36) }],
    ["authenticatorData", { authenticatorData: new Uint8Array(513) }],
    ["clientDataJSON", { clientDataJSON: new Uint8Array() }],
    ["clientDataJSON", { clientDataJSON: new Uint8Array(1025) }],
    ["signature", { signature: new Uint8Array(63) }],
    ["signature", { signature: new Uint8Array(72) }],
  ])("has bounds: %s", (name, change) => {
    expect(() => encodeAssertion(GOOD)).not.toThrow();
    expect(() => encodeAssertion({ ...GOOD, ...change })).toThrow(
      expect.objectContaining({ code: "webauthn/malformed", details: { path: `/${name}` } }),
    );
  });
});

describe("what an assertion must say", () => {
  const tablet = authenticator("tablet");
  const key = decodeEventKey(tablet.key) as WebAuthnKey;
  const digest = new Uint8Array(32).map((_, at) => 7 * at);
  const verdict = (changes: AssertionChanges, of = digest): string => {
    try {
      checkAssertion(tablet.assert(digest, changes), key, of);
      return "taken";
    } catch (error) {
      if (isDppError(error)) return error.code;
      throw error;
    }
  };

  it("is what browsers write", () => {
    const { clientDataJSON, authenticatorData } = tablet.assert(digest);
    expect(fromUtf8(clientDataJSON)).toBe(
      '{"type":"webauthn.get","challenge":"AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tk","origin":"https://capture.example.org","crossOrigin":false}',
    );
    expect(toHex(authenticatorData)).toBe(`${key.rpIdHash}0500000007`);
    expect(assertionMessage({ clientDataJSON, authenticatorData })).toHaveLength(37 + 32);
    expect(verdict({})).toBe("taken");
  });

  it.each<[string, AssertionChanges, string]>([
    ["nothing after the origin", { afterOrigin: '"}' }, "taken"],
    ["extensions of the authenticator", { extensions: "a0", flags: 0x85 }, "taken"],
    ["backup flags", { flags: 0x1d }, "taken"],
    ["a registration", { type: "webauthn.create" }, "webauthn/client-data"],
    ["another type", { type: "payment.get" }, "webauthn/client-data"],
    ["another challenge", { challenge: "B".repeat(43) }, "webauthn/challenge"],
    [
      "a challenge that goes on",
      { challenge: `${"AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tk"}A` },
      "webauthn/client-data",
    ],
    ["a short challenge", { challenge: "AAcO" }, "webauthn/challenge"],
    ["another origin", { origin: "https://capture.example.com" }, "webauthn/origin"],
    ["an origin that goes on", { origin: "https://capture.example.org.example.com" }, "webauthn/origin"],
    ["an origin that stops", { origin: "https://capture.example.or" }, "webauthn/origin"],
    ["another relying party", { rpId: "example.org" }, "webauthn/rp-id"],
    ["nobody there", { flags: 0x04 }, "webauthn/not-present"],
    ["nobody verified", { flags: 0x01 }, "webauthn/not-verified"],
    ["no flags", { flags: 0x00 }, "webauthn/not-present"],
  ])("with %s: %s", (_, changes, code) => {
    expect(verdict(changes)).toBe(code);
  });

  it("is over this digest", () => {
    expect(verdict({}, digest.with(31, 1))).toBe("webauthn/challenge");
  });

  it("does not begin otherwise, however it is parsed as JSON", () => {
    const { authenticatorData, clientDataJSON } = tablet.assert(digest);
    const text = fromUtf8(clientDataJSON);
    for (const other of [
      ` ${text}`,
      text.replace("{", "{ "),
      text.replace(',"origin"', ', "origin"'),
      "{}",
      "",
    ])
      expect(() => checkAssertion({ authenticatorData, clientDataJSON: utf8(other) }, key, digest)).toThrow(
        expect.objectContaining({ code: "webauthn/client-data" }),
      );
  });
});
