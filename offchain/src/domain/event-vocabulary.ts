/**
 * Words and forms that the elements of an event are made of. Spec: docs/spec/event.md "Payload". All of it is closed: a word stands in a list, everything else
 * has a form that holds codes, numbers and hashes but no names and no sentences. That, not a review, is how personal data stays out.
 */
import { gtinCheckDigit } from "./gtin.js";
import { isCell } from "./place.js";

/** Goods at their origin that have a word of their own; all others by HS or AGROVOC code. */
export const COMMODITIES = [
  "cashew-nut",
  "cobalt-ore",
  "cocoa-bean",
  "coffee-cherry",
  "coffee-parchment",
  "copper-ore",
  "cotton-lint",
  "cotton-seed",
  "graphite",
  "lithium-ore",
  "manganese-ore",
  "mica",
  "natural-rubber",
  "nickel-ore",
  "palm-fruit",
  "palm-oil",
  "rare-earth-ore",
  "shea-butter",
  "shea-kernel",
  "shea-nut",
  "tantalum-ore",
  "tin-ore",
  "tungsten-ore",
] as const;

/** How a quantity was found, the more trustworthy first. */
export const QUANTITY_METHODS = ["station-scale", "read-scale", "counted", "declared", "estimated"] as const;

export const PACKAGING = ["bag", "bale", "basket", "big-bag", "crate", "drum", "loose", "tank"] as const;

export const GRADES = ["A", "B", "C", "D", "1", "2", "3", "premium", "standard", "low", "reject"] as const;

/** Whose scale of grades it is. */
export const GRADE_SCHEMES = ["cooperative", "buyer", "national", "international"] as const;

export const CONFIRMATIONS = ["nfc-tap", "receipt-photo", "sms", "ussd", "none"] as const;

export const CERTIFICATE_SCHEMES = [
  "eu-organic",
  "fairtrade",
  "fsc",
  "gots",
  "irma",
  "itsci",
  "rainforest-alliance",
  "rspo",
  "other",
] as const;

export const TRANSPORT_MODES = [
  "air",
  "animal",
  "boat",
  "cart",
  "foot",
  "motorcycle",
  "pipeline",
  "rail",
  "road",
  "sea",
] as const;

export const PROCESSING_STEPS = [
  "boiling",
  "concentrating",
  "cracking",
  "crushing",
  "drying",
  "fermenting",
  "ginning",
  "milling",
  "mixing",
  "packing",
  "pressing",
  "pulping",
  "refining",
  "roasting",
  "shelling",
  "smelting",
  "sorting",
  "storing",
  "washing",
] as const;

export const LAB_PARAMETERS = [
  "aflatoxin-b1",
  "aflatoxin-total",
  "arsenic",
  "ash",
  "cadmium",
  "cobalt-content",
  "copper-content",
  "fibre-length",
  "free-fatty-acids",
  "glyphosate",
  "lead",
  "lithium-content",
  "mercury",
  "micronaire",
  "moisture",
  "nickel-content",
  "ochratoxin-a",
  "peroxide-value",
  "purity",
  "radioactivity",
] as const;
/** UCUM. */
export const LAB_UNITS = ["%", "mg/kg", "ug/kg", "meq/kg", "mm", "Bq/kg", "1"] as const;
export const LAB_COMPARATORS = ["equal", "below", "above"] as const;
export const LAB_OUTCOMES = ["pass", "conditional", "fail"] as const;

/** Why an event is corrected; the last two take it back. */
export const CORRECTION_REASONS = [
  "mistyped",
  "weighed-again",
  "wrong-commodity",
  "wrong-place",
  "wrong-supplier",
  "wrong-unit",
  "cancelled",
  "duplicate",
] as const;

export const AMENDMENT_REASONS = [
  "audited",
  "lab-confirmed",
  "party-confirmed",
  "supplier-confirmed",
  "weighed-at-station",
  "weaker-than-stated",
] as const;

/** Of goods and devices: what people are said to have done belongs in no public record. */
export const INCIDENT_KINDS = [
  "contamination",
  "damage",
  "device-failed",
  "device-lost",
  "device-opened",
  "fire",
  "flood",
  "loss",
  "scale-off",
  "seal-broken",
  "short-weight",
  "theft",
] as const;
export const SEVERITIES = ["minor", "major", "critical"] as const;

export interface Form {
  readonly expected: string;
  accepts(text: string): boolean;
}

/** Nothing that is longer has a form; patterns never see it. */
export const MAX_FORM_LENGTH = 64;

const form = (expected: string, pattern: RegExp, holds: (text: string) => boolean = () => true): Form => ({
  expected,
  accepts: (text) => text.length <= MAX_FORM_LENGTH && pattern.test(text) && holds(text),
});

/** Of GLN, SSCC and GSIN: as that of a GTIN. */
const hasCheckDigit = (digits: string): boolean =>
  Number(digits.slice(-1)) === gtinCheckDigit(digits.slice(0, -1));

const digitsIn = (text: string): number => text.replace(/\D/g, "").length;

/** ISO 6346: letters count from 10 without the multiples of 11, weights are powers of two, modulo 11, then 10. */
function isContainerNumber(text: string): boolean {
  const letter = (index: number): number => 10 + index + Math.floor((index + 9) / 10);
  const value = (character: string): number =>
    /\d/.test(character) ? Number(character) : letter(character.charCodeAt(0) - 65);
  const sum = [...text.slice(0, 10)].reduce((total, character, at) => total + value(character) * 2 ** at, 0);
  return (sum % 11) % 10 === Number(text.slice(10));
}

export const FORMS = {
  cell: { expected: "a cell of a tenth of a degree, e.g. cell:+09.3-000.8", accepts: isCell },
  commodity: form(
    `a word of the vocabulary (${COMMODITIES.join(", ")}), hs: with 4 to 10 digits, or agrovoc:c_ with its number`,
    /^(?:hs:(?:\d{4}|\d{6}|\d{8}|\d{10})|agrovoc:c_[0-9a-f]{1,12}|[a-z][a-z-]*)$/,
    (text) => text.includes(":") || (COMMODITIES as readonly string[]).includes(text),
  ),
  hash: form("32 bytes in lower-case hexadecimal", /^[0-9a-f]{64}$/),
  // 16 random bytes (supplier-card.ts): whose card it is, only the cooperative's registry knows.
  card: form("a supplier's card, 16 bytes in lower-case hexadecimal", /^[0-9a-f]{32}$/),
  operator: form(
    "an organisation: gln: with 13 digits, lei: with 20 characters, duns: with 9 digits, or dpp: with the name of its attestation",
    /^(?:gln:\d{13}|lei:[0-9A-Z]{18}\d{2}|duns:\d{9}|dpp:(?:[0-9a-f]{2}){13,28})$/,
    (text) => !text.startsWith("gln:") || hasCheckDigit(text.slice(4)),
  ),
  seal: form(
    "a seal's number: 4 to 20 capital letters and digits, at least four digits",
    /^[A-Z0-9]{4,20}$/,
    (text) => digitsIn(text) >= 4,
  ),
  container: form(
    "a container's number (ISO 6346) with its check digit",
    /^[A-Z]{3}[UJZ]\d{7}$/,
    isContainerNumber,
  ),
  consignment: form(
    "sscc: with 18 digits or gsin: with 17, with their check digit",
    /^(?:sscc:\d{18}|gsin:\d{17})$/,
    (text) => hasCheckDigit(text.slice(5)),
  ),
  country: form("a country's two capital letters (ISO 3166-1)", /^[A-Z]{2}$/),
  currency: form("a currency's three capital letters (ISO 4217)", /^[A-Z]{3}$/),
  method: form(
    "a published method: iso:, en: or iec: with its number, astm: or aoac:, or in-house",
    /^(?:(?:iso|en|iec):\d{1,6}(?:-\d{1,3})?|astm:[A-Z]\d{1,5}|aoac:\d{1,4}\.\d{1,3}|in-house)$/,
  ),
  certificate: form(
    "a certificate's number: 4 to 32 capital letters, digits and hyphens, at least three digits",
    /^[A-Z0-9][A-Z0-9-]{3,31}$/,
    (text) => digitsIn(text) >= 3,
  ),
  event: form(
    "an event's id (UUID version 8)",
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  ),
} as const satisfies Readonly<Record<string, Form>>;
export type FormName = keyof typeof FORMS;
