/** Why an authority or the consortium ended something, by the number in the redeemer. Spec: docs/spec/datum.md "Reasons". */
export const REASONS = [
  "none-given",
  "key-lost-or-stolen",
  "false-statements",
  "accreditation-ended",
  "unsafe-product",
  "counterfeit",
  "ceased-or-insolvent",
  "under-investigation",
  "issued-in-error",
] as const;
export type Reason = (typeof REASONS)[number];

/** In words: `unsafe product`; a number that this version does not know is shown as it is. */
export const reasonName = (reason: number): string =>
  REASONS[reason]?.replaceAll("-", " ") ?? `reason ${reason}`;

/** Name or number → number; `null` when it is neither. */
export function parseReason(text: string): number | null {
  const at = (REASONS as readonly string[]).indexOf(text);
  if (at >= 0) return at;
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : null;
}
