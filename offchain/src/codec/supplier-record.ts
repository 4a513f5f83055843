/** Bytes of one supplier's record: deterministic CBOR, a list in a fixed order. Spec: docs/spec/supplier-registry.md "Record". */
import { fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import {
  BLOCK_REASONS,
  CONFIRMATIONS,
  isPhone,
  isPlotCell,
  MAX_AREA_M2,
  MAX_AUDIT,
  MAX_CAPACITY_KG,
  MAX_CARDS,
  MAX_DECLARATIONS,
  MAX_ENROLMENTS,
  MAX_LABEL,
  MAX_NAME,
  MAX_PHONES,
  MAX_PLOTS,
  SUPPLIER_ACTS,
  type Supplier,
} from "../domain/supplier.js";
import { type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

export const MAX_RECORD_BYTES = 128 * 1024;
/** What a sealed record has at most: nonce, tag and padding. */
export const MAX_SEALED_RECORD_BYTES = MAX_RECORD_BYTES + 1024;

const shape = cborShape("supplier/malformed");
const hexAt = (value: CborValue | undefined, min: number, max: number, path: string): string =>
  toHex(shape.bytes(value, min, max, path));

/** @throws DppError `supplier/too-large`. */
export function encodeSupplier(supplier: Supplier): Uint8Array {
  const bytes = encodeCbor([
    supplier.number,
    supplier.name,
    supplier.phones,
    supplier.cards.map(({ id, from, to, issued, blocked }) => [
      fromHex(id),
      from,
      to,
      issued,
      blocked === null ? null : [blocked.at, BLOCK_REASONS.indexOf(blocked.reason)],
    ]),
    supplier.declarations.map(({ at, season, product, plots, capacityKg }) => [
      at,
      season,
      product,
      plots.map(({ cell, areaM2 }) => [cell, areaM2]),
      capacityKg,
    ]),
    supplier.enrolments.map(({ at, by, confirmed, reference }) => [
      at,
      fromHex(by),
      CONFIRMATIONS.indexOf(confirmed),
      fromHex(reference),
    ]),
    supplier.audit.map(({ at, by, act, about }) => [at, fromHex(by), SUPPLIER_ACTS.indexOf(act), about]),
    supplier.ended,
  ]);
  if (bytes.length > MAX_RECORD_BYTES)
    throw new DppError(
      "supplier/too-large",
      `the record of one supplier has at most ${MAX_RECORD_BYTES} bytes`,
    );
  return bytes;
}

const named = <T extends string>(names: readonly T[], value: CborValue | undefined, path: string): T =>
  names[shape.int(value, path, names.length - 1)] as T;

const whoAt = (value: CborValue | undefined, path: string): string => hexAt(value, 13, 28, path);

/** @throws DppError `supplier/malformed`, `cbor/*`. */
export function decodeSupplier(bytes: Uint8Array): Supplier {
  const list = shape.tuple(decodeCbor(bytes, MAX_RECORD_BYTES), 8, "");
  const [number, name, phones, cards, declarations, enrolments, audit, ended] = list;
  return {
    number: shape.int(number, "/0", 0xffff_ffff),
    name: shape.text(name, MAX_NAME, "/1"),
    phones: shape.list(phones, MAX_PHONES, "/2", (item, path) => {
      const phone = shape.text(item, 16, path);
      if (!isPhone(phone)) throw shape.refuse(path, "a phone number in E.164");
      return phone;
    }),
    cards: shape.list(cards, MAX_CARDS, "/3", (item, path) => {
      const [id, from, to, issued, blocked] = shape.tuple(item, 5, path);
      return {
        id: hexAt(id, 16, 16, `${path}/0`),
        from: shape.int(from, `${path}/1`),
        to: shape.int(to, `${path}/2`),
        issued: shape.int(issued, `${path}/3`),
        blocked: blocked === null ? null : blockAt(blocked, `${path}/4`),
      };
    }),
    declarations: shape.list(declarations, MAX_DECLARATIONS, "/4", (item, path) => {
      const [at, season, product, plots, capacityKg] = shape.tuple(item, 5, path);
      return {
        at: shape.int(at, `${path}/0`),
        season: shape.text(season, MAX_LABEL, `${path}/1`),
        product: shape.text(product, MAX_LABEL, `${path}/2`),
        plots: shape.list(plots, MAX_PLOTS, `${path}/3`, plotAt),
        capacityKg: shape.int(capacityKg, `${path}/4`, MAX_CAPACITY_KG),
      };
    }),
    enrolments: shape.list(enrolments, MAX_ENROLMENTS, "/5", (item, path) => {
      const [at, by, confirmed, reference] = shape.tuple(item, 4, path);
      const hash = hexAt(reference, 0, 32, `${path}/3`);
      if (hash.length !== 0 && hash.length !== 64) throw shape.refuse(`${path}/3`, "0 or 32 bytes");
      return {
        at: shape.int(at, `${path}/0`),
        by: whoAt(by, `${path}/1`),
        confirmed: named(CONFIRMATIONS, confirmed, `${path}/2`),
        reference: hash,
      };
    }),
    audit: shape.list(audit, MAX_AUDIT, "/6", (item, path) => {
      const [at, by, act, about] = shape.tuple(item, 4, path);
      return {
        at: shape.int(at, `${path}/0`),
        by: whoAt(by, `${path}/1`),
        act: named(SUPPLIER_ACTS, act, `${path}/2`),
        about: shape.text(about, 64, `${path}/3`),
      };
    }),
    ended: ended === null ? null : shape.int(ended, "/7"),
  };
}

function blockAt(value: CborValue | undefined, path: string) {
  const [at, reason] = shape.tuple(value, 2, path);
  return { at: shape.int(at, `${path}/0`), reason: named(BLOCK_REASONS, reason, `${path}/1`) };
}

function plotAt(value: CborValue, path: string) {
  const [cell, areaM2] = shape.tuple(value, 2, path);
  const text = shape.text(cell, 16, `${path}/0`);
  if (!isPlotCell(text)) throw shape.refuse(`${path}/0`, "a cell of 0.1° or nothing");
  return { cell: text, areaM2: shape.int(areaM2, `${path}/1`, MAX_AREA_M2) };
}
