/**
 * Keys of P-256 with the hash of the table under which the ledger checks them. Whoever reads an attestation computes it anew: under another table the
 * ledger would check signatures by another key than the attestation shows. Spec: docs/spec/signature-forms.md.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeEventKey, encodeEventKey, type KeyFields } from "../codec/event-key.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { isWeakKey } from "./ed25519.js";
import { compressP256, tableHash } from "./p256.js";
import { keyTable } from "./p256-table.js";

/** A reader meets few keys and many packs of each; a table costs some hundred multiplications, a hash 28 bytes. */
const MAX_KEPT = 1024;
const kept = new Map<string, string>();

/** Of a compressed point, hex. @throws DppError `key/point`. */
function tableHashOf(point: string): string {
  const known = kept.get(point);
  if (known !== undefined) return known;
  const hash = toHex(tableHash(keyTable(onCurve(fromHex(point)))));
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(point, hash);
  return hash;
}

/** @throws DppError `key/point`. */
function onCurve(point: Uint8Array): Uint8Array {
  try {
    return compressP256(point);
  } catch (cause) {
    throw new DppError(
      "key/point",
      "the key is no point of P-256: give the public key as 33 bytes (02 or 03, x) or 65 bytes (04, x, y)",
      { cause },
    );
  }
}

/** What WebAuthn binds a key to. */
export interface RelyingParty {
  /** A domain, such as `capture.example.org`. */
  readonly rpId: string;
  readonly origin: string;
}

const MAX_RP_ID = 253;

/** @throws DppError `key/rp-id` for what is no domain in ASCII. */
function rpIdHashOf(rpId: string): string {
  if (rpId.length > MAX_RP_ID || !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(rpId))
    throw new DppError(
      "key/rp-id",
      "the relying party's id is a domain in lower-case ASCII, such as capture.example.org",
    );
  return toHex(sha256(utf8(rpId)));
}

/**
 * `alg` and `pk` of an attestation for a key of P-256. `point`: SEC 1, 33 or 65 bytes; with `webauthn` its assertions sign, without it the key itself.
 * @throws DppError `key/point`, `key/rp-id`, `key/origin`.
 */
export function keyFromPoint(point: Uint8Array, webauthn?: RelyingParty): KeyFields {
  const compressed = toHex(onCurve(point));
  const tabled = { point: compressed, tableHash: tableHashOf(compressed) };
  return webauthn === undefined
    ? encodeEventKey({ form: "P-256", ...tabled })
    : encodeEventKey({
        form: "WebAuthn",
        ...tabled,
        rpIdHash: rpIdHashOf(webauthn.rpId),
        origin: webauthn.origin,
      });
}

/**
 * Refuses a key whose signatures prove nothing, or that is not what the ledger would check.
 * @throws DppError `key/form`, `key/origin`, `event/weak-key` (Ed25519), `key/point`, `key/table`.
 */
export function requireWellFormed(fields: KeyFields): void {
  const key = decodeEventKey(fields);
  if (key.form === "Ed25519") {
    if (!isWeakKey(fromHex(key.key))) return;
    throw new DppError(
      "event/weak-key",
      "the Ed25519 key is no canonical encoding of a point, or one of small order: its signatures prove nothing",
    );
  }
  if (tableHashOf(key.point) !== key.tableHash)
    throw new DppError(
      "key/table",
      "the hash in the key is not that of its point's table: the ledger would check signatures by another key than the one shown",
    );
}

export function isWellFormed(fields: KeyFields): boolean {
  try {
    requireWellFormed(fields);
    return true;
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}
