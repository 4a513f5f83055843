/**
 * Preset `ladder`: public ⊂ supply chain ⊂ authority, with a dictionary for textiles. Spec: docs/spec/policy.md "ladder".
 * No delegated act asks for these elements yet; they are what textile labels and supply chains commonly state.
 */
import type { Applicability, Policy, PolicyElement, Shape } from "../domain/policy.js";
import {
  date,
  decimal,
  integer,
  list,
  object,
  oneOf,
  optional,
  percent,
  string,
  uri,
  yearMonth,
} from "./shapes.js";

const MANDATORY: Readonly<Record<string, Applicability>> = { textile: "mandatory" };

const rows = (
  group: string,
  entries: readonly (readonly [id: string, shape: Shape, label: string, applies?: "mandatory"])[],
): readonly PolicyElement[] =>
  entries.map(([id, shape, label, applies]) => ({
    id: `textile.${id}`,
    group,
    shape,
    label,
    source: null,
    number: null,
    lifecycle: "static",
    applicability: applies === undefined ? {} : MANDATORY,
  }));

const stage = object({
  step: string,
  operatorId: string,
  name: string,
  country: string,
  date: optional(date),
});

export const LADDER: Policy = {
  name: "ladder",
  version: 1,
  title: "Three tiers: public, supply chain, authority",
  categories: { textile: "Textile product" },
  missingMandatory: "warn",
  groups: [
    { name: "public", access: "public", roles: [] },
    { name: "supplyChain", access: "escrow", roles: ["INTERMEDIARY", "RECYCLER", "REPAIRER", "AUTHORITY"] },
    { name: "authority", access: "escrow", roles: ["AUTHORITY"] },
  ],
  elements: [
    ...rows("public", [
      ["product.description", string, "Description", "mandatory"],
      ["product.size", string, "Size"],
      ["product.colour", string, "Colour"],
      ["product.weight", decimal("g", { min: "0" }), "Weight"],
      ["brand.name", string, "Brand", "mandatory"],
      ["brand.web", uri, "Web site of the brand"],
      [
        "fibres.composition",
        list(object({ fibre: string, share: percent })),
        "Fibre composition",
        "mandatory",
      ],
      ["fibres.recycled", percent, "Recycled fibre content"],
      ["origin.fibre", string, "Country of the fibre's origin"],
      ["origin.making", string, "Country of making", "mandatory"],
      ["origin.date", yearMonth, "Month of making"],
      ["care.instructions", list(string), "Care instructions", "mandatory"],
      ["care.repair", uri, "Repair instructions"],
      ["endOfLife.takeBack", uri, "Take-back scheme"],
      ["durability.washes", integer(), "Washes withstood in the durability test"],
      ["impact.carbon", decimal("kg", { min: "0" }), "Carbon footprint, CO2 equivalent"],
    ]),
    ...rows("supplyChain", [
      ["chain.stages", list(stage), "Stages of production"],
      ["chain.batch", string, "Production batch"],
      ["disassembly.trims", list(object({ part: string, material: string })), "Trims and how they come off"],
      ["chemistry.finishes", list(string), "Finishes applied"],
    ]),
    ...rows("authority", [
      ["customs.commodityCode", string, "Commodity code"],
      [
        "conformity.testReports",
        list(
          object({
            requirement: string,
            laboratory: string,
            date,
            result: oneOf("passed", "failed"),
            report: uri,
          }),
        ),
        "Test reports",
      ],
      [
        "chemistry.restrictedSubstances",
        list(object({ name: string, casNumber: string, share: percent })),
        "Restricted substances",
      ],
    ]),
  ],
};
