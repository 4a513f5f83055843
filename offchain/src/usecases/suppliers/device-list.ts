/**
 * What a capture device needs of the registry and no more: card, supplier's number, dates, declared capacity. Sealed to one attestation's reading key and signed by the
 * operator's, since anybody can seal to a public key. Spec: docs/spec/supplier-registry.md "Device list".
 */
import { decodeCbor, encodeCbor } from "../../codec/cbor.js";
import { cborShape } from "../../codec/cbor-shape.js";
import { decodeDeviceCards, encodeDeviceCards, MAX_INDEX_BYTES } from "../../codec/supplier-registry.js";
import { verifySignData } from "../../crypto/cip8.js";
import {
  type DeviceListPlace,
  deviceListDigest,
  openSealedDeviceList,
  type RegistryName,
  sealDeviceList,
} from "../../crypto/registry-seal.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { standingDeclarations } from "../../domain/supplier.js";
import { type DeviceCard, MAX_DEVICE_CARDS, type RegistryReader } from "../../domain/supplier-registry.js";
import type { Signer } from "../../ports/signer.js";
import type { SupplierRegistry } from "./registry.js";

const KIND = "dpp/supplier-device-list/1";
export const MAX_DEVICE_LIST_BYTES = MAX_INDEX_BYTES;
const shape = cborShape("supplier/malformed");

export interface DeviceList extends DeviceListPlace {
  readonly cards: readonly DeviceCard[];
  /** Key hash (28 bytes hex) of who signed it. */
  readonly signer: string;
}

/** Cards that can be used now or later; nobody's who delivers no more. @throws DppError `supplier/too-many`, `keyring/bad-public-key`. */
export async function exportDeviceList(
  registry: SupplierRegistry,
  { name: reader, publicKey }: RegistryReader,
  signer: Signer,
): Promise<{ readonly bytes: Uint8Array; readonly cards: number; readonly revision: number }> {
  const { clock, random } = registry.parts;
  const made = clock.now();
  // The head first: a change in between gives a newer list under an older number, which the next export replaces.
  const { revision } = await registry.head();
  const cards = (await registry.suppliers())
    .filter(({ ended }) => ended === null)
    .flatMap((supplier) =>
      supplier.cards
        .filter(({ blocked, to }) => blocked === null && made < to)
        .map(({ id, from, to }): DeviceCard => {
          const capacities = standingDeclarations(supplier).map(({ season, product, capacityKg }) => ({
            season,
            product,
            kg: capacityKg,
          }));
          return { card: id, supplier: supplier.number, from, to, capacities };
        }),
    );
  if (cards.length > MAX_DEVICE_CARDS)
    throw new DppError("supplier/too-many", `a device list holds at most ${MAX_DEVICE_CARDS} cards`);
  const place: DeviceListPlace = { ...registry.name, reader, revision, made };
  const sealed = await sealDeviceList(place, publicKey, encodeDeviceCards(cards), random);
  const unsigned = listBody(place, sealed);
  const { signature, key } = await signer.signData(
    signer.address,
    toHex(deviceListDigest(encodeCbor(unsigned))),
  );
  const bytes = encodeCbor({
    ...unsigned,
    address: signer.address,
    signature: fromHex(signature),
    key: fromHex(key),
  });
  return { bytes, cards: cards.length, revision };
}

const listBody = ({ config, operator, reader, revision, made }: DeviceListPlace, sealed: Uint8Array) => ({
  kind: KIND,
  config: fromHex(config),
  operator,
  reader: fromHex(reader),
  revision,
  made,
  sealed,
});

export interface DeviceListTrust extends RegistryName {
  /** Attestation whose reading key opens it. */
  readonly reader: string;
  readonly secretKey: Uint8Array;
  /** Key hashes whose word on suppliers this device takes, hex. */
  readonly signers: readonly string[];
  readonly networkId: 0 | 1;
  /** Revision of the list that the device has; -1 for none. */
  readonly atLeast: number;
}

/**
 * What a device does with a list that it is handed.
 * @throws DppError `supplier/malformed`, `cbor/*`, `supplier/other-registry`, `supplier/other-device`, `supplier/list-signature`, `supplier/rolled-back`, `supplier/list-sealed`.
 */
export async function openDeviceList(bytes: Uint8Array, trust: DeviceListTrust): Promise<DeviceList> {
  const keys = ["kind", "config", "operator", "reader", "revision", "made", "sealed"] as const;
  const map = shape.map(
    decodeCbor(bytes, MAX_DEVICE_LIST_BYTES),
    [...keys, "address", "signature", "key"],
    "",
  );
  shape.oneOf(map.kind, [KIND], "/kind");
  const place: DeviceListPlace = {
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    operator: shape.text(map.operator, 64, "/operator"),
    reader: toHex(shape.bytes(map.reader, 13, 28, "/reader")),
    revision: shape.int(map.revision, "/revision"),
    made: shape.int(map.made, "/made"),
  };
  if (place.config !== trust.config || place.operator !== trust.operator)
    throw new DppError("supplier/other-registry", "this is the list of another operator or deployment");
  if (place.reader !== trust.reader)
    throw new DppError(
      "supplier/other-device",
      "this list is sealed for another device: export one for this one",
    );
  const sealed = shape.bytes(map.sealed, 1, MAX_DEVICE_LIST_BYTES, "/sealed");
  const signer = signerOf({
    address: shape.text(map.address, 128, "/address"),
    message: deviceListDigest(encodeCbor(listBody(place, sealed))),
    networkId: trust.networkId,
    signature: toHex(shape.bytes(map.signature, 1, 1024, "/signature")),
    key: toHex(shape.bytes(map.key, 1, 256, "/key")),
  });
  if (!trust.signers.includes(signer))
    throw new DppError("supplier/list-signature", "nobody whose word this device takes has signed this list");
  if (place.revision < trust.atLeast)
    throw new DppError("supplier/rolled-back", "this list is older than the one that the device has");
  return { ...place, signer, cards: await cardsOf(place, trust.secretKey, sealed) };
}

function signerOf(claim: Parameters<typeof verifySignData>[0]): string {
  try {
    return verifySignData(claim).keyHash;
  } catch (cause) {
    throw new DppError("supplier/list-signature", "the signature of this list does not hold", { cause });
  }
}

async function cardsOf(place: DeviceListPlace, secretKey: Uint8Array, sealed: Uint8Array) {
  try {
    return decodeDeviceCards(await openSealedDeviceList(place, secretKey, sealed));
  } catch (cause) {
    if (!isDppError(cause, "keyring/cannot-open")) throw cause;
    throw new DppError("supplier/list-sealed", "the list does not open with this device's key", { cause });
  }
}
