/** Owner keys that change hands with a transfer. Spec: docs/spec/action.md "Hand-over". */
import { type CborValue, decodeCbor, encodeCbor } from "../codec/cbor.js";
import { cborShape } from "../codec/cbor-shape.js";
import {
  type ActionPlace,
  type ActionRecord,
  type HandOver,
  MAX_HELD_OWNER_KEYS,
  MAX_OWNER_KEYS,
  MAX_RECORD_BYTES,
} from "../domain/action.js";
import { toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { handOverContext, keyIdOf } from "./action-context.js";
import { openSection } from "./action-seal.js";
import type { Entropy } from "./entropy.js";
import { hpkeOpen, hpkeSealer } from "./hpke.js";
import { ownerKey } from "./owner-key.js";
import { pad, unpad } from "./padding.js";
import { publicKeyOf, type ReadingKeyPair } from "./x25519.js";

const shape = cborShape("action/malformed");

/**
 * `buyer`: X25519 public key. `keys`: the seller's owner keys for this passport, his own first.
 * @throws DppError `action/too-many-owner-keys`, `keyring/bad-public-key`.
 */
export async function sealHandOver(
  place: ActionPlace,
  buyer: Uint8Array,
  keys: readonly ReadingKeyPair[],
  random: Entropy,
): Promise<HandOver> {
  const secrets = distinct(keys).map(({ secretKey }) => secretKey);
  if (secrets.length > MAX_OWNER_KEYS)
    throw new DppError(
      "action/too-many-owner-keys",
      `a transfer hands over at most ${MAX_OWNER_KEYS} owners' keys`,
    );
  const message = await hpkeSealer(random)(buyer, pad(encodeCbor(secrets)), handOverContext(place));
  return { keyId: keyIdOf(place, buyer), sealed: message };
}

/**
 * What the record hands over to one of the keys; empty when it hands nothing to them.
 * @throws DppError `keyring/cannot-open`, `sealed/padding`, `cbor/*`, `action/malformed`.
 */
export async function openHandOver(
  record: ActionRecord,
  keys: readonly ReadingKeyPair[],
): Promise<readonly ReadingKeyPair[]> {
  const { handOver } = record;
  const key = keys.find(({ publicKey }) => handOver?.keyId === keyIdOf(record, publicKey));
  if (handOver === null || key === undefined) return [];
  const plaintext = unpad(await hpkeOpen(key.secretKey, handOver.sealed, handOverContext(record)));
  return secretsFrom(decodeCbor(plaintext, MAX_RECORD_BYTES)).map((secretKey) => ({
    secretKey,
    publicKey: publicKeyOf(secretKey),
  }));
}

const secretsFrom = (value: CborValue): readonly Uint8Array[] =>
  shape.list(value, MAX_OWNER_KEYS, "/handOver", (item, path) => shape.bytes(item, 32, 32, path));

/**
 * The owner keys of one passport that the holder of a reading key has: his own, then those that hand-overs to him carried, the newest hand-over first, at most
 * `MAX_HELD_OWNER_KEYS` of them. `records`: of that passport, oldest first; a hand-over that does not open is passed over, since a seller can write what he likes.
 */
export async function openHandOvers(
  records: readonly ActionRecord[],
  readingSecret: Uint8Array,
  passport: Pick<ActionPlace, "config" | "passport">,
): Promise<readonly ReadingKeyPair[]> {
  const own = ownerKey(readingSecret, passport);
  const mine = [own, { secretKey: readingSecret, publicKey: publicKeyOf(readingSecret) }];
  const handed: ReadingKeyPair[] = [];
  for (const record of records.toReversed()) {
    if (handed.length >= MAX_HELD_OWNER_KEYS) break;
    if (record.config !== passport.config || record.passport !== passport.passport) continue;
    handed.push(...(await openHandOver(record, mine).catch(nothing)));
  }
  return distinct([own, ...handed.slice(0, MAX_HELD_OWNER_KEYS)]);
}

export interface KeysToHandOver {
  /** The first, which is the seller's own, then those that open something, newest section first. */
  readonly keys: readonly ReadingKeyPair[];
  /** More keys open something than fit: the oldest sections stay closed to the buyer. */
  readonly cut: boolean;
}

/**
 * Which of his owner keys a seller hands on. An earlier seller can have handed him any number of keys that open nothing; those end with him, so that they crowd
 * out no others. `held`: as `openHandOvers` answers them; `records`: of that passport, oldest first; `max`: as many as the record has room for.
 */
export async function keysToHandOver(
  records: readonly ActionRecord[],
  held: readonly ReadingKeyPair[],
  max = MAX_OWNER_KEYS,
): Promise<KeysToHandOver> {
  const [own, ...others] = distinct(held);
  if (own === undefined) return { keys: [], cut: false };
  const keys = [own];
  const waiting = new Set(others);
  for (const record of records.toReversed()) {
    for (const key of waiting) {
      if (record.sealed.length === 0) break;
      if (!(await opensOneOf(record, key))) continue;
      if (keys.length >= max) return { keys, cut: true };
      keys.push(key);
      waiting.delete(key);
    }
  }
  return { keys, cut: false };
}

async function opensOneOf(record: ActionRecord, key: ReadingKeyPair): Promise<boolean> {
  // Most keys open nothing of a record: their name is enough to see it.
  const keyId = keyIdOf(record, key.publicKey);
  for (const section of record.sealed) {
    if (!section.wraps.some((wrap) => wrap.keyId === keyId)) continue;
    try {
      if ((await openSection(section, record, [key])) !== null) return true;
    } catch (error) {
      if (!isDppError(error)) throw error;
    }
  }
  return false;
}

function nothing(error: unknown): readonly ReadingKeyPair[] {
  if (isDppError(error)) return [];
  throw error;
}

const distinct = (keys: readonly ReadingKeyPair[]): readonly ReadingKeyPair[] => [
  ...new Map(keys.map((key) => [toHex(key.publicKey), key])).values(),
];
