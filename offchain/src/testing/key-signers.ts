/** Signers of the forms that rest on P-256, for tests and vectors: a secure element, and an authenticator behind a browser. Deterministic (RFC 6979). */
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { KeyFields } from "../codec/event-key.js";
import { type Assertion, assertionMessage, encodeAssertion } from "../codec/webauthn.js";
import { keyFromPoint, type RelyingParty } from "../crypto/event-key-form.js";
import { concat, fromHex, toBase64url, utf8 } from "../domain/bytes.js";

const secretOf = (seed: string): Uint8Array => {
  const { Fn } = p256.Point;
  return Fn.toBytes(Fn.create(Fn.fromBytes(sha256(utf8(`p256 key ${seed}`)), true)));
};

const signed = (message: Uint8Array, secret: Uint8Array): Uint8Array =>
  p256.sign(message, secret, { format: "compact", lowS: false, prehash: true });

export interface P256Signer {
  /** Uncompressed, 65 bytes. */
  readonly point: Uint8Array;
  readonly key: KeyFields;
  /** r ‖ s over the message, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export function p256Signer(seed: string): P256Signer {
  const secret = secretOf(seed);
  const point = p256.getPublicKey(secret, false);
  return { point, key: keyFromPoint(point), sign: (message) => signed(message, secret) };
}

export const RELYING_PARTY: RelyingParty = {
  rpId: "capture.example.org",
  origin: "https://capture.example.org",
};

/** What an authenticator or a browser may say otherwise than it has to. */
export interface AssertionChanges {
  readonly rpId?: string;
  readonly origin?: string;
  readonly type?: string;
  readonly challenge?: string;
  /** Bit 0 user present, bit 2 user verified. */
  readonly flags?: number;
  /** What follows the origin's value, the quote that closes it and all. */
  readonly afterOrigin?: string;
  /** Hex, behind the counter. */
  readonly extensions?: string;
}

export interface Authenticator {
  readonly point: Uint8Array;
  readonly key: KeyFields;
  assert(digest: Uint8Array, changes?: AssertionChanges): Assertion;
  /** The assertion in CBOR. */
  sign(digest: Uint8Array): Uint8Array;
}

export function authenticator(seed: string, party: RelyingParty = RELYING_PARTY): Authenticator {
  const secret = secretOf(seed);
  const point = p256.getPublicKey(secret, false);
  const assert = (digest: Uint8Array, changes: AssertionChanges = {}): Assertion => {
    const { rpId, origin, type, challenge, flags, afterOrigin, extensions } = {
      ...party,
      type: "webauthn.get",
      challenge: toBase64url(digest),
      flags: 0x05,
      afterOrigin: '","crossOrigin":false}',
      extensions: "",
      ...changes,
    };
    const data = {
      authenticatorData: concat(sha256(utf8(rpId)), Uint8Array.of(flags, 0, 0, 0, 7), fromHex(extensions)),
      clientDataJSON: utf8(`{"type":"${type}","challenge":"${challenge}","origin":"${origin}${afterOrigin}`),
    };
    return { ...data, signature: signed(assertionMessage(data), secret) };
  };
  return {
    point,
    key: keyFromPoint(point, party),
    assert,
    sign: (digest) => encodeAssertion(assert(digest)),
  };
}
