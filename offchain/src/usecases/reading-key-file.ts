/**
 * A file with a reading key (X25519) alone, to open direct groups in a browser. A key file of the keystore also holds the key that signs
 * transactions, which no web page should ever see. JSON: `{ format: "cardano-dpp/reading-key", version: 1, name, publicKey, secretKey: hex | PassphraseBox }`.
 */
import { lock, type PassphraseBox, unlock } from "../crypto/passphrase-box.js";
import { publicKeyOf, type ReadingKeyPair } from "../crypto/x25519.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { isRecord } from "../domain/element.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { Random } from "../ports/clock.js";

const FORMAT = "cardano-dpp/reading-key";
const VERSION = 1;
const SIGNING_FORMAT = "cardano-dpp/key";
const MAX_TEXT = 16 * 1024;

export interface ReadingKeyFile {
  readonly name: string;
  /** X25519 public key, hex: the attestation's `enc_pk`. */
  readonly publicKey: string;
  /** 32 bytes hex, or locked with a passphrase. */
  readonly secretKey: string | PassphraseBox;
}

const contextOf = ({ name, publicKey }: Pick<ReadingKeyFile, "name" | "publicKey">): string =>
  [FORMAT, VERSION, name, publicKey].join("\n");

/** `passphrase` undefined: the secret stands in the file as it is. @param secretKey 32 bytes. */
export async function makeReadingKeyFile(
  name: string,
  secretKey: Uint8Array,
  passphrase: string | undefined,
  random: Random,
  logN?: number,
): Promise<ReadingKeyFile> {
  const open = { name, publicKey: toHex(publicKeyOf(secretKey)) };
  const stored =
    passphrase === undefined
      ? toHex(secretKey)
      : await lock(secretKey, passphrase, contextOf(open), random, logN);
  return { ...open, secretKey: stored };
}

export const encodeReadingKeyFile = (file: ReadingKeyFile): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, ...file }, null, 2)}\n`;

const damaged = (): DppError => new DppError("reading-key/malformed", "this is no reading key file");
const isHex = (value: unknown, bytes: number): value is string =>
  typeof value === "string" && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);

/** @throws DppError `reading-key/malformed`; `reading-key/signing-key` for a key file that also holds a signing key. */
export function decodeReadingKeyFile(text: string): ReadingKeyFile {
  const json = parse(text);
  if (json.format === SIGNING_FORMAT) {
    throw new DppError(
      "reading-key/signing-key",
      "this file also holds a signing key: export the reading key alone",
    );
  }
  const { format, version, name, publicKey, secretKey } = json;
  if (format !== FORMAT || version !== VERSION || typeof name !== "string" || !isHex(publicKey, 32))
    throw damaged();
  if (!isHex(secretKey, 32) && !isBox(secretKey)) throw damaged();
  return { name, publicKey, secretKey };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = text.length <= MAX_TEXT ? JSON.parse(text) : null;
    if (isRecord(json)) return json;
  } catch {
    // JSON's own error quotes the text around the fault, which may be the secret.
  }
  throw damaged();
}

const isBox = (value: unknown): value is PassphraseBox =>
  isRecord(value) &&
  value.kdf === "scrypt" &&
  typeof value.logN === "number" &&
  isHex(value.salt, 16) &&
  isHex(value.nonce, 24) &&
  isHex(value.ciphertext, 32 + 16);

/** @throws DppError `reading-key/locked` without a passphrase, `reading-key/wrong-passphrase`, `reading-key/malformed`. */
export async function openReadingKeyFile(file: ReadingKeyFile, passphrase?: string): Promise<ReadingKeyPair> {
  const secretKey = await plainSecret(file, passphrase);
  if (secretKey.length !== 32 || toHex(publicKeyOf(secretKey)) !== file.publicKey) throw damaged();
  return { secretKey, publicKey: fromHex(file.publicKey) };
}

async function plainSecret(file: ReadingKeyFile, passphrase: string | undefined): Promise<Uint8Array> {
  if (typeof file.secretKey === "string") return fromHex(file.secretKey);
  if (passphrase === undefined || passphrase === "") {
    throw new DppError("reading-key/locked", "this file needs its passphrase");
  }
  try {
    return await unlock(file.secretKey, passphrase, contextOf(file));
  } catch (error) {
    if (!isDppError(error, "passphrase/wrong")) throw damaged();
    throw new DppError("reading-key/wrong-passphrase", "the passphrase does not open this file");
  }
}
