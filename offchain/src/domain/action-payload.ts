/**
 * The file that a person writes for one action: `{ "elements": [...], "sealed": { "<group>": [...], "owner": [...] } }`. Every fault is reported at once.
 * Spec: docs/spec/action.md "Types and their elements"; for people: docs/actions.md.
 */
import { MAX_ACTION_ELEMENTS, MAX_ACTION_SECTIONS } from "./action.js";
import { shapeOfActionElement, unitOf } from "./action-elements.js";
import type { Fault } from "./document-input.js";
import {
  compareIds,
  type Element,
  type ElementType,
  type ElementValue,
  isElementId,
  isElementType,
  isRecord,
  isUnit,
  valueMisfit,
} from "./element.js";
import { DppError } from "./errors.js";
import { parseJson } from "./json.js";
import { findElement, findGroup, type Policy, type Shape } from "./policy.js";
import { shapeMisfit } from "./policy-values.js";

export interface ActionPayload {
  /** Public, by id. */
  readonly elements: readonly Element[];
  /** By section: a group's name, or `owner`. */
  readonly sealed: readonly SealedPayload[];
}

export interface SealedPayload {
  readonly section: string;
  /** By id. */
  readonly elements: readonly Element[];
}

/** The name under which a payload has what is sealed to the owner, whatever groups a policy has. */
export const OWNER_PAYLOAD = "owner";

export const MAX_PAYLOAD_BYTES = 256 * 1024;
const MAX_FAULTS = 100;

const fault = (path: string, message: string, code = "action/payload"): Fault => ({ code, path, message });

function raise(faults: readonly Fault[]): never {
  const [first] = faults as [Fault];
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new DppError(first.code, `${first.path || "/"}: ${first.message}${more}`, {
    details: { path: first.path, faults: faults.slice(0, MAX_FAULTS) },
  });
}

/**
 * `policy`: of the passport, when it is known: its elements have its shapes here too, and those of a sealed group are not accepted in public.
 * @throws DppError with the code of the first fault: `action/too-large`, `action/malformed-json`, `action/duplicate-key`, `action/payload`,
 *   `action/not-public`, `action/wrong-group`; details `{ path, faults }`.
 */
export function parseActionPayload(input: string | Uint8Array, policy: Policy | null): ActionPayload {
  return readActionPayload(parseJson(input, "action", MAX_PAYLOAD_BYTES), policy);
}

/** As `parseActionPayload`, of JSON that is parsed already. */
export function readActionPayload(json: unknown, policy: Policy | null): ActionPayload {
  if (!isRecord(json)) return raise([fault("", "expected an object of elements and sealed")]);
  const unknown = Object.keys(json).find((key) => key !== "elements" && key !== "sealed");
  if (unknown !== undefined) return raise([fault(`/${unknown}`, "only elements and sealed belong here")]);
  const sealed = json.sealed ?? {};
  if (!isRecord(sealed))
    return raise([fault("/sealed", "expected an object: a list of elements for each group")]);
  if (Object.keys(sealed).length > MAX_ACTION_SECTIONS)
    return raise([fault("/sealed", `at most ${MAX_ACTION_SECTIONS} sections`, "action/too-large")]);
  const faults: Fault[] = [];
  const payload: ActionPayload = {
    elements: readList(json.elements ?? [], "/elements", null, policy, faults),
    sealed: Object.entries(sealed)
      .map(([section, list]) => ({
        section,
        elements: readList(list, `/sealed/${section}`, section, policy, faults),
      }))
      .filter(({ elements }) => elements.length > 0),
  };
  if (faults.length > 0) raise(faults);
  return payload;
}

/** `section`: null for the public ones. */
function readList(
  list: unknown,
  path: string,
  section: string | null,
  policy: Policy | null,
  faults: Fault[],
): readonly Element[] {
  if (!Array.isArray(list)) {
    faults.push(fault(path, "expected a list of elements"));
    return [];
  }
  if (list.length > MAX_ACTION_ELEMENTS) {
    faults.push(fault(path, `at most ${MAX_ACTION_ELEMENTS} elements`, "action/too-large"));
    return [];
  }
  const seen = new Set<string>();
  const elements = list.flatMap((json: unknown, index): Element[] => {
    const at = `${path}/${index}`;
    const read = readElement(json, at, policy);
    const wrong = "code" in read ? read : (placeFault(read, at, section, policy) ?? twice(read, at, seen));
    if (wrong !== null) faults.push(wrong);
    return wrong !== null || "code" in read ? [] : [read];
  });
  return elements.toSorted(compareIds);
}

function twice({ id }: Element, path: string, seen: Set<string>): Fault | null {
  if (seen.has(id)) return fault(`${path}/id`, `${id} stands twice`);
  seen.add(id);
  return null;
}

/** What a policy keeps sealed is not told in clear by way of an action, nor to another group. */
function placeFault(
  { id }: Element,
  path: string,
  section: string | null,
  policy: Policy | null,
): Fault | null {
  const entry = policy === null ? null : findElement(policy, id);
  if (policy === null || entry === null || findGroup(policy, entry.group)?.access === "public") return null;
  if (section === null)
    return fault(
      `${path}/id`,
      `${id} belongs to the group ${entry.group}: put it under sealed`,
      "action/not-public",
    );
  if (section !== OWNER_PAYLOAD && section !== entry.group)
    return fault(
      `${path}/id`,
      `${id} belongs to the group ${entry.group}, not to ${section}`,
      "action/wrong-group",
    );
  return null;
}

const MEMBERS = ["id", "type", "value", "unit", "absent"];

function readElement(json: unknown, path: string, policy: Policy | null): Element | Fault {
  if (!isRecord(json) || typeof json.id !== "string" || !isElementId(json.id))
    return fault(path, "expected an element with an id, a dotted lower-camel path");
  const extra = Object.keys(json).find((key) => !MEMBERS.includes(key));
  if (extra !== undefined) return fault(`${path}/${extra}`, `an element has ${MEMBERS.join(", ")}`);
  const { id, type, value, unit, absent } = json;
  if (absent !== undefined) {
    const misfit = valueMisfit("absent", absent);
    if (misfit !== null) return fault(`${path}/absent`, `expected ${misfit.expected}`);
    if (value !== undefined || unit !== undefined || type !== undefined)
      return fault(path, "an absent element has neither value nor unit");
    return { id, type: "absent", value: absent as ElementValue, unit: null };
  }
  if (value === undefined) return fault(path, "expected a value, or absent with a reason");
  const shape =
    shapeOfActionElement(id) ?? (policy === null ? null : (findElement(policy, id)?.shape ?? null));
  return shape === null ? readFree(id, json, path) : readShaped(id, shape, json, path);
}

function readShaped(
  id: string,
  shape: Shape,
  { type, value, unit }: Readonly<Record<string, unknown>>,
  path: string,
): Element | Fault {
  if (type !== undefined && type !== shape.type)
    return fault(`${path}/type`, `${id} has the type ${shape.type}`);
  const misfit = shapeMisfit(shape, value) ?? valueMisfit(shape.type, value);
  if (misfit !== null) return fault(`${path}/value${misfit.path}`, `expected ${misfit.expected}`);
  const expected = unitOf(shape);
  if (unit !== undefined && unit !== expected)
    return fault(`${path}/unit`, expected === null ? `${id} has no unit` : `expected ${expected}`);
  return { id, type: shape.type, value: value as ElementValue, unit: expected };
}

/** An element that nobody has a shape for: `type` says what the text means, else it is what JSON says. */
function readFree(
  id: string,
  { type, value, unit }: Readonly<Record<string, unknown>>,
  path: string,
): Element | Fault {
  const stated = type ?? typeOf(value);
  if (!isElementType(stated) || stated === "absent")
    return fault(
      `${path}/type`,
      "expected the type of an element, e.g. string, decimal (as text), date, uri",
    );
  const misfit = valueMisfit(stated, value);
  if (misfit !== null) return fault(`${path}/value${misfit.path}`, `expected ${misfit.expected}`);
  if (unit !== undefined && (typeof unit !== "string" || !isUnit(unit)))
    return fault(`${path}/unit`, "expected a UCUM code");
  return { id, type: stated, value: value as ElementValue, unit: unit ?? null };
}

function typeOf(value: unknown): ElementType | null {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (Number.isSafeInteger(value)) return "integer";
  if (Array.isArray(value)) return "list";
  return isRecord(value) ? "object" : null;
}
