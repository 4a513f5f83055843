/** GS1 Global Trade Item Numbers, normalised to 14 digits. Spec: docs/spec/identifier.md "GTIN". */
import { DppError } from "./errors.js";

declare const brand: unique symbol;
/** 14 digits with a right check digit. */
export type Gtin = string & { readonly [brand]: "Gtin" };

const LENGTHS = [8, 12, 13, 14];

/** Check digit of all digits before it: weights 3, 1, 3, … from the right, up to the next multiple of ten (GS1 General Specifications §7.9). */
export function gtinCheckDigit(digits: string): number {
  const sum = [...digits].reduceRight(
    (total, digit, index) => total + Number(digit) * ((digits.length - index) % 2 === 1 ? 3 : 1),
    0,
  );
  return (10 - (sum % 10)) % 10;
}

/**
 * GTIN-8, -12, -13 or -14; the shorter ones are filled with zeros on the left.
 * @throws DppError `identifier/gtin-digits`, `identifier/gtin-length`, `identifier/gtin-check-digit`.
 */
export function parseGtin(text: string): Gtin {
  if (!/^[0-9]+$/.test(text)) throw new DppError("identifier/gtin-digits", "a GTIN consists of digits only");
  if (!LENGTHS.includes(text.length))
    throw new DppError("identifier/gtin-length", "a GTIN has 8, 12, 13 or 14 digits");
  const expected = gtinCheckDigit(text.slice(0, -1));
  if (Number(text.slice(-1)) !== expected)
    throw new DppError("identifier/gtin-check-digit", `the GTIN's check digit should be ${expected}`, {
      details: { expected },
    });
  return text.padStart(14, "0") as Gtin;
}
