/**
 * Typed data elements (EN 18223) and what their values may be. Spec: docs/spec/document.md "Element".
 * Knows no dictionary: `policy-values.ts` holds a value against the shape that a policy gives.
 */
import { utf8 } from "./bytes.js";
import { DppError } from "./errors.js";

export const SCALAR_TYPES = [
  "string",
  "decimal",
  "integer",
  "boolean",
  "date",
  "yearMonth",
  "dateTime",
  "uri",
] as const;
export type ScalarType = (typeof SCALAR_TYPES)[number];
/** `absent`: the element is stated to have no value; the value is the reason. */
export type ElementType = ScalarType | "list" | "object" | "absent";
export const ELEMENT_TYPES: readonly ElementType[] = [...SCALAR_TYPES, "list", "object", "absent"];

/**
 * Why an element has no value: the law wants it empty for this category; the law that asks for it does not apply yet;
 * its condition is not met; it is not known yet.
 */
export const ABSENCES = ["notToBeFilled", "pending", "notApplicable", "notAvailable"] as const;
export type Absence = (typeof ABSENCES)[number];

/** Decimals, dates and URIs are text, so that no float ever stands under a hash. Numbers are safe integers. */
export type ElementValue = string | number | boolean | readonly ElementValue[] | ElementRecord;
export interface ElementRecord {
  readonly [field: string]: ElementValue;
}

export interface Element {
  /** Dotted lower-camel path, e.g. `battery.performance.ratedCapacity`. */
  readonly id: string;
  readonly type: ElementType;
  readonly value: ElementValue;
  /** UCUM code; `null` for a value without a unit. */
  readonly unit: string | null;
}

export const MAX_ELEMENTS = 1000;
export const MAX_ID_LENGTH = 96;
export const MAX_TEXT_BYTES = 8192;
export const MAX_URI_LENGTH = 2000;
export const MAX_UNIT_LENGTH = 24;
/** Levels of lists and objects in one value. */
export const MAX_DEPTH = 6;
/** Scalars, lists and objects in one value. */
export const MAX_NODES = 2000;

const ID = /^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*$/;
const FIELD = /^[a-z][A-Za-z0-9]{0,63}$/;
/** UCUM codes are printable ASCII without blanks. */
const UNIT = /^[!-~]{1,24}$/;

export const isElementId = (text: string): boolean => text.length <= MAX_ID_LENGTH && ID.test(text);
export const isFieldName = (text: string): boolean => FIELD.test(text);
export const isUnit = (text: string): boolean => UNIT.test(text);
export const isElementType = (text: unknown): text is ElementType =>
  (ELEMENT_TYPES as readonly unknown[]).includes(text);

/** Order of leaves: by the bytes of the id, which are ASCII. */
export const compareIds = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** Where and why a value is refused; `path` is a JSON pointer (RFC 6901) from the value. */
export interface Misfit {
  readonly path: string;
  readonly expected: string;
  /** Not the type is wrong, there is too much of it. */
  readonly beyondBounds?: true;
}

/** Well-formed Unicode without control characters other than tab and line ends, and without byte order marks. */
const isPlainText = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u.test(text);

const isDate = (text: string): boolean => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.toISOString().startsWith(text);
};

const isDateTime = (text: string): boolean => {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,3})?Z$/.exec(text) ?? [];
  return date !== undefined && isDate(date) && /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time ?? "");
};

/** Schemes that a page may show as a link. No `javascript:`, no `data:`. */
const URI = /^(?:https?:\/\/|mailto:|tel:|urn:|did:|ipfs:\/\/)[!-~]+$/i;

interface Scalar {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

const text = (expected: string, accepts: (text: string) => boolean): Scalar => ({
  expected,
  accepts: (value) => typeof value === "string" && accepts(value),
});

const SCALARS: Readonly<Record<ScalarType | "absent", Scalar>> = {
  string: text(
    `text of 1 to ${MAX_TEXT_BYTES} bytes`,
    (value) => value.length > 0 && isPlainText(value) && utf8(value).length <= MAX_TEXT_BYTES,
  ),
  // One text per number but for trailing zeros, which state precision; no "-0".
  decimal: text(
    'a decimal number as text, e.g. "94.5"',
    (value) =>
      value.length <= 40 && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value) && !/^-0(?:\.0+)?$/.test(value),
  ),
  integer: {
    expected: "a whole number",
    accepts: (value) => Number.isSafeInteger(value) && !Object.is(value, -0),
  },
  boolean: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  date: text("a date YYYY-MM-DD", isDate),
  yearMonth: text("a month YYYY-MM", (value) => /^\d{4}-(?:0[1-9]|1[0-2])$/.test(value)),
  dateTime: text("a UTC time YYYY-MM-DDThh:mm:ssZ", isDateTime),
  uri: text(
    "an absolute URI (https, http, mailto, tel, urn, did, ipfs)",
    (value) => value.length <= MAX_URI_LENGTH && URI.test(value),
  ),
  absent: text(`one of ${ABSENCES.join(", ")}`, (value) => (ABSENCES as readonly string[]).includes(value)),
};

/** What does not fit a scalar type, or `null`. */
export const scalarMisfit = (type: ScalarType | "absent", value: unknown, path = ""): Misfit | null =>
  SCALARS[type].accepts(value) ? null : { path, expected: SCALARS[type].expected };

/** Structure that any reader can check without a policy: bounds, field names, plain text. */
export function valueMisfit(type: ElementType, value: unknown): Misfit | null {
  if (type === "list") return Array.isArray(value) ? nestedMisfit(value) : { path: "", expected: "a list" };
  if (type === "object") return isRecord(value) ? nestedMisfit(value) : { path: "", expected: "an object" };
  return scalarMisfit(type, value);
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function nestedMisfit(root: unknown): Misfit | null {
  let nodes = 0;
  const visit = (value: unknown, path: string, depth: number): Misfit | null => {
    if (++nodes > MAX_NODES)
      return { path, expected: `at most ${MAX_NODES} values in one element`, beyondBounds: true };
    if (typeof value === "string") return scalarMisfit("string", value, path);
    if (typeof value === "number") return scalarMisfit("integer", value, path);
    if (typeof value === "boolean") return null;
    if (depth >= MAX_DEPTH) return { path, expected: `at most ${MAX_DEPTH} levels`, beyondBounds: true };
    if (Array.isArray(value)) return firstMisfit(value.entries(), path, depth);
    if (!isRecord(value)) return { path, expected: "a JSON value other than null" };
    const field = Object.keys(value).find((name) => !isFieldName(name));
    if (field !== undefined) return { path, expected: "field names in lower camel case" };
    return firstMisfit(Object.entries(value), path, depth);
  };
  const firstMisfit = (
    entries: Iterable<readonly [string | number, unknown]>,
    path: string,
    depth: number,
  ): Misfit | null => {
    for (const [key, value] of entries) {
      const misfit = visit(value, `${path}/${key}`, depth + 1);
      if (misfit !== null) return misfit;
    }
    return null;
  };
  return visit(root, "", 0);
}

/** @returns the element itself. @throws DppError `document/element-id`, `document/element-type`, `document/element-unit`. */
export function checkElement(element: Element): Element {
  const { id, type, value, unit } = element;
  if (typeof id !== "string" || !isElementId(id))
    throw new DppError("document/element-id", "an element's id is a dotted lower-camel path");
  if (!isElementType(type))
    throw new DppError("document/element-type", `${id}: unknown type`, { details: { id } });
  const misfit = valueMisfit(type, value);
  if (misfit !== null)
    throw new DppError("document/element-type", `${id}${misfit.path}: expected ${misfit.expected}`, {
      details: { id, path: misfit.path },
    });
  if (unit !== null && (typeof unit !== "string" || !isUnit(unit)))
    throw new DppError("document/element-unit", `${id}: expected a UCUM code`, { details: { id } });
  return element;
}
