/** What every `Signer` must do, whatever holds its key. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../codec/address.js";
import { keyHashOf, verifySignData } from "../crypto/cip8.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import type { Signer } from "../ports/signer.js";
import { actor } from "./actors.js";

const BODY_HASH = "5a".repeat(32);
const MESSAGE = utf8("I prove my role.");

export function signerContract(name: string, make: () => Promise<Signer>): void {
  describe(`${name} as a signer`, () => {
    it("pays from an address of its own key", async () => {
      const { address, keyHash } = await make();
      const parsed = parseAddress(address).address;
      expect(parsed.payment).toEqual({ kind: "key", hash: keyHash });
    });

    it("signs a body hash with the key that its hash names", async () => {
      const signer = await make();
      const { publicKey, signature } = await signer.signTx(BODY_HASH);
      expect(keyHashOf(fromHex(publicKey))).toBe(signer.keyHash);
      expect(ed25519.verify(fromHex(signature), fromHex(BODY_HASH), fromHex(publicKey))).toBe(true);
    });

    it("signs nothing as a transaction that is not 32 bytes", async () => {
      const signer = await make();
      await expect(signer.signTx("5a".repeat(31))).rejects.toThrow();
      await expect(signer.signTx(toHex(MESSAGE))).rejects.toThrow();
    });

    it("signs data as CIP-8 does, and no other message fits the signature", async () => {
      const { address, keyHash, signData } = await make().then((signer) => ({
        address: signer.address,
        keyHash: signer.keyHash,
        signData: signer.signData.bind(signer),
      }));
      const answer = await signData(address, toHex(MESSAGE));
      expect(verifySignData({ ...answer, address, message: MESSAGE, networkId: 0 }).keyHash).toBe(keyHash);
      expect(() => verifySignData({ ...answer, address, message: utf8("another"), networkId: 0 })).toThrow();
    });

    it("does not sign data for an address of another key", async () => {
      const signer = await make();
      await expect(signer.signData(actor("somebody else").address, toHex(MESSAGE))).rejects.toThrow();
    });

    it("shows no secret when it is printed", async () => {
      const signer = await make();
      const { publicKey } = await signer.signTx(BODY_HASH);
      const printed = JSON.stringify(signer).replaceAll(publicKey, "").replaceAll(signer.keyHash, "");
      expect(printed).not.toMatch(/[0-9a-f]{64}/);
    });
  });
}
