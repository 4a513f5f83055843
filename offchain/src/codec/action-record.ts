/**
 * Action records as deterministic CBOR. Spec: docs/spec/action.md "Encoding". Checks form, order and the elements of fixed form; opens nothing, and
 * does not know whether the record stands in its place (`usecases/actions/read.ts`).
 */
import {
  ACTION_TYPES,
  type ActionRecord,
  type ActionSection,
  type HandOver,
  KEY_ID_BYTES,
  type KeyWrap,
  MAX_ACTION_ELEMENTS,
  MAX_ACTION_SECTIONS,
  MAX_PUBLIC_ELEMENT_BYTES,
  MAX_READERS,
  MAX_RECORD_BYTES,
  type SectionLabel,
} from "../domain/action.js";
import { checkActionElements, checkNeeded } from "../domain/action-elements.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { isGroupName } from "../domain/document.js";
import { checkElement, type Element } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { elementFromCbor, elementToCbor } from "./document.js";

export const ACTION_KIND = "dpp/action-record/1";
const WRAP_BYTES = 32 + 32 + 16;
/** Nonce, tag and one block of padded plaintext. */
const MIN_SEALED_BYTES = 24 + 512 + 16;
const MIN_HAND_OVER_BYTES = 32 + 512 + 16;

const shape = cborShape("action/malformed");

function assertAscending(keys: readonly string[], path: string): void {
  keys.forEach((key, position) => {
    const before = keys[position - 1];
    if (before !== undefined && before >= key) throw shape.refuse(path, "ascending order without repetition");
  });
}

const tooLarge = (what: string, max: number): DppError =>
  new DppError("action/too-large", `${what}: at most ${max} are allowed`, { details: { max } });

/** Elements of a fixed form are held to it wherever they stand. */
function checkList(elements: readonly Element[], path: string): void {
  if (elements.length > MAX_ACTION_ELEMENTS)
    throw tooLarge(`${elements.length} elements`, MAX_ACTION_ELEMENTS);
  assertAscending(
    elements.map(({ id }) => id),
    path,
  );
  checkActionElements(elements);
}

/** The plaintext of a sealed section, before padding. @throws DppError `action/too-large`, `action/malformed`, `action/element`, `document/element-*`. */
export function encodeSectionElements(elements: readonly Element[]): Uint8Array {
  checkList(elements, "/sealed");
  const bytes = encodeCbor(elements.map((element) => elementToCbor(checkElement(element))));
  if (bytes.length > MAX_RECORD_BYTES) throw tooLarge("bytes of a sealed section", MAX_RECORD_BYTES);
  return bytes;
}

/** @throws DppError `cbor/*`, `document/*`, `action/malformed`, `action/element`. */
export function decodeSectionElements(bytes: Uint8Array): readonly Element[] {
  const value = decodeCbor(bytes, MAX_RECORD_BYTES);
  const elements = shape.list(value, MAX_ACTION_ELEMENTS, "/sealed", elementFromCbor);
  checkList(elements, "/sealed");
  return elements;
}

const sectionToCbor = ({ kind, group, policy, commitment, wraps, sealed }: ActionSection): CborInput => [
  kind,
  group,
  policy === null ? null : fromHex(policy),
  commitment,
  wraps.flatMap(({ keyId, wrapped }): CborInput[] => [fromHex(keyId), wrapped]),
  sealed,
];

function sectionFromCbor(value: CborValue, path: string): ActionSection {
  const [kind, group, policy, commitment, flat, sealed] = shape.tuple(value, 6, path);
  return {
    ...labelFromCbor(kind, group, policy, path),
    commitment: shape.bytes(commitment, 32, 32, `${path}/3`),
    wraps: wrapsFromCbor(flat, `${path}/4`),
    sealed: shape.bytes(sealed, MIN_SEALED_BYTES, MAX_RECORD_BYTES, `${path}/5`),
  };
}

function labelFromCbor(
  kindValue: CborValue | undefined,
  group: CborValue | undefined,
  policy: CborValue | undefined,
  path: string,
): SectionLabel {
  const kind = shape.oneOf(kindValue, ["group", "owner"], `${path}/0`);
  if (kind === "owner") {
    if (group !== null || policy !== null)
      throw shape.refuse(path, "neither group nor policy in a section of the owner");
    return { kind, group, policy };
  }
  if (!isGroupName(group)) throw shape.refuse(`${path}/1`, "a group's name");
  return { kind, group, policy: toHex(shape.bytes(policy, 32, 32, `${path}/2`)) };
}

function wrapsFromCbor(value: CborValue | undefined, path: string): readonly KeyWrap[] {
  const items = shape.list(value, 2 * MAX_READERS, path, (item) => item);
  if (items.length === 0 || items.length % 2 !== 0)
    throw shape.refuse(path, "key ids and wrapped keys in turn");
  return Array.from({ length: items.length / 2 }, (_, position) => ({
    keyId: toHex(shape.bytes(items[2 * position], KEY_ID_BYTES, KEY_ID_BYTES, `${path}/${2 * position}`)),
    wrapped: shape.bytes(items[2 * position + 1], WRAP_BYTES, WRAP_BYTES, `${path}/${2 * position + 1}`),
  }));
}

function handOverFromCbor(value: CborValue, path: string): HandOver | null {
  if (value === null) return null;
  const [keyId, sealed] = shape.tuple(value, 2, path);
  return {
    keyId: toHex(shape.bytes(keyId, KEY_ID_BYTES, KEY_ID_BYTES, `${path}/0`)),
    sealed: shape.bytes(sealed, MIN_HAND_OVER_BYTES, MAX_RECORD_BYTES, `${path}/1`),
  };
}

/**
 * @returns the record itself, when the rules of the format hold beyond what its types say.
 * @throws DppError `action/malformed`, `action/too-large`, `action/element`, `document/element-*`.
 */
export function checkActionRecord(record: ActionRecord): ActionRecord {
  const { type, elements, sealed, handOver } = record;
  elements.forEach((element) => {
    const bytes = encodeCbor(elementToCbor(checkElement(element)));
    if (bytes.length > MAX_PUBLIC_ELEMENT_BYTES)
      throw tooLarge(`bytes of the public element ${element.id}`, MAX_PUBLIC_ELEMENT_BYTES);
  });
  checkList(elements, "/elements");
  checkNeeded(type, elements, sealed.length === 0 ? [] : null);
  if (sealed.length > MAX_ACTION_SECTIONS) throw tooLarge("sealed sections", MAX_ACTION_SECTIONS);
  // Group names begin with a small letter, so the owner's section comes last.
  assertAscending(
    sealed.map(({ kind, group }) => (kind === "group" ? group : "~")),
    "/sealed",
  );
  sealed.forEach(({ kind, wraps }, position) => {
    const path = `/sealed/${position}/4`;
    if (wraps.length > MAX_READERS) throw tooLarge("readers of a section", MAX_READERS);
    if (wraps.length === 0 || (kind === "owner" && wraps.length !== 1))
      throw shape.refuse(path, kind === "owner" ? "one reader" : "a reader");
    assertAscending(
      wraps.map(({ keyId }) => keyId),
      path,
    );
  });
  if (handOver !== null && type !== "transfer") throw shape.refuse("/handOver", "null but in a transfer");
  return record;
}

/** What nobody could read is not written. @throws DppError as `decodeActionRecord`. */
export function encodeActionRecord(record: ActionRecord): Uint8Array {
  const { config, passport, previous, type, at, actor, elements, sealed, handOver } =
    checkActionRecord(record);
  const bytes = encodeCbor({
    kind: ACTION_KIND,
    config: fromHex(config),
    passport: fromHex(passport),
    previous: fromHex(previous),
    type,
    at,
    actor: actor === null ? null : fromHex(actor),
    elements: elements.map(elementToCbor),
    sealed: sealed.map(sectionToCbor),
    handOver: handOver === null ? null : [fromHex(handOver.keyId), handOver.sealed],
  });
  if (bytes.length > MAX_RECORD_BYTES) throw tooLarge(`${bytes.length} bytes of a record`, MAX_RECORD_BYTES);
  decodeActionRecord(bytes);
  return bytes;
}

const KEYS = [
  "kind",
  "config",
  "passport",
  "previous",
  "type",
  "at",
  "actor",
  "elements",
  "sealed",
  "handOver",
] as const;

/** @throws DppError `cbor/*`, `document/*`, `action/malformed`, `action/version`, `action/too-large`, `action/element`. */
export function decodeActionRecord(bytes: Uint8Array): ActionRecord {
  const map = shape.map(decodeCbor(bytes, MAX_RECORD_BYTES), KEYS, "");
  if (map.kind !== ACTION_KIND) throw new DppError("action/version", `this reader knows ${ACTION_KIND}`);
  const previous = shape.bytes(map.previous, 0, 32, "/previous");
  if (previous.length !== 0 && previous.length !== 32) throw shape.refuse("/previous", "0 or 32 bytes");
  return checkActionRecord({
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    passport: toHex(shape.bytes(map.passport, 28, 28, "/passport")),
    previous: toHex(previous),
    type: shape.oneOf(map.type, ACTION_TYPES, "/type"),
    at: shape.int(map.at, "/at"),
    actor: map.actor === null ? null : toHex(shape.bytes(map.actor, 13, 28, "/actor")),
    elements: shape.list(map.elements, MAX_ACTION_ELEMENTS, "/elements", elementFromCbor),
    sealed: shape.list(map.sealed, MAX_ACTION_SECTIONS, "/sealed", sectionFromCbor),
    handOver: handOverFromCbor(map.handOver, "/handOver"),
  });
}
