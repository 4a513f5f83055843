/**
 * The key that signs a source's events, derived from the secret of the key that acts for it (HKDF, RFC 5869): there is nothing more to store, and it
 * is another key, which can be replaced without the other. Spec: docs/spec/event.md "Event key".
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromHex, utf8 } from "../domain/bytes.js";
import { KEY_BYTES } from "./key-pairs.js";

const DOMAIN = utf8("dpp/event-key/1");

/** `secret`: Ed25519 seed (32 bytes) of the acting key; `config`: policy, hex; `generation`: the attestation's key epoch in which the key begins. Answers an Ed25519 seed. */
export function eventSeed(secret: Uint8Array, config: string, generation: number): Uint8Array {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, generation);
  return hkdf(sha256, secret, undefined, concat(DOMAIN, fromHex(config), number), KEY_BYTES);
}
