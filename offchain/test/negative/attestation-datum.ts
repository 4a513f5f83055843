/** Forgeries of an attestation's datum: every field that an act may not touch, each changed alone. */
import type { PlutusData } from "../../src/codec/plutus-data.js";
import { utf8 } from "../../src/domain/bytes.js";
import { extra, withDatumField } from "../../src/testing/forge.js";
import type { Attack } from "./attack.js";
import { NAME, VERSION } from "./forgeries.js";

export const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
export const variant = (index: number): PlutusData => ({ index, fields: [] });

/** Position of each field in the attestation. */
const FIELD = {
  role: 0,
  kind: 1,
  holder: 2,
  alg: 3,
  pk: 4,
  encPk: 5,
  operator: 6,
  place: 7,
  status: 8,
  validFrom: 9,
  validTo: 10,
  maxDelay: 11,
  keyring: 12,
  keyEpoch: 13,
} as const;
export type Field = keyof typeof FIELD;

export const forge = (path: readonly number[], value: PlutusData, rule: string, name: string): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, 0, path, value),
});
export const forgeField = (field: Field, value: PlutusData, rule: string, name: string): Attack =>
  forge(extra(FIELD[field]), value, rule, name);

const OTHER: Readonly<Record<Field, PlutusData>> = {
  role: variant(4),
  kind: variant(1),
  holder: bytes(28),
  alg: 1n,
  pk: bytes(32),
  encPk: bytes(32),
  operator: utf8("gln:9506000199999"),
  place: bytes(4),
  status: variant(1),
  validFrom: 5n,
  validTo: 2n ** 52n,
  maxDelay: 5n,
  keyring: bytes(36),
  keyEpoch: 5n,
};

/** All fields but those that the act sets, the version of CIP-68, and the metadata unless the act may set them. */
export const hijacks = (
  left: readonly Field[],
  { metadata = false }: { readonly metadata?: boolean } = {},
): readonly Attack[] => [
  ...Object.entries(OTHER)
    .filter(([field]) => !left.includes(field as Field))
    .map(([field, value]) =>
      forgeField(field as Field, value, "is_delta_allowed", `change ${field} on the way`),
    ),
  forge(VERSION, 2n, "is_delta_allowed", "change the CIP-68 version on the way"),
  ...(metadata
    ? []
    : [forge(NAME, utf8("Example other"), "is_delta_allowed", "change the metadata on the way")]),
];
