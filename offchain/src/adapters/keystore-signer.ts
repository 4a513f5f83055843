/** A signer over an Ed25519 key (RFC 8032) in memory, with the enterprise address (CIP-19) that the key pays from. */
import { encodeAddressBytes, parseAddress, toBech32Address } from "../codec/address.js";
import { createSignData, keyHashOf } from "../crypto/cip8.js";
import { signingKey } from "../crypto/key-pairs.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { type Network, networkId } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";

/** Enterprise address (bech32) of a key hash. */
export const enterpriseAddress = (keyHash: string, network: Network): string =>
  toBech32Address(
    encodeAddressBytes({
      kind: "enterprise",
      networkId: networkId(network),
      payment: { kind: "key", hash: keyHash },
      stake: null,
    }),
  );

/** @param secret 32-byte Ed25519 seed; it stays inside. */
export function keySigner(secret: Uint8Array, network: Network): Signer {
  const { publicKey, sign } = signingKey(secret);
  const keyHash = keyHashOf(publicKey);
  const address = enterpriseAddress(keyHash, network);
  return {
    keyHash,
    address,
    async signTx(bodyHash) {
      const hash = fromHex(bodyHash);
      // Signing anything but 32 bytes here would let a caller have arbitrary messages signed as transactions.
      if (hash.length !== 32)
        throw new DppError("signer/body-hash", "a transaction's body hash has 32 bytes");
      return { publicKey: toHex(publicKey), signature: toHex(sign(hash)) };
    },
    async signData(claimed, payload) {
      const { address: parsed, bytes } = parseAddress(claimed);
      const owner = parsed.kind === "reward" ? parsed.stake : parsed.payment;
      if (owner?.kind !== "key" || owner.hash !== keyHash || parsed.networkId !== networkId(network)) {
        throw new DppError("signer/not-mine", "the address does not belong to this key");
      }
      return createSignData({ publicKey, sign }, bytes, fromHex(payload));
    },
  };
}
