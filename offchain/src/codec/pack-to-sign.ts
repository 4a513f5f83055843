/** A pack on its way to a key that lies elsewhere: what is to be signed, and how. A convenience between people: nobody believes it. Spec: docs/device-keys.md. */
import { fromHex, fromUtf8, toBase64url, toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { MAX_EVENT_INTEGER, TIERS } from "../domain/event.js";
import { SIGNATURE_FORMS, type SignatureForm } from "../domain/event-key.js";
import type { PackHeader } from "../domain/pack.js";
import { jsonShape } from "./json-shape.js";
import { packDigest } from "./pack.js";

export const TO_SIGN_KIND = "dpp/pack-to-sign/1";
export const MAX_TO_SIGN = 16 * 1024;

export interface PackToSign extends PackHeader {
  readonly form: SignatureForm;
  /** The pack digest, hex; WebAuthn takes it as the challenge. */
  readonly digest: string;
  /** The same in base64url without padding. */
  readonly challenge: string;
}

const { object, hex, int, text, oneOf, where, refuse } = jsonShape("pack/to-sign", "pack to sign");

const read = object({
  kind: oneOf([TO_SIGN_KIND]),
  config: hex(28),
  source: hex(13, 28),
  tier: oneOf(TIERS),
  lo: int(0, MAX_EVENT_INTEGER),
  hi: int(1, MAX_EVENT_INTEGER),
  root: hex(32),
  cmin: int(0),
  cmax: int(0),
  form: oneOf(SIGNATURE_FORMS),
  digest: hex(32),
  challenge: where(text(43, 43), (value) => /^[\w-]+$/.test(value), "43 characters of base64url"),
});

export function packToSign(header: PackHeader, form: SignatureForm): PackToSign {
  const digest = packDigest(header);
  return { ...header, form, digest: toHex(digest), challenge: toBase64url(digest) };
}

export const encodePackToSign = (pack: PackToSign): string =>
  `${JSON.stringify({ kind: TO_SIGN_KIND, ...pack }, null, 2)}\n`;

/** @throws DppError `pack/to-sign` for anything but such a file, also one whose digest is not its header's. */
export function decodePackToSign(bytes: Uint8Array): PackToSign {
  if (bytes.length > MAX_TO_SIGN) throw refuse("", `at most ${MAX_TO_SIGN} bytes`);
  const { kind: _, ...pack } = read(parsed(bytes), "");
  if (pack.digest !== digestOf(pack)) throw refuse("/digest", "the digest of the pack it names");
  if (pack.challenge !== toBase64url(fromHex(pack.digest)))
    throw refuse("/challenge", "the digest in base64url");
  return pack;
}

/** Bounds that fields have together are told as any other. */
function digestOf(header: PackHeader): string {
  try {
    return toHex(packDigest(header));
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError("pack/to-sign", `pack to sign: ${cause.message}`, { cause });
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new DppError("pack/to-sign", "pack to sign: expected JSON", { cause });
  }
}
