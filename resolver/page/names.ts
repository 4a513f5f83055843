/** Words for the ledger's constants. */
export const ROLE_NAMES: Readonly<Record<string, string>> = {
  MANUFACTURER: "manufacturer",
  INTERMEDIARY: "distributor",
  RECYCLER: "recycler",
  REPAIRER: "repairer",
  AUTHORITY: "authority",
  SUPERVISOR: "supervisor",
  STATION: "station",
  GATEWAY: "gateway",
  LAB: "laboratory",
};

export const STATUS_NAMES: Readonly<Record<string, string>> = {
  Active: "Valid",
  Revoked: "REVOKED",
  Retired: "Retired",
  Repurposed: "Repurposed",
};
