/** Short forms in which the presets write shapes. */
import type { FieldShape, Shape } from "../domain/policy.js";

export const string = { type: "string" } as const satisfies Shape;
export const uri = { type: "uri" } as const satisfies Shape;
export const date = { type: "date" } as const satisfies Shape;
export const dateTime = { type: "dateTime" } as const satisfies Shape;
export const yearMonth = { type: "yearMonth" } as const satisfies Shape;

export const oneOf = (...choices: readonly string[]): Shape => ({ type: "string", oneOf: choices });
export const decimal = (unit?: string, bounds: { min?: string; max?: string } = {}): Shape => ({
  type: "decimal",
  ...(unit === undefined ? {} : { unit }),
  ...bounds,
});
export const integer = (unit?: string): Shape => ({
  type: "integer",
  ...(unit === undefined ? {} : { unit }),
  min: "0",
});
/** A share from 0 to 100. */
export const percent: Shape = decimal("%", { min: "0", max: "100" });
export const celsius: Shape = decimal("Cel");
export const list = (items: Shape): Shape => ({ type: "list", items });
export const object = (fields: Readonly<Record<string, FieldShape>>): Shape => ({ type: "object", fields });
export const optional = (shape: Shape): FieldShape => ({ ...shape, optional: true });
