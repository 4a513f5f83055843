/**
 * The file that a manufacturer writes for one passport. Spec: docs/spec/document.md "Input file". Two steps, since the policy that judges the
 * elements is named in the file: `parsePassportFile` reads the frame, `checkElements` holds the elements against the policy.
 */

import { utf8 } from "./bytes.js";
import { isLanguage, isToken, MAX_IMAGE_BYTES, MAX_NAME_BYTES } from "./document.js";
import {
  type Absence,
  type Element,
  type ElementValue,
  isRecord,
  MAX_ELEMENTS,
  scalarMisfit,
  valueMisfit,
} from "./element.js";
import { DppError, isDppError } from "./errors.js";
import { type Identifier, parseIdentifier } from "./identifier.js";
import { parseJson } from "./json.js";
import { type Applicability, findElement, type Policy, type PolicyElement } from "./policy.js";
import { shapeMisfit } from "./policy-values.js";

/** One thing that is wrong with a file. */
export interface Fault {
  readonly code: string;
  /** JSON pointer (RFC 6901) into the file. */
  readonly path: string;
  readonly message: string;
}

export interface PassportFile {
  /** A preset's name, or the policy itself as JSON (not yet parsed). */
  readonly policy: string | Readonly<Record<string, unknown>>;
  readonly identifier: Identifier;
  readonly product: {
    readonly name: string;
    readonly image: string;
    readonly category: string;
    readonly language: string;
  };
  readonly elements: readonly unknown[];
}

export const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FAULTS = 100;

const raise = (faults: readonly Fault[]): never => {
  const [first] = faults as [Fault];
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new DppError(first.code, `${first.path || "/"}: ${first.message}${more}`, {
    details: { path: first.path, faults: faults.slice(0, MAX_FAULTS) },
  });
};

const fault = (code: string, path: string, message: string): Fault => ({
  code: `document/${code}`,
  path,
  message,
});

/**
 * @throws DppError `document/too-large`, `document/malformed-json`, `document/duplicate-key`, `document/file`, `document/unknown-key`,
 *   `document/product`, `document/too-many-elements`, `identifier/*`; details `{ path, faults }`.
 */
export function parsePassportFile(input: string | Uint8Array): PassportFile {
  const json = parseJson(input, "document", MAX_FILE_BYTES);
  const file = members(json, "", ["policy", "identifier", "product", "elements"]);
  const { policy, elements } = file;
  if (typeof policy !== "string" && !isRecord(policy))
    return raise([fault("file", "/policy", "expected a policy's name or the policy itself")]);
  if (!Array.isArray(elements)) return raise([fault("file", "/elements", "expected a list of elements")]);
  if (elements.length > MAX_ELEMENTS)
    return raise([fault("too-many-elements", "/elements", `at most ${MAX_ELEMENTS} elements`)]);
  return {
    policy,
    identifier: identifierOf(members(file.identifier, "/identifier", ["gtin", "serial"])),
    product: productOf(members(file.product, "/product", ["name", "image", "category", "language"])),
    elements,
  };
}

function members(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return raise([fault("file", path, "expected an object")]);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    raise(
      unknown.map((key) => fault("unknown-key", `${path}/${key}`, `only ${known.join(", ")} belong here`)),
    );
  return value;
}

function identifierOf({ gtin, serial }: Readonly<Record<string, unknown>>): Identifier {
  if (typeof gtin !== "string")
    return raise([fault("file", "/identifier/gtin", "expected the GTIN as text")]);
  if (typeof serial !== "string")
    return raise([fault("file", "/identifier/serial", "expected the serial number as text")]);
  try {
    return parseIdentifier(gtin, serial);
  } catch (error) {
    if (!isDppError(error)) throw error;
    const path = error.code.startsWith("identifier/gtin") ? "/identifier/gtin" : "/identifier/serial";
    return raise([{ code: error.code, path, message: error.message }]);
  }
}

function productOf(product: Readonly<Record<string, unknown>>): PassportFile["product"] {
  const { name, image, category, language = "en" } = product;
  const faults: Fault[] = [];
  const require = (fits: boolean, field: string, expected: string): void => {
    if (!fits) faults.push(fault("product", `/product/${field}`, `expected ${expected}`));
  };
  require(scalarMisfit("string", name) === null &&
    utf8(name as string).length <= MAX_NAME_BYTES, "name", `text of 1 to ${MAX_NAME_BYTES} bytes`);
  require(scalarMisfit("uri", image) === null &&
    (image as string).length <= MAX_IMAGE_BYTES, "image", `a URI of at most ${MAX_IMAGE_BYTES} characters`);
  require(isToken(category), "category", "the name of a category");
  require(isLanguage(language), "language", "a BCP 47 tag, e.g. en or de-AT");
  if (faults.length > 0) raise(faults);
  return { name, image, category, language } as PassportFile["product"];
}

/** Elements that the policy accepts, and what it only warns of. */
export interface CheckedElements {
  readonly elements: readonly Element[];
  readonly warnings: readonly Fault[];
}

/**
 * Each element is `{ id, value, unit? }` or `{ id, absent: reason }`.
 * @throws DppError with the code of the first fault: `document/category`, `document/file`, `document/unknown-key`, `document/unknown-element`,
 *   `document/duplicate-element`, `document/wrong-type`, `document/too-deep`, `document/unit-mismatch`, `document/missing-mandatory`;
 *   details `{ path, faults }`.
 */
export function checkElements(
  policy: Policy,
  file: Pick<PassportFile, "elements"> & { readonly product: Pick<PassportFile["product"], "category"> },
): CheckedElements {
  const { category } = file.product;
  if (!Object.hasOwn(policy.categories, category))
    raise([
      fault("category", "/product/category", `expected one of ${Object.keys(policy.categories).join(", ")}`),
    ]);
  const seen = new Set<string>();
  const faults: Fault[] = [];
  const elements = file.elements.flatMap((json, index): Element[] => {
    const read = readElement(policy, json, `/elements/${index}`, seen);
    if ("code" in read) faults.push(read);
    return "code" in read ? [] : [read];
  });
  if (faults.length > 0) raise(faults);
  const missing = missingMandatory(policy, category, elements);
  if (missing.length > 0 && policy.missingMandatory === "refuse") raise(missing);
  return { elements, warnings: [...missing, ...unexpected(policy, category, elements)] };
}

function readElement(policy: Policy, json: unknown, path: string, seen: Set<string>): Element | Fault {
  if (!isRecord(json) || typeof json.id !== "string")
    return fault("file", path, "expected an element with an id");
  const { id, value, unit, absent } = json;
  const extra = Object.keys(json).find((key) => !["id", "value", "unit", "absent"].includes(key));
  if (extra !== undefined)
    return fault("unknown-key", `${path}/${extra}`, "an element has id, value and unit, or id and absent");
  const entry = findElement(policy, id);
  if (entry === null)
    return fault("unknown-element", `${path}/id`, `the policy ${policy.name} has no element ${id}`);
  if (seen.has(id)) return fault("duplicate-element", `${path}/id`, `${id} stands twice`);
  seen.add(id);
  return absent === undefined ? readValue(entry, value, unit, path) : readAbsence(json, path);
}

function readAbsence(
  { id, absent, value, unit }: Readonly<Record<string, unknown>>,
  path: string,
): Element | Fault {
  const misfit = scalarMisfit("absent", absent);
  if (misfit !== null) return fault("wrong-type", `${path}/absent`, `expected ${misfit.expected}`);
  if (value !== undefined || unit !== undefined)
    return fault("file", path, "an absent element has neither value nor unit");
  return { id: id as string, type: "absent", value: absent as Absence, unit: null };
}

function readValue(entry: PolicyElement, value: unknown, unit: unknown, path: string): Element | Fault {
  const { shape, id } = entry;
  if (value === undefined) return fault("file", path, "expected a value, or absent with a reason");
  const bounds = valueMisfit(shape.type, value);
  if (bounds?.beyondBounds)
    return fault("too-deep", `${path}/value${bounds.path}`, `expected ${bounds.expected}`);
  const misfit = shapeMisfit(shape, value) ?? bounds;
  if (misfit !== null)
    return fault("wrong-type", `${path}/value${misfit.path}`, `expected ${misfit.expected}`);
  const expected = "unit" in shape ? (shape.unit ?? null) : null;
  if (unit !== undefined && unit !== expected)
    return fault(
      "unit-mismatch",
      `${path}/unit`,
      expected === null ? `${id} has no unit` : `expected ${expected}`,
    );
  return { id, type: shape.type, value: value as ElementValue, unit: expected };
}

const applicabilityOf = (entry: PolicyElement, category: string): Applicability =>
  entry.applicability[category] ?? "optional";

function missingMandatory(policy: Policy, category: string, elements: readonly Element[]): readonly Fault[] {
  const stated = new Set(elements.filter(({ type }) => type !== "absent").map(({ id }) => id));
  return policy.elements
    .filter((entry) => applicabilityOf(entry, category) === "mandatory" && !stated.has(entry.id))
    .map(({ id, label }) =>
      fault("missing-mandatory", "/elements", `${id} (${label}) is mandatory for ${category}`),
    );
}

function unexpected(policy: Policy, category: string, elements: readonly Element[]): readonly Fault[] {
  return elements.flatMap(({ id, type }, index) => {
    const entry = findElement(policy, id);
    const empty = entry !== null && applicabilityOf(entry, category) === "notToBeFilled";
    return empty && type !== "absent"
      ? [fault("not-to-be-filled", `/elements/${index}/value`, `${id} is not to be filled for ${category}`)]
      : [];
  });
}
