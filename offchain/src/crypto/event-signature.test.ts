import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeEd25519 } from "../adapters/ed25519-node.js";
import { encodeAssertion } from "../codec/webauthn.js";
import { concat, fromHex, utf8 } from "../domain/bytes.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import { SMALL_ORDER_ENCODINGS } from "../testing/ed25519-cases.js";
import { authenticator, p256Signer } from "../testing/key-signers.js";
import { flawOf, keyVerifier, verifyKey } from "./event-signature.js";

const DIGEST = new Uint8Array(32).map((_, at) => at);
const SECRET = new Uint8Array(32).fill(9);
const element = p256Signer("station");
const tablet = authenticator("tablet");

const FORMS = [
  { form: "Ed25519", pk: ed25519.getPublicKey(SECRET), sign: (m: Uint8Array) => ed25519.sign(m, SECRET) },
  { form: "P-256", pk: fromHex(element.key.pk), sign: element.sign },
  { form: "WebAuthn", pk: fromHex(tablet.key.pk), sign: tablet.sign },
] as const;
const node = keyVerifier(nodeEd25519());

describe.each(FORMS)("a signature of the form $form", ({ form, pk, sign }) => {
  const signature = sign(DIGEST);

  it("verifies over its digest", () => {
    for (const verify of [verifyKey, node]) expect(verify(pk, DIGEST, signature)).toBe(true);
    expect(flawOf(pk, DIGEST, signature)).toBeNull();
  });

  it("verifies over no other digest", () => {
    const other = DIGEST.with(0, 1);
    for (const verify of [verifyKey, node]) expect(verify(pk, other, signature)).toBe(false);
    expect(flawOf(pk, other, signature)?.code).toBe(
      form === "WebAuthn" ? "webauthn/challenge" : "event/signature",
    );
  });

  it("verifies by no other key, whatever its form", () => {
    const others = [
      ...FORMS.filter((other) => other.form !== form).map((other) => other.pk),
      fromHex(p256Signer("another").key.pk),
      fromHex(authenticator("another").key.pk),
      new Uint8Array(),
      new Uint8Array(33),
      new Uint8Array(200),
    ];
    for (const other of others) {
      expect(verifyKey(other, DIGEST, signature)).toBe(false);
      expect(flawOf(other, DIGEST, signature)).not.toBeNull();
    }
  });

  it("does not verify with a bit flipped in key or signature, and never throws", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.boolean(), (position, mask, inKey) => {
        const [key, other] = inKey
          ? [flipped(pk, position, mask), signature]
          : [pk, flipped(signature, position, mask)];
        expect(verifyKey(key, DIGEST, other)).toBe(false);
        expect(flawOf(key, DIGEST, other)).not.toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("is false for random bytes of any length, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 40 }), (bytes, message) => {
        expect(verifyKey(pk, message, bytes)).toBe(false);
        expect(verifyKey(bytes, message, signature)).toBe(false);
      }),
    );
  });
});

describe("of keys of P-256", () => {
  it("both s and n − s verify, as on the ledger", () => {
    const { pk, sign } = FORMS[1];
    const [r, s] = [sign(DIGEST).subarray(0, 32), sign(DIGEST).subarray(32)];
    const opposite = numberToBytesBE(p256.Point.Fn.neg(bytesToNumberBE(s)), 32);
    expect(verifyKey(pk, DIGEST, concat(r, opposite))).toBe(true);
  });

  it("one under the table of another verifies nothing, however good the signature", () => {
    const { pk, sign } = FORMS[1];
    const other = fromHex(p256Signer("another").key.pk);
    const mixed = concat(pk.subarray(0, 33), other.subarray(33));
    expect(verifyKey(mixed, DIGEST, sign(DIGEST))).toBe(false);
    expect(flawOf(mixed, DIGEST, sign(DIGEST))?.code).toBe("key/table");
  });

  it("a secure element's signs events, too, and an authenticator's does not", () => {
    const message = utf8("Signature1 and the rest");
    expect(verifyKey(FORMS[1].pk, message, FORMS[1].sign(message))).toBe(true);
    expect(verifyKey(FORMS[2].pk, message, FORMS[2].sign(message))).toBe(false);
  });

  it("assertions by two of one relying party are two", () => {
    const bytes = encodeAssertion(authenticator("another").assert(DIGEST));
    expect(verifyKey(FORMS[2].pk, DIGEST, bytes)).toBe(false);
    expect(flawOf(FORMS[2].pk, DIGEST, bytes)?.code).toBe("event/signature");
  });
});

describe("the reason that people are told", () => {
  const webauthn = FORMS[2].pk;
  const { signature } = tablet.assert(DIGEST);
  const asserted = (changes: Parameters<typeof tablet.assert>[1]) =>
    encodeAssertion(tablet.assert(DIGEST, changes));

  it.each<[string, Uint8Array, Uint8Array]>([
    ["webauthn/malformed", webauthn, signature],
    ["webauthn/malformed", webauthn, new Uint8Array()],
    ["webauthn/client-data", webauthn, asserted({ type: "webauthn.create" })],
    ["webauthn/origin", webauthn, asserted({ origin: "https://example.com" })],
    ["webauthn/rp-id", webauthn, asserted({ rpId: "example.com" })],
    ["webauthn/not-present", webauthn, asserted({ flags: 4 })],
    ["webauthn/not-verified", webauthn, asserted({ flags: 1 })],
    ["key/form", new Uint8Array(33), signature],
    ["key/form", new Uint8Array(), signature],
    ["key/point", concat(Uint8Array.of(5), new Uint8Array(60)), signature],
    ["event/weak-key", SMALL_ORDER_ENCODINGS[0] as Uint8Array, signature],
    ["event/weak-key", FORMS[0].pk, new Uint8Array(64)],
    ["event/signature", FORMS[0].pk, concat(ed25519.sign(DIGEST.with(0, 1), SECRET))],
    ["event/signature", FORMS[1].pk, new Uint8Array(64)],
    ["event/signature", FORMS[1].pk, new Uint8Array(63)],
  ])("is %s", (code, pk, bytes) => {
    expect(flawOf(pk, DIGEST, bytes)?.code).toBe(code);
  });

  it("is no reason where random signatures are of other forms", () => {
    fc.assert(
      fc.property(bytesOf(64), (bytes) => {
        for (const { pk } of FORMS) expect(flawOf(pk, DIGEST, bytes)).not.toBeNull();
      }),
      { numRuns: 20 },
    );
  });
});
