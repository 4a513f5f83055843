/** A state's datum as named fields in text, so that two states are compared field by field and a person reads what changes. */
import {
  decodeAttestationDatum,
  decodeConfigDatum,
  decodePassportDatum,
  decodeThreadDatum,
} from "../../codec/datum.js";

export type StateKind = "attestation" | "passport" | "config" | "thread";

/** Field → value; lists are joined by commas, nothing is `none`. */
export type StateFields = Readonly<Record<string, string>>;

/** @throws DppError `datum/shape`, `plutus-data/malformed` for a datum that is not of this kind. */
export function stateFields(kind: StateKind, datum: string): StateFields {
  if (kind === "config") return fieldsOf(decodeConfigDatum(datum));
  if (kind === "thread") return fieldsOf(decodeThreadDatum(datum));
  const { metadata, extra } =
    kind === "attestation" ? decodeAttestationDatum(datum) : decodePassportDatum(datum);
  return { ...fieldsOf({ title: metadata.name, image: metadata.image }), ...fieldsOf(extra) };
}

/** Plain values as fields; of an object its members, as `scripts.roles`. */
export function fieldsOf(record: object): StateFields {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.entries(fieldsOf(value)).map(([inner, text]) => [`${name}.${inner}`, text])
        : [[name, textOf(value)]],
    ),
  );
}

const textOf = (value: unknown): string => (value === null ? "none" : String(value));
