/** Annex XIII points 2 and 3: for persons with a legitimate interest and for authorities. Data points 45 to 50. */
import { points } from "./eu-battery-point.js";
import { date, integer, list, object, oneOf, optional, percent, string, uri } from "./shapes.js";

const materials = list(object({ name: string, casNumber: optional(string), share: percent }));

export const INTEREST_POINTS = [
  ...points("composition", "static", [
    [
      45,
      "composition.detailed",
      object({ cathode: materials, anode: materials, electrolyte: materials }),
      "MMM",
      "Annex XIII 2 (a)",
      "Detailed composition of cathode, anode and electrolyte",
    ],
  ]),
  ...points("dismantling", "static", [
    [
      46,
      "components.partNumbers",
      list(object({ component: string, partNumber: string })),
      "MMM",
      "Annex XIII 2 (b)",
      "Part numbers of components",
    ],
    [
      47,
      "components.spareSources",
      list(object({ name: string, address: string, email: optional(uri), web: optional(uri) })),
      "MMM",
      "Annex XIII 2 (b)",
      "Sources of replacement spares",
    ],
    [
      48,
      "dismantling.information",
      object({
        explodedDiagrams: list(uri),
        sequence: list(string),
        fastenings: list(object({ kind: string, count: integer() })),
        tools: list(string),
        warnings: list(string),
        cellCount: integer(),
        cellLayout: string,
      }),
      "MMM",
      "Annex XIII 2 (c)",
      "Dismantling information",
    ],
    [
      49,
      "safety.measures",
      object({ measures: list(string), document: optional(uri) }),
      "MMM",
      "Annex XIII 2 (d)",
      "Safety measures",
    ],
  ]),
  ...points("reports", "static", [
    [
      50,
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
      "MMM",
      "Annex XIII 3",
      "Results of test reports",
    ],
  ]),
];
