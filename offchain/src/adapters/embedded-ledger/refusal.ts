/** Turns Scalus' refusal, a text, into a named error. */
import { DppError } from "../../domain/errors.js";

/** The last trace is the rule that failed: contracts trace a rule's name when it does not hold. */
export const ruleNames = (logs: readonly string[]): string[] =>
  logs.map((line) => line.trim()).filter((line) => line !== "");

export function refusal(message: string, logs: readonly string[]): DppError {
  return new DppError("ledger/refused", `the ledger refused the transaction: ${message}`, {
    details: { rule: "unknown", message, logs },
  });
}
