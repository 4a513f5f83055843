/**
 * Every element that an event can have: its group, its form and what it says. An id means the same in all types, so that a correction can restate any of
 * them. Spec: docs/spec/event.md "Payload". Which type has which is in `event-schema.ts`.
 */
import { TIERS } from "./event.js";
import * as words from "./event-vocabulary.js";
import type { Role } from "./role.js";

/** Sealed groups by name, ascending, and the roles whose live attestations read them; the source reads its own events anyway. */
export const SEALED_READERS = {
  origin: ["SUPERVISOR", "INTERMEDIARY", "MANUFACTURER", "AUTHORITY"],
  person: ["SUPERVISOR", "AUTHORITY"],
  trade: ["INTERMEDIARY", "MANUFACTURER", "LAB", "AUTHORITY"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type SealedEventGroup = keyof typeof SEALED_READERS;
export const SEALED_GROUPS = Object.keys(SEALED_READERS) as readonly SealedEventGroup[];
export type EventGroup = "public" | SealedEventGroup;

/** What a value looks like, `type` as in docs/spec/document.md "Element". There is no rule for text that is free. */
export type ValueRule =
  | { readonly type: "string"; readonly values: readonly string[] }
  | { readonly type: "string"; readonly form: words.FormName }
  /** Texts of one form, ascending, none twice. */
  | { readonly type: "list"; readonly form: words.FormName; readonly max: number }
  /** `places`: digits after the point at most. `units`: UCUM codes, one of them; empty: none. */
  | {
      readonly type: "decimal";
      readonly min: string;
      readonly max: string;
      readonly places: number;
      readonly units: readonly string[];
    }
  | { readonly type: "integer"; readonly min: number; readonly max: number }
  | { readonly type: "date" };

export type FieldDefinition = ValueRule & {
  readonly group: EventGroup;
  /** English. */
  readonly note: string;
};

type Define = (group: EventGroup, note: string) => FieldDefinition;

const code =
  (values: readonly string[]): Define =>
  (group, note) => ({ type: "string", values, group, note });
const formed =
  (form: words.FormName): Define =>
  (group, note) => ({ type: "string", form, group, note });
const decimal =
  (min: string, max: string, places: number, ...units: readonly string[]): Define =>
  (group, note) => ({ type: "decimal", min, max, places, units, group, note });

const mass = decimal("0", "1000000", 3, "kg");
const percent = decimal("0", "100", 2, "%");
const hash = formed("hash");
const cell = formed("cell");
const commodity = formed("commodity");
const grade = code(words.GRADES);

export const EVENT_FIELDS: Readonly<Record<string, FieldDefinition>> = {
  "event.product.commodity": commodity("public", "what it is"),
  "event.product.output": commodity("public", "what it became"),
  "event.quantity.mass": mass("trade", "net mass"),
  "event.quantity.tare": mass("trade", "mass of the packaging"),
  "event.quantity.output": mass("trade", "net mass of what it became"),
  "event.quantity.count": {
    type: "integer",
    min: 0,
    max: 1_000_000,
    group: "trade",
    note: "number of packages",
  },
  "event.quantity.packaging": code(words.PACKAGING)("trade", "kind of package"),
  "event.quantity.method": code(words.QUANTITY_METHODS)("public", "how the quantity was found"),
  "event.quality.moisture": percent("trade", "moisture as measured on the spot"),
  "event.quality.impurity": percent("trade", "foreign matter as measured on the spot"),
  "event.price.amount": decimal("0", "1000000000", 4)("trade", "what was paid in all"),
  "event.price.currency": formed("currency")("trade", "currency of the price"),
  "event.grade.code": grade("public", "grade"),
  "event.grade.from": grade("public", "grade before"),
  "event.grade.to": grade("public", "grade from now on"),
  "event.grade.scheme": code(words.GRADE_SCHEMES)("public", "whose scale of grades it is"),
  "event.party.from": formed("operator")("trade", "who gave it"),
  "event.party.to": formed("operator")("trade", "who took it"),
  "event.container.number": formed("container")("trade", "shipping container"),
  "event.container.seal": formed("seal")("trade", "number of the seal"),
  "event.lot.inputs": {
    type: "list",
    form: "event",
    max: 512,
    group: "trade",
    note: "events whose goods went into it",
  },
  "event.place.cell": cell("origin", "where it happened"),
  "event.place.from": cell("origin", "where it began"),
  "event.place.to": cell("origin", "where it ended"),
  "event.harvest.date": { type: "date", group: "origin", note: "day of the harvest, when it is another one" },
  "event.certificate.scheme": code(words.CERTIFICATE_SCHEMES)("origin", "whose certificate covers the goods"),
  "event.certificate.number": formed("certificate")("origin", "number of that certificate"),
  "event.supplier.card": formed("card")("person", "card of the supplier"),
  "event.supplier.confirmation": code(words.CONFIRMATIONS)("person", "how the supplier confirmed it"),
  "event.evidence.photo": hash("person", "SHA-256 of a photograph"),
  "event.evidence.receipt": hash("person", "SHA-256 of the photographed receipt"),
  "event.evidence.message": hash(
    "person",
    "SHA-256 of the message that the gateway received, with its number",
  ),
  "event.evidence.plot": hash("person", "commitment to the plot's geometry, which is kept elsewhere"),
  "event.evidence.report": hash(
    "trade",
    "SHA-256 of a document on it: weighbridge note, bill of lading, report",
  ),
  "event.transport.mode": code(words.TRANSPORT_MODES)("public", "how it travels"),
  "event.processing.step": code(words.PROCESSING_STEPS)("public", "what is done to it"),
  "event.lab.parameter": code(words.LAB_PARAMETERS)("public", "what is measured"),
  "event.lab.outcome": code(words.LAB_OUTCOMES)("public", "against the limit that applies"),
  "event.lab.comparator": code(words.LAB_COMPARATORS)("trade", "how the result stands to the value"),
  "event.lab.value": decimal("0", "1000000", 6, ...words.LAB_UNITS)("trade", "result"),
  "event.lab.method": formed("method")("trade", "method of measuring"),
  "event.lab.sample": hash("trade", "commitment to the sample's number"),
  "event.dispatch.consignment": formed("consignment")("trade", "consignment"),
  "event.dispatch.destination": formed("country")("public", "country of destination"),
  "event.correction.reason": code(words.CORRECTION_REASONS)("public", "why"),
  "event.tier.from": code(TIERS)("public", "tier that the event has"),
  "event.tier.to": code(TIERS)("public", "tier that it should count as"),
  "event.tier.reason": code(words.AMENDMENT_REASONS)("public", "why"),
  "event.incident.kind": code(words.INCIDENT_KINDS)("public", "what happened to goods or device"),
  "event.incident.severity": code(words.SEVERITIES)("public", "how bad it is"),
};
