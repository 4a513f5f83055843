/** Sealed sections of an action record: a content key of their own, sealed to each reader. Spec: docs/spec/action.md "Sealed section". */
import { decodeSectionElements, encodeSectionElements } from "../codec/action-record.js";
import {
  type ActionPlace,
  type ActionSection,
  type KeyWrap,
  MAX_READERS,
  type SectionLabel,
  sectionName,
} from "../domain/action.js";
import { equalBytes, toHex } from "../domain/bytes.js";
import type { Element } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { commitmentOf, contentAad, keyIdOf, wrapContext } from "./action-context.js";
import { KEY_BYTES, openBox, sealBox } from "./aead.js";
import type { Entropy } from "./entropy.js";
import { hpkeOpen, hpkeSealer } from "./hpke.js";
import { pad, unpad } from "./padding.js";
import type { ReadingKeyPair } from "./x25519.js";

/**
 * `elements` by id, ascending. `readers`: X25519 public keys; one that stands twice gets one wrap.
 * @throws DppError `action/no-readers`, `action/too-many-readers`, `keyring/bad-public-key`, and those of `encodeSectionElements`.
 */
export async function sealSection(
  label: SectionLabel,
  elements: readonly Element[],
  readers: readonly Uint8Array[],
  place: ActionPlace,
  random: Entropy,
): Promise<ActionSection> {
  const name = sectionName(label);
  const distinct = [...new Map(readers.map((key) => [toHex(key), key])).values()];
  if (distinct.length === 0)
    throw new DppError("action/no-readers", `nobody could read the section ${name}`, {
      details: { section: name },
    });
  if (distinct.length > MAX_READERS)
    throw new DppError(
      "action/too-many-readers",
      `${distinct.length} keys would read the section ${name}, and a record holds ${MAX_READERS}: seal it to a group that fewer roles read`,
      { details: { section: name, readers: distinct.length, max: MAX_READERS } },
    );
  const plaintext = pad(encodeSectionElements(elements));
  const contentKey = random.bytes(KEY_BYTES);
  const commitment = commitmentOf(contentKey);
  const context = wrapContext(place, label, commitment);
  const seal = hpkeSealer(random);
  const wraps: KeyWrap[] = [];
  for (const publicKey of distinct)
    wraps.push({ keyId: keyIdOf(place, publicKey), wrapped: await seal(publicKey, contentKey, context) });
  return {
    ...label,
    commitment,
    wraps: wraps.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
    sealed: sealBox(contentKey, plaintext, contentAad(place, label), random),
  };
}

/**
 * The section's elements, with whichever of the keys opens it. `null`: it is sealed to none of them.
 * @throws DppError `keyring/cannot-open`, `sealed/tampered`, `sealed/padding`, `action/commitment`, and those of `decodeSectionElements`, for a section that
 *   names the key and was altered, made for another place, or made by a broken writer.
 */
export async function openSection(
  section: ActionSection,
  place: ActionPlace,
  keys: readonly ReadingKeyPair[],
): Promise<readonly Element[] | null> {
  const found = findWrap(section, place, keys);
  if (found === null) return null;
  const contentKey = await hpkeOpen(
    found.key.secretKey,
    found.wrap.wrapped,
    wrapContext(place, section, section.commitment),
  );
  if (!equalBytes(commitmentOf(contentKey), section.commitment))
    throw new DppError("action/commitment", "the reader was given another key than the section commits to");
  return decodeSectionElements(unpad(openBox(contentKey, section.sealed, contentAad(place, section))));
}

function findWrap({ wraps }: ActionSection, place: ActionPlace, keys: readonly ReadingKeyPair[]) {
  for (const key of keys) {
    const keyId = keyIdOf(place, key.publicKey);
    const wrap = wraps.find((candidate) => candidate.keyId === keyId);
    if (wrap !== undefined) return { key, wrap };
  }
  return null;
}
