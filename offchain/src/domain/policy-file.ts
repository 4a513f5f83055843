/** Reads a policy from JSON and refuses what could not be used later. Spec: docs/spec/policy.md "File". */
import { isGroupName, isToken } from "./document.js";
import {
  isElementId,
  isFieldName,
  isRecord,
  isUnit,
  MAX_DEPTH,
  MAX_ELEMENTS,
  SCALAR_TYPES,
  scalarMisfit,
} from "./element.js";
import { DppError } from "./errors.js";
import {
  ACCESS,
  APPLICABILITY,
  type FieldShape,
  type Policy,
  type PolicyElement,
  type PolicyGroup,
  type Shape,
} from "./policy.js";
import { ROLES } from "./role.js";

type Json = Readonly<Record<string, unknown>>;

const MAX_GROUPS = 32;
const MAX_CATEGORIES = 32;
const MAX_FIELDS = 64;
const MAX_CHOICES = 256;

const refuse = (path: string, expected: string): DppError =>
  new DppError("policy/malformed", `policy${path}: expected ${expected}`, { details: { path } });

function record(value: unknown, path: string, keys: readonly string[] | null): Json {
  if (!isRecord(value)) throw refuse(path, "an object");
  const unknown = keys === null ? undefined : Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw refuse(`${path}/${unknown}`, `no key beyond ${keys?.join(", ")}`);
  return value;
}

function list<T>(
  value: unknown,
  path: string,
  max: number,
  item: (value: unknown, path: string) => T,
): readonly T[] {
  if (!Array.isArray(value) || value.length > max) throw refuse(path, `a list of at most ${max}`);
  return value.map((entry, index) => item(entry, `${path}/${index}`));
}

function check<T>(value: unknown, path: string, fits: (value: never) => boolean, expected: string): T {
  if (!fits(value as never)) throw refuse(path, expected);
  return value as T;
}

const oneOf =
  <T extends string>(names: readonly T[]) =>
  (value: unknown, path: string): T =>
    check(value, path, (name: T) => names.includes(name), `one of ${names.join(", ")}`);

const text = (value: unknown, path: string): string =>
  check(
    value,
    path,
    (it: string) => scalarMisfit("string", it) === null && it.length <= 512,
    "text of 1 to 512 characters",
  );

const distinct = (values: readonly string[], path: string): void => {
  if (new Set(values).size !== values.length) throw refuse(path, "no repetition");
};

/** @throws DppError `policy/malformed` with the JSON pointer. */
export function parsePolicy(json: unknown): Policy {
  const file = record(json, "", [
    "name",
    "version",
    "title",
    "categories",
    "missingMandatory",
    "groups",
    "elements",
  ]);
  const categories = parseCategories(file.categories);
  const groups = list(file.groups, "/groups", MAX_GROUPS, parseGroup);
  const names = groups.map(({ name }) => name);
  distinct(names, "/groups");
  const elements = list(file.elements, "/elements", MAX_ELEMENTS, (element, path) =>
    parseElement(element, path, names, Object.keys(categories)),
  );
  distinct(
    elements.map(({ id }) => id),
    "/elements",
  );
  return {
    name: check(file.name, "/name", isToken, "a name of lower-case letters, digits and hyphens"),
    version: check(
      file.version,
      "/version",
      (it: number) => Number.isSafeInteger(it) && it >= 1,
      "a whole number from 1",
    ),
    title: text(file.title, "/title"),
    categories,
    missingMandatory: oneOf(["refuse", "warn"])(file.missingMandatory, "/missingMandatory"),
    groups,
    elements,
  };
}

function parseCategories(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value, "/categories", null));
  if (entries.length < 1 || entries.length > MAX_CATEGORIES)
    throw refuse("/categories", "1 to 32 categories");
  return Object.fromEntries(
    entries.map(([name, label]) => [
      check<string>(name, "/categories", isToken, "category names"),
      text(label, `/categories/${name}`),
    ]),
  );
}

function parseGroup(value: unknown, path: string): PolicyGroup {
  const group = record(value, path, ["name", "access", "roles"]);
  const access = oneOf(ACCESS)(group.access, `${path}/access`);
  const roles = list(group.roles, `${path}/roles`, ROLES.length, oneOf(ROLES));
  distinct(roles, `${path}/roles`);
  if (access === "public" && roles.length > 0) throw refuse(`${path}/roles`, "no roles: everybody reads it");
  return { name: check(group.name, `${path}/name`, isGroupName, "a group's name"), access, roles };
}

function parseElement(
  value: unknown,
  path: string,
  groups: readonly string[],
  categories: readonly string[],
): PolicyElement {
  const element = record(value, path, [
    "id",
    "group",
    "shape",
    "label",
    "source",
    "number",
    "lifecycle",
    "applicability",
  ]);
  const applicability = record(element.applicability ?? {}, `${path}/applicability`, categories);
  return {
    id: check(
      element.id,
      `${path}/id`,
      (id: string) => typeof id === "string" && isElementId(id),
      "a dotted lower-camel path",
    ),
    group: oneOf(groups)(element.group, `${path}/group`),
    shape: parseShape(element.shape, `${path}/shape`, 0),
    label: text(element.label, `${path}/label`),
    source: element.source == null ? null : text(element.source, `${path}/source`),
    number:
      element.number == null
        ? null
        : check(
            element.number,
            `${path}/number`,
            (it: number) => Number.isSafeInteger(it) && it >= 0,
            "a whole number",
          ),
    lifecycle: oneOf(["static", "dynamic"])(element.lifecycle ?? "static", `${path}/lifecycle`),
    applicability: Object.fromEntries(
      Object.entries(applicability).map(([category, it]) => [
        category,
        oneOf(APPLICABILITY)(it, `${path}/applicability/${category}`),
      ]),
    ),
  };
}

function parseShape(value: unknown, path: string, depth: number): Shape {
  if (depth >= MAX_DEPTH) throw refuse(path, `at most ${MAX_DEPTH} levels`);
  const type = oneOf([...SCALAR_TYPES, "list", "object"])(record(value, path, null).type, `${path}/type`);
  if (type === "list") {
    const { items } = record(value, path, ["type", "items", "label", "optional"]);
    return { type, items: parseShape(items, `${path}/items`, depth + 1) };
  }
  if (type === "object") {
    const fields = Object.entries(
      record(record(value, path, ["type", "fields", "label", "optional"]).fields, `${path}/fields`, null),
    );
    if (fields.length < 1 || fields.length > MAX_FIELDS)
      throw refuse(`${path}/fields`, `1 to ${MAX_FIELDS} fields`);
    return {
      type,
      fields: Object.fromEntries(
        fields.map(([name, field]) => [name, parseField(name, field, `${path}/fields/${name}`, depth)]),
      ),
    };
  }
  const {
    unit,
    oneOf: choices,
    min,
    max,
  } = record(value, path, ["type", "unit", "oneOf", "min", "max", "label", "optional"]);
  const numeric = type === "decimal" || type === "integer";
  if (!numeric && (min ?? max ?? unit) !== undefined) throw refuse(path, "unit and bounds for numbers alone");
  if (type !== "string" && choices !== undefined) throw refuse(path, "choices for text alone");
  const bound = (it: unknown, name: string): string =>
    check(it, `${path}/${name}`, (text: string) => scalarMisfit("decimal", text) === null, "decimal text");
  return {
    type,
    ...(unit === undefined
      ? {}
      : {
          unit: check<string>(
            unit,
            `${path}/unit`,
            (it: string) => typeof it === "string" && isUnit(it),
            "a UCUM code",
          ),
        }),
    ...(choices === undefined ? {} : { oneOf: list(choices, `${path}/oneOf`, MAX_CHOICES, text) }),
    ...(min === undefined ? {} : { min: bound(min, "min") }),
    ...(max === undefined ? {} : { max: bound(max, "max") }),
  };
}

function parseField(name: string, value: unknown, path: string, depth: number): FieldShape {
  if (!isFieldName(name)) throw refuse(path, "a field name in lower camel case");
  const { optional, label } = record(value, path, null);
  if (optional !== undefined && optional !== true) throw refuse(`${path}/optional`, "true, or nothing");
  return {
    ...parseShape(value, path, depth + 1),
    ...(optional ? { optional: true as const } : {}),
    ...(label === undefined ? {} : { label: text(label, `${path}/label`) }),
  };
}
