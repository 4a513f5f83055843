/**
 * A section sealed to readers: a content key of its own, wrapped for each of them. What action records and event payloads share; what each binds its sections
 * to is in `action-context.ts` and `event-context.ts`. Spec: docs/spec/action.md "Sealed section".
 */
import { type KeyWrap, MAX_READERS } from "../domain/action.js";
import { equalBytes, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { KEY_BYTES, openBox, sealBox } from "./aead.js";
import type { Entropy } from "./entropy.js";
import { type HpkeContext, hpkeOpen, hpkeSealer } from "./hpke.js";
import { pad, unpad } from "./padding.js";
import type { ReadingKeyPair } from "./x25519.js";

/** Where a section stands: it opens nowhere else. */
export interface SectionBinding {
  /** Area of the error codes. */
  readonly area: "action" | "payload";
  /** What a person calls the section. */
  readonly name: string;
  readonly contentAad: Uint8Array;
  wrapContext(commitment: Uint8Array): HpkeContext;
  /** Hex. */
  keyIdOf(publicKey: Uint8Array): string;
  commitmentOf(contentKey: Uint8Array): Uint8Array;
}

export interface SectionSeal {
  /** Hash of the content key, 32 bytes. */
  readonly commitment: Uint8Array;
  /** By key id, ascending. */
  readonly wraps: readonly KeyWrap[];
  /** Nonce(24) ‖ ciphertext ‖ tag(16). */
  readonly sealed: Uint8Array;
}

/** Each once, in the order given. @throws DppError `{area}/no-readers`, `{area}/too-many-readers`. */
function distinctReaders(readers: readonly Uint8Array[], { area, name }: SectionBinding) {
  const distinct = [...new Map(readers.map((key) => [toHex(key), key])).values()];
  if (distinct.length === 0)
    throw new DppError(`${area}/no-readers`, `nobody could read the section ${name}`, {
      details: { section: name },
    });
  if (distinct.length > MAX_READERS)
    throw new DppError(
      `${area}/too-many-readers`,
      `${distinct.length} keys would read the section ${name}, and a record holds ${MAX_READERS}: seal it to a group that fewer roles read`,
      { details: { section: name, readers: distinct.length, max: MAX_READERS } },
    );
  return distinct;
}

/**
 * `plaintext`: unpadded. `readers`: X25519 public keys; one that stands twice gets one wrap.
 * @throws DppError `{area}/no-readers`, `{area}/too-many-readers`, `keyring/bad-public-key`.
 */
export async function sealFor(
  plaintext: Uint8Array,
  readers: readonly Uint8Array[],
  binding: SectionBinding,
  random: Entropy,
): Promise<SectionSeal> {
  const distinct = distinctReaders(readers, binding);
  const contentKey = random.bytes(KEY_BYTES);
  const commitment = binding.commitmentOf(contentKey);
  const context = binding.wrapContext(commitment);
  const seal = hpkeSealer(random);
  const wraps: KeyWrap[] = [];
  for (const publicKey of distinct)
    wraps.push({
      keyId: binding.keyIdOf(publicKey),
      wrapped: await seal(publicKey, contentKey, context),
    });
  return {
    commitment,
    wraps: wraps.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
    sealed: sealBox(contentKey, pad(plaintext), binding.contentAad, random),
  };
}

/**
 * The section's plaintext, with whichever of the keys opens it. `null`: it is sealed to none of them.
 * @throws DppError `keyring/cannot-open`, `sealed/tampered`, `sealed/padding`, `{area}/commitment`, for a section that names the key and was altered, made
 *   for another place, or made by a broken writer.
 */
export async function openWith(
  section: SectionSeal,
  binding: SectionBinding,
  keys: readonly ReadingKeyPair[],
): Promise<Uint8Array | null> {
  const found = findWrap(section, binding, keys);
  if (found === null) return null;
  const context = binding.wrapContext(section.commitment);
  const contentKey = await hpkeOpen(found.key.secretKey, found.wrap.wrapped, context);
  if (!equalBytes(binding.commitmentOf(contentKey), section.commitment))
    throw new DppError(
      `${binding.area}/commitment`,
      "the reader was given another key than the section commits to",
    );
  return unpad(openBox(contentKey, section.sealed, binding.contentAad));
}

function findWrap({ wraps }: SectionSeal, binding: SectionBinding, keys: readonly ReadingKeyPair[]) {
  for (const key of keys) {
    const keyId = binding.keyIdOf(key.publicKey);
    const wrap = wraps.find((candidate) => candidate.keyId === keyId);
    if (wrap !== undefined) return { key, wrap };
  }
  return null;
}
