/** Annex XIII point 1 (g) to (t): performance as designed, marking, conformity, instructions. Data points 25 to 44. */
import { points } from "./eu-battery-point.js";
import {
  celsius,
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
} from "./shapes.js";

const positive = (unit: string) => decimal(unit, { min: "0" });

const voltage = object({
  voltage: decimal("V", { min: "0" }),
  temperatureMin: optional(celsius),
  temperatureMax: optional(celsius),
});

export const PERFORMANCE_POINTS = points("public", "static", [
  [25, "design.ratedCapacity", positive("A.h"), "NNN", "Annex XIII 1 (g)", "Rated capacity (given as capacity)"],
  [26, "design.voltage.minimum", voltage, "MMM", "Annex XIII 1 (h)", "Minimum voltage"],
  [27, "design.voltage.nominal", voltage, "MMM", "Annex XIII 1 (h)", "Nominal voltage"],
  [28, "design.voltage.maximum", voltage, "MMM", "Annex XIII 1 (h)", "Maximum voltage"],
  [29, "design.power", positive("W"), "MMM", "Annex XIII 1 (i)", "Original power capability"],
  [
    30,
    "design.powerLimits",
    list(
      object({
        direction: oneOf("charge", "discharge"),
        power: positive("W"),
        duration: optional(positive("s")),
        temperatureMin: optional(celsius),
        temperatureMax: optional(celsius),
      }),
    ),
    "MMM",
    "Annex XIII 1 (i)",
    "Power limits",
  ],
  [31, "lifetime.cycles", integer(), "MMC", "Annex XIII 1 (j)", "Expected lifetime in cycles"],
  [
    32,
    "lifetime.referenceTest",
    object({ name: string, document: optional(uri) }),
    "MMC",
    "Annex XIII 1 (j)",
    "Reference test of the expected lifetime",
  ],
  [33, "lifetime.exhaustionThreshold", percent, "MNN", "Annex XIII 1 (k)", "Capacity threshold for exhaustion"],
  [
    34,
    "design.idleTemperature",
    object({ minimum: celsius, maximum: celsius, referenceTest: optional(string) }),
    "MMM",
    "Annex XIII 1 (l)",
    "Temperature range that it withstands when not in use",
  ],
  [35, "warranty.calendarLife", integer("mo"), "CCC", "Annex XIII 1 (m)", "Commercial warranty for the calendar life"],
  [36, "efficiency.initial", percent, "MMC", "Annex XIII 1 (n)", "Initial round trip energy efficiency"],
  [37, "efficiency.halfLife", percent, "MMC", "Annex XIII 1 (n)", "Round trip energy efficiency at 50 % of cycle life"],
  [
    38,
    "design.resistance",
    object({ cell: positive("Ohm"), pack: positive("Ohm") }),
    "MMM",
    "Annex XIII 1 (o)",
    "Internal resistance of cell and pack",
  ],
  [39, "lifetime.testRate", positive("/h"), "MMC", "Annex XIII 1 (p)", "C-rate of the cycle-life test"],
  [
    40,
    "marking.separateCollection",
    object({ symbol: uri, meaning: string }),
    "MMM",
    "Annex XIII 1 (q), Art. 13(4)",
    "Separate collection symbol",
  ],
  [
    41,
    "marking.heavyMetals",
    list(oneOf("Cd", "Pb")),
    "CCC",
    "Annex XIII 1 (q), Art. 13(5)",
    "Symbols of cadmium and lead",
  ],
  [
    42,
    "conformity.declaration",
    object({ document: uri, number: string, date }),
    "MMM",
    "Annex XIII 1 (r), Art. 18",
    "EU declaration of conformity",
  ],
  [
    43,
    "endOfLife.information",
    object({
      prevention: uri,
      separateCollection: uri,
      takeBack: uri,
      handling: uri,
      labels: uri,
      impacts: uri,
    }),
    "MMM",
    "Annex XIII 1 (s), Art. 74(1) (a)-(f)",
    "Prevention and management of waste batteries",
  ],
  [44, "instructions.use", uri, "PPP", "Annex XIII 1 (t)", "Instructions for use"],
]);
