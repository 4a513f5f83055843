import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeEventKey } from "../../src/codec/event-key.js";
import { jointDigest, packDigest } from "../../src/codec/pack.js";
import { decodeParties } from "../../src/codec/parties.js";
import { decodeP256Proofs, encodeP256Proofs, statementOf } from "../../src/codec/redeemer.js";
import { decodeSignedEvent, toBeSigned } from "../../src/codec/signed-event.js";
import { decodeEntry, encodeEntry } from "../../src/codec/thread-entry.js";
import { keyFromPoint, requireWellFormed } from "../../src/crypto/event-key-form.js";
import { flawOf, verifyKey } from "../../src/crypto/event-signature.js";
import { signatureIn } from "../../src/crypto/p256-proofs.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import { signatureFormVectors } from "./signature-forms.js";

const text = readFileSync(new URL("../../../vectors/signature-forms.json", import.meta.url), "utf8");
const vectors = JSON.parse(text);
const digest = fromHex(vectors.digest);
const verifies = (pk: string, over: Uint8Array, signature: string): boolean =>
  verifyKey(fromHex(pk), over, fromHex(signature));

describe("the committed vectors of signature forms", () => {
  it("are what the code makes today", () => {
    expect(`${JSON.stringify(signatureFormVectors(), null, 2)}\n`).toBe(text);
  });

  it("hold keys, made of their points", () => {
    for (const { form, alg, pk, publicKey, rpId, origin } of vectors.keys) {
      expect(decodeEventKey({ alg, pk }).form).toBe(form);
      expect(() => requireWellFormed({ alg, pk })).not.toThrow();
      if (publicKey !== undefined)
        expect(keyFromPoint(fromHex(publicKey), rpId && { rpId, origin })).toEqual({ alg, pk });
    }
    expect(vectors.keys.map(({ form }: { form: string }) => form)).toEqual(["Ed25519", "P-256", "WebAuthn"]);
  });

  it("hold keys that are none", () => {
    for (const { reason, alg, pk, code } of vectors.refusedKeys) {
      let found = "accepted";
      try {
        requireWellFormed({ alg, pk });
      } catch (error) {
        if (!isDppError(error)) throw error;
        found = error.code;
      }
      expect(found, reason).toBe(code);
    }
  });

  it("hold signatures of a pack's digest, and what is none", () => {
    expect(toHex(packDigest(vectors.header))).toBe(vectors.digest);
    for (const { pk, signature } of vectors.signatures) expect(verifies(pk, digest, signature)).toBe(true);
    for (const { reason, pk, signature, code } of vectors.refusedSignatures) {
      expect(verifies(pk, digest, signature), reason).toBe(false);
      expect(flawOf(fromHex(pk), digest, fromHex(signature))?.code, reason).toBe(code);
    }
  });

  it("hold events that a key of P-256 signed", () => {
    for (const { coseAlg, pk, sigStructure, signed } of vectors.events) {
      const { alg, leaf, signature } = decodeSignedEvent(fromHex(signed));
      expect(alg).toBe(coseAlg);
      expect(toHex(toBeSigned(vectors.header.config, leaf, alg))).toBe(sigStructure);
      expect(verifyKey(fromHex(pk), fromHex(sigStructure), signature)).toBe(true);
    }
  });

  it("hold joint packs, signed by all of their parties", () => {
    for (const { digest: expected, parties, signature, unsigned, ...header } of vectors.joint) {
      const names = parties.map(({ name }: { name: string }) => name);
      const over = jointDigest({ ...header, tier: "MULTI_PARTY_SIGNED" }, names);
      expect(toHex(over)).toBe(expected);
      for (const party of parties) expect(verifies(party.pk, over, party.signature), party.name).toBe(true);
      expect(decodeParties(fromHex(signature))).toEqual(
        parties.map((party: Record<string, unknown>) => ({ name: party.name, signature: party.signature })),
      );
      expect(decodeParties(fromHex(unsigned)).map((party) => party.signature)).toEqual(names.map(() => ""));
    }
  });

  it("hold entries of all forms", () => {
    for (const { kind, entry } of vectors.entries) {
      const read = decodeEntry(fromHex(entry));
      expect(read.kind).toBe(kind);
      expect(toHex(encodeEntry(read))).toBe(entry);
    }
  });

  it("hold a redeemer of the script p256, out of which the packs' signatures come again", () => {
    const { statements, base, proofs, cbor } = vectors.redeemer;
    const big = (hex: string): bigint => BigInt(`0x${hex}`);
    const value = {
      statements,
      base,
      proofs: proofs.map((proof: { r: string; w: string }) => ({
        ...proof,
        r: big(proof.r),
        w: big(proof.w),
      })),
    };
    expect(decodeP256Proofs(cbor)).toEqual(value);
    expect(encodeP256Proofs(value)).toBe(cbor);
    for (const { alg, pk, signature } of vectors.signatures.slice(1, 3))
      expect(signatureIn(value, statementOf(alg, digest, pk))).toBe(signature);
  });
});
