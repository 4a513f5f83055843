/** The keys that sign a source's events, by the form of their signatures. Spec: docs/spec/signature-forms.md. */

/** `alg` of an attestation is the position. */
export const SIGNATURE_FORMS = ["none", "Ed25519", "P-256", "WebAuthn"] as const;
export type SignatureForm = (typeof SIGNATURE_FORMS)[number];

/** `pk` of each form, in bytes. */
export const ED25519_KEY_BYTES = 32;
/** SEC 1 §2.3.3, compressed. */
export const POINT_BYTES = 33;
export const TABLE_HASH_BYTES = 28;
export const RP_ID_HASH_BYTES = 32;
export const P256_KEY_BYTES = POINT_BYTES + TABLE_HASH_BYTES;
/** What stands before the origin. */
export const WEBAUTHN_HEAD_BYTES = P256_KEY_BYTES + RP_ID_HASH_BYTES;
export const MAX_ORIGIN_BYTES = 67;
export const MAX_KEY_BYTES = WEBAUTHN_HEAD_BYTES + MAX_ORIGIN_BYTES;

/** Byte strings are lower-case hex. */
export interface Ed25519Key {
  readonly form: "Ed25519";
  readonly key: string;
}

/** A point of P-256, and the hash of its table under which the ledger finds it. */
interface TabledPoint {
  /** 33 bytes. */
  readonly point: string;
  /** 28 bytes. */
  readonly tableHash: string;
}

export interface P256Key extends TabledPoint {
  readonly form: "P-256";
}

export interface WebAuthnKey extends TabledPoint {
  readonly form: "WebAuthn";
  /** SHA-256 of the relying party's id, 32 bytes. */
  readonly rpIdHash: string;
  /** As the browser writes it: `https://capture.example.org`. */
  readonly origin: string;
}

export type EventKey = Ed25519Key | P256Key | WebAuthnKey;

/** The lengths of the forms do not overlap, so the length of `pk` tells the form. `null`: of none. */
export function formOfLength(bytes: number): SignatureForm | null {
  if (bytes === 0) return "none";
  if (bytes === ED25519_KEY_BYTES) return "Ed25519";
  if (bytes === P256_KEY_BYTES) return "P-256";
  return bytes > WEBAUTHN_HEAD_BYTES && bytes <= MAX_KEY_BYTES ? "WebAuthn" : null;
}

/** `pk`: hex. `null`: `alg` is unknown, or `pk` has another length than its form. */
export function formOf(alg: number, pk: string): SignatureForm | null {
  const form = pk.length % 2 === 0 ? formOfLength(pk.length / 2) : null;
  return form !== null && SIGNATURE_FORMS[alg] === form ? form : null;
}
