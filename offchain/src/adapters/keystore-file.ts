/**
 * One key file: the public facts of a key, and its two secrets, locked with a passphrase or plain. JSON:
 * `{ format: "cardano-dpp/key", version: 1, name, publicKey, readingKey, secret: hex | PassphraseBox }`; the secret is the Ed25519 seed followed
 * by the X25519 secret, 32 bytes each. Errors name the file's fault and never its content.
 */
import { KEY_BYTES, readingPublicKey, signingKey } from "../crypto/key-pairs.js";
import { lock, type PassphraseBox, unlock } from "../crypto/passphrase-box.js";
import { fromHex, fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { Random } from "../ports/clock.js";

const FORMAT = "cardano-dpp/key";
const VERSION = 1;

export interface KeyFile {
  readonly name: string;
  /** Ed25519 public key, hex. */
  readonly publicKey: string;
  /** X25519 public key, hex. */
  readonly readingKey: string;
  readonly secret: string | PassphraseBox;
}

export interface KeySecrets {
  readonly signing: Uint8Array;
  readonly reading: Uint8Array;
}

export const damaged = (name: string, cause?: unknown): DppError =>
  new DppError("keystore/corrupt", `the key file ${name} is damaged`, { cause, details: { name } });

/** What the lock is bound to: public keys cannot be exchanged under a locked secret. */
const contextOf = ({ name, publicKey, readingKey }: Omit<KeyFile, "secret">): string =>
  [FORMAT, VERSION, name, publicKey, readingKey].join("\n");

export async function makeKeyFile(
  name: string,
  random: Random,
  passphrase: string | undefined,
  logN?: number,
): Promise<KeyFile> {
  const secret = random.bytes(2 * KEY_BYTES);
  const { signing, reading } = split(secret);
  const open = {
    name,
    publicKey: toHex(signingKey(signing).publicKey),
    readingKey: toHex(readingPublicKey(reading)),
  };
  return {
    ...open,
    secret:
      passphrase === undefined
        ? toHex(secret)
        : await lock(secret, passphrase, contextOf(open), random, logN),
  };
}

const split = (secret: Uint8Array): KeySecrets => ({
  signing: secret.slice(0, KEY_BYTES),
  reading: secret.slice(KEY_BYTES),
});

export const encodeKeyFile = (file: KeyFile): Uint8Array =>
  utf8(`${JSON.stringify({ format: FORMAT, version: VERSION, ...file }, null, 2)}\n`);

const isHex = (value: unknown, bytes: number): value is string =>
  typeof value === "string" && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);

const isBox = (value: unknown): value is PassphraseBox => {
  if (typeof value !== "object" || value === null) return false;
  const { logN, salt, nonce, ciphertext } = value as Record<string, unknown>;
  return (
    typeof logN === "number" && isHex(salt, 16) && isHex(nonce, 24) && isHex(ciphertext, 2 * KEY_BYTES + 16)
  );
};

/** @throws DppError `keystore/corrupt`. */
export function decodeKeyFile(name: string, bytes: Uint8Array): KeyFile {
  const json = parse(name, bytes);
  const { format, version, publicKey, readingKey, secret } = json;
  const whole = format === FORMAT && version === VERSION && json.name === name;
  if (!whole || !isHex(publicKey, KEY_BYTES) || !isHex(readingKey, KEY_BYTES)) throw damaged(name);
  if (!isHex(secret, 2 * KEY_BYTES) && !isBox(secret)) throw damaged(name);
  return { name, publicKey, readingKey, secret };
}

function parse(name: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(fromUtf8(bytes));
    if (typeof json === "object" && json !== null) return json as Record<string, unknown>;
  } catch {
    // JSON's own error quotes the text around the fault, which may be the secret: it goes no further.
  }
  throw damaged(name);
}

/** @throws DppError `keystore/locked` without a passphrase, `keystore/wrong-passphrase`, `keystore/corrupt`. */
export async function openKeyFile(file: KeyFile, passphrase: string | undefined): Promise<KeySecrets> {
  const secrets = split(await plainSecret(file, passphrase));
  const matches =
    toHex(signingKey(secrets.signing).publicKey) === file.publicKey &&
    toHex(readingPublicKey(secrets.reading)) === file.readingKey;
  if (!matches) throw damaged(file.name);
  return secrets;
}

async function plainSecret(file: KeyFile, passphrase: string | undefined): Promise<Uint8Array> {
  const { name, secret } = file;
  if (typeof secret === "string") return fromHex(secret);
  if (passphrase === undefined) {
    throw new DppError("keystore/locked", `the key ${name} needs its passphrase`, { details: { name } });
  }
  try {
    return await unlock(secret, passphrase, contextOf(file));
  } catch (error) {
    if (!isDppError(error, "passphrase/wrong")) throw damaged(name, error);
    throw new DppError("keystore/wrong-passphrase", `the passphrase does not open the key ${name}`, {
      details: { name },
    });
  }
}
