/** Holds a value against the shape that a policy gives it. Spec: docs/spec/policy.md "Shapes". */
import { isRecord, type Misfit, scalarMisfit } from "./element.js";
import type { FieldShape, Shape } from "./policy.js";

/** What does not fit, with a JSON pointer from the value; `null` when all fits. */
export function shapeMisfit(shape: Shape, value: unknown, path = ""): Misfit | null {
  if (shape.type === "list") {
    if (!Array.isArray(value)) return { path, expected: "a list" };
    return firstMisfit(value, (item, index) => shapeMisfit(shape.items, item, `${path}/${index}`));
  }
  if (shape.type === "object") return recordMisfit(shape.fields, value, path);
  return scalarMisfit(shape.type, value, path) ?? boundMisfit(shape, value, path);
}

function recordMisfit(
  fields: Readonly<Record<string, FieldShape>>,
  value: unknown,
  path: string,
): Misfit | null {
  if (!isRecord(value)) return { path, expected: "an object" };
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    return { path: `${path}/${unknown}`, expected: `no field beyond ${Object.keys(fields).join(", ")}` };
  return firstMisfit(Object.entries(fields), ([name, field]) => {
    if (Object.hasOwn(value, name)) return shapeMisfit(field, value[name], `${path}/${name}`);
    return field.optional ? null : { path: `${path}/${name}`, expected: "this field" };
  });
}

function boundMisfit(
  shape: Exclude<Shape, { type: "list" | "object" }>,
  value: unknown,
  path: string,
): Misfit | null {
  const { oneOf, min, max } = shape;
  if (oneOf !== undefined && !oneOf.includes(value as string))
    return { path, expected: `one of ${oneOf.join(", ")}` };
  const number = String(value);
  if (min !== undefined && compareDecimals(number, min) < 0) return { path, expected: `at least ${min}` };
  if (max !== undefined && compareDecimals(number, max) > 0) return { path, expected: `at most ${max}` };
  return null;
}

/** Compares decimal texts as the numbers that they mean, exactly. */
export function compareDecimals(a: string, b: string): number {
  const fraction = (text: string): string => text.split(".")[1] ?? "";
  const scale = Math.max(fraction(a).length, fraction(b).length);
  const scaled = (text: string): bigint =>
    BigInt((text.split(".")[0] ?? "") + fraction(text).padEnd(scale, "0"));
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function firstMisfit<T>(
  items: readonly T[],
  check: (item: T, index: number) => Misfit | null,
): Misfit | null {
  for (const [index, item] of items.entries()) {
    const misfit = check(item, index);
    if (misfit !== null) return misfit;
  }
  return null;
}
