/**
 * A reading key from a passkey: the output of WebAuthn's `prf` extension (WebAuthn Level 3 §10.1.4) expanded by HKDF (RFC 5869). Spec: docs/spec/role-proof.md
 * "The reading key". The authenticator keeps the secret behind the output; nothing is stored.
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { publicKeyOf, type ReadingKeyPair } from "./x25519.js";

/** Input of the passkey's pseudo-random function, and the purpose that the output is expanded for. */
export const PRF_INPUT: Uint8Array = utf8("dpp/reading-key/1");

/** `output`: 32 bytes, `results.first` of the extension. @throws DppError `reading-key/prf`. */
export function readingKeyFromPrf(output: Uint8Array): ReadingKeyPair {
  if (output.length !== 32) throw new DppError("reading-key/prf", "the passkey gave no key material");
  const secretKey = hkdf(sha256, output, undefined, PRF_INPUT, 32);
  return { secretKey, publicKey: publicKeyOf(secretKey) };
}
