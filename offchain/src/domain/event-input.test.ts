import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { microPlace } from "../testing/payload-world.js";
import type { Fault } from "./document-input.js";
import { DppError } from "./errors.js";
import { eventInputOf, MAX_EVENT_FILE_BYTES } from "./event-input.js";
import { cardText } from "./supplier-card.js";

const CARD = "c4".repeat(16);
const UUID = "0b5e7a54-6f2c-8d11-9a3e-4c1d2e3f4a5b";

interface Stated {
  readonly id?: string;
  readonly [key: string]: unknown;
}

const harvest = (
  changes: Readonly<Record<string, unknown>> = {},
  elements: readonly (Stated | string)[] = [],
): { readonly type: string; readonly elements: readonly (Stated | string)[] } => ({
  type: "harvest",
  elements: [
    { id: "event.product.commodity", value: "shea-kernel" },
    { id: "event.quantity.mass", value: "45.0", unit: "kg" },
    { id: "event.supplier.card", value: CARD },
    { id: "event.supplier.confirmation", value: "nfc-tap" },
    ...elements,
  ],
  ...changes,
});

const read = (json: unknown) => eventInputOf(JSON.stringify(json));

const errorOf = (input: string): DppError => {
  try {
    eventInputOf(input);
  } catch (error) {
    if (error instanceof DppError) return error;
    throw error;
  }
  throw new Error("it was accepted");
};

/** Codes and pointers of all faults. */
const faultsOf = (json: unknown): string[] =>
  (errorOf(JSON.stringify(json)).details.faults as Fault[]).map(({ code, path }) => `${code} ${path}`);

const everythingSaid = (error: DppError): string =>
  [error.message, error.stack, JSON.stringify(error.details), String(error.cause)].join("\n");

describe("an event's file", () => {
  it("is read into what is stated, with units that are understood and a place that is coarse", () => {
    const input = read(
      harvest({
        subject: UUID,
        captured: "2027-03-01T08:15:00Z",
        place: { latitude: 9.345678, longitude: -0.812345 },
      }),
    );
    expect(input).toEqual({
      type: "harvest",
      subject: UUID.replaceAll("-", ""),
      captured: Date.UTC(2027, 2, 1, 8, 15),
      elements: [
        { id: "event.product.commodity", type: "string", value: "shea-kernel", unit: null },
        { id: "event.quantity.mass", type: "decimal", value: "45.0", unit: "kg" },
        { id: "event.supplier.card", type: "string", value: CARD, unit: null },
        { id: "event.supplier.confirmation", type: "string", value: "nfc-tap", unit: null },
        { id: "event.place.cell", type: "string", value: "cell:+09.3-000.9", unit: null },
      ],
    });
  });

  it("may leave out subject, time, place and a unit that is the only one", () => {
    const file = harvest();
    expect(read(file)).toMatchObject({ subject: "", captured: null });
    const mass = { id: "event.quantity.mass", value: "45.0" };
    const elements = (file.elements as readonly Stated[]).map((it) => (it.id === mass.id ? mass : it));
    expect(read({ ...file, elements }).elements[1]?.unit).toBe("kg");
  });

  it("takes a place as cell or degrees, above or among the elements", () => {
    const at = { latitude: -33.9249, longitude: 18.4241 };
    const cell = "cell:-34.0+018.4";
    const id = "event.place.cell";
    for (const file of [
      harvest({ place: at }),
      harvest({ place: cell }),
      harvest({}, [{ id, value: at }]),
      harvest({}, [{ id, value: cell }]),
    ])
      expect(read(file).elements.at(-1)).toEqual({ id, type: "string", value: cell, unit: null });
  });

  it("takes a card as its id or as the text on it", () => {
    const elements = harvest().elements as readonly Stated[];
    const typed = elements.map((it) =>
      it.id === "event.supplier.card" ? { ...it, value: cardText(CARD).toUpperCase() } : it,
    );
    expect(read(harvest({ elements: typed })).elements[2]?.value).toBe(CARD);
  });

  it("tells all faults at once, where they are", () => {
    const file = {
      type: "harvest",
      subject: "x",
      captured: "yesterday",
      note: "see notebook",
      place: { latitude: 91, longitude: 0, accuracy: 3 },
      elements: [
        { id: "event.product.commodity", value: "nuts" },
        { id: "event.quantity.mass", value: "45.0", unit: "g" },
        { id: "event.quantity.mass", value: "45.0" },
        { id: "event.price.amount", value: "3" },
        { id: "event.quantity.count", value: "3", comment: "bags" },
        "event.grade.code",
      ],
    };
    expect(faultsOf(file)).toEqual([
      "event/unknown-key /note",
      "event/subject /subject",
      "event/captured /captured",
      "event/wrong-type /elements/0/value",
      "event/unit-mismatch /elements/1/unit",
      "event/duplicate-field /elements/2/id",
      "event/unknown-field /elements/3/id",
      "event/unknown-key /elements/4/comment",
      "event/wrong-type /elements/4/value",
      "event/file /elements/5",
      "event/unknown-key /place/accuracy",
      "event/bad-place /place",
    ]);
    expect(errorOf(JSON.stringify(file)).code).toBe("event/unknown-key");
  });

  it("lacks nothing that its type must have", () => {
    expect(faultsOf({ type: "harvest", elements: [] })).toEqual(
      Array(4).fill("event/missing-field /elements"),
    );
  });

  it.each<[string, unknown, string]>([
    ["no object", [], "event/file "],
    ["no type", { elements: [] }, "event/type /type"],
    ["a type of another time", { type: "birth", elements: [] }, "event/type /type"],
    ["no elements", { type: "harvest" }, "event/file /elements"],
    [
      "more than 64 elements",
      { type: "harvest", elements: Array(65).fill({}) },
      "event/too-many-elements /elements",
    ],
    [
      "a number for a decimal",
      harvest({}, [{ id: "event.quantity.tare", value: 1.5 }]),
      "event/wrong-type /elements/4/value",
    ],
    [
      "nothing for a value",
      harvest({}, [{ id: "event.quantity.tare" }]),
      "event/wrong-type /elements/4/value",
    ],
    [
      "more digits than a scale has",
      harvest({}, [{ id: "event.quantity.tare", value: "1.23456" }]),
      "event/wrong-type /elements/4/value",
    ],
    [
      "a mass below nothing",
      harvest({}, [{ id: "event.quantity.tare", value: "-1" }]),
      "event/wrong-type /elements/4/value",
    ],
    [
      "a place twice",
      harvest({ place: "cell:+09.3-000.8" }, [{ id: "event.place.cell", value: "cell:+09.3-000.8" }]),
      "event/duplicate-field /place",
    ],
    ["a fine place as text", harvest({ place: "9.3456,-0.8123" }), "event/precise-place /place"],
    [
      "a cell that is too fine",
      harvest({}, [{ id: "event.place.cell", value: "cell:+09.34-000.81" }]),
      "event/precise-place /elements/4/value",
    ],
    ["half a place", harvest({ place: { latitude: 9.3 } }), "event/bad-place /place"],
    [
      "a place as text in degrees",
      harvest({ place: { latitude: "9.3", longitude: "0.8" } }),
      "event/bad-place /place",
    ],
    [
      "a place where none belongs",
      { type: "grade", elements: [{ id: "event.grade.to", value: "A" }], place: "cell:+09.3-000.8" },
      "event/unknown-field /place",
    ],
    [
      "a correction of nothing",
      { type: "correction", elements: [{ id: "event.correction.reason", value: "mistyped" }] },
      "event/subject /subject",
    ],
    [
      "a correction of a batch",
      {
        type: "correction",
        subject: "ab".repeat(28),
        elements: [{ id: "event.correction.reason", value: "mistyped" }],
      },
      "event/subject /subject",
    ],
    ["an event's id that is none", harvest({ subject: UUID.replace("-8", "-4") }), "event/subject /subject"],
    ["a local time", harvest({ captured: "2027-03-01T08:15:00" }), "event/captured /captured"],
    ["a time before 1970", harvest({ captured: "1969-12-31T23:59:59Z" }), "event/captured /captured"],
    [
      "a prototype's key",
      JSON.parse('{"type":"harvest","elements":[{"id":"__proto__","value":1}]}'),
      "event/unknown-field /elements/0/id",
    ],
    ["a type of the prototype", { type: "constructor", elements: [] }, "event/type /type"],
  ])("is refused with %s", (_, file, fault) => {
    expect(faultsOf(file)).toContain(fault);
  });

  it("is refused when an amendment amends nothing", () => {
    const file = (to: string) => ({
      type: "tier-amendment",
      subject: UUID,
      elements: [
        { id: "event.tier.from", value: "GATEWAY_SIGNED" },
        { id: "event.tier.to", value: to },
      ],
    });
    expect(faultsOf(file("GATEWAY_SIGNED"))).toEqual(["event/same-tier /elements"]);
    expect(read(file("INDIVIDUAL_SIGNED")).type).toBe("tier-amendment");
  });

  it("of a megabyte is refused before it is read", () => {
    const large = JSON.stringify(harvest({ note: "x".repeat(1024 * 1024) }));
    expect(errorOf(large).code).toBe("event/too-large");
    expect(errorOf(`{}${" ".repeat(MAX_EVENT_FILE_BYTES)}`).code).toBe("event/too-large");
  });

  it("that is no JSON, or says a thing twice, is refused without being quoted", () => {
    const place = '"latitude": 9.345678';
    for (const [text, code] of [
      [`{${place}`, "event/malformed-json"],
      [`{${place}, 9.345678}`, "event/malformed-json"],
      // What the platform's parser quotes in its message.
      ["[9.345678, x]", "event/malformed-json"],
      [`{${place}, ${place}}`, "event/duplicate-key"],
      ['{"9.345678": 1, "9.345678": 2}', "event/duplicate-key"],
    ] as const) {
      const error = errorOf(text);
      expect(error.code).toBe(code);
      expect(everythingSaid(error)).not.toContain("9.345");
    }
  });
});

describe("a fine place", () => {
  it("is in nothing that comes of a file, be it accepted or refused", () => {
    const wrapped = fc.constantFrom(
      (place: unknown) => harvest({ place }),
      (place: unknown) => harvest({}, [{ id: "event.place.cell", value: place }]),
      (place: unknown) => harvest({ place, captured: "never" }),
      (place: unknown) => harvest({ place, elements: [] }),
      (place: unknown) => harvest({ position: place, [JSON.stringify(place)]: place }),
      (place: unknown) => harvest({}, [{ id: JSON.stringify(place), value: place }]),
      (place: unknown) => harvest({}, [{ id: "event.grade.code", value: JSON.stringify(place) }]),
    );
    const form = fc.constantFrom(
      (latitude: string, longitude: string): unknown => ({
        latitude: Number(latitude),
        longitude: Number(longitude),
      }),
      (latitude: string, longitude: string): unknown => ({ latitude, longitude }),
      (latitude: string, longitude: string): unknown => `${latitude},${longitude}`,
      (latitude: string, longitude: string): unknown => `cell:${latitude}${longitude}`,
      (latitude: string, longitude: string): unknown => [latitude, longitude],
    );
    fc.assert(
      fc.property(microPlace, wrapped, form, ([north, east], wrap, shape) => {
        // Two digits beyond the tenth that no cell can have by chance.
        const [latitude, longitude] = [north, east].map((micro) => `${(micro / 1e8).toFixed(1)}7391`) as [
          string,
          string,
        ];
        const text = JSON.stringify(wrap(shape(latitude, longitude)));
        expect(text).toContain("7391");
        let outcome: string;
        try {
          outcome = JSON.stringify(eventInputOf(text));
        } catch (error) {
          expect(error).toBeInstanceOf(DppError);
          outcome = everythingSaid(error as DppError);
        }
        expect(outcome).not.toContain("739");
      }),
    );
  });
});

describe("whatever is thrown at it", () => {
  it("is answered with an event or an error of its own", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify(harvest({ elements: [value], place: value }))),
        ),
        (text) => {
          try {
            eventInputOf(text);
          } catch (error) {
            expect(error).toBeInstanceOf(DppError);
            expect((error as DppError).code).toMatch(/^event\//);
          }
        },
      ),
    );
  });
});
