/** Payloads of events: made from what is stated, opened with reading keys. Pure. Spec: docs/spec/event.md "Payload". */
import { decodePayload, encodePayload } from "../../codec/event-payload.js";
import { openPayloadSection, sealPayloadSection } from "../../crypto/event-seal.js";
import type { ReadingKeyPair } from "../../crypto/x25519.js";
import { SALT_BYTES, type SaltedElement } from "../../domain/document.js";
import type { Element } from "../../domain/element.js";
import { isDppError } from "../../domain/errors.js";
import type { EventType } from "../../domain/event.js";
import { SEALED_GROUPS, type SealedEventGroup } from "../../domain/event-fields.js";
import {
  type PayloadLeaf,
  type PayloadPlace,
  type PayloadRecord,
  type PayloadSection,
  requireFields,
} from "../../domain/event-payload.js";
import type { Disclosure } from "../../merkle/disclosure.js";
import { elementLeaf } from "../../merkle/document.js";
import {
  checkPayload,
  discloseFields,
  payloadHash,
  verifyPayloadElements,
} from "../../merkle/event-payload.js";
import type { Random } from "../../ports/clock.js";
import type { Mark } from "../actions/read.js";

/** X25519 public keys, as `readersOfEvent` answers them. */
export type ReadersByGroup = Readonly<Record<SealedEventGroup, readonly Uint8Array[]>>;

export interface MadePayload {
  /** Payload record (docs/spec/event.md "Payload record"). */
  readonly record: Uint8Array;
  /** Payload hash for the leaf, hex. */
  readonly hash: string;
}

/**
 * `elements`: in any order; places are cells already (`domain/event-input.ts` coarsens).
 * @throws DppError those of `requireFields`; `payload/no-readers`, `payload/too-many-readers`, `keyring/bad-public-key`, `event/too-large`, `payload/malformed`.
 */
export async function makePayload(
  type: EventType,
  elements: readonly Element[],
  { config, source, counter }: Omit<PayloadPlace, "type">,
  readers: ReadersByGroup,
  random: Random,
): Promise<MadePayload> {
  const place: PayloadPlace = { config, source, counter, type };
  const entries = requireFields(type, elements).map(({ element, field }, index) => ({
    group: field.group,
    salted: { index, element, salt: random.bytes(SALT_BYTES) } satisfies SaltedElement,
  }));
  const inGroup = (group: string): readonly SaltedElement[] =>
    entries.filter((entry) => entry.group === group).map(({ salted }) => salted);
  const leaves = entries.map(({ salted }) => elementLeaf(salted.element, salted.salt));
  const sections: PayloadSection[] = [];
  for (const group of SEALED_GROUPS) {
    const sealed = inGroup(group);
    if (sealed.length > 0)
      sections.push(await sealPayloadSection(group, sealed, readers[group], place, random));
  }
  const record = encodePayload({ ...place, elements: inGroup("public"), leaves, sections });
  return { record, hash: payloadHash(leaves) };
}

export interface OpenedPayloadSection {
  readonly group: SealedEventGroup;
  /** How many keys it is sealed to. */
  readonly readers: number;
  /** `null`: sealed to others, or `mark` says why it does not open. */
  readonly elements: readonly SaltedElement[] | null;
  readonly mark: Mark | null;
}

export interface OpenedPayload {
  readonly record: PayloadRecord;
  readonly sections: readonly OpenedPayloadSection[];
  /** All that this reader sees, public ones included, by index. */
  readonly elements: readonly SaltedElement[];
  /** Leaves whose element he does not see. */
  readonly hidden: number;
  /** What is wrong with the whole: `payload/leaf-collision`, `payload/unclaimed-leaf`. */
  readonly faults: readonly Mark[];
}

/**
 * `bytes`: payload record. `leaf`: of its event. `config`: policy of the deployment, hex. A section that is sealed to none of the keys stays closed; one that names
 * a key and is not sound is marked, and the rest is read nevertheless.
 * @throws DppError those of `decodePayload` and `checkPayload`.
 */
export async function openPayload(
  bytes: Uint8Array,
  leaf: PayloadLeaf,
  config: string,
  keys: readonly ReadingKeyPair[],
): Promise<OpenedPayload> {
  const record = decodePayload(bytes);
  checkPayload(record, leaf, config);
  const sections: OpenedPayloadSection[] = [];
  for (const section of record.sections) sections.push(await openOne(section, record, keys));
  const elements = [...record.elements, ...sections.flatMap((section) => section.elements ?? [])].toSorted(
    (a, b) => a.index - b.index,
  );
  const hidden = record.leaves.length - new Set(elements.map(({ index }) => index)).size;
  return { record, sections, elements, hidden, faults: faultsOf(sections, elements, hidden) };
}

async function openOne(
  section: PayloadSection,
  record: PayloadRecord,
  keys: readonly ReadingKeyPair[],
): Promise<OpenedPayloadSection> {
  const { group, wraps } = section;
  try {
    const elements = await openPayloadSection(section, record, keys);
    verifyPayloadElements(record.leaves, elements ?? []);
    return { group, readers: wraps.length, elements, mark: null };
  } catch (error) {
    if (!isDppError(error)) throw error;
    const mark = { code: error.code, message: error.message };
    return { group, readers: wraps.length, elements: null, mark };
  }
}

function faultsOf(
  sections: readonly OpenedPayloadSection[],
  elements: readonly SaltedElement[],
  hidden: number,
): readonly Mark[] {
  const faults: Mark[] = [];
  const collides = elements.some(({ index, element }, at) => {
    const before = elements[at - 1];
    return before !== undefined && (before.index === index || before.element.id >= element.id);
  });
  if (collides)
    faults.push({
      code: "payload/leaf-collision",
      message: "elements do not stand in the order of their ids: one is told twice, or out of its place",
    });
  if (hidden > 0 && sections.every((section) => section.elements !== null))
    faults.push({
      code: "payload/unclaimed-leaf",
      message: "the event commits to an element that stands in no section: nobody can read it",
    });
  return faults;
}

/** What everybody sees, each element with its proof. @throws DppError those of `decodePayload` and `checkPayload`. */
export function publicPayload(bytes: Uint8Array, leaf: PayloadLeaf, config: string): readonly Disclosure[] {
  const record = decodePayload(bytes);
  checkPayload(record, leaf, config);
  return discloseFields(record.leaves, record.elements);
}
