/** Annex XIII point 4: the individual battery, as made and as used. Data points 51 to 71. */
import { points } from "./eu-battery-point.js";
import {
  celsius,
  date,
  dateTime,
  decimal,
  integer,
  list,
  object,
  oneOf,
  optional,
  percent,
  string,
} from "./shapes.js";

const positive = (unit: string) => decimal(unit, { min: "0" });

export const USE_POINTS = points("use", "dynamic", [
  [51, "use.ratedCapacity", positive("A.h"), "MMC", "Annex XIII 4 (a)", "Rated capacity"],
  [52, "use.capacityFade", percent, "MMC", "Annex XIII 4 (a)", "Capacity fade"],
  [53, "use.power", positive("W"), "MMC", "Annex XIII 4 (a)", "Power"],
  [54, "use.powerFade", percent, "MMC", "Annex XIII 4 (a)", "Power fade"],
  [55, "use.resistance", positive("Ohm"), "MMC", "Annex XIII 4 (a)", "Internal resistance"],
  [56, "use.resistanceIncrease", positive("%"), "MMC", "Annex XIII 4 (a)", "Increase of the internal resistance"],
  [57, "use.efficiency", percent, "CCC", "Annex XIII 4 (a)", "Round trip energy efficiency"],
  [58, "use.efficiencyFade", percent, "CCC", "Annex XIII 4 (a)", "Fade of the round trip energy efficiency"],
  [59, "use.expectedCycles", integer(), "MMC", "Annex XIII 4 (a)", "Expected lifetime in cycles"],
  [60, "use.expectedYears", positive("a"), "MMC", "Annex XIII 4 (a)", "Expected lifetime in calendar years"],
  [61, "health.certifiedEnergy", percent, "MNN", "Annex XIII 4 (b), Art. 14", "State of certified energy"],
  [62, "health.remainingCapacity", percent, "NMC", "Annex XIII 4 (b), Art. 14", "Remaining capacity"],
  [63, "health.remainingPower", percent, "NMC", "Annex XIII 4 (b), Art. 14", "Remaining power capability"],
  [64, "health.remainingEfficiency", percent, "NMC", "Annex XIII 4 (b), Art. 14", "Remaining round trip efficiency"],
  [
    65,
    "health.selfDischarge",
    list(object({ date, rate: positive("%/mo") })),
    "NMC",
    "Annex XIII 4 (b), Art. 14",
    "Evolution of the self-discharging rate",
  ],
  [66, "health.resistance", positive("Ohm"), "NMC", "Annex XIII 4 (b), Art. 14", "Ohmic resistance"],
  [
    67,
    "status.battery",
    oneOf("original", "repurposed", "re-used", "remanufactured", "waste"),
    "MMM",
    "Annex XIII 4 (c)",
    "Status of the battery",
  ],
  [68, "use.cycles", integer(), "CCC", "Annex XIII 4 (d)", "Charging and discharging cycles"],
  [
    69,
    "use.negativeEvents",
    list(object({ date, kind: string, description: optional(string) })),
    "CCC",
    "Annex XIII 4 (d)",
    "Negative events, such as accidents",
  ],
  [
    70,
    "use.conditions",
    list(
      object({
        from: dateTime,
        to: dateTime,
        temperatureMin: celsius,
        temperatureMean: optional(celsius),
        temperatureMax: celsius,
      }),
    ),
    "CCC",
    "Annex XIII 4 (d)",
    "Operating environmental conditions",
  ],
  [
    71,
    "use.charge",
    list(object({ time: dateTime, level: percent })),
    "CCC",
    "Annex XIII 4 (d)",
    "State of charge",
  ],
]);
