/**
 * The sealed passport as it lies on the content store. Spec: docs/spec/document.md "Sealed document". Checks form and order only;
 * `merkle/document.ts` holds the contents against the root, `crypto/envelope.ts` opens groups.
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import {
  isGroupName,
  MAX_DOCUMENT_BYTES,
  MAX_GROUPS,
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

const groupToCbor = ({ name, access, epoch, wrappedKey, sealed }: SealedGroup): CborInput => [
  name,
  access,
  epoch,
  wrappedKey,
  sealed,
];

function groupFromCbor(value: CborValue, path: string): SealedGroup {
  const [name, access, epoch, wrappedKey, sealed] = shape.tuple(value, 5, path);
  if (!isGroupName(name)) throw shape.refuse(`${path}/0`, "a group's name");
  return {
    name,
    access: shape.oneOf(access, ["escrow", "direct"], `${path}/1`),
    epoch: shape.int(epoch, `${path}/2`),
    wrappedKey: shape.bytes(wrappedKey, WRAPPED_KEY_BYTES, WRAPPED_KEY_BYTES, `${path}/3`),
    sealed: shape.bytes(sealed, MIN_SEALED_BYTES, MAX_DOCUMENT_BYTES, `${path}/4`),
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
  const groups = shape.list(map.groups, MAX_GROUPS, "/groups", groupFromCbor);
  if (groups.some((group, position) => position > 0 && (groups[position - 1]?.name ?? "") >= group.name))
    throw new DppError("document/order", "groups should stand in the order of their names, each once");
  return {
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    header: headerFromCbor(map.header, "/header"),
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
