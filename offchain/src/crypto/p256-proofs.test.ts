import { describe, expect, it } from "vitest";
import { type P256Proofs, statementOf } from "../codec/redeemer.js";
import { encodeAssertion } from "../codec/webauthn.js";
import { toHex } from "../domain/bytes.js";
import { authenticator, p256Signer } from "../testing/key-signers.js";
import { p256Hints } from "./p256.js";
import { signatureIn } from "./p256-proofs.js";

const DIGEST = new Uint8Array(32).fill(5);
const element = p256Signer("station");
const tablet = authenticator("tablet");
const raw = element.sign(DIGEST);
const assertion = tablet.assert(DIGEST);
const ofElement = statementOf(2, DIGEST, element.key.pk);
const ofTablet = statementOf(3, DIGEST, tablet.key.pk);

const proofs: P256Proofs = {
  statements: [ofElement, ofTablet],
  base: 0,
  proofs: [
    { table: 1, ...p256Hints(raw), assertion: null },
    {
      table: 2,
      ...p256Hints(assertion.signature),
      assertion: {
        authenticatorData: toHex(assertion.authenticatorData),
        clientDataJSON: toHex(assertion.clientDataJSON),
      },
    },
  ],
};
const withFirst = (changes: Partial<P256Proofs["proofs"][number]>): P256Proofs => ({
  ...proofs,
  proofs: proofs.proofs.map((proof, at) => (at === 0 ? { ...proof, ...changes } : proof)),
});

describe("a signature that the ledger's script was given", () => {
  it("is the one that a pack carries", () => {
    expect(signatureIn(proofs, ofElement)).toBe(toHex(raw));
    expect(signatureIn(proofs, ofTablet)).toBe(toHex(encodeAssertion(assertion)));
  });

  it("is not there for what was not stated", () => {
    expect(signatureIn(proofs, statementOf(2, DIGEST.with(0, 1), element.key.pk))).toBeNull();
    expect(signatureIn({ ...proofs, proofs: [] }, ofElement)).toBeNull();
    expect(signatureIn({ statements: [], base: 0, proofs: [] }, ofElement)).toBeNull();
  });

  it("is not made of numbers that are no signature", () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    for (const wrong of [0n, n, n + 1n]) {
      expect(signatureIn(withFirst({ r: wrong }), ofElement)).toBeNull();
      expect(signatureIn(withFirst({ w: wrong }), ofElement)).toBeNull();
    }
  });

  it("is not made of an assertion that is longer than a pack may carry", () => {
    const long = { authenticatorData: "00".repeat(513), clientDataJSON: "00" };
    expect(signatureIn(withFirst({ assertion: long }), ofElement)).toBeNull();
  });
});
