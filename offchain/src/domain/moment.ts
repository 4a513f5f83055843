/** A moment of the past as people name it: a day, or a time with its zone. Spec: docs/spec/history.md "As of a moment". */
import { DppError } from "./errors.js";

const DAY = /^(\d{4}-\d{2}-\d{2})$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

const malformed = (): DppError =>
  new DppError(
    "archive/moment",
    "name a day (2027-03-01, its end in UTC) or a time with its zone (2027-03-01T12:00:00Z)",
  );

/**
 * POSIX ms. A day means its end in UTC, so that what happened on it has happened; today means now.
 * @throws DppError `archive/moment`, `archive/future`.
 */
export function parseMoment(text: string, now: number): number {
  const [, date] = DAY.exec(text) ?? TIME.exec(text) ?? [];
  if (date === undefined) throw malformed();
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // A calendar that has no such day may count on into the next month.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) throw malformed();
  const isDay = DAY.test(text);
  const start = isDay ? midnight : Date.parse(text);
  if (Number.isNaN(start)) throw malformed();
  if (start > now)
    throw new DppError("archive/future", `${text} is still to come: what will be is on no ledger`);
  return isDay ? Math.min(start + DAY_MS - 1, now) : start;
}
