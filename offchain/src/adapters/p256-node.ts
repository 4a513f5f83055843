/** Keys of P-256 by Node's OpenSSL: a verifier, a signer in software, and public keys out of the files in which devices and tools hand them over. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { keyFromPoint } from "../crypto/event-key-form.js";
import { P256_SIGNATURE_BYTES, type P256Verify } from "../crypto/p256.js";
import { concat, toHex } from "../domain/bytes.js";
import { isRecord } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import type { EventSigner } from "../ports/event-signer.js";

/** ECPrivateKey (RFC 5915) up to its 32 bytes, and what names the curve behind them; OpenSSL computes the public key. */
const SEC1_START = Buffer.from("30310201010420", "hex");
const SEC1_END = Buffer.from("a00a06082a8648ce3d030107", "hex");

/** `scalar`: 32 bytes, from 1 to n − 1; it stays inside. */
export function nodeP256Signer(scalar: Uint8Array): EventSigner {
  const key = createPrivateKey({
    key: Buffer.concat([SEC1_START, scalar, SEC1_END]),
    format: "der",
    type: "sec1",
  });
  return {
    alg: 2,
    publicKey: keyFromPoint(pointOf(createPublicKey(key))).pk,
    sign: async (message) => new Uint8Array(sign("sha256", message, { key, dsaEncoding: "ieee-p1363" })),
  };
}

/** SubjectPublicKeyInfo of a P-256 key up to its point (RFC 5480 §2), compressed and not. */
const SPKI_STARTS: ReadonlyMap<number, Buffer> = new Map([
  [33, Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex")],
  [65, Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex")],
]);
/** SEC 1 §2.3.3: compressed with either sign, uncompressed. OpenSSL takes hybrid points (06, 07), too. */
const POINT_FORMS = [2, 3, 4];
/** Events of one thread have one key, and making a key object costs more than using it. */
const MAX_KEYS = 256;

/** `verifyP256` many times as fast, with a cache of key objects of its own. It decides alike. */
export function nodeP256(): P256Verify {
  const keys = new Map<string, KeyObject>();
  const keyOf = (publicKey: Uint8Array): KeyObject | null => {
    const start = SPKI_STARTS.get(publicKey.length);
    if (start === undefined || !POINT_FORMS.includes(publicKey[0] ?? 0)) return null;
    const name = toHex(publicKey);
    const known = keys.get(name);
    if (known !== undefined) return known;
    const made = createPublicKey({ key: Buffer.concat([start, publicKey]), format: "der", type: "spki" });
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(name, made);
    return made;
  };
  return (publicKey, message, signature) => {
    if (signature.length !== P256_SIGNATURE_BYTES) return false;
    try {
      const key = keyOf(publicKey);
      return key !== null && verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
    } catch {
      return false;
    }
  };
}

/** Uncompressed, 65 bytes. */
function pointOf(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: "jwk" });
  return concat(Uint8Array.of(4), Buffer.from(x ?? "", "base64url"), Buffer.from(y ?? "", "base64url"));
}

/** A public key that a file holds. */
export type FiledKey =
  | { readonly kind: "Ed25519" /** Hex. */; readonly key: string }
  | { readonly kind: "P-256" /** 65 bytes. */; readonly point: Uint8Array };

/**
 * @param file PEM or DER of a SubjectPublicKeyInfo (RFC 5480), or a JWK (RFC 7517).
 * @throws DppError `key/private` for a secret key, `key/file` for anything else, also another curve.
 */
export function readPublicKey(file: Uint8Array): FiledKey {
  const key = keyIn(file);
  if (key.asymmetricKeyType === "ed25519")
    return { kind: "Ed25519", key: toHex(Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url")) };
  if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new DppError(
      "key/file",
      `the file holds a key of another kind (${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType}): events are signed with P-256 or Ed25519`,
    );
  return { kind: "P-256", point: pointOf(key) };
}

function keyIn(file: Uint8Array): KeyObject {
  const bytes = Buffer.from(file);
  const text = bytes.toString("latin1");
  const jwk = jsonIn(text);
  if (text.includes("PRIVATE KEY-----") || (isRecord(jwk) && "d" in jwk)) throw secretKey();
  try {
    if (isRecord(jwk)) return createPublicKey({ key: { ...jwk } as Record<string, string>, format: "jwk" });
    if (text.includes("-----BEGIN")) return createPublicKey({ key: bytes, format: "pem" });
    return createPublicKey({ key: bytes, format: "der", type: "spki" });
  } catch (cause) {
    throw new DppError(
      "key/file",
      "the file holds no public key: expected PEM or DER of a SubjectPublicKeyInfo, or a JWK",
      { cause },
    );
  }
}

function jsonIn(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const secretKey = (): DppError =>
  new DppError(
    "key/private",
    "the file holds a secret key, which nobody here should see: give the public key alone (openssl pkey -pubout)",
  );
