/**
 * Keys and boxes of a suppliers' registry. One random registry key is wrapped to each reader (HPKE); from it come a key for the index, one for the records, and, when the
 * registry is founded, the lookup key under which ids are found. Spec: docs/spec/supplier-registry.md "Keys".
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeCbor } from "../codec/cbor.js";
import { decodeIndex, encodeIndex, encodeRegistryHead } from "../codec/supplier-registry.js";
import { concat, equalBytes, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { RegistryFile, RegistryIndex, RegistryReader } from "../domain/supplier-registry.js";
import { KEY_BYTES, openBox, sealBox } from "./aead.js";
import type { Entropy } from "./entropy.js";
import { type HpkeContext, hpkeOpen, hpkeSealer } from "./hpke.js";
import { pad, unpad } from "./padding.js";
import { assertPublicKey } from "./x25519.js";

const PROOF_BYTES = 32;
const DOMAIN = "dpp/supplier-registry/1";

/** Of which registry something is. */
export type RegistryName = Pick<RegistryFile, "config" | "operator">;

/** 16 bytes hex: the same for one operator in one deployment, so that a registry is found without opening any. */
export const registryId = ({ config, operator }: RegistryName): string =>
  toHex(blake2b(encodeCbor([DOMAIN, fromHex(config), operator]), { dkLen: 16 }));

export interface RegistryKeys {
  readonly registry: Uint8Array;
  readonly index: Uint8Array;
  readonly record: Uint8Array;
}

const derived = (key: Uint8Array, purpose: string): Uint8Array =>
  hkdf(sha256, key, undefined, utf8(`${DOMAIN}/${purpose}`), KEY_BYTES);

const keysOf = (registry: Uint8Array): RegistryKeys => ({
  registry,
  index: derived(registry, "index"),
  record: derived(registry, "record"),
});

export const newRegistryKeys = (random: Entropy): RegistryKeys => keysOf(random.bytes(KEY_BYTES));

/** Made once, with the registry's first key; a later key keeps it, or the tombstones would be lost. */
export const lookupKeyOf = ({ registry }: RegistryKeys): Uint8Array => derived(registry, "lookup");

/** Name of an id in the index: 32 bytes hex. Without the lookup key nobody can try numbers against it. */
export const lookupTag = (lookup: Uint8Array, kind: "card" | "phone", id: string): string =>
  toHex(hmac(sha256, lookup, encodeCbor([kind, id])));

const readerContext = (
  { config, operator }: RegistryName,
  { name, publicKey }: RegistryReader,
): HpkeContext => ({
  info: encodeCbor([DOMAIN, "reader", fromHex(config), operator]),
  aad: encodeCbor([fromHex(name), publicKey]),
});

/** Secret of a reader (32 bytes), and his public key hex. */
export interface ReaderSecret {
  readonly publicKey: string;
  readonly secretKey: Uint8Array;
}

/**
 * Sealing to a public key is everybody's: without this anybody who can write the file could put a registry of his own under the readers' keys. Only the sealer and the
 * reader can compute it.
 */
function proofOf(
  registry: RegistryName,
  own: Uint8Array,
  other: Uint8Array,
  reader: RegistryReader,
  key: Uint8Array,
): Uint8Array {
  assertPublicKey(other);
  const shared = derived(x25519.getSharedSecret(own, other), "proof");
  const { info, aad } = readerContext(registry, reader);
  return hmac(sha256, shared, encodeCbor([info, aad, key]));
}

/** @throws DppError `keyring/bad-public-key`. */
export async function wrapRegistryKey(
  registry: RegistryName,
  { registry: key }: RegistryKeys,
  readers: readonly RegistryReader[],
  sealer: ReaderSecret,
  random: Entropy,
): Promise<Pick<RegistryFile, "sealer" | "readers">> {
  const seal = hpkeSealer(random);
  const wrapped: RegistryFile["readers"][number][] = [];
  // One after the other: random bytes are drawn in the order of the readers.
  for (const reader of readers) {
    const box = await seal(reader.publicKey, key, readerContext(registry, reader));
    const proof = proofOf(registry, sealer.secretKey, reader.publicKey, reader, key);
    wrapped.push({ ...reader, wrapped: concat(box, proof) });
  }
  return { sealer: fromHex(sealer.publicKey), readers: wrapped };
}

const notAReader = ({ operator }: RegistryName): DppError =>
  new DppError(
    "supplier/not-a-reader",
    `this key does not open the registry of ${operator}: use a reader's key, or have a reader add it (dpp supplier readers)`,
    { details: { operator } },
  );

/**
 * `trusted`: public keys (hex) of those whose registries are believed, besides the reader's own.
 * @throws DppError `supplier/not-a-reader`: the key is none of the readers', or the file was altered; `supplier/sealer`: somebody else has made this registry.
 */
export async function openRegistryKey(
  file: RegistryFile,
  own: ReaderSecret,
  trusted: readonly string[] = [],
): Promise<RegistryKeys> {
  const reader = file.readers.find((one) => toHex(one.publicKey) === own.publicKey);
  if (reader === undefined) throw notAReader(file);
  const box = reader.wrapped.subarray(0, -PROOF_BYTES);
  const key = await hpkeOpen(own.secretKey, box, readerContext(file, reader)).catch((error: unknown) => {
    throw isDppError(error, "keyring/cannot-open") ? notAReader(file) : error;
  });
  const sealer = toHex(file.sealer);
  const isTrusted = sealer === own.publicKey || trusted.includes(sealer);
  if (
    !isTrusted ||
    !equalBytes(proofOf(file, own.secretKey, file.sealer, reader, key), reader.wrapped.subarray(-PROOF_BYTES))
  )
    throw new DppError(
      "supplier/sealer",
      `this registry was sealed by ${sealer}, whose word is not taken here, or not by that key: say --sealed-by when it is a reader whom you know`,
      { details: { sealer } },
    );
  return keysOf(key);
}

/** The index, bound to all that stands in clear beside it. */
export function sealIndex(
  head: Omit<RegistryFile, "index">,
  keys: RegistryKeys,
  index: RegistryIndex,
  random: Entropy,
): RegistryFile {
  const box = sealBox(keys.index, pad(encodeIndex(index)), encodeRegistryHead(head), random);
  return { ...head, index: box };
}

/** @throws DppError `supplier/tampered`; `supplier/malformed`, `cbor/*` of what a reader wrote. */
export function openIndex(file: RegistryFile, keys: RegistryKeys): RegistryIndex {
  return decodeIndex(unpad(openBox(keys.index, file.index, encodeRegistryHead(file), "supplier/tampered")));
}

const recordAad = ({ config, operator }: RegistryName, number: number): Uint8Array =>
  encodeCbor([DOMAIN, "record", fromHex(config), operator, number]);

export interface SealedRecord {
  /** blake2b_256 of the bytes, hex. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

export const recordHash = (bytes: Uint8Array): string => toHex(blake2b(bytes, { dkLen: 32 }));

export function sealSupplierRecord(
  registry: RegistryName,
  keys: RegistryKeys,
  number: number,
  plaintext: Uint8Array,
  random: Entropy,
): SealedRecord {
  const bytes = sealBox(keys.record, pad(plaintext), recordAad(registry, number), random);
  return { hash: recordHash(bytes), bytes };
}

/** @throws DppError `supplier/tampered`. */
export function openSupplierRecord(
  registry: RegistryName,
  keys: RegistryKeys,
  { number, hash, bytes }: SealedRecord & { readonly number: number },
): Uint8Array {
  // The hash stands in the sealed index: an older record of the same supplier is refused too.
  if (recordHash(bytes) !== hash)
    throw new DppError(
      "supplier/tampered",
      `the record of supplier ${number} is not the one that was written`,
      {
        details: { number },
      },
    );
  return unpad(openBox(keys.record, bytes, recordAad(registry, number), "supplier/tampered"));
}

export interface DeviceListPlace extends RegistryName {
  /** Attestation name of the device's holder. */
  readonly reader: string;
  readonly revision: number;
  readonly made: number;
}

const deviceContext = ({ config, operator, reader, revision, made }: DeviceListPlace): HpkeContext => ({
  info: encodeCbor(["dpp/supplier-device-list/1", fromHex(config), operator]),
  aad: concat(fromHex(reader), encodeCbor([revision, made])),
});

/** @throws DppError `keyring/bad-public-key`. */
export const sealDeviceList = (
  place: DeviceListPlace,
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  random: Entropy,
): Promise<Uint8Array> => hpkeSealer(random)(publicKey, pad(plaintext), deviceContext(place));

/** @throws DppError `keyring/cannot-open`, `sealed/padding`. */
export const openSealedDeviceList = async (
  place: DeviceListPlace,
  secretKey: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array> => unpad(await hpkeOpen(secretKey, sealed, deviceContext(place)));

/** What the operator's key signs of a device list. */
export const deviceListDigest = (unsigned: Uint8Array): Uint8Array =>
  blake2b(concat(utf8("dpp/supplier-device-list/1"), unsigned), { dkLen: 32 });
