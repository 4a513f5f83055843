/** How the preset `eu-battery` writes one data point. */
import type { Applicability, PolicyElement, Shape } from "../domain/policy.js";

const APPLIES: Readonly<Record<string, Applicability>> = {
  M: "mandatory",
  C: "conditional",
  O: "optional",
  P: "pending",
  N: "notToBeFilled",
};

/** Applicability as three letters: ev, lmt, industrial; e.g. `MMC`. */
function applicability(letters: string): Readonly<Record<string, Applicability>> {
  const [ev, lmt, industrial] = [...letters].map((letter) => APPLIES[letter] ?? "optional");
  return { ev: ev ?? "optional", lmt: lmt ?? "optional", industrial: industrial ?? "optional" };
}

export type Point = readonly [
  number: number,
  id: string,
  shape: Shape,
  applies: string,
  source: string | null,
  label: string,
];

/** `source` is short for a provision of Regulation (EU) 2023/1542. */
export const points = (
  group: string,
  lifecycle: PolicyElement["lifecycle"],
  rows: readonly Point[],
): readonly PolicyElement[] =>
  rows.map(([number, id, shape, applies, source, label]) => ({
    id: `battery.${id}`,
    group,
    shape,
    label,
    source: source === null ? null : `(EU) 2023/1542 ${source}`,
    number,
    lifecycle,
    applicability: applicability(applies),
  }));
