/**
 * An owner's key pair for one passport, derived from his reading key (HKDF, RFC 5869). Spec: docs/spec/action.md "Owner key". It opens nothing of another
 * passport, so that it can be handed on with this one.
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { ActionPlace } from "../domain/action.js";
import { concat, fromHex, utf8 } from "../domain/bytes.js";
import { publicKeyOf, type ReadingKeyPair } from "./x25519.js";

const DOMAIN = utf8("dpp/owner-key/1");

/** `readingSecret`: 32 bytes. @throws DppError `keyring/bad-secret-key`. */
export function ownerKey(
  readingSecret: Uint8Array,
  { config, passport }: Pick<ActionPlace, "config" | "passport">,
): ReadingKeyPair {
  // Refuses a secret of another length before anything is derived from it.
  publicKeyOf(readingSecret);
  const info = concat(DOMAIN, fromHex(config), fromHex(passport));
  const secretKey = hkdf(sha256, readingSecret, undefined, info, 32);
  return { secretKey, publicKey: publicKeyOf(secretKey) };
}
