/** What a browser answers to `navigator.credentials.get`, as its `toJSON` gives it: AuthenticationResponseJSON of Web Authentication Level 3, §5.1. */
import {
  type Assertion,
  MAX_AUTHENTICATOR_DATA,
  MAX_CLIENT_DATA,
  requireAssertion,
} from "../codec/webauthn.js";
import { fromBase64url } from "../domain/bytes.js";
import { isRecord } from "../domain/element.js";
import { DppError, isDppError } from "../domain/errors.js";
import { derToRaw } from "./p256.js";

/** A DER signature of P-256 has at most 72 bytes. */
const MAX_DER = 72;

const refuse = (path: string, expected: string, cause?: unknown): DppError =>
  new DppError("webauthn/malformed", `${path || "the answer"}: expected ${expected}`, {
    cause,
    details: { path },
  });

/**
 * The three parts that were signed or sign; the rest of the answer is not looked at, since it is not signed.
 * @throws DppError `webauthn/malformed`, details `{ path }`.
 */
export function assertionFromJson(json: unknown): Assertion {
  if (!isRecord(json) || json.type !== "public-key") throw refuse("/type", '"public-key"');
  const { response } = json;
  if (!isRecord(response)) throw refuse("/response", "an object");
  const part = (name: string, max: number): Uint8Array => {
    const path = `/response/${name}`;
    const text = response[name];
    const expected = `up to ${max} bytes in base64url without padding`;
    if (typeof text !== "string" || text.length > Math.ceil((max * 4) / 3)) throw refuse(path, expected);
    return attempt(() => fromBase64url(text), path, expected);
  };
  const der = part("signature", MAX_DER);
  return requireAssertion({
    authenticatorData: part("authenticatorData", MAX_AUTHENTICATOR_DATA),
    clientDataJSON: part("clientDataJSON", MAX_CLIENT_DATA),
    signature: attempt(() => derToRaw(der), "/response/signature", "an ECDSA signature of P-256 in DER"),
  });
}

function attempt<T>(work: () => T, path: string, expected: string): T {
  try {
    return work();
  } catch (cause) {
    if (isDppError(cause)) throw refuse(path, expected, cause);
    throw cause;
  }
}
