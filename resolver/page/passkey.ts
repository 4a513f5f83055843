/** A reading key held by a passkey (WebAuthn with the `prf` extension). The key exists in this page's memory while it is used. */
import { PRF_INPUT, readingKeyFromPrf } from "@cardano-dpp/offchain/crypto/prf-key";
import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { TEXTS } from "./texts.js";

const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));
const prf = { prf: { eval: { first: PRF_INPUT as BufferSource } } };
const unsupported = (cause?: unknown): DppError =>
  new DppError("reading-key/prf", TEXTS.key.unsupported, { cause });

/** Browsers offer passkeys to secure contexts alone, and not all of them do. */
function assertOffered(): void {
  const { credentials } = navigator as Partial<Navigator>;
  if (credentials === undefined || typeof PublicKeyCredential === "undefined") throw unsupported();
}

/** @throws DppError `reading-key/prf` when browser or authenticator lack the extension; what WebAuthn throws when its owner declines. */
export async function createPasskey(): Promise<ReadingKeyPair> {
  assertOffered();
  const credential = await navigator.credentials.create({
    publicKey: {
      rp: { name: TEXTS.title },
      user: { id: random(16), name: "dpp-reading-key", displayName: "Product passports: reading key" },
      // No server verifies an assertion of this passkey, so the challenge guards nothing.
      challenge: random(32),
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key" as const, alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      extensions: prf as AuthenticationExtensionsClientInputs,
    },
  });
  // Some authenticators answer the function at creation, others only when the passkey is used.
  return keyOf(credential) ?? usePasskey();
}

/** @throws as `createPasskey`. */
export async function usePasskey(): Promise<ReadingKeyPair> {
  assertOffered();
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      userVerification: "required",
      extensions: prf as AuthenticationExtensionsClientInputs,
    },
  });
  const key = keyOf(credential);
  if (key === null) throw unsupported();
  return key;
}

function keyOf(credential: Credential | null): ReadingKeyPair | null {
  if (!(credential instanceof PublicKeyCredential)) return null;
  const { first } = credential.getClientExtensionResults().prf?.results ?? {};
  if (first === undefined) return null;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return readingKeyFromPrf(bytes);
}
