/** Which elements an event of each type has, and which it must have. Spec: docs/spec/event.md "Payload". Pure data. */
import { EVENT_TYPES, type EventType } from "./event.js";
import { EVENT_FIELDS, type FieldDefinition } from "./event-fields.js";

/** A deployment that needs other words or elements makes a schema with a name of its own. */
export const EVENT_SCHEMA_ID = "dpp/event-schema/1";

export type EventField = FieldDefinition & {
  /** Dotted lower-camel path, e.g. `event.quantity.mass`. */
  readonly id: string;
  readonly mandatory: boolean;
};

/** Ids without their leading `event.`. */
interface Fields {
  readonly mandatory: readonly string[];
  readonly optional: readonly string[];
}

const QUANTITY = ["quantity.tare", "quantity.count", "quantity.packaging", "quantity.method"];
const QUALITY = ["quality.moisture", "quality.impurity", "grade.code", "grade.scheme"];
const PRICE = ["price.amount", "price.currency"];
const CERTIFICATE = ["certificate.scheme", "certificate.number"];
const PARTIES = ["party.from", "party.to"];
const CONTAINER = ["container.number", "container.seal"];
const SUPPLIER = ["supplier.card", "supplier.confirmation"];
const RECEIPTS = ["evidence.photo", "evidence.receipt", "evidence.message"];
const DOCUMENTS = ["evidence.photo", "evidence.report"];
const ROUTE = ["place.from", "place.to"];
const GOODS = ["product.commodity", "quantity.mass"];

const OF_TYPE: Readonly<Record<Exclude<EventType, "correction">, Fields>> = {
  harvest: {
    mandatory: [...GOODS, ...SUPPLIER],
    optional: [
      ...QUANTITY,
      ...QUALITY,
      ...CERTIFICATE,
      ...RECEIPTS,
      "place.cell",
      "harvest.date",
      "evidence.plot",
    ],
  },
  purchase: {
    mandatory: GOODS,
    optional: [
      ...QUANTITY,
      ...QUALITY,
      ...PRICE,
      ...CERTIFICATE,
      ...PARTIES,
      ...SUPPLIER,
      ...RECEIPTS,
      "place.cell",
      "lot.inputs",
    ],
  },
  handoff: {
    mandatory: [...PARTIES, ...GOODS],
    optional: [...QUANTITY, ...CONTAINER, ...DOCUMENTS, "place.cell", "lot.inputs"],
  },
  transport: {
    mandatory: ["transport.mode"],
    optional: [...GOODS, ...QUANTITY, ...CONTAINER, ...DOCUMENTS, ...ROUTE, ...PARTIES, "lot.inputs"],
  },
  processing: {
    mandatory: ["processing.step", ...GOODS],
    optional: [
      ...QUANTITY,
      ...QUALITY,
      ...DOCUMENTS,
      "product.output",
      "quantity.output",
      "place.cell",
      "lot.inputs",
    ],
  },
  grade: {
    mandatory: ["grade.to"],
    optional: ["grade.from", "grade.scheme", ...GOODS, "quality.moisture", "quality.impurity", ...DOCUMENTS],
  },
  "lab-result": {
    mandatory: ["lab.parameter", "lab.value", "lab.method", "lab.sample"],
    optional: ["lab.outcome", "lab.comparator", "product.commodity", "evidence.report"],
  },
  dispatch: {
    mandatory: [...GOODS, "dispatch.consignment", "dispatch.destination"],
    optional: [
      ...QUANTITY,
      ...CONTAINER,
      ...DOCUMENTS,
      ...PARTIES,
      ...CERTIFICATE,
      "transport.mode",
      "place.cell",
      "lot.inputs",
    ],
  },
  "tier-amendment": {
    mandatory: ["tier.from", "tier.to"],
    optional: ["tier.reason", "evidence.report"],
  },
  incident: {
    mandatory: ["incident.kind"],
    optional: ["incident.severity", ...GOODS, ...QUANTITY, ...CONTAINER, ...DOCUMENTS, "place.cell"],
  },
};

/** What may be restated: all that types other than these two have. */
const RESTATED: readonly string[] = [
  ...new Set(
    Object.entries(OF_TYPE).flatMap(([type, { mandatory, optional }]) =>
      type === "tier-amendment" ? [] : [...mandatory, ...optional],
    ),
  ),
];

const fieldsOfType = (type: EventType): Fields =>
  type === "correction" ? { mandatory: ["correction.reason"], optional: RESTATED } : OF_TYPE[type];

function fieldOf(path: string, mandatory: boolean): EventField {
  const id = `event.${path}`;
  const definition = EVENT_FIELDS[id];
  // Reached at load time alone, and only by a mistake in the tables above.
  if (definition === undefined) throw new Error(`no element ${id}`);
  return { ...definition, id, mandatory };
}

const listOf = (type: EventType): readonly EventField[] => {
  const { mandatory, optional } = fieldsOfType(type);
  return [
    ...mandatory.map((path) => fieldOf(path, true)),
    ...optional.map((path) => fieldOf(path, false)),
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
};

/** By type: elements by id, ascending. */
export const EVENT_SCHEMA = Object.fromEntries(EVENT_TYPES.map((type) => [type, listOf(type)])) as Readonly<
  Record<EventType, readonly EventField[]>
>;

export const fieldOfEvent = (type: EventType, id: string): EventField | null =>
  EVENT_SCHEMA[type].find((field) => field.id === id) ?? null;

export const isEventType = (text: unknown): text is EventType =>
  (EVENT_TYPES as readonly unknown[]).includes(text);
