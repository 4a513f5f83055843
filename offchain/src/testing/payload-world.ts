/** One event of each type with its readers: the ground on which payloads are tested, without a ledger. */
import fc from "fast-check";
import type { CborInput, CborValue } from "../codec/cbor.js";
import { generateKeyPair, type ReadingKeyPair } from "../crypto/x25519.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { compareIds, type Element } from "../domain/element.js";
import { EVENT_TYPES, type EventType, TIERS } from "../domain/event.js";
import { SEALED_GROUPS, SEALED_READERS } from "../domain/event-fields.js";
import type { PayloadLeaf } from "../domain/event-payload.js";
import { EVENT_SCHEMA, type EventField, fieldOfEvent } from "../domain/event-schema.js";
import { COMMODITIES, FORMS, type FormName } from "../domain/event-vocabulary.js";
import { gtinCheckDigit } from "../domain/gtin.js";
import { coarsenMicro } from "../domain/place.js";
import type { Role } from "../domain/role.js";
import type { Random } from "../ports/clock.js";
import { type MadePayload, makePayload, type ReadersByGroup } from "../usecases/events/payload.js";
import { hexOf } from "./arbitraries.js";
import { type Actor, actor, CONFIG } from "./sealed-world.js";
import { seededRandom } from "./seeded-random.js";

export const SOURCE = toHex(utf8("DPP_SUPERVISOR")) + "5e".repeat(12);
export const COUNTER = 41;
export const PLACE = { config: CONFIG, source: SOURCE, counter: COUNTER };
const UUID = "0b5e7a54-6f2c-8d11-9a3e-4c1d2e3f4a5b";

const FORMED: Readonly<Record<FormName, string>> = {
  cell: "cell:+09.3-000.9",
  commodity: "shea-kernel",
  hash: "ab".repeat(32),
  card: "c4".repeat(16),
  operator: "gln:9506000134352",
  seal: "AB123456",
  container: "CSQU3054383",
  consignment: `sscc:${"0950600013435".padEnd(17, "1")}${gtinCheckDigit("0950600013435".padEnd(17, "1"))}`,
  country: "GH",
  currency: "GHS",
  method: "iso:665",
  certificate: "GH-BIO-154",
  event: UUID,
};

/** An element that fits; tiers differ, so that an amendment amends. */
export function sampleElement({ id, ...rule }: EventField): Element {
  const as = (value: Element["value"], unit: string | null = null): Element => ({
    id,
    type: rule.type,
    value,
    unit,
  });
  if (rule.type === "decimal") return as("12.5", rule.units[0] ?? null);
  if (rule.type === "integer") return as(7);
  if (rule.type === "date") return as("2027-03-01");
  if (rule.type === "list") return as([FORMED[rule.form]]);
  if ("form" in rule) return as(FORMED[rule.form]);
  return as(rule.values[id === "event.tier.to" ? 1 : 0] as string);
}

/** Every element that the type has, by id. */
export const fullEvent = (type: EventType): readonly Element[] => EVENT_SCHEMA[type].map(sampleElement);

/** The mandatory ones, with changes by id; `null` takes one away. */
export function eventOf(
  type: EventType,
  changes: Readonly<Record<string, Element["value"] | null>> = {},
): readonly Element[] {
  const ids = new Set([
    ...EVENT_SCHEMA[type].filter(({ mandatory }) => mandatory).map(({ id }) => id),
    ...Object.keys(changes),
  ]);
  return [...ids].flatMap((id): Element[] => {
    const field = fieldOfEvent(type, id);
    const change = changes[id];
    if (change === null) return [];
    const base: Element =
      field === null ? { id, type: "string", value: "", unit: null } : sampleElement(field);
    return [change === undefined ? base : { ...base, value: change }];
  });
}

export interface PayloadWorld {
  readonly random: Random;
  readonly source: ReadingKeyPair;
  readonly intermediary: Actor;
  readonly manufacturer: Actor;
  readonly lab: Actor;
  readonly authority: Actor;
  readonly supervisor: Actor;
  readonly stranger: Actor;
  readonly readers: ReadersByGroup;
}

export function payloadWorld(seed: string | number): PayloadWorld {
  const random = seededRandom(seed);
  const source = generateKeyPair(random);
  const of = (role: Role): Actor => actor(role, random);
  const [intermediary, manufacturer, lab] = [of("INTERMEDIARY"), of("MANUFACTURER"), of("LAB")];
  const [authority, supervisor, stranger] = [of("AUTHORITY"), of("SUPERVISOR"), of("REPAIRER")];
  const everybody = [intermediary, manufacturer, lab, authority, supervisor, stranger];
  const keysOf = (roles: readonly Role[]): readonly Uint8Array[] =>
    everybody.filter(({ role }) => roles.includes(role)).map(({ publicKey }) => publicKey);
  const readers = Object.fromEntries(
    SEALED_GROUPS.map((group) => [group, [...keysOf(SEALED_READERS[group]), source.publicKey]]),
  ) as unknown as ReadersByGroup;
  return { random, source, intermediary, manufacturer, lab, authority, supervisor, stranger, readers };
}

export interface WorldPayload extends MadePayload {
  readonly leaf: PayloadLeaf;
}

export async function payloadIn(
  world: PayloadWorld,
  type: EventType,
  elements: readonly Element[],
): Promise<WorldPayload> {
  const made = await makePayload(type, elements, PLACE, world.readers, world.random);
  return { ...made, leaf: { source: SOURCE, counter: COUNTER, type, payload: made.hash } };
}

/** A decoded record as what can be changed and encoded again. */
export const asInput = (value: CborValue): CborInput => {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, entry]) => [String(key), asInput(entry)]));
  return Array.isArray(value) ? value.map(asInput) : (value as CborInput);
};

const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const checked = (length: number): fc.Arbitrary<string> =>
  digits(length - 1).map((body) => body + gtinCheckDigit(body));

export const uuidV8: fc.Arbitrary<string> = fc.stringMatching(
  /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
);

/** Micro-degrees of a place. */
export const microPlace: fc.Arbitrary<readonly [number, number]> = fc.tuple(
  fc.integer({ min: -90_000_000, max: 90_000_000 }),
  fc.integer({ min: -180_000_000, max: 180_000_000 }),
);

const formText: Readonly<Record<FormName, fc.Arbitrary<string>>> = {
  cell: microPlace.map(([latitude, longitude]) => coarsenMicro(latitude, longitude)),
  commodity: fc.oneof(
    fc.constantFrom(...COMMODITIES),
    digits(6).map((code) => `hs:${code}`),
  ),
  hash: hexOf(32),
  card: hexOf(16),
  operator: fc.oneof(
    checked(13).map((gln) => `gln:${gln}`),
    digits(9).map((duns) => `duns:${duns}`),
    hexOf(26).map((name) => `dpp:${name}`),
  ),
  seal: fc.stringMatching(/^[A-Z]{2}[0-9]{4,8}$/),
  container: fc.constantFrom("CSQU3054383", "MSCU6639870"),
  consignment: checked(18).map((sscc) => `sscc:${sscc}`),
  country: fc.stringMatching(/^[A-Z]{2}$/),
  currency: fc.stringMatching(/^[A-Z]{3}$/),
  method: fc.constantFrom("iso:665", "astm:D1448", "aoac:991.31", "in-house"),
  certificate: fc.stringMatching(/^[A-Z]{2}-[0-9]{3,8}$/),
  event: uuidV8,
};

const decimalUpTo = (max: string, places: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat({ max: Math.min(Number(max) - 1, 10 ** 6) }), digits(places), fc.nat({ max: places }))
    .map(([whole, fraction, shown]) => (shown === 0 ? `${whole}` : `${whole}.${fraction.slice(0, shown)}`));

function valueFor(field: EventField): fc.Arbitrary<Element["value"]> {
  if (field.type === "decimal") return decimalUpTo(field.max, field.places);
  if (field.type === "integer") return fc.integer({ min: field.min, max: field.max });
  if (field.type === "date")
    return fc
      .date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  if (field.type === "list")
    return fc
      .uniqueArray(formText[field.form], { minLength: 1, maxLength: 5 })
      .map((list) => list.toSorted());
  return "form" in field ? formText[field.form] : fc.constantFrom(...field.values);
}

export const elementFor = (field: EventField): fc.Arbitrary<Element> =>
  fc
    .tuple(
      valueFor(field),
      field.type === "decimal" && field.units.length > 0
        ? fc.constantFrom(...field.units)
        : fc.constant(null),
    )
    .map(([value, unit]) => ({ id: field.id, type: field.type, value, unit }));

/** Any event that its type allows. */
export const anyEvent: fc.Arbitrary<{ readonly type: EventType; readonly elements: readonly Element[] }> = fc
  .constantFrom(...EVENT_TYPES)
  .chain((type) =>
    fc
      .tuple(
        ...EVENT_SCHEMA[type].map((field) =>
          field.mandatory ? elementFor(field) : fc.option(elementFor(field)),
        ),
      )
      .map((elements) => ({ type, elements: elements.filter((it) => it !== null).toSorted(compareIds) })),
  )
  .filter(({ type, elements }) => type !== "tier-amendment" || new Set(tiersIn(elements)).size === 2);

const tiersIn = (elements: readonly Element[]): readonly unknown[] =>
  elements.map(({ value }) => value).filter((value) => (TIERS as readonly unknown[]).includes(value));

/** That every form has a sample that fits it is what the samples rest on. */
export const formSamples = Object.entries(FORMED).map(
  ([name, text]) => [name, FORMS[name as FormName].accepts(text)] as const,
);
