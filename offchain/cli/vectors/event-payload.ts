/**
 * Vectors of docs/spec/event.md "Payload": the schema as data, places, one payload with its opened sections, and damaged records. The secret keys in them are made
 * from a published seed: they protect nothing.
 */
import { type CborInput, decodeCbor, encodeCbor } from "../../src/codec/cbor.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { EVENT_TYPES, MAX_PAYLOAD_BYTES } from "../../src/domain/event.js";
import { SEALED_READERS } from "../../src/domain/event-fields.js";
import { EVENT_SCHEMA, EVENT_SCHEMA_ID } from "../../src/domain/event-schema.js";
import { coarsen, coarsenMicro } from "../../src/domain/place.js";
import {
  asInput,
  eventOf,
  type PayloadWorld,
  PLACE,
  payloadIn,
  payloadWorld,
} from "../../src/testing/payload-world.js";
import { openPayload, publicPayload } from "../../src/usecases/events/payload.js";

const DEGREES: readonly (readonly [number, number])[] = [
  [9.3456789, -0.8123456],
  [9.3, -0.8],
  [0, 0],
  [-0.05, -0.000001],
  [-33.9249, 18.4241],
  [90, 180],
  [-90, -180],
];
const MICRO: readonly (readonly [number, number])[] = [
  [9_345_678, -812_345],
  [-1, 1],
  [-100_000, 100_000],
  [89_999_999, 179_999_999],
  [90_000_000, 180_000_000],
  [-90_000_000, -180_000_000],
];

const schema = () =>
  Object.fromEntries(
    EVENT_TYPES.map((type) => [
      type,
      EVENT_SCHEMA[type].map(({ id, group, mandatory, note: _, ...rule }) => ({
        id,
        group,
        mandatory,
        ...rule,
      })),
    ]),
  );

/** One change to a record that is accepted, and the code that it is refused with. */
function damages(record: Uint8Array) {
  // biome-ignore lint/suspicious/noExplicitAny: the record's lists are changed item by item
  const map = asInput(decodeCbor(record, MAX_PAYLOAD_BYTES)) as any;
  const [first] = map.elements;
  const shown = (element: readonly CborInput[]) => ({ elements: [[0, element, first[2]]] });
  const changes: readonly (readonly [string, string, Record<string, CborInput>])[] = [
    ["another version", "payload/version", { kind: "dpp/event-payload/2" }],
    ["an unknown key", "payload/malformed", { note: "" }],
    ["leaves cut", "payload/malformed", { leaves: map.leaves.subarray(0, 31) }],
    [
      "a section without readers",
      "payload/malformed",
      { sections: map.sections.map((it: CborInput[]) => it.with(2, [])) },
    ],
    ["sections out of order", "payload/malformed", { sections: map.sections.toReversed() }],
    ["a needed section missing", "event/missing-field", { sections: map.sections.slice(0, 1) }],
    ["an unknown element", "event/unknown-field", shown(["event.note", "string", "text", null])],
    [
      "a card in public",
      "event/wrong-group",
      shown(["event.supplier.card", "string", "c4".repeat(16), null]),
    ],
    [
      "a fine place",
      "event/precise-place",
      shown(["event.place.cell", "string", "cell:+09.34-000.81", null]),
    ],
    ["a word of no list", "event/wrong-type", shown(["event.product.commodity", "string", "nuts", null])],
    [
      "a unit where none belongs",
      "event/unit-mismatch",
      shown(["event.product.commodity", "string", "shea-nut", "kg"]),
    ],
  ];
  const [head = 0, ...rest] = record;
  return [
    ...changes.map(([what, code, change]) => ({
      what,
      code,
      record: toHex(encodeCbor({ ...map, ...change })),
    })),
    { what: "cut off", code: "cbor/malformed", record: toHex(record.subarray(0, -1)) },
    { what: "a byte more", code: "cbor/malformed", record: toHex(Uint8Array.of(head, ...rest, 0)) },
    { what: "a list", code: "payload/malformed", record: "80" },
  ];
}

const readersIn = (world: PayloadWorld) => {
  const { source, supervisor, intermediary, manufacturer, lab, authority, stranger } = world;
  return { source, supervisor, intermediary, manufacturer, lab, authority, stranger };
};

export async function eventPayloadVectors() {
  const world = payloadWorld("vectors");
  const elements = eventOf("harvest", {
    "event.place.cell": coarsen(9.3456789, -0.8123456),
    "event.grade.code": "A",
    "event.quantity.method": "station-scale",
  });
  const { record, hash, leaf } = await payloadIn(world, "harvest", elements);
  const { elements: entries } = await openPayload(record, leaf, PLACE.config, [world.source]);
  const readers: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(readersIn(world))) {
    const { sections } = await openPayload(record, leaf, PLACE.config, [key]);
    const opens = sections.map((it) => [it.group, it.elements?.map(({ element }) => element.id) ?? null]);
    readers[name] = { readingSecret: toHex(key.secretKey), opens: Object.fromEntries(opens) };
  }
  const other = leaf.payload.replace(/^../, (byte) => toHex(Uint8Array.of((fromHex(byte)[0] ?? 0) ^ 1)));
  return {
    spec: "docs/spec/event.md",
    schemaId: EVENT_SCHEMA_ID,
    schema: schema(),
    groups: SEALED_READERS,
    places: {
      degrees: DEGREES.map(([latitude, longitude]) => ({
        latitude,
        longitude,
        cell: coarsen(latitude, longitude),
      })),
      micro: MICRO.map(([latitude, longitude]) => ({
        latitude,
        longitude,
        cell: coarsenMicro(latitude, longitude),
      })),
    },
    payload: {
      ...PLACE,
      type: "harvest",
      hash,
      record: toHex(record),
      // With the salts of all leaves, in their order.
      elements: entries.map(({ index, element, salt }) => ({ index, element, salt: toHex(salt) })),
      disclosures: publicPayload(record, leaf, PLACE.config),
      readers,
    },
    notOfThisEvent: [
      { what: "another counter", code: "event/payload", leaf: { ...leaf, counter: leaf.counter + 1 } },
      { what: "another type", code: "event/payload", leaf: { ...leaf, type: "purchase" } },
      { what: "another root", code: "event/payload", leaf: { ...leaf, payload: other } },
    ],
    damaged: damages(record),
  };
}
