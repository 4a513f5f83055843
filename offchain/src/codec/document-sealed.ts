/**
 * The sealed passport as it lies on the content store. Spec: docs/spec/document.md "Sealed document". Checks form and order only;
 * `merkle/document.ts` holds the contents against the root, `crypto/envelope.ts` opens groups.
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import {
  type GroupLabel,
  MAX_DOCUMENT_BYTES,
  SALT_BYTES,
  type SaltedElement,
  type SealedDocument,
  type SealedGroup,
} from "../domain/document.js";
import { MAX_ELEMENTS } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { elementFromCbor, elementToCbor, headerFromCbor, headerToCbor } from "./document.js";

const KIND = "dpp/sealed/1";
const HASH_BYTES = 32;
export const WRAPPED_KEY_BYTES = 24 + 32 + 16;
const MIN_SEALED_BYTES = 24 + 16;

const shape = cborShape("document/malformed");

const saltedToCbor = ({ index, element, salt }: SaltedElement): CborInput => [
  index,
  elementToCbor(element),
  salt,
];

function saltedFromCbor(value: CborValue, path: string): SaltedElement {
  const [index, element, salt] = shape.tuple(value, 3, path);
  return {
    index: shape.int(index, `${path}/0`, MAX_ELEMENTS),
    element: elementFromCbor(element, `${path}/1`),
    salt: shape.bytes(salt, SALT_BYTES, SALT_BYTES, `${path}/2`),
  };
}

/** Indices and ids ascend together: leaves are sorted by id, and no id comes twice. @throws DppError `document/order`. */
export function assertAscending(elements: readonly SaltedElement[]): void {
  elements.forEach((entry, position) => {
    const before = elements[position - 1];
    if (entry.index < 1 || (before && (before.index >= entry.index || before.element.id >= entry.element.id)))
      throw new DppError(
        "document/order",
        `${entry.element.id}: elements should stand in the order of their ids`,
      );
  });
}

/** The plaintext of a group, before padding. */
export const encodeGroupElements = (elements: readonly SaltedElement[]): Uint8Array =>
  encodeCbor(elements.map(saltedToCbor));

/** @throws DppError `cbor/*`, `document/*`. */
export function decodeGroupElements(bytes: Uint8Array): readonly SaltedElement[] {
  const elements = shape.list(decodeCbor(bytes, MAX_DOCUMENT_BYTES), MAX_ELEMENTS, "", saltedFromCbor);
  assertAscending(elements);
  return elements;
}

/** Only what the header does not say already. */
const groupToCbor = ({ wrappedKey, sealed }: SealedGroup): CborInput => [wrappedKey, sealed];

function groupFromCbor(value: CborValue, label: GroupLabel, path: string): SealedGroup {
  const [wrappedKey, sealed] = shape.tuple(value, 2, path);
  return {
    ...label,
    wrappedKey: shape.bytes(wrappedKey, WRAPPED_KEY_BYTES, WRAPPED_KEY_BYTES, `${path}/0`),
    sealed: shape.bytes(sealed, MIN_SEALED_BYTES, MAX_DOCUMENT_BYTES, `${path}/1`),
  };
}

/** @throws DppError `document/too-large`. */
export function encodeSealedDocument(document: SealedDocument): Uint8Array {
  const bytes = encodeCbor({
    kind: KIND,
    config: fromHex(document.config),
    header: headerToCbor(document.header),
    salt: document.headerSalt,
    elements: document.elements.map(saltedToCbor),
    leaves: concat(...document.leaves),
    groups: document.groups.map(groupToCbor),
  });
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw new DppError("document/too-large", `the sealed passport exceeds ${MAX_DOCUMENT_BYTES} bytes`);
  return bytes;
}

/** @throws DppError `cbor/*`, `document/*`, `identifier/*`, `content/bad-cid`. */
export function decodeSealedDocument(bytes: Uint8Array): SealedDocument {
  const map = shape.map(
    decodeCbor(bytes, MAX_DOCUMENT_BYTES),
    ["kind", "config", "header", "salt", "elements", "leaves", "groups"],
    "",
  );
  if (map.kind !== KIND) throw new DppError("document/version", `this reader knows ${KIND}`);
  const elements = shape.list(map.elements, MAX_ELEMENTS, "/elements", saltedFromCbor);
  assertAscending(elements);
  const header = headerFromCbor(map.header, "/header");
  const labels = header.sealedGroups;
  const groups = shape
    .tuple(map.groups, labels.length, "/groups")
    .map((group, position) => groupFromCbor(group, labels[position] as GroupLabel, `/groups/${position}`));
  return {
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    header,
    headerSalt: shape.bytes(map.salt, SALT_BYTES, SALT_BYTES, "/salt"),
    elements,
    leaves: splitLeaves(shape.bytes(map.leaves, HASH_BYTES, (MAX_ELEMENTS + 1) * HASH_BYTES, "/leaves")),
    groups,
  };
}

function splitLeaves(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length % HASH_BYTES !== 0) throw shape.refuse("/leaves", "hashes of 32 bytes");
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}
