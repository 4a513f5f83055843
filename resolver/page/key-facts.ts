/** What a consumer looks for first, by policy; elements that a passport lacks are left out. */
import type { Element } from "@cardano-dpp/offchain/domain/element";

const FIRST: Readonly<Record<string, readonly string[]>> = {
  "eu-battery": [
    "battery.manufacturer.name",
    "battery.identity.model",
    "battery.carbonFootprint.label",
    "battery.design.ratedCapacity",
    "battery.lifetime.cycles",
    "battery.manufacturing.date",
    "battery.design.weight",
  ],
  ladder: [
    "textile.brand.name",
    "textile.product.description",
    "textile.fibres.composition",
    "textile.origin.making",
    "textile.care.instructions",
    "textile.impact.carbon",
  ],
};
const OTHERWISE = 5;

export function keyFacts(policy: string, elements: readonly Element[]): readonly Element[] {
  const stated = elements.filter(({ type }) => type !== "absent");
  const first = FIRST[policy];
  if (first === undefined) return stated.slice(0, OTHERWISE);
  return first.flatMap((id) => stated.find((element) => element.id === id) ?? []);
}
