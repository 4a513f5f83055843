/** Shows elements: labels from the policy's dictionary, values by their type. */
import type { Element, ElementValue } from "@cardano-dpp/offchain/domain/element";
import { findElement, type Policy, type Shape } from "@cardano-dpp/offchain/domain/policy";
import { el } from "./dom.js";
import type { KeyFact } from "./key-facts.js";
import { TEXTS } from "./texts.js";

/** UCUM codes as people write them. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: "°C",
  "A.h": "Ah",
  "W.h": "Wh",
  "kW.h": "kWh",
  Ohm: "Ω",
  mOhm: "mΩ",
  a: "years",
  "kg/(kW.h)": "kg/kWh",
};

/** `batteryState` → `Battery state`. */
const inWords = (name: string): string => {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const labelOf = (policy: Policy | null, id: string): string =>
  (policy === null ? null : findElement(policy, id)?.label) ?? inWords(id.slice(id.lastIndexOf(".") + 1));

function valueNode(value: ElementValue, shape: Shape | null, unit: string | null): Node {
  if (Array.isArray(value)) {
    const items = value as readonly ElementValue[];
    const inner = shape?.type === "list" ? shape.items : null;
    return el("ul", {}, ...items.map((item) => el("li", {}, valueNode(item, inner, unitOf(inner)))));
  }
  if (typeof value === "object") {
    const fields = shape?.type === "object" ? shape.fields : {};
    const entries = Object.entries(value).flatMap(([name, entry]) => {
      const field = fields[name] ?? null;
      return [
        el("dt", {}, field?.label ?? inWords(name)),
        el("dd", {}, valueNode(entry, field, unitOf(field))),
      ];
    });
    return el("dl", { class: "facts" }, ...entries);
  }
  if (typeof value === "boolean") return document.createTextNode(value ? TEXTS.yes : TEXTS.no);
  const text = String(value);
  if (shape?.type === "uri") return linkNode(text);
  return document.createTextNode(unit === null ? text : `${text} ${UNITS[unit] ?? unit}`);
}

const unitOf = (shape: Shape | null): string | null =>
  shape !== null && "unit" in shape && shape.unit !== undefined ? shape.unit : null;

/** Only what a browser opens safely becomes a link; it learns nothing of the page that it was opened from. */
const linkNode = (uri: string): Node =>
  /^(?:https?:\/\/|mailto:|tel:)/i.test(uri)
    ? el("a", { href: uri, rel: "noopener noreferrer nofollow external" }, uri)
    : document.createTextNode(uri);

function elementValue(policy: Policy | null, { id, type, value, unit }: Element): Node {
  if (type === "absent") return document.createTextNode(TEXTS.absent[String(value)] ?? String(value));
  const known = policy === null ? null : (findElement(policy, id)?.shape ?? null);
  const shape = known ?? (type === "uri" ? { type: "uri" as const } : null);
  return valueNode(value, shape, unit);
}

const factRow = (policy: Policy | null, element: Element, label: string): readonly HTMLElement[] => [
  el("dt", {}, label),
  el("dd", { "data-element": element.id }, elementValue(policy, element)),
];

export const factList = (policy: Policy | null, elements: readonly Element[]): HTMLElement =>
  el(
    "dl",
    { class: "facts" },
    ...elements.flatMap((element) => factRow(policy, element, labelOf(policy, element.id))),
  );

export const keyFactList = (policy: Policy | null, facts: readonly KeyFact[]): HTMLElement =>
  el(
    "dl",
    { class: "facts key" },
    ...facts.flatMap(({ label, element }) => factRow(policy, element, label ?? labelOf(policy, element.id))),
  );

/** Elements by the second word of their ids, in the policy's order. */
export function sections(policy: Policy | null, elements: readonly Element[]): readonly HTMLElement[] {
  const order = new Map(policy?.elements.map(({ id }, at) => [id, at]));
  const place = ({ id }: Element): number => order.get(id) ?? order.size;
  const ordered = elements.toSorted((a, b) => place(a) - place(b));
  const titles = [...new Set(ordered.map(({ id }) => sectionOf(id)))];
  return titles.map((title) => {
    const own = ordered.filter(({ id }) => sectionOf(id) === title);
    const count = el("span", { class: "count" }, ` ${TEXTS.factCount(own.length)}`);
    return el("details", {}, el("summary", {}, el("h3", {}, inWords(title)), count), factList(policy, own));
  });
}

const sectionOf = (id: string): string => id.split(".").at(-2) ?? id;
