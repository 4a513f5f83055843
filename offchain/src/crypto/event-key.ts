/**
 * The key that signs a source's events, derived from the secret of the key that acts for it (HKDF, RFC 5869): there is nothing more to store, and it
 * is another key, which can be replaced without the other. Spec: docs/spec/event.md "Event key".
 */
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromHex, utf8 } from "../domain/bytes.js";
import { KEY_BYTES } from "./key-pairs.js";

const DOMAIN = utf8("dpp/event-key/1");
const P256_DOMAIN = utf8("dpp/event-key-p256/1");
/** 128 bits more than the order of the group has: reduced, each scalar is as likely as any other (FIPS 186-5 §A.4.1). */
const WIDE_BYTES = 48;

const infoOf = (domain: Uint8Array, config: string, generation: number): Uint8Array => {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, generation);
  return concat(domain, fromHex(config), number);
};

/** `secret`: Ed25519 seed (32 bytes) of the acting key; `config`: policy, hex; `generation`: the attestation's key epoch in which the key begins. Answers an Ed25519 seed. */
export const eventSeed = (secret: Uint8Array, config: string, generation: number): Uint8Array =>
  hkdf(sha256, secret, undefined, infoOf(DOMAIN, config, generation), KEY_BYTES);

/** As `eventSeed`, for a key of P-256 in software. Answers its secret scalar, 32 bytes big-endian, from 1 to n − 1. */
export function eventScalar(secret: Uint8Array, config: string, generation: number): Uint8Array {
  const { Fn } = p256.Point;
  const wide = hkdf(sha256, secret, undefined, infoOf(P256_DOMAIN, config, generation), WIDE_BYTES);
  return Fn.toBytes((bytesToNumberBE(wide) % (Fn.ORDER - 1n)) + 1n);
}
