/**
 * Sealed groups: a content key of their own, wrapped by the group key. Spec: docs/spec/document.md "Sealing".
 * XChaCha20-Poly1305 does not commit to its key; the leaves do, since every opened element is held against them.
 */
import { type CborInput, encodeCbor } from "../codec/cbor.js";
import { decodeGroupElements, encodeGroupElements } from "../codec/document-sealed.js";
import { fromHex } from "../domain/bytes.js";
import type { GroupLabel, SaltedElement, SealedGroup } from "../domain/document.js";
import { KEY_BYTES, openBox, sealBox } from "./aead.js";
import type { Entropy } from "./entropy.js";
import { pad, unpad } from "./padding.js";

/** What a group's ciphertext is bound to: it opens nowhere else. */
export interface EnvelopeContext {
  /** Config policy, hex. */
  readonly config: string;
  /** Attestation name of the manufacturer, hex. */
  readonly issuer: string;
  /** Policy hash, hex. */
  readonly policy: string;
  /** Root of the document, hex. */
  readonly root: string;
}

function aad(
  purpose: "content" | "wrap",
  context: EnvelopeContext,
  { name, access, epoch }: GroupLabel,
): Uint8Array {
  const fields: CborInput = [
    "dpp/seal/1",
    purpose,
    fromHex(context.config),
    fromHex(context.issuer),
    fromHex(context.policy),
    name,
    access,
    epoch,
    fromHex(context.root),
  ];
  return encodeCbor(fields);
}

export function sealGroup(
  label: GroupLabel,
  elements: readonly SaltedElement[],
  groupKey: Uint8Array,
  context: EnvelopeContext,
  random: Entropy,
): SealedGroup {
  const contentKey = random.bytes(KEY_BYTES);
  const plaintext = pad(encodeGroupElements(elements));
  return {
    ...label,
    wrappedKey: sealBox(groupKey, contentKey, aad("wrap", context, label), random),
    sealed: sealBox(contentKey, plaintext, aad("content", context, label), random),
  };
}

/**
 * The group's elements, not yet held against the leaves.
 * @throws DppError `sealed/tampered`; `cbor/*`, `document/*` for contents that an authenticated but broken writer sealed.
 */
export function openGroup(
  group: SealedGroup,
  groupKey: Uint8Array,
  context: EnvelopeContext,
): readonly SaltedElement[] {
  const contentKey = openBox(groupKey, group.wrappedKey, aad("wrap", context, group));
  return decodeGroupElements(unpad(openBox(contentKey, group.sealed, aad("content", context, group))));
}
