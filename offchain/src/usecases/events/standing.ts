/** Where an attestation stands at a moment, in words: its status alone does not say that its dates are over. */
import type { AttestationView } from "../resolve.js";
import { timeText } from "./check-leaf.js";

/** `Active` within its dates, `not valid before …`, `expired since …`, or the status that ended it. `now`: POSIX ms. */
export function standingText(
  { status, validFrom, validTo }: Pick<AttestationView, "status" | "validFrom" | "validTo">,
  now: number,
): string {
  if (status !== "Active") return status;
  if (now < validFrom) return `not valid before ${timeText(validFrom)}`;
  return now > validTo ? `expired since ${timeText(validTo)}` : status;
}
