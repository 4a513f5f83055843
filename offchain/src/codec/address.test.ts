import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../domain/bytes.js";
import {
  type Address,
  decodeAddressBytes,
  encodeAddressBytes,
  parseAddress,
  toBech32Address,
} from "./address.js";
import { decodeBech32, encodeBech32 } from "./bech32.js";

/** Test vectors of CIP-19. */
const CIP19 = {
  type00:
    "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
  type01:
    "addr1z8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gten0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgs9yc0hh",
  type06: "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8",
  type07: "addr1w8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcyjy7wx",
  type14: "stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw",
  type14Test: "stake_test1uqehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gssrtvn",
};
const PAYMENT = "9493315cd92eb5d8c4304e67b7e16ae36d61d34502694657811a2c8e";
const STAKE = "337b62cfff6403a06a3acbc34f8c46003c69fe79a3628cefa9c47251";

describe("Shelley addresses", () => {
  it("reads the vectors of CIP-19", () => {
    expect(parseAddress(CIP19.type00).address).toEqual({
      kind: "base",
      networkId: 1,
      payment: { kind: "key", hash: PAYMENT },
      stake: { kind: "key", hash: STAKE },
    });
    expect(parseAddress(CIP19.type01).address.payment?.kind).toBe("script");
    expect(parseAddress(CIP19.type01).address.stake?.kind).toBe("key");
    expect(parseAddress(CIP19.type06).address).toEqual({
      kind: "enterprise",
      networkId: 1,
      payment: { kind: "key", hash: PAYMENT },
      stake: null,
    });
    expect(parseAddress(CIP19.type07).address.payment?.kind).toBe("script");
    expect(parseAddress(CIP19.type14).address).toEqual({
      kind: "reward",
      networkId: 1,
      payment: null,
      stake: { kind: "key", hash: STAKE },
    });
    expect(parseAddress(CIP19.type14Test).address.networkId).toBe(0);
  });

  it("writes back what it reads, as bech32 and as the hex of a CIP-30 wallet", () => {
    for (const text of Object.values(CIP19)) {
      const { address, bytes } = parseAddress(text);
      expect(toBech32Address(bytes)).toBe(text);
      expect(toHex(encodeAddressBytes(address))).toBe(toHex(bytes));
      expect(parseAddress(toHex(bytes)).address).toEqual(address);
    }
  });

  it("refuses a mistyped letter, a foreign prefix and a wrong length", () => {
    expect(() => parseAddress(`${CIP19.type06.slice(0, -1)}9`)).toThrow(
      expect.objectContaining({ code: "bech32/malformed" }),
    );
    const bytes = parseAddress(CIP19.type06).bytes;
    expect(() => parseAddress(encodeBech32("addr_test", bytes))).toThrow(
      expect.objectContaining({ code: "address/malformed" }),
    );
    expect(() => decodeAddressBytes(bytes.slice(0, -1))).toThrow(
      expect.objectContaining({ code: "address/malformed" }),
    );
    expect(() => decodeAddressBytes(fromHex(`82${PAYMENT}`))).toThrow(
      expect.objectContaining({ code: "address/unsupported" }),
    );
  });

  it("names Byron and pointer addresses as what they are, however long, in hex and in base58", () => {
    const unsupported = expect.objectContaining({
      code: "address/unsupported",
      message: expect.stringContaining("give a base, enterprise or stake address"),
    });
    for (const text of [
      // Icarus' and Daedalus' kinds, mainnet's and a test network's.
      "Ae2tdPwUPEYwFx4dmJheyNPPYXtvHbJLeCaA96o6Y2iiUL18cAt7AizN2zG",
      "DdzFFzCqrhsrcTVhLygT24QwTnNqQqQ8mZrq5jykUzMveU26sxaH529kMpo7VhPrt5pwW3dXeB2k3EEvKcNBRmzCfcQ7dTkyGzTs658C",
      "2cWKMJemoBajc46Wu4Z7e6bG48myZWfB7Z6pD77L6PrJQWt9HZ3Yv7o8CYZTBMqHTPTkv",
      `82d818582183581c${PAYMENT}a0001a0d2bc4b5`,
      `82d818582183581c${PAYMENT}a101581e581c${"00".repeat(28)}001a${"00".repeat(40)}`,
      `41${PAYMENT}8198bd431b03`,
    ]) {
      expect(() => parseAddress(text)).toThrow(unsupported);
    }
  });

  it("refuses any text by name", () => {
    const named = expect.objectContaining({ code: expect.stringMatching(/^(address|bech32)\//) });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 80 }).map(toHex)), (text) => {
        try {
          // What reads as an address is one: it writes back as itself.
          expect(toHex(encodeAddressBytes(parseAddress(text).address))).toBe(text.toLowerCase());
        } catch (error) {
          expect(error).toEqual(named);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("round-trips every bech32 payload and every address", () => {
    const hash = fc.uint8Array({ minLength: 28, maxLength: 28 }).map(toHex);
    const credential = fc.record({ kind: fc.constantFrom("key" as const, "script" as const), hash });
    const networkId = fc.constantFrom(0 as const, 1 as const);
    const address: fc.Arbitrary<Address> = fc.oneof(
      fc.record({ kind: fc.constant("base" as const), networkId, payment: credential, stake: credential }),
      fc.record({
        kind: fc.constant("enterprise" as const),
        networkId,
        payment: credential,
        stake: fc.constant(null),
      }),
      fc.record({
        kind: fc.constant("reward" as const),
        networkId,
        payment: fc.constant(null),
        stake: credential,
      }),
    );
    fc.assert(
      fc.property(address, (value) => {
        expect(parseAddress(toBech32Address(encodeAddressBytes(value))).address).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(decodeBech32(encodeBech32("test", bytes)).bytes).toEqual(bytes);
      }),
    );
  });

  it("never answers for a changed letter (BIP-173 finds any four errors)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: CIP19.type00.length - 1 }),
        fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7l"),
        (at, letter) => {
          const text = CIP19.type00.slice(0, at) + letter + CIP19.type00.slice(at + 1);
          if (text !== CIP19.type00) expect(() => decodeBech32(text)).toThrow();
        },
      ),
    );
  });
});
