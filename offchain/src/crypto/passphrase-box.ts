/**
 * Bytes locked with a passphrase: scrypt (RFC 7914) makes the key, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) locks. `context` is public
 * text that stands beside the box and cannot be exchanged without breaking it.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

/** The part of `ports/clock.ts` Random that is needed. */
interface RandomBytes {
  bytes(length: number): Uint8Array;
}

/** Hex, and scrypt's cost as a power of two (r = 8, p = 1). */
export interface PassphraseBox {
  readonly kdf: "scrypt";
  readonly logN: number;
  readonly salt: string;
  readonly nonce: string;
  readonly ciphertext: string;
}

/** 128 MB and about a second: what OWASP asks of a file that may be stolen. */
export const DEFAULT_LOG_N = 17;
/** A box from elsewhere must not make us take all memory. */
const MAX_LOG_N = 20;

const keyFrom = (passphrase: string, salt: Uint8Array, logN: number): Promise<Uint8Array> =>
  scryptAsync(utf8(passphrase.normalize("NFC")), salt, {
    N: 2 ** logN,
    r: 8,
    p: 1,
    dkLen: 32,
    maxmem: 2 ** 31,
  });

export async function lock(
  plain: Uint8Array,
  passphrase: string,
  context: string,
  random: RandomBytes,
  logN = DEFAULT_LOG_N,
): Promise<PassphraseBox> {
  const salt = random.bytes(16);
  const nonce = random.bytes(24);
  const key = await keyFrom(passphrase, salt, logN);
  const ciphertext = xchacha20poly1305(key, nonce, utf8(context)).encrypt(plain);
  return { kdf: "scrypt", logN, salt: toHex(salt), nonce: toHex(nonce), ciphertext: toHex(ciphertext) };
}

/** @throws DppError `passphrase/wrong` also when the box or its context was altered; `passphrase/malformed`. */
export async function unlock(box: PassphraseBox, passphrase: string, context: string): Promise<Uint8Array> {
  const { kdf, logN } = box;
  const [salt, nonce, ciphertext] = [fromHex(box.salt), fromHex(box.nonce), fromHex(box.ciphertext)];
  if (kdf !== "scrypt" || !Number.isInteger(logN) || logN < 1 || logN > MAX_LOG_N || nonce.length !== 24) {
    throw new DppError("passphrase/malformed", "the locked bytes are damaged");
  }
  const key = await keyFrom(passphrase, salt, logN);
  try {
    return xchacha20poly1305(key, nonce, utf8(context)).decrypt(ciphertext);
  } catch {
    throw new DppError("passphrase/wrong", "the passphrase does not open this");
  }
}
