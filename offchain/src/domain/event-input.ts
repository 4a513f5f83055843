/**
 * The file that a person writes for one event. Spec: docs/spec/event.md "Input file". Places become cells here and what was finer is dropped; no fault repeats a
 * value of the file, so that none reaches a log.
 */
import type { Fault } from "./document-input.js";
import { type Element, type ElementValue, isRecord, scalarMisfit } from "./element.js";
import { DppError, isDppError } from "./errors.js";
import { EVENT_TYPES, type EventType, MAX_EVENT_INTEGER } from "./event.js";
import { amendsNothing, fieldMisfit, MAX_PAYLOAD_ELEMENTS, missingFields, unitsOf } from "./event-payload.js";
import { type EventField, fieldOfEvent, isEventType } from "./event-schema.js";
import { parseJson } from "./json.js";
import { coarsen } from "./place.js";
import { parseCard } from "./supplier-card.js";

export interface EventInput {
  readonly type: EventType;
  /** As in the leaf: "" or 16, 28 or 32 bytes hex. */
  readonly subject: string;
  /** POSIX ms; `null`: the device's clock says. */
  readonly captured: number | null;
  /** In the order of the file, a place last; all fit the type. */
  readonly elements: readonly Element[];
}

export const MAX_EVENT_FILE_BYTES = 256 * 1024;
/** Where `place` of the file goes. */
export const PLACE_FIELD = "event.place.cell";
const MAX_FAULTS = 100;

const KEYS = ["type", "subject", "captured", "elements", "place"] as const;

class Faults {
  readonly list: Fault[] = [];
  add(code: string, path: string, message: string): null {
    this.list.push({ code: `event/${code}`, path, message });
    return null;
  }
  raise(): never {
    const [first] = this.list as [Fault];
    const more = this.list.length > 1 ? ` (and ${this.list.length - 1} more)` : "";
    throw new DppError(first.code, `${first.path || "/"}: ${first.message}${more}`, {
      details: { path: first.path, faults: this.list.slice(0, MAX_FAULTS) },
    });
  }
}

/**
 * Reads and checks the whole file; every fault is reported at once in `details.faults`.
 * @throws DppError with the code of the first fault: `event/too-large`, `event/malformed-json`, `event/duplicate-key`, `event/file`, `event/unknown-key`,
 *   `event/type`, `event/subject`, `event/captured`, `event/too-many-elements`, `event/unknown-field`, `event/duplicate-field`, `event/wrong-type`,
 *   `event/unit-mismatch`, `event/bad-place`, `event/precise-place`, `event/missing-field`, `event/same-tier`.
 */
export function eventInputOf(input: string | Uint8Array): EventInput {
  const faults = new Faults();
  const file = readFile(input, faults);
  const { type } = file;
  if (!isEventType(type)) {
    faults.add("type", "/type", `expected one of ${EVENT_TYPES.join(", ")}`);
    return faults.raise();
  }
  const read: EventInput = {
    type,
    subject: subjectOf(type, file.subject, faults),
    captured: capturedOf(file.captured, faults),
    elements: elementsOf(type, file, faults),
  };
  if (faults.list.length > 0) faults.raise();
  for (const id of missingFields(type, read.elements))
    faults.add("missing-field", "/elements", `an event of type ${type} needs ${id}`);
  if (amendsNothing(read.elements))
    faults.add("same-tier", "/elements", "an amendment names another tier than the event has");
  return faults.list.length > 0 ? faults.raise() : read;
}

function readFile(input: string | Uint8Array, faults: Faults): Readonly<Record<string, unknown>> {
  const json = parsed(input);
  if (!isRecord(json)) {
    faults.add("file", "", "expected an object");
    return faults.raise();
  }
  onlyKeys(json, "", KEYS, faults);
  return json;
}

/** The parser's own messages quote the file, and a file can hold a place. */
function parsed(input: string | Uint8Array): unknown {
  try {
    return parseJson(input, "event", MAX_EVENT_FILE_BYTES);
  } catch (error) {
    if (isDppError(error, "event/malformed-json")) throw new DppError(error.code, "no well-formed JSON");
    if (isDppError(error, "event/duplicate-key"))
      throw new DppError(error.code, "a key stands twice in one object");
    throw error;
  }
}

/** Names the key when it is a mere word. */
function onlyKeys(
  json: Readonly<Record<string, unknown>>,
  path: string,
  known: readonly string[],
  faults: Faults,
): void {
  for (const key of Object.keys(json).filter((it) => !known.includes(it)))
    faults.add(
      "unknown-key",
      /^[A-Za-z]{1,32}$/.test(key) ? `${path}/${key}` : path,
      `only ${known.join(", ")} belong here`,
    );
}

const NEEDS_EVENT: readonly EventType[] = ["correction", "tier-amendment"];
/** UUID version 8, with dashes or without. */
const EVENT_ID =
  /^(?:[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}|[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/;
const NAME_OR_COMMITMENT = /^(?:[0-9a-f]{56}|[0-9a-f]{64})$/;

function subjectOf(type: EventType, subject: unknown, faults: Faults): string {
  const needed = NEEDS_EVENT.includes(type);
  if (!needed && (subject === undefined || subject === "")) return "";
  if (typeof subject === "string") {
    if (EVENT_ID.test(subject)) return subject.replaceAll("-", "");
    if (!needed && NAME_OR_COMMITMENT.test(subject)) return subject;
  }
  faults.add(
    "subject",
    "/subject",
    needed
      ? `an event of type ${type} names the event that it is about: expected its id`
      : "expected an event's id, a token's name (28 bytes) or a commitment (32 bytes), in lower-case hexadecimal, or nothing",
  );
  return "";
}

function capturedOf(captured: unknown, faults: Faults): number | null {
  if (captured === undefined || captured === null) return null;
  const time = scalarMisfit("dateTime", captured) === null ? Date.parse(String(captured)) : Number.NaN;
  if (time >= 0 && time <= MAX_EVENT_INTEGER) return time;
  return faults.add("captured", "/captured", "expected a UTC time YYYY-MM-DDThh:mm:ssZ from 1970 on");
}

function elementsOf(
  type: EventType,
  { elements, place }: Readonly<Record<string, unknown>>,
  faults: Faults,
): readonly Element[] {
  const list: readonly unknown[] = Array.isArray(elements) ? elements : [];
  if (!Array.isArray(elements)) faults.add("file", "/elements", "expected a list of elements");
  if (list.length + (place === undefined ? 0 : 1) > MAX_PAYLOAD_ELEMENTS) {
    faults.add("too-many-elements", "/elements", `at most ${MAX_PAYLOAD_ELEMENTS} elements`);
    return [];
  }
  const seen = new Set<string>();
  const found = list.map((json, at) => elementOf(type, json, `/elements/${at}`, seen, faults));
  if (place !== undefined) found.push(placeOf(type, place, seen, faults));
  return found.filter((element) => element !== null);
}

function elementOf(
  type: EventType,
  json: unknown,
  path: string,
  seen: Set<string>,
  faults: Faults,
): Element | null {
  if (!isRecord(json) || typeof json.id !== "string")
    return faults.add("file", path, "expected an element with an id");
  onlyKeys(json, path, ["id", "value", "unit"], faults);
  const field = fieldOfEvent(type, json.id);
  if (field === null)
    return faults.add("unknown-field", `${path}/id`, `an event of type ${type} has no such element`);
  if (seen.has(field.id)) return faults.add("duplicate-field", `${path}/id`, `${field.id} stands twice`);
  seen.add(field.id);
  return statedElement(field, json.value, json.unit, path, faults);
}

function placeOf(type: EventType, place: unknown, seen: Set<string>, faults: Faults): Element | null {
  const field = fieldOfEvent(type, PLACE_FIELD);
  if (field === null)
    return faults.add("unknown-field", "/place", `an event of type ${type} has no ${PLACE_FIELD}`);
  if (seen.has(PLACE_FIELD))
    return faults.add("duplicate-field", "/place", `${PLACE_FIELD} stands among the elements already`);
  return statedElement(field, place, undefined, "", faults, "/place");
}

function statedElement(
  field: EventField,
  given: unknown,
  unit: unknown,
  path: string,
  faults: Faults,
  valuePath = `${path}/value`,
): Element | null {
  const value = plainValue(field, given, valuePath, faults);
  if (value === null) return null;
  const units = unitsOf(field);
  const stated = unit === undefined && units.length === 1 ? units[0] : (unit ?? null);
  const element = { id: field.id, type: field.type, value, unit: stated } as Element;
  const misfit = fieldMisfit(field, element);
  if (misfit === null) return element;
  const at = misfit.at === "unit" ? `${path}/unit` : valuePath;
  return faults.add(misfit.code.slice("event/".length), at, `${field.id}: expected ${misfit.expected}`);
}

/** What the element holds in place of what a person may write: a cell for degrees, an id for a card's text. */
function plainValue(field: EventField, given: unknown, path: string, faults: Faults): ElementValue | null {
  if (given === undefined || given === null)
    return faults.add("wrong-type", path, `${field.id}: expected a value`);
  const form = "form" in field ? field.form : null;
  if (form === "cell" && isRecord(given)) return cellOf(given, path, faults);
  return form === "card" && typeof given === "string" ? cardOf(given) : (given as ElementValue);
}

function cellOf(place: Readonly<Record<string, unknown>>, path: string, faults: Faults): string | null {
  onlyKeys(place, path, ["latitude", "longitude"], faults);
  try {
    return coarsen(place.latitude as number, place.longitude as number);
  } catch (error) {
    if (!isDppError(error)) throw error;
    return faults.add("bad-place", path, error.message);
  }
}

/** What is no card stays as it is, for `fieldMisfit` to refuse. */
function cardOf(text: string): string {
  try {
    return parseCard(text);
  } catch (error) {
    if (isDppError(error, "supplier/card-text")) return text;
    throw error;
  }
}
