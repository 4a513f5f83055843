/**
 * Preset `eu-battery`: the battery passport of Regulation (EU) 2023/1542, Art. 77 and Annex XIII. Spec: docs/spec/policy.md "eu-battery".
 * Numbers, legal sources and applicability of the 71 data points follow the European Commission's guidance "Digital Batteries Passport -
 * data points by category" 1.0 (28 July 2026, CC BY 4.0); ids, types and labels are ours.
 */
import type { Policy } from "../domain/policy.js";
import { DESIGN_POINTS } from "./eu-battery-design.js";
import { INTEREST_POINTS } from "./eu-battery-interest.js";
import { PERFORMANCE_POINTS } from "./eu-battery-performance.js";
import { USE_POINTS } from "./eu-battery-use.js";

export const EU_BATTERY: Policy = {
  name: "eu-battery",
  version: 1,
  title: "EU battery passport",
  categories: {
    ev: "Electric vehicle battery",
    lmt: "Light means of transport battery",
    industrial: "Industrial battery with a capacity greater than 2 kWh",
  },
  missingMandatory: "refuse",
  groups: [
    // Annex XIII point 1.
    { name: "public", access: "public", roles: [] },
    // Point 2 (a): persons with a legitimate interest, and the authorities.
    { name: "composition", access: "escrow", roles: ["RECYCLER", "AUTHORITY"] },
    // Point 2 (b) to (d).
    { name: "dismantling", access: "escrow", roles: ["RECYCLER", "REPAIRER", "AUTHORITY"] },
    // Point 3: notified bodies, market surveillance authorities and the Commission only.
    { name: "reports", access: "escrow", roles: ["AUTHORITY"] },
    // Point 4: the individual battery in use; not for authorities, and not for the resolver.
    { name: "use", access: "direct", roles: ["RECYCLER", "REPAIRER"] },
  ],
  elements: [...DESIGN_POINTS, ...PERFORMANCE_POINTS, ...INTEREST_POINTS, ...USE_POINTS],
};
