/**
 * Payload records as deterministic CBOR. Spec: docs/spec/event.md "Payload record". Checks form, order and that each element is one of its event's type and stands
 * in its group; opens nothing, and does not know whether the record is that of a leaf (`merkle/event-payload.ts`).
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { SALT_BYTES, type SaltedElement } from "../domain/document.js";
import { DppError } from "../domain/errors.js";
import { EVENT_TYPES, type EventType, MAX_PAYLOAD_BYTES } from "../domain/event.js";
import { type EventGroup, SEALED_GROUPS } from "../domain/event-fields.js";
import {
  MAX_PAYLOAD_ELEMENTS,
  type PayloadRecord,
  type PayloadSection,
  requireGroup,
  requireSections,
} from "../domain/event-payload.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { elementFromCbor, elementToCbor } from "./document.js";
import { wrapsFromCbor, wrapsToCbor } from "./key-wraps.js";

export const PAYLOAD_KIND = "dpp/event-payload/1";
const HASH_BYTES = 32;
/** Nonce, tag and one block of padded plaintext. */
const MIN_SEALED_BYTES = 24 + 512 + 16;

const shape = cborShape("payload/malformed");

const saltedToCbor = ({ index, element, salt }: SaltedElement): CborInput => [
  index,
  elementToCbor(element),
  salt,
];

function saltedFromCbor(value: CborValue, path: string): SaltedElement {
  const [index, element, salt] = shape.tuple(value, 3, path);
  return {
    index: shape.int(index, `${path}/0`, MAX_PAYLOAD_ELEMENTS - 1),
    element: elementFromCbor(element, `${path}/1`),
    salt: shape.bytes(salt, SALT_BYTES, SALT_BYTES, `${path}/2`),
  };
}

function elementsFromCbor(
  value: CborValue | undefined,
  type: EventType,
  group: EventGroup,
  path: string,
): readonly SaltedElement[] {
  const salted = shape.list(value, MAX_PAYLOAD_ELEMENTS, path, saltedFromCbor);
  salted.forEach(({ index, element }, at) => {
    const before = salted[at - 1];
    if (before !== undefined && (before.index >= index || before.element.id >= element.id))
      throw shape.refuse(`${path}/${at}`, "ascending indices and ids without repetition");
  });
  requireGroup(
    type,
    group,
    salted.map(({ element }) => element),
  );
  return salted;
}

/** The plaintext of a section, before padding. `elements` by index, ascending. */
export const encodePayloadSection = (elements: readonly SaltedElement[]): Uint8Array =>
  encodeCbor(elements.map(saltedToCbor));

/** @throws DppError `cbor/*`, `document/element-*`, `payload/malformed`, and those of `requireGroup`. */
export function decodePayloadSection(
  bytes: Uint8Array,
  type: EventType,
  group: EventGroup,
): readonly SaltedElement[] {
  const path = `/sections/${group}`;
  const elements = elementsFromCbor(decodeCbor(bytes, MAX_PAYLOAD_BYTES), type, group, path);
  if (elements.length === 0) throw shape.refuse(path, "an element");
  return elements;
}

const sectionToCbor = ({ group, commitment, wraps, sealed }: PayloadSection): CborInput => [
  group,
  commitment,
  wrapsToCbor(wraps),
  sealed,
];

function sectionFromCbor(value: CborValue, path: string): PayloadSection {
  const [group, commitment, wraps, sealed] = shape.tuple(value, 4, path);
  return {
    group: shape.oneOf(group, SEALED_GROUPS, `${path}/0`),
    commitment: shape.bytes(commitment, HASH_BYTES, HASH_BYTES, `${path}/1`),
    wraps: wrapsFromCbor(shape, wraps, `${path}/2`),
    sealed: shape.bytes(sealed, MIN_SEALED_BYTES, MAX_PAYLOAD_BYTES, `${path}/3`),
  };
}

function leavesFromCbor(value: CborValue | undefined): readonly Uint8Array[] {
  const bytes = shape.bytes(value, HASH_BYTES, MAX_PAYLOAD_ELEMENTS * HASH_BYTES, "/leaves");
  if (bytes.length % HASH_BYTES !== 0) throw shape.refuse("/leaves", "hashes of 32 bytes");
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** Every section holds an element, and every leaf stands for one that somebody can read. */
function requireCounts({ elements, leaves, sections }: PayloadRecord): void {
  if (elements.some(({ index }) => index >= leaves.length))
    throw shape.refuse("/elements", "indices of leaves");
  const hidden = leaves.length - elements.length;
  if (sections.length === 0 ? hidden !== 0 : hidden < sections.length)
    throw shape.refuse("/leaves", "one for each element, public or in a section");
}

const tooLarge = (bytes: number): DppError =>
  new DppError(
    "event/too-large",
    `a payload record of ${bytes} bytes, at most ${MAX_PAYLOAD_BYTES} are allowed: state less, or seal to fewer readers`,
    { details: { bytes, max: MAX_PAYLOAD_BYTES } },
  );

const KEYS = ["kind", "config", "source", "counter", "type", "elements", "leaves", "sections"] as const;

/**
 * @throws DppError `event/too-large`, `cbor/*`, `payload/malformed`, `payload/version`, `document/element-*`, `event/unknown-field`, `event/wrong-group`,
 *   `event/wrong-type`, `event/unit-mismatch`, `event/precise-place`, `event/missing-field`, `event/same-tier`.
 */
export function decodePayload(bytes: Uint8Array): PayloadRecord {
  if (bytes.length > MAX_PAYLOAD_BYTES) throw tooLarge(bytes.length);
  return recordFromCbor(decodeCbor(bytes, MAX_PAYLOAD_BYTES));
}

function recordFromCbor(value: CborValue): PayloadRecord {
  const map = shape.map(value, KEYS, "");
  if (map.kind !== PAYLOAD_KIND) throw new DppError("payload/version", `this reader knows ${PAYLOAD_KIND}`);
  const type = shape.oneOf(map.type, EVENT_TYPES, "/type");
  const record: PayloadRecord = {
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    source: toHex(shape.bytes(map.source, 13, 28, "/source")),
    counter: shape.int(map.counter, "/counter"),
    type,
    elements: elementsFromCbor(map.elements, type, "public", "/elements"),
    leaves: leavesFromCbor(map.leaves),
    sections: shape.list(map.sections, SEALED_GROUPS.length, "/sections", sectionFromCbor),
  };
  const groups = record.sections.map(({ group }) => group);
  if (groups.some((group, at) => at > 0 && (groups[at - 1] ?? "") >= group))
    throw shape.refuse("/sections", "groups in ascending order, none twice");
  requireSections(type, groups);
  requireCounts(record);
  return record;
}

/** What nobody could read is not written. @throws DppError as `decodePayload`. */
export function encodePayload(record: PayloadRecord): Uint8Array {
  const { config, source, counter, type, elements, leaves, sections } = record;
  const map = {
    kind: PAYLOAD_KIND,
    config: fromHex(config),
    source: fromHex(source),
    counter,
    type,
    elements: elements.map(saltedToCbor),
    leaves: concat(...leaves),
    sections: sections.map(sectionToCbor),
  };
  const bytes = encodeCbor(map);
  if (bytes.length > MAX_PAYLOAD_BYTES) throw tooLarge(bytes.length);
  recordFromCbor(new Map<CborValue, CborValue>(Object.entries(map) as [string, CborValue][]));
  return bytes;
}
