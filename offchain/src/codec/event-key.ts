/**
 * `alg` and `pk` of an attestation as a key, and back. Spec: docs/spec/signature-forms.md. Checks the form alone: whether a point is on the curve and
 * the hash is its table's, says `crypto/event-key-form.ts`.
 */
import { concat, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import {
  ED25519_KEY_BYTES,
  type EventKey,
  formOf,
  MAX_ORIGIN_BYTES,
  P256_KEY_BYTES,
  POINT_BYTES,
  RP_ID_HASH_BYTES,
  SIGNATURE_FORMS,
  TABLE_HASH_BYTES,
  WEBAUTHN_HEAD_BYTES,
} from "../domain/event-key.js";

/** As an attestation holds it; `pk` is hex. */
export interface KeyFields {
  readonly alg: number;
  readonly pk: string;
}

/** @throws DppError `key/form` when `alg` is none that is checked here or `pk` has not its length, `key/origin`, `bytes/hex`. */
export function decodeEventKey({ alg, pk }: KeyFields): EventKey {
  const form = formOf(alg, pk);
  if (form === null || form === "none")
    throw new DppError(
      "key/form",
      `a key of ${pk.length / 2} bytes under alg ${alg} is of no form that is checked: 1 Ed25519 (32 bytes), 2 P-256 (61), 3 WebAuthn (94 to 160)`,
      { details: { alg, bytes: pk.length / 2 } },
    );
  const bytes = fromHex(pk);
  if (form === "Ed25519") return { form, key: toHex(bytes) };
  const point = toHex(bytes.subarray(0, POINT_BYTES));
  const tableHash = toHex(bytes.subarray(POINT_BYTES, P256_KEY_BYTES));
  if (form === "P-256") return { form, point, tableHash };
  const rpIdHash = toHex(bytes.subarray(P256_KEY_BYTES, WEBAUTHN_HEAD_BYTES));
  return { form, point, tableHash, rpIdHash, origin: originOf(bytes.subarray(WEBAUTHN_HEAD_BYTES)) };
}

/** @throws DppError `key/form` for a part of another length, `key/origin`, `bytes/hex`. */
export function encodeEventKey(key: EventKey): KeyFields {
  const alg = SIGNATURE_FORMS.indexOf(key.form);
  if (key.form === "Ed25519") return { alg, pk: toHex(part(key.key, ED25519_KEY_BYTES, "the key")) };
  const head = concat(
    part(key.point, POINT_BYTES, "the point"),
    part(key.tableHash, TABLE_HASH_BYTES, "the table's hash"),
  );
  if (key.form === "P-256") return { alg, pk: toHex(head) };
  const origin = utf8(key.origin);
  originOf(origin);
  return {
    alg,
    pk: toHex(concat(head, part(key.rpIdHash, RP_ID_HASH_BYTES, "the hash of the rp id"), origin)),
  };
}

// Each alone: two wrong lengths could make up for each other.
function part(hex: string, length: number, what: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes.length !== length) throw new DppError("key/form", `${what} has ${length} bytes`);
  return bytes;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The contract compares these bytes with those inside a JSON string: none may need an escape there. */
function originOf(bytes: Uint8Array): string {
  const plain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH);
  if (!plain || bytes.length === 0 || bytes.length > MAX_ORIGIN_BYTES)
    throw new DppError(
      "key/origin",
      `the origin of a WebAuthn key has 1 to ${MAX_ORIGIN_BYTES} printable ASCII characters without " and \\, such as https://capture.example.org`,
    );
  return String.fromCharCode(...bytes);
}
