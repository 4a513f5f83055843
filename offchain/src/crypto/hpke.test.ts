import { x25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../domain/bytes.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import { seededRandom } from "../testing/seeded-random.js";
import { hpkeOpen, hpkeSealer } from "./hpke.js";
import { assertPublicKey, generateKeyPair, isPublicKey, publicKeyOf } from "./x25519.js";

/** RFC 9180 appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, sequence number 0. */
const RFC = {
  ikmE: "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
  skRm: "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
  pkRm: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
  enc: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
  info: "4f6465206f6e2061204772656369616e2055726e",
  pt: "4265617574792069732074727574682c20747275746820626561757479",
  aad: "436f756e742d30",
  ct: "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
};
const context = { info: fromHex(RFC.info), aad: fromHex(RFC.aad) };

describe("HPKE", () => {
  it("seals and opens the RFC's own test vector", async () => {
    const seal = hpkeSealer({ bytes: () => fromHex(RFC.ikmE) });
    expect(toHex(await seal(fromHex(RFC.pkRm), fromHex(RFC.pt), context))).toBe(RFC.enc + RFC.ct);
    expect(toHex(await hpkeOpen(fromHex(RFC.skRm), fromHex(RFC.enc + RFC.ct), context))).toBe(RFC.pt);
    expect(toHex(publicKeyOf(fromHex(RFC.skRm)))).toBe(RFC.pkRm);
  });

  it("opens for the recipient alone, whole and in its context", async () => {
    const random = seededRandom("hpke");
    const [alice, bob] = [generateKeyPair(random), generateKeyPair(random)];
    const message = await hpkeSealer(random)(alice.publicKey, fromHex("c0ffee"), context);
    const refused = expect.objectContaining({ code: "keyring/cannot-open" });
    expect(toHex(await hpkeOpen(alice.secretKey, message, context))).toBe("c0ffee");
    await expect(hpkeOpen(bob.secretKey, message, context)).rejects.toEqual(refused);
    await expect(hpkeOpen(alice.secretKey, message, { ...context, aad: fromHex("00") })).rejects.toEqual(
      refused,
    );
    await expect(hpkeOpen(alice.secretKey, message, { ...context, info: fromHex("00") })).rejects.toEqual(
      refused,
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (position, mask) => {
        // X25519 ignores the topmost bit of the encapsulated key (RFC 7748 §5), but the KEM's key schedule does not.
        await expect(hpkeOpen(alice.secretKey, flipped(message, position, mask), context)).rejects.toEqual(
          refused,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("refuses any bytes as a message with the same named error", async () => {
    const { secretKey } = generateKeyPair(seededRandom("bytes"));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (message) => {
        await expect(hpkeOpen(secretKey, message, context)).rejects.toMatchObject({
          code: "keyring/cannot-open",
        });
      }),
      { numRuns: 50 },
    );
  });
});

/** Points of small order in every encoding that X25519 accepts (RFC 7748 §6.1 asks to look for them). */
const LOW_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
];

const isZeroShared = (publicKey: Uint8Array): boolean => {
  try {
    return x25519.getSharedSecret(new Uint8Array(32).fill(1), publicKey).every((byte) => byte === 0);
  } catch {
    return true;
  }
};

describe("public keys", () => {
  it("are refused exactly when the curve sends them to zero", () => {
    const near = fc
      .tuple(fc.constantFrom(...LOW_ORDER), fc.nat({ max: 31 }), fc.nat({ max: 3 }))
      .map(([hex, at, add]) => {
        const bytes = fromHex(hex);
        bytes[at] = ((bytes[at] ?? 0) + add) & 0xff;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(near, bytesOf(32)), (publicKey) => {
        expect(isPublicKey(publicKey)).toBe(!isZeroShared(publicKey));
      }),
      { numRuns: 150 },
    );
  });

  const refused = expect.objectContaining({ code: "keyring/bad-public-key" });

  it.each(LOW_ORDER)("refuse the point %s, to which everyone could read", async (hex) => {
    expect(() => assertPublicKey(fromHex(hex))).toThrow(refused);
    await expect(hpkeSealer(seededRandom(1))(fromHex(hex), fromHex("00"), context)).rejects.toEqual(refused);
  });

  it.each([0, 31, 33])("refuse %i bytes", async (length) => {
    expect(() => assertPublicKey(new Uint8Array(length).fill(9))).toThrow(refused);
    await expect(
      hpkeSealer(seededRandom(1))(new Uint8Array(length).fill(9), fromHex("00"), context),
    ).rejects.toEqual(refused);
  });

  it("accept whatever was generated", () => {
    fc.assert(
      fc.property(bytesOf(32), (secretKey) => {
        assertPublicKey(publicKeyOf(secretKey));
      }),
      { numRuns: 30 },
    );
  });

  it("come from secret keys of 32 bytes alone", () => {
    expect(() => publicKeyOf(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: "keyring/bad-secret-key" }),
    );
  });
});
