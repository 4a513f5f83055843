/**
 * Assertions of WebAuthn as packs carry them, and what they must say. Spec: docs/spec/signature-forms.md "WebAuthn". The contract holds them to the same,
 * byte by byte, so nothing is parsed as JSON. The signature itself is checked by `crypto/event-signature.ts`.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equalBytes, fromHex, toBase64url, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { RP_ID_HASH_BYTES, type WebAuthnKey } from "../domain/event-key.js";
import { decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

export interface Assertion {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  /** `r ‖ s`, 64 bytes. */
  readonly signature: Uint8Array;
}

export const MIN_AUTHENTICATOR_DATA = 37;
export const MAX_AUTHENTICATOR_DATA = 512;
export const MAX_CLIENT_DATA = 1024;
export const MAX_ASSERTION_BYTES = 2048;
const SIGNATURE_BYTES = 64;

const shape = cborShape("webauthn/malformed");

/** @throws DppError `webauthn/malformed` for a part outside its bounds. */
export function requireAssertion({ authenticatorData, clientDataJSON, signature }: Assertion): Assertion {
  return {
    authenticatorData: shape.bytes(
      authenticatorData,
      MIN_AUTHENTICATOR_DATA,
      MAX_AUTHENTICATOR_DATA,
      "/authenticatorData",
    ),
    clientDataJSON: shape.bytes(clientDataJSON, 1, MAX_CLIENT_DATA, "/clientDataJSON"),
    signature: shape.bytes(signature, SIGNATURE_BYTES, SIGNATURE_BYTES, "/signature"),
  };
}

/** @throws DppError `webauthn/malformed`. */
export function encodeAssertion(assertion: Assertion): Uint8Array {
  const { authenticatorData, clientDataJSON, signature } = requireAssertion(assertion);
  return new Uint8Array(encodeCbor([authenticatorData, clientDataJSON, signature]));
}

/** @throws DppError `webauthn/malformed` for anything but an assertion's one encoding. */
export function decodeAssertion(bytes: Uint8Array): Assertion {
  const [authenticatorData, clientDataJSON, signature] = shape.tuple(decoded(bytes), 3, "");
  return requireAssertion({ authenticatorData, clientDataJSON, signature } as Assertion);
}

function decoded(bytes: Uint8Array) {
  try {
    return decodeCbor(bytes, MAX_ASSERTION_BYTES);
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError("webauthn/malformed", `the assertion cannot be read: ${cause.message}`, { cause });
  }
}

/** What the authenticator signed (Web Authentication Level 3, §6.3.3). */
export const assertionMessage = ({
  authenticatorData,
  clientDataJSON,
}: Pick<Assertion, "authenticatorData" | "clientDataJSON">): Uint8Array =>
  concat(authenticatorData, sha256(clientDataJSON));

const BEFORE_CHALLENGE = utf8('{"type":"webauthn.get","challenge":"');
const BEFORE_ORIGIN = utf8('","origin":"');
const QUOTE = 0x22;
const FLAGS_AT = RP_ID_HASH_BYTES;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

const holds = (bytes: Uint8Array, at: number, part: Uint8Array): boolean =>
  equalBytes(bytes.subarray(at, at + part.length), part);

const refused = (name: string, message: string): DppError => new DppError(`webauthn/${name}`, message);

/**
 * Whether the assertion is one of this key's relying party over this digest, by a user who was there; not whether it is signed. `digest`: 32 bytes.
 * @throws DppError `webauthn/client-data`, `-challenge`, `-origin`, `-rp-id`, `-not-present`, `-not-verified`.
 */
export function checkAssertion(
  { authenticatorData, clientDataJSON }: Pick<Assertion, "authenticatorData" | "clientDataJSON">,
  key: Pick<WebAuthnKey, "rpIdHash" | "origin">,
  digest: Uint8Array,
): void {
  checkClientData(clientDataJSON, key.origin, digest);
  if (!holds(authenticatorData, 0, fromHex(key.rpIdHash)))
    throw refused("rp-id", "the assertion was made for another relying party than the key's");
  const flags = authenticatorData[FLAGS_AT] ?? 0;
  if ((flags & USER_PRESENT) === 0)
    throw refused("not-present", "the authenticator did not see that somebody was there: ask again");
  if ((flags & USER_VERIFIED) === 0)
    throw refused(
      "not-verified",
      "the authenticator did not verify its user: ask with user verification required (finger, face or PIN)",
    );
}

/** What comes after the quote that ends the origin is not looked at, here as on the ledger. */
function checkClientData(bytes: Uint8Array, origin: string, digest: Uint8Array): void {
  if (!holds(bytes, 0, BEFORE_CHALLENGE))
    throw refused("client-data", 'the client data does not begin {"type":"webauthn.get","challenge":"');
  const challenge = utf8(toBase64url(digest));
  if (!holds(bytes, BEFORE_CHALLENGE.length, challenge))
    throw refused("challenge", "the assertion is over something else than this pack");
  const afterChallenge = BEFORE_CHALLENGE.length + challenge.length;
  if (!holds(bytes, afterChallenge, BEFORE_ORIGIN))
    throw refused("client-data", "the origin does not follow the challenge in the client data");
  const expected = utf8(origin);
  const afterOrigin = afterChallenge + BEFORE_ORIGIN.length + expected.length;
  if (!holds(bytes, afterChallenge + BEFORE_ORIGIN.length, expected) || bytes[afterOrigin] !== QUOTE)
    throw refused("origin", `the assertion was made at another origin than ${origin}`);
}
