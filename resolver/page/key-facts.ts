/** What a consumer looks for first, by policy, under a consumer's labels; what a passport lacks or leaves empty is left out. */
import { type Element, isRecord } from "@cardano-dpp/offchain/domain/element";
import { TEXTS } from "./texts.js";

export interface KeyFact {
  /** Null: the policy's own label. */
  readonly label: string | null;
  readonly element: Element;
}

/** Key of the label, id, and for an object the field that is meant. */
type Wanted = readonly [label: string, id: string, field?: string];

const FIRST: Readonly<Record<string, readonly Wanted[]>> = {
  "eu-battery": [
    ["manufacturer", "battery.manufacturer.name"],
    ["model", "battery.identity.model", "model"],
    ["carbon", "battery.carbonFootprint.label"],
    ["capacity", "battery.design.ratedCapacity"],
    ["cycles", "battery.lifetime.cycles"],
    ["made", "battery.manufacturing.date"],
    ["weight", "battery.design.weight"],
  ],
  ladder: [
    ["brand", "textile.brand.name"],
    ["description", "textile.product.description"],
    ["fibres", "textile.fibres.composition"],
    ["origin", "textile.origin.making"],
    ["care", "textile.care.instructions"],
    ["footprint", "textile.impact.carbon"],
  ],
};
const OTHERWISE = 5;

export function keyFacts(policy: string, elements: readonly Element[]): readonly KeyFact[] {
  const stated = elements.filter(({ type }) => type !== "absent");
  const first = FIRST[policy];
  if (first === undefined) return stated.slice(0, OTHERWISE).map((element) => ({ label: null, element }));
  return first.flatMap(([label, id, field]) => {
    const element = stated.find((candidate) => candidate.id === id);
    return element === undefined
      ? []
      : [{ label: TEXTS.keyFacts[label] ?? null, element: fieldOf(element, field) }];
  });
}

function fieldOf(element: Element, field: string | undefined): Element {
  if (field === undefined || !isRecord(element.value)) return element;
  const value = element.value[field];
  return typeof value === "string" ? { ...element, type: "string", value } : element;
}
