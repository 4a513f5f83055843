/** Values for property tests: identifiers, elements, headers, policies, whole sets of readers. */
import fc from "fast-check";
import { toHex, utf8 } from "../domain/bytes.js";
import type { Header } from "../domain/document.js";
import { ABSENCES, type Element, type ElementValue, scalarMisfit } from "../domain/element.js";
import { gtinCheckDigit } from "../domain/gtin.js";
import { type Identifier, parseIdentifier } from "../domain/identifier.js";
import type { Policy, PolicyGroup } from "../domain/policy.js";
import type { ROLES } from "../domain/role.js";

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const hexOf = (length: number): fc.Arbitrary<string> => bytesOf(length).map(toHex);

const digits = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(""));

const CHARSET_82 = [..."!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"];

export const gtinText: fc.Arbitrary<string> = fc
  .constantFrom(7, 11, 12, 13)
  .chain(digits)
  .map((body) => body + gtinCheckDigit(body));

export const serialText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CHARSET_82), { minLength: 1, maxLength: 20 })
  .map((list) => list.join(""))
  .filter((text) => text !== "." && text !== "..");

export const identifier: fc.Arbitrary<Identifier> = fc
  .tuple(gtinText, serialText)
  .map(([gtin, serial]) => parseIdentifier(gtin, serial));

/** Any Unicode text that an element may hold. */
const plainText = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => scalarMisfit("string", text) === null);

const decimalText = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.option(digits(3)))
  .map(([whole, fraction]) => (fraction === null ? `${whole}` : `${whole}.${fraction}`))
  .filter((text) => !/^-0(\.0+)?$/.test(text));

const fieldName = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,12}$/);

const nested: fc.Arbitrary<ElementValue> = fc.letrec<{ value: ElementValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    plainText,
    fc.maxSafeInteger().filter((it) => !Object.is(it, -0)),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fieldName, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const typed: fc.Arbitrary<Pick<Element, "type" | "value">> = fc.oneof(
  plainText.map((value) => ({ type: "string" as const, value })),
  decimalText.map((value) => ({ type: "decimal" as const, value })),
  fc
    .maxSafeInteger()
    .filter((it) => !Object.is(it, -0))
    .map((value) => ({ type: "integer" as const, value })),
  fc.boolean().map((value) => ({ type: "boolean" as const, value })),
  fc
    .date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => ({ type: "dateTime" as const, value: date.toISOString() })),
  fc.webUrl().map((value) => ({ type: "uri" as const, value })),
  fc.constantFrom(...ABSENCES).map((value) => ({ type: "absent" as const, value })),
  fc.array(nested, { maxLength: 5 }).map((value) => ({ type: "list" as const, value })),
  fc
    .dictionary(fieldName, nested, { maxKeys: 5, noNullPrototype: true })
    .map((value) => ({ type: "object" as const, value })),
);

const elementId = fc.array(fieldName, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));

export const element: fc.Arbitrary<Element> = fc
  .record({ id: elementId, typed, unit: fc.option(fc.constantFrom("kg", "%", "A.h", "kg/(kW.h)")) })
  .map(({ id, typed: { type, value }, unit }) => ({ id, type, value, unit }));

export const elements: fc.Arbitrary<readonly Element[]> = fc.uniqueArray(element, {
  selector: ({ id }) => id,
  maxLength: 24,
});

const GROUPS: readonly PolicyGroup[] = [
  { name: "clear", access: "public", roles: [] },
  { name: "kept", access: "escrow", roles: ["REPAIRER", "AUTHORITY"] },
  { name: "near", access: "direct", roles: ["REPAIRER"] },
  { name: "own", access: "direct", roles: [] },
];

/** A policy under which exactly these elements may be sealed, spread over its groups. */
export const policyFor = (list: readonly Element[]): Policy => ({
  name: "sample",
  version: 1,
  title: "Sample",
  categories: { sample: "Sample" },
  missingMandatory: "warn",
  groups: GROUPS,
  elements: list.map(({ id }, index) => ({
    id,
    group: GROUPS[index % GROUPS.length]?.name ?? "",
    shape: { type: "string" },
    label: id,
    source: null,
    number: null,
    lifecycle: "static",
    applicability: {},
  })),
});

export const attestationOf = (role: (typeof ROLES)[number]): fc.Arbitrary<string> =>
  hexOf(12).map((serial) => toHex(utf8(`DPP_${role}`)) + serial);

export const header: fc.Arbitrary<Header> = fc.record({
  identifier,
  granularity: fc.constant("item" as const),
  category: fc.constant("sample"),
  policy: fc.record({ name: fc.constant("sample"), version: fc.nat(), hash: hexOf(32) }),
  issuer: fc.record({
    attestation: attestationOf("MANUFACTURER"),
    operator: fc.stringMatching(/^gln:\d{13}$/),
  }),
  name: fc.stringMatching(/^[A-Za-z0-9 ]{1,40}$/),
  image: fc.constantFrom("https://a.example/i.png", "ipfs://bafkqaaa"),
  language: fc.constantFrom("en", "de-AT", "zh-Hant-TW", "es-419"),
  revision: fc.nat(),
  previous: fc.constantFrom(null, "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"),
  issuedAt: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  sealedGroups: fc.constantFrom(
    [],
    [
      { name: "kept", access: "escrow" as const, epoch: 0 },
      { name: "near", access: "direct" as const, epoch: 7 },
    ],
  ),
});

/** Flips one bit of one byte. */
export const flipped = (bytes: Uint8Array, position: number, mask: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[position % copy.length] = (copy[position % copy.length] ?? 0) ^ (1 << (mask % 8));
  return copy;
};
