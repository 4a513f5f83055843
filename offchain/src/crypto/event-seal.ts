/** Sealed sections of an event's payload. Spec: docs/spec/event.md "Payload record". That what opens is what the leaves commit to, `merkle/event-payload.ts` says. */
import { decodePayloadSection, encodePayloadSection } from "../codec/event-payload.js";
import type { SaltedElement } from "../domain/document.js";
import type { SealedEventGroup } from "../domain/event-fields.js";
import type { PayloadPlace, PayloadSection } from "../domain/event-payload.js";
import type { Entropy } from "./entropy.js";
import { bindingOf } from "./event-context.js";
import { openWith, sealFor } from "./sealed-section.js";
import type { ReadingKeyPair } from "./x25519.js";

/**
 * `elements` by index, ascending. `readers`: X25519 public keys; one that stands twice gets one wrap.
 * @throws DppError `payload/no-readers`, `payload/too-many-readers`, `keyring/bad-public-key`.
 */
export async function sealPayloadSection(
  group: SealedEventGroup,
  elements: readonly SaltedElement[],
  readers: readonly Uint8Array[],
  place: PayloadPlace,
  random: Entropy,
): Promise<PayloadSection> {
  const plaintext = encodePayloadSection(elements);
  return { group, ...(await sealFor(plaintext, readers, bindingOf(place, group), random)) };
}

/**
 * The section's elements, held against form and type but not yet against the leaves. `null`: it is sealed to none of the keys.
 * @throws DppError `keyring/cannot-open`, `sealed/tampered`, `sealed/padding`, `payload/commitment`, and those of `decodePayloadSection`.
 */
export async function openPayloadSection(
  section: PayloadSection,
  place: PayloadPlace,
  keys: readonly ReadingKeyPair[],
): Promise<readonly SaltedElement[] | null> {
  const plaintext = await openWith(section, bindingOf(place, section.group), keys);
  return plaintext === null ? null : decodePayloadSection(plaintext, place.type, section.group);
}
