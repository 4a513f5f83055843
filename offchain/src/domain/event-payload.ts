/** The payload of an event: what happened, off the ledger, each element public or sealed to a group. Spec: docs/spec/event.md "Payload". */
import type { KeyWrap } from "./action.js";
import type { SaltedElement } from "./document.js";
import { compareIds, type Element, scalarMisfit } from "./element.js";
import { DppError } from "./errors.js";
import type { EventLeaf, EventType } from "./event.js";
import { type EventGroup, SEALED_GROUPS, type SealedEventGroup, type ValueRule } from "./event-fields.js";
import { EVENT_SCHEMA, type EventField, fieldOfEvent } from "./event-schema.js";
import { FORMS } from "./event-vocabulary.js";
import { compareDecimals } from "./policy-values.js";

export const MAX_PAYLOAD_ELEMENTS = 64;

/** What a record belongs to, and its seals are bound to. Byte strings are lower-case hex. */
export interface PayloadPlace {
  /** Config policy, 28 bytes. */
  readonly config: string;
  /** Attestation name, 13–28 bytes. */
  readonly source: string;
  readonly counter: number;
  readonly type: EventType;
}

/** What a leaf says of its payload. */
export type PayloadLeaf = Pick<EventLeaf, "source" | "counter" | "type" | "payload">;

export interface PayloadSection {
  readonly group: SealedEventGroup;
  /** Hash of the content key (32 bytes): every reader has the same one. */
  readonly commitment: Uint8Array;
  /** By key id, ascending. */
  readonly wraps: readonly KeyWrap[];
  /** Nonce(24) ‖ ciphertext ‖ tag(16). */
  readonly sealed: Uint8Array;
}

export interface PayloadRecord extends PayloadPlace {
  /** Public ones, by index and id, ascending. Leaf 0 is an element: there is no header. */
  readonly elements: readonly SaltedElement[];
  /** Leaf hashes, 32 bytes each. */
  readonly leaves: readonly Uint8Array[];
  /** By group, ascending. */
  readonly sections: readonly PayloadSection[];
}

/** Why a value is refused. Never the value: it may be what must not be known. */
export interface FieldMisfit {
  readonly code: "event/wrong-type" | "event/unit-mismatch" | "event/precise-place";
  readonly at: "value" | "unit";
  readonly expected: string;
}

const wrong = (expected: string): FieldMisfit => ({ code: "event/wrong-type", at: "value", expected });

/** What does not fit the element, or `null`. */
export function fieldMisfit(
  field: EventField,
  { type, value, unit }: Pick<Element, "type" | "value" | "unit">,
): FieldMisfit | null {
  if (type !== field.type) return wrong(`the type ${field.type}`);
  const misfit = valueMisfit(field, value);
  if (misfit !== null) return misfit;
  const units = unitsOf(field);
  if (unit === null ? units.length === 0 : units.includes(unit)) return null;
  const expected = units.length === 0 ? "no unit" : `the unit ${units.join(" or ")}`;
  return { code: "event/unit-mismatch", at: "unit", expected };
}

export const unitsOf = (rule: ValueRule): readonly string[] => (rule.type === "decimal" ? rule.units : []);

function valueMisfit(rule: ValueRule, value: unknown): FieldMisfit | null {
  if (rule.type === "list") return listMisfit(rule, value);
  const misfit = scalarMisfit(rule.type, value);
  if (misfit !== null) return wrong(misfit.expected);
  if (rule.type === "string") return textMisfit(rule, String(value));
  if (rule.type === "decimal") return decimalMisfit(rule, String(value));
  if (rule.type === "integer" && (Number(value) < rule.min || Number(value) > rule.max))
    return wrong(`a whole number from ${rule.min} to ${rule.max}`);
  return null;
}

function textMisfit(rule: ValueRule & { readonly type: "string" }, value: string): FieldMisfit | null {
  if ("values" in rule) return rule.values.includes(value) ? null : wrong(`one of ${rule.values.join(", ")}`);
  const { expected, accepts } = FORMS[rule.form];
  if (accepts(value)) return null;
  return rule.form === "cell" && isFinerPlace(value)
    ? { code: "event/precise-place", at: "value", expected }
    : wrong(expected);
}

/** Two degrees of which one has more than one decimal, however they are written. */
const isFinerPlace = (text: string): boolean => text.length <= 256 && /\d\.\d{2}/.test(text);

function decimalMisfit(rule: ValueRule & { readonly type: "decimal" }, value: string): FieldMisfit | null {
  const { min, max, places } = rule;
  const fits =
    (value.split(".")[1]?.length ?? 0) <= places &&
    compareDecimals(value, min) >= 0 &&
    compareDecimals(value, max) <= 0;
  return fits ? null : wrong(`a decimal from ${min} to ${max} with at most ${places} digits after the point`);
}

function listMisfit({ form, max }: ValueRule & { readonly type: "list" }, value: unknown) {
  const { expected, accepts } = FORMS[form];
  const fits =
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= max &&
    value.every(
      (item, at) => typeof item === "string" && accepts(item) && (at === 0 || value[at - 1] < item),
    );
  return fits ? null : wrong(`a list of 1 to ${max}, ascending and none twice, each ${expected}`);
}

/** A rule that no single element can break: what changes nothing is no amendment. */
export const amendsNothing = (elements: readonly Element[]): boolean => {
  const of = (id: string): unknown => elements.find((element) => element.id === id)?.value;
  return of("event.tier.from") !== undefined && of("event.tier.from") === of("event.tier.to");
};

/** @throws DppError `event/unknown-field`, `event/wrong-type`, `event/unit-mismatch`, `event/precise-place`; nothing of the value in it. */
export function requireField(type: EventType, element: Element): EventField {
  const field = fieldOfEvent(type, element.id);
  // What is no element's id may be anything, so it is not repeated.
  if (field === null)
    throw new DppError("event/unknown-field", `an event of type ${type} has no such element`, {
      details: { type },
    });
  const misfit = fieldMisfit(field, element);
  if (misfit !== null)
    throw new DppError(misfit.code, `${field.id}: expected ${misfit.expected}`, {
      details: { id: field.id },
    });
  return field;
}

/** Ids of mandatory elements that are not stated, of these groups or of all. */
export const missingFields = (
  type: EventType,
  stated: readonly Pick<Element, "id">[],
  groups: readonly EventGroup[] = ["public", ...SEALED_GROUPS],
): readonly string[] =>
  EVENT_SCHEMA[type]
    .filter(({ mandatory, group }) => mandatory && groups.includes(group))
    .map(({ id }) => id)
    .filter((id) => !stated.some((element) => element.id === id));

function requireStated(type: EventType, [missing]: readonly string[]): void {
  if (missing !== undefined)
    throw new DppError("event/missing-field", `an event of type ${type} needs ${missing}`, {
      details: { type, id: missing },
    });
}

function requireAmendment(elements: readonly Element[]): void {
  if (amendsNothing(elements))
    throw new DppError("event/same-tier", "an amendment names another tier than the event has");
}

/**
 * All elements of an event, in any order, held against its type.
 * @returns them by id, ascending, each with its field.
 * @throws DppError as `requireField`; `event/too-many-elements`, `event/duplicate-field`, `event/missing-field`, `event/same-tier`.
 */
export function requireFields(
  type: EventType,
  elements: readonly Element[],
): readonly { readonly element: Element; readonly field: EventField }[] {
  if (elements.length > MAX_PAYLOAD_ELEMENTS)
    throw new DppError("event/too-many-elements", `an event has at most ${MAX_PAYLOAD_ELEMENTS} elements`);
  const sorted = elements.toSorted(compareIds);
  const fields = sorted.map((element) => ({ element, field: requireField(type, element) }));
  const repeated = sorted.find(({ id }, at) => sorted[at - 1]?.id === id);
  if (repeated !== undefined)
    throw new DppError("event/duplicate-field", `${repeated.id} stands twice`, {
      details: { id: repeated.id },
    });
  requireStated(type, missingFields(type, elements));
  requireAmendment(elements);
  return fields;
}

/**
 * The elements of one group, as a record has them in one place: a card that stands among the public elements is refused, and so is a public one that is sealed.
 * @throws DppError as `requireField`; `event/wrong-group`, `event/missing-field`, `event/same-tier`.
 */
export function requireGroup(type: EventType, group: EventGroup, elements: readonly Element[]): void {
  for (const element of elements) {
    const field = requireField(type, element);
    if (field.group !== group)
      throw new DppError("event/wrong-group", `${field.id} is for the group ${field.group}, not ${group}`, {
        details: { id: field.id, group },
      });
  }
  requireStated(type, missingFields(type, elements, [group]));
  requireAmendment(elements);
}

/** @throws DppError `event/missing-field` when a group is not sealed that has mandatory elements. */
export function requireSections(type: EventType, sealed: readonly EventGroup[]): void {
  requireStated(
    type,
    missingFields(
      type,
      [],
      SEALED_GROUPS.filter((group) => !sealed.includes(group)),
    ),
  );
}
