/**
 * A signature that was made elsewhere, as devices and browsers hand it over: 64 bytes (binary or hexadecimal), DER (binary or hexadecimal), or the answer of a
 * browser to WebAuthn in JSON. It is checked before anything is kept. docs/device-keys.md.
 */
import { encodeEventKey } from "../src/codec/event-key.js";
import { encodeAssertion } from "../src/codec/webauthn.js";
import { assertionFromJson } from "../src/crypto/assertion-json.js";
import { flawOf } from "../src/crypto/event-signature.js";
import { derToRaw } from "../src/crypto/p256.js";
import { fromHex, toHex } from "../src/domain/bytes.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { EventKey } from "../src/domain/event-key.js";
import { formWords } from "../src/domain/event-key-words.js";
import { readInput } from "./input.js";

/** The longest is an answer in JSON, with an attestation's certificates where a browser adds them. */
const MAX_SIGNATURE_FILE = 64 * 1024;
const RAW_BYTES = 64;
const OPENS_OBJECT = 0x7b;

/**
 * The signature of `key` over `digest`, in the form of the key, hex.
 * @throws DppError `input/*`; `signature/form` for a file of none of these forms, or of a form that is not the key's; `p256/der`, `webauthn/*`, `key/*`;
 *   `pack/signature` when another key made it, or it is over something else.
 */
export async function readSignature(path: string, key: EventKey, digest: Uint8Array): Promise<string> {
  const file = await readInput(path, MAX_SIGNATURE_FILE);
  const signature = key.form === "WebAuthn" ? assertionIn(path, file) : plainIn(path, file, key);
  const flaw = flawOf(fromHex(encodeEventKey(key).pk), digest, signature);
  if (flaw === null) return toHex(signature);
  const code = flaw.code === "event/signature" ? "pack/signature" : flaw.code;
  throw new DppError(code, `${path}: ${flaw.message}`, { cause: flaw, details: flaw.details });
}

function assertionIn(path: string, file: Uint8Array): Uint8Array {
  const json = jsonIn(file);
  if (json === undefined)
    throw new DppError(
      "signature/form",
      `${path} is no answer of a browser: a WebAuthn key signs through navigator.credentials.get, whose toJSON is to be in the file`,
    );
  return encodeAssertion(assertionFromJson(json));
}

function plainIn(path: string, file: Uint8Array, { form }: EventKey): Uint8Array {
  if (jsonIn(file) !== undefined)
    throw new DppError(
      "signature/form",
      `${path} is JSON, and the source's key signs the digest itself: ${formWords(form)}`,
    );
  const bytes = binaryIn(file);
  if (bytes.length === RAW_BYTES) return bytes;
  if (form !== "P-256")
    throw new DppError("signature/form", `${path}: a signature of ${formWords(form)} has 64 bytes`);
  try {
    return derToRaw(bytes);
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError(cause.code, `${path}: ${cause.message}, or as 64 bytes (r, then s)`, { cause });
  }
}

/** Hexadecimal digits with blanks and line ends between them stand for their bytes. */
function binaryIn(file: Uint8Array): Uint8Array {
  const text = String.fromCharCode(...file.subarray(0, 512)).replace(/\s/g, "");
  const isHex = file.length <= 512 && /^(?:[0-9a-fA-F]{2})+$/.test(text);
  return isHex ? fromHex(text.toLowerCase()) : file;
}

/** `undefined`: no JSON object. */
function jsonIn(file: Uint8Array): unknown {
  const first = file.find((byte) => byte > 0x20);
  if (first !== OPENS_OBJECT) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file));
  } catch {
    return undefined;
  }
}
