/**
 * Signatures of events and packs, in the form of their key: Ed25519, P-256, WebAuthn. Spec: docs/spec/signature-forms.md. Decides as the ledger does, so that
 * nobody pays for what it would refuse.
 */
import { decodeEventKey } from "../codec/event-key.js";
import { type Assertion, assertionMessage, checkAssertion, decodeAssertion } from "../codec/webauthn.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { type EventKey, formOfLength, SIGNATURE_FORMS } from "../domain/event-key.js";
import { type Ed25519Verify, isWeakEncoding, verifyEd25519 } from "./ed25519.js";
import { requireWellFormed } from "./event-key-form.js";
import { type P256Verify, verifyP256 } from "./p256.js";

/**
 * `pk` as an attestation holds it: its length tells the form. `message`: a pack's digest (32 bytes) or an event's Sig_structure. `signature`: 64 bytes, or of
 * WebAuthn the assertion in CBOR. Never throws.
 */
export type KeyVerify = (pk: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** With the verifiers that the machine has. A key that is not well-formed verifies nothing. */
export const keyVerifier =
  (ed25519: Ed25519Verify, p256: P256Verify = verifyP256): KeyVerify =>
  (pk, message, signature) =>
    formOfLength(pk.length) === "Ed25519"
      ? ed25519(pk, message, signature)
      : otherFlaw(pk, message, signature, p256) === null;

/** Portable. */
export const verifyKey: KeyVerify = keyVerifier(verifyEd25519);

const DIGEST_BYTES = 32;

/**
 * Why a signature does not verify, for people; `null`: it does. Codes: `key/*` and `event/weak-key` of a key that is none, `webauthn/*`, `event/weak-key` for an
 * R that is no proper point, else `event/signature`.
 */
export function flawOf(pk: Uint8Array, message: Uint8Array, signature: Uint8Array): DppError | null {
  if (formOfLength(pk.length) !== "Ed25519") return otherFlaw(pk, message, signature);
  if (verifyEd25519(pk, message, signature)) return null;
  return (
    caught(() => requireWellFormed({ alg: 1, pk: toHex(pk) })) ??
    (isWeakEncoding(signature.subarray(0, 32))
      ? new DppError(
          "event/weak-key",
          "the first half of the signature is no proper point: such a signature proves nothing",
        )
      : NOT_SIGNED)
  );
}

const NOT_SIGNED = new DppError(
  "event/signature",
  "the signature is not one of this key over this: another key made it, or what was signed was altered since",
);

/** Of the forms that rest on P-256; a key of no form has its own flaw. */
function otherFlaw(
  pk: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  verify: P256Verify = verifyP256,
): DppError | null {
  return caught(() => {
    const form = formOfLength(pk.length);
    const fields = { alg: form === null ? -1 : SIGNATURE_FORMS.indexOf(form), pk: toHex(pk) };
    const key = decodeEventKey(fields);
    requireWellFormed(fields);
    if (!isSigned(key, message, signature, verify)) throw NOT_SIGNED;
  });
}

/** @throws DppError `webauthn/*`. */
function isSigned(key: EventKey, message: Uint8Array, signature: Uint8Array, verify: P256Verify): boolean {
  if (key.form === "Ed25519") return false;
  const point = fromHex(key.point);
  if (key.form === "P-256") return verify(point, message, signature);
  // The challenge of an assertion is a pack's digest: it signs no single events.
  if (message.length !== DIGEST_BYTES) return false;
  const assertion: Assertion = decodeAssertion(signature);
  checkAssertion(assertion, key, message);
  return verify(point, assertionMessage(assertion), assertion.signature);
}

function caught(work: () => void): DppError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (isDppError(error)) return error;
    throw error;
  }
}
