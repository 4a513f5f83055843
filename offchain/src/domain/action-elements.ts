/** Which elements each type of action needs, and the form of those that everybody should find under one name. Spec: docs/spec/action.md "Types". */
import type { ActionType } from "./action.js";
import type { Element } from "./element.js";
import { DppError } from "./errors.js";
import type { Shape } from "./policy.js";
import { shapeMisfit } from "./policy-values.js";

const text: Shape = { type: "string" };

/** Shapes by element id. Further elements are free. */
export const ACTION_ELEMENTS: Readonly<Record<string, Shape>> = {
  "action.text": text,
  "action.document": { type: "uri" },
  "repair.done": text,
  "repair.fault": text,
  "repair.parts": {
    type: "list",
    items: {
      type: "object",
      fields: {
        name: text,
        number: { type: "string", optional: true },
        quantity: { type: "integer", min: "1", optional: true },
      },
    },
  },
  "service.done": text,
  "service.next": { type: "date" },
  "inspection.result": { type: "string", oneOf: ["pass", "conditional", "fail"] },
  "inspection.scheme": text,
  "return.reason": text,
  "soh.value": { type: "decimal", unit: "%", min: "0", max: "100" },
  "soh.method": text,
  "soh.cycles": { type: "integer", min: "0" },
  "theft.report": text,
  "recall.reason": { type: "integer", min: "0", max: "255" },
  "recall.notice": { type: "uri" },
  "recall.measure": text,
};

/** For each type: of every list, one element at least. */
export const NEEDED_ELEMENTS: Readonly<Record<ActionType, readonly (readonly string[])[]>> = {
  transfer: [],
  repair: [["repair.done"]],
  service: [["service.done"]],
  inspection: [["inspection.result"]],
  return: [["return.reason"]],
  soh: [["soh.value"]],
  theft: [],
  loss: [],
  found: [],
  recall: [["recall.reason"], ["recall.notice", "action.text"]],
  note: [["action.text", "action.document"]],
};

/** A recall that nobody can read is none. */
const PUBLIC_ONLY: readonly ActionType[] = ["recall"];

export const shapeOfActionElement = (id: string): Shape | null =>
  Object.hasOwn(ACTION_ELEMENTS, id) ? (ACTION_ELEMENTS[id] ?? null) : null;

export const unitOf = (shape: Shape): string | null => ("unit" in shape ? (shape.unit ?? null) : null);

const refuse = (message: string, details: Record<string, unknown>): DppError =>
  new DppError("action/element", message, { details });

/** Holds elements of a fixed form to it; they may be stated absent. @throws DppError `action/element`. */
export function checkActionElements(elements: readonly Element[]): void {
  for (const { id, type, value, unit } of elements) {
    const shape = shapeOfActionElement(id);
    if (shape === null || type === "absent") continue;
    if (type !== shape.type) throw refuse(`${id}: expected the type ${shape.type}`, { id });
    const misfit = shapeMisfit(shape, value);
    if (misfit !== null) throw refuse(`${id}${misfit.path}: expected ${misfit.expected}`, { id });
    const expected = unitOf(shape);
    if (unit !== expected)
      throw refuse(`${id}: ${expected === null ? "has no unit" : `expected the unit ${expected}`}`, { id });
  }
}

/**
 * `hidden`: elements of sealed sections, or null when they are sealed and cannot be looked at. @throws DppError `action/element`.
 */
export function checkNeeded(
  type: ActionType,
  open: readonly Element[],
  hidden: readonly Element[] | null,
): void {
  const publicOnly = PUBLIC_ONLY.includes(type);
  if (hidden === null && !publicOnly) return;
  const stated = new Set(
    [...open, ...(publicOnly ? [] : (hidden ?? []))]
      .filter((element) => element.type !== "absent")
      .map(({ id }) => id),
  );
  const lacking = NEEDED_ELEMENTS[type].find((ids) => !ids.some((id) => stated.has(id)));
  if (lacking === undefined) return;
  const where = publicOnly ? "in public" : "in public or sealed";
  throw refuse(`an action of type ${type} needs ${lacking.join(" or ")}, ${where}`, {
    type,
    needed: lacking,
  });
}
