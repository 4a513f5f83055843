/**
 * HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. Spec: docs/spec/keyring.md "Stanza".
 * The primitives are noble's on every platform: Node 20 calls its own X25519 experimental, and WebCrypto has no ChaCha20-Poly1305.
 */
import { AEAD_ChaCha20Poly1305, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "@panva/hpke-noble";
import { CipherSuite } from "hpke";
import { concat } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { Entropy } from "./entropy.js";
import { assertPublicKey } from "./x25519.js";

/** Bytes of the encapsulated key. */
export const ENC_BYTES = 32;
export const OVERHEAD_BYTES = ENC_BYTES + 16;

export interface HpkeContext {
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
}

/** The suite with its ephemeral keys from `random` (RFC 9180 §7.1.3 DeriveKeyPair), so that vectors can pin every byte. */
function suiteFrom(random: Entropy): CipherSuite {
  const kem = KEM_DHKEM_X25519_HKDF_SHA256();
  const seeded = { ...kem, GenerateKeyPair: () => kem.DeriveKeyPair(random.bytes(32), false) };
  return new CipherSuite(() => seeded, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305);
}

export type HpkeSealer = (
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  context: HpkeContext,
) => Promise<Uint8Array>;

/** Seals single messages: enc(32) ‖ ciphertext ‖ tag(16). @throws DppError `keyring/bad-public-key`. */
export function hpkeSealer(random: Entropy): HpkeSealer {
  const suite = suiteFrom(random);
  return async (publicKey, plaintext, context) => {
    assertPublicKey(publicKey);
    const recipient = await suite.DeserializePublicKey(publicKey);
    const { encapsulatedSecret, ciphertext } = await suite.Seal(recipient, plaintext, context);
    return concat(encapsulatedSecret, ciphertext);
  };
}

const opener = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305);

/** @throws DppError `keyring/cannot-open`. */
export async function hpkeOpen(
  secretKey: Uint8Array,
  message: Uint8Array,
  context: HpkeContext,
): Promise<Uint8Array> {
  try {
    const recipient = await opener.DeserializePrivateKey(secretKey);
    return await opener.Open(recipient, message.subarray(0, ENC_BYTES), message.subarray(ENC_BYTES), context);
  } catch {
    throw new DppError(
      "keyring/cannot-open",
      "the stanza does not open: it was altered, or it is for another key or context",
    );
  }
}
