/** What a check of an event comes to, and all of them together. */
export type EventCheckState = "passed" | "failed" | "warning" | "unknown";

export interface EventCheck {
  readonly id:
    | "leaf"
    | "signature"
    | "seal"
    | "pack"
    | "ledger"
    | "tier"
    | "source"
    | "elements"
    | "amendments";
  readonly state: EventCheckState;
  readonly says: string;
}

export const is = (id: EventCheck["id"], state: EventCheckState, says: string): EventCheck => ({
  id,
  state,
  says,
});

export function worst(checks: readonly EventCheck[]): EventCheckState {
  const states = checks.map(({ state }) => state);
  if (states.includes("failed")) return "failed";
  const ledger = checks.find(({ id }) => id === "ledger");
  if (ledger?.state !== "passed") return "unknown";
  // A source that signs packs alone has no signature of single events, and a payload may be gone: the ledger has it all the same.
  return states.includes("warning") ? "warning" : "passed";
}
