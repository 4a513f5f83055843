/**
 * Places as cells of a tenth of a degree, so that nobody is found by them. Spec: docs/spec/event.md "Payload", places. What is finer goes in and never
 * comes out: no function here answers, stores or reports the numbers that it was given. `firmware/` coarsens the same integers to the same text.
 */
import { DppError } from "./errors.js";

/** Micro-degrees in a tenth of a degree. */
const MICRO_PER_CELL = 100_000;
const MAX_LATITUDE = 90;
const MAX_LONGITUDE = 180;

const CELL = /^cell:([+-])(\d{2})\.(\d)([+-])(\d{3})\.(\d)$/;

const badPlace = (expected: string): DppError =>
  new DppError("event/bad-place", `a place is ${expected}`, { details: { expected } });

/**
 * The cell that a place lies in, in degrees: `cell:+ll.l+lll.l`, the south-west corner. A number that is written with one decimal is its own corner.
 * @throws DppError `event/bad-place`, without the numbers.
 */
export function coarsen(latitude: number, longitude: number): string {
  if (!isWithin(latitude, MAX_LATITUDE) || !isWithin(longitude, MAX_LONGITUDE))
    throw badPlace("a latitude from -90 to 90 and a longitude from -180 to 180, in degrees");
  return cellOf(tenths(latitude), tenths(longitude));
}

/** The same of whole micro-degrees, as receivers give them; exact. @throws DppError `event/bad-place`. */
export function coarsenMicro(latitude: number, longitude: number): string {
  const whole = Number.isSafeInteger(latitude) && Number.isSafeInteger(longitude);
  if (!whole || !isWithin(latitude, MAX_LATITUDE * 1e6) || !isWithin(longitude, MAX_LONGITUDE * 1e6))
    throw badPlace(
      "a latitude from -90,000,000 to 90,000,000 and a longitude up to 180,000,000 micro-degrees",
    );
  return cellOf(Math.floor(latitude / MICRO_PER_CELL), Math.floor(longitude / MICRO_PER_CELL));
}

/** Whether the text is a cell as `coarsen` writes it: one text for each. */
export function isCell(text: unknown): text is string {
  if (typeof text !== "string" || text.length !== 16) return false;
  const [, north, latitude, latitudeTenth, east, longitude, longitudeTenth] = CELL.exec(text) ?? [];
  if (latitude === undefined || longitude === undefined) return false;
  const row = Number(latitude + latitudeTenth) * (north === "-" ? -1 : 1);
  const column = Number(longitude + longitudeTenth) * (east === "-" ? -1 : 1);
  return row >= -900 && row < 900 && column >= -1800 && column < 1800 && written(row, column) === text;
}

// NaN and the infinities are within nothing.
const isWithin = (value: unknown, bound: number): boolean =>
  typeof value === "number" && value >= -bound && value <= bound;

/**
 * Whole tenths at or below `degrees`. `n / 10` is the double that n's decimal text reads as, and ten times it is n again for every n within bounds: the product
 * never falls short, and where it was rounded up to n from below, comparing tells.
 */
function tenths(degrees: number): number {
  const near = Math.floor(degrees * 10);
  return degrees < near / 10 ? near - 1 : near;
}

/** The north pole lies on the edge of the last row, and 180° is the meridian of −180°. */
const cellOf = (row: number, column: number): string =>
  written(Math.min(row, 899), column === 1800 ? -1800 : column);

const written = (row: number, column: number): string => `cell:${signed(row, 3)}${signed(column, 4)}`;

function signed(value: number, digits: number): string {
  const text = String(Math.abs(value)).padStart(digits, "0");
  return `${value < 0 ? "-" : "+"}${text.slice(0, -1)}.${text.slice(-1)}`;
}
