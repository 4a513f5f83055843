/** Roles, in the order of the datum's constructors (docs/spec/datum.md). */
export const ROLES = [
  "MANUFACTURER",
  "INTERMEDIARY",
  "RECYCLER",
  "REPAIRER",
  "AUTHORITY",
  "SUPERVISOR",
  "STATION",
  "GATEWAY",
  "LAB",
] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Roles whose work is to capture events. Others may, too. */
export const CAPTURING_ROLES: readonly Role[] = ["SUPERVISOR", "STATION", "GATEWAY", "LAB"];
