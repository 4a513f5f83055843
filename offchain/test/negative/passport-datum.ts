/** Forgeries of a passport's datum: every field that an act may not touch, each changed alone. */
import type { PlutusData } from "../../src/codec/plutus-data.js";
import { utf8 } from "../../src/domain/bytes.js";
import { extra, withDatumField } from "../../src/testing/forge.js";
import type { Attack } from "./attack.js";
import { NAME, VERSION } from "./forgeries.js";

export const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
export const variant = (index: number, ...fields: PlutusData[]): PlutusData => ({ index, fields });
export const some = (value: PlutusData): PlutusData => variant(0, value);

export const FIELD = {
  schema: 0,
  revision: 1,
  status: 2,
  issuer: 3,
  dataRoot: 4,
  content: 5,
  actionHead: 6,
  idCommit: 7,
  idMethod: 8,
  batch: 9,
  predecessor: 10,
} as const;
export type Field = keyof typeof FIELD;

/** Constructors of the status. */
export const STATUS = { Active: 0, Revoked: 1, Retired: 2, Repurposed: 3 } as const;

/** `at`: position of the state output. */
export const forgeField = (field: Field, value: PlutusData, rule: string, name: string, at = 0): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, at, extra(FIELD[field]), value),
});

export const forgeVersion = (rule: string, at = 0): Attack => ({
  name: "use another CIP-68 version",
  rule,
  change: (plan) => withDatumField(plan, at, VERSION, 2n),
});

const OTHER: Readonly<Record<Field, PlutusData>> = {
  schema: 2n,
  revision: 7n,
  status: variant(STATUS.Retired),
  issuer: utf8("DPP_MANUFACTURER of another"),
  dataRoot: bytes(32),
  content: bytes(36),
  actionHead: bytes(32),
  idCommit: bytes(32),
  idMethod: 2n,
  batch: some(bytes(28)),
  predecessor: some(bytes(28)),
};

/** All fields but those that the act sets, the version of CIP-68, and the metadata unless the act may set them. */
export const hijacks = (
  left: readonly Field[],
  { at = 0, metadata = false }: { readonly at?: number; readonly metadata?: boolean } = {},
): readonly Attack[] => [
  ...Object.entries(OTHER)
    .filter(([field]) => !left.includes(field as Field))
    .map(([field, value]) =>
      forgeField(field as Field, value, "is_delta_allowed", `change ${field} on the way`, at),
    ),
  forgeVersion("is_delta_allowed", at),
  ...(metadata
    ? []
    : [
        {
          name: "change the metadata on the way",
          rule: "is_delta_allowed",
          change: (plan) => withDatumField(plan, at, NAME, utf8("Example other")),
        } satisfies Attack,
      ]),
];

/** Every other status than the one that the act sets. */
export const otherStatus = (set: keyof typeof STATUS, at = 0): readonly Attack[] =>
  (Object.keys(STATUS) as (keyof typeof STATUS)[])
    .filter((status) => status !== set)
    .map((status) =>
      forgeField("status", variant(STATUS[status]), "is_delta_allowed", `leave it as ${status}`, at),
    );
