/** Sealed sections of an action record: a content key of their own, sealed to each reader. Spec: docs/spec/action.md "Sealed section". */
import { decodeSectionElements, encodeSectionElements } from "../codec/action-record.js";
import { type ActionPlace, type ActionSection, type SectionLabel, sectionName } from "../domain/action.js";
import type { Element } from "../domain/element.js";
import { commitmentOf, contentAad, keyIdOf, wrapContext } from "./action-context.js";
import type { Entropy } from "./entropy.js";
import { openWith, type SectionBinding, sealFor } from "./sealed-section.js";
import type { ReadingKeyPair } from "./x25519.js";

const bindingOf = (place: ActionPlace, label: SectionLabel): SectionBinding => ({
  area: "action",
  name: sectionName(label),
  contentAad: contentAad(place, label),
  wrapContext: (commitment) => wrapContext(place, label, commitment),
  keyIdOf: (publicKey) => keyIdOf(place, publicKey),
  commitmentOf,
});

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
  const plaintext = encodeSectionElements(elements);
  return { ...label, ...(await sealFor(plaintext, readers, bindingOf(place, label), random)) };
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
  const plaintext = await openWith(section, bindingOf(place, section), keys);
  return plaintext === null ? null : decodeSectionElements(plaintext);
}
