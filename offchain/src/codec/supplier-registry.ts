/**
 * Bytes of a suppliers' registry: the file with its readers, the index, and the list that a device gets; a record: supplier-record.ts. Deterministic CBOR.
 * Spec: docs/spec/supplier-registry.md. Sealing: crypto/registry-seal.ts.
 */
import { fromHex, toHex } from "../domain/bytes.js";
import { MAX_CAPACITY_KG, MAX_DECLARATIONS, MAX_LABEL, MAX_PHONES } from "../domain/supplier.js";
import {
  type DeviceCard,
  MAX_DEVICE_CARDS,
  MAX_ERASED,
  MAX_READERS,
  MAX_SUPPLIERS,
  MAX_TAGS,
  type RegistryFile,
  type RegistryIndex,
} from "../domain/supplier-registry.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

export const REGISTRY_KIND = "dpp/supplier-registry/1";
export const MAX_INDEX_BYTES = 32 * 1024 * 1024;
export const MAX_REGISTRY_BYTES = MAX_INDEX_BYTES + 64 * 1024;

const shape = cborShape("supplier/malformed");
const TAG = 32;
/** HPKE of a key, and a proof. */
const WRAP_BYTES = 80 + 32;
const hexAt = (value: CborValue | undefined, min: number, max: number, path: string): string =>
  toHex(shape.bytes(value, min, max, path));

/** The part of the file that is in clear, and to which the index is bound. */
export const encodeRegistryHead = ({
  config,
  operator,
  revision,
  sealer,
  readers,
}: Omit<RegistryFile, "index">) => encodeCbor(headOf({ config, operator, revision, sealer, readers }));

const headOf = ({ config, operator, revision, sealer, readers }: Omit<RegistryFile, "index">) => ({
  kind: REGISTRY_KIND,
  config: fromHex(config),
  operator,
  revision,
  sealer,
  readers: readers.map(({ name, publicKey, wrapped }) => [fromHex(name), publicKey, wrapped]),
});

export const encodeRegistryFile = (file: RegistryFile): Uint8Array =>
  encodeCbor({ ...headOf(file), index: file.index });

/** @throws DppError `supplier/malformed`, `cbor/*`. */
export function decodeRegistryFile(bytes: Uint8Array): RegistryFile {
  const map = shape.map(
    decodeCbor(bytes, MAX_REGISTRY_BYTES),
    ["kind", "config", "operator", "revision", "sealer", "readers", "index"],
    "",
  );
  shape.oneOf(map.kind, [REGISTRY_KIND], "/kind");
  return {
    config: hexAt(map.config, 28, 28, "/config"),
    operator: shape.text(map.operator, 64, "/operator"),
    revision: shape.int(map.revision, "/revision"),
    sealer: shape.bytes(map.sealer, 32, 32, "/sealer"),
    readers: shape.list(map.readers, MAX_READERS, "/readers", (item, path) => {
      const [name, publicKey, wrapped] = shape.tuple(item, 3, path);
      return {
        name: hexAt(name, 13, 28, `${path}/0`),
        publicKey: shape.bytes(publicKey, 32, 32, `${path}/1`),
        wrapped: shape.bytes(wrapped, WRAP_BYTES, WRAP_BYTES, `${path}/2`),
      };
    }),
    index: shape.bytes(map.index, 40, MAX_INDEX_BYTES, "/index"),
  };
}

export const encodeIndex = ({ lookup, next, entries, erased }: RegistryIndex): Uint8Array =>
  encodeCbor([
    lookup,
    next,
    entries.map(({ number, record, cards, phones }) => [
      number,
      fromHex(record),
      cards.map(fromHex),
      phones.map(fromHex),
    ]),
    erased.map(fromHex),
  ]);

/** @throws DppError `supplier/malformed`, `cbor/*`. */
export function decodeIndex(bytes: Uint8Array): RegistryIndex {
  const [lookup, next, entries, erased] = shape.tuple(decodeCbor(bytes, MAX_INDEX_BYTES), 4, "");
  const tag = (item: CborValue, path: string): string => hexAt(item, TAG, TAG, path);
  const index = {
    lookup: shape.bytes(lookup, 32, 32, "/0"),
    next: shape.int(next, "/1", 0xffff_ffff),
    entries: shape.list(entries, MAX_SUPPLIERS, "/2", (item, path) => {
      const [number, record, cards, phones] = shape.tuple(item, 4, path);
      return {
        number: shape.int(number, `${path}/0`, 0xffff_ffff),
        record: hexAt(record, 32, 32, `${path}/1`),
        cards: shape.list(cards, MAX_TAGS, `${path}/2`, tag),
        phones: shape.list(phones, MAX_PHONES, `${path}/3`, tag),
      };
    }),
    erased: shape.list(erased, MAX_ERASED, "/3", tag),
  };
  const ascends = index.entries.every(
    ({ number }, at) => number > (index.entries[at - 1]?.number ?? 0) && number < index.next,
  );
  if (!ascends) throw shape.refuse("/2", "numbers that ascend and are below the next");
  return index;
}

export const encodeDeviceCards = (cards: readonly DeviceCard[]): Uint8Array =>
  encodeCbor(
    cards.map(
      ({ card, supplier, from, to, capacities }): CborInput => [
        fromHex(card),
        supplier,
        from,
        to,
        capacities.map(({ season, product, kg }) => [season, product, kg]),
      ],
    ),
  );

/** @throws DppError `supplier/malformed`, `cbor/*`. */
export const decodeDeviceCards = (bytes: Uint8Array): readonly DeviceCard[] =>
  shape.list(decodeCbor(bytes, MAX_INDEX_BYTES), MAX_DEVICE_CARDS, "", (item, path) => {
    const [card, supplier, from, to, capacities] = shape.tuple(item, 5, path);
    return {
      card: hexAt(card, 16, 16, `${path}/0`),
      supplier: shape.int(supplier, `${path}/1`, 0xffff_ffff),
      from: shape.int(from, `${path}/2`),
      to: shape.int(to, `${path}/3`),
      capacities: shape.list(capacities, MAX_DECLARATIONS, `${path}/4`, (one, at) => {
        const [season, product, kg] = shape.tuple(one, 3, at);
        return {
          season: shape.text(season, MAX_LABEL, `${at}/0`),
          product: shape.text(product, MAX_LABEL, `${at}/1`),
          kg: shape.int(kg, `${at}/2`, MAX_CAPACITY_KG),
        };
      }),
    };
  });
