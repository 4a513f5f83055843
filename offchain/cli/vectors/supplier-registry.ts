/** Vectors of docs/spec/supplier-registry.md: cards, keys, a registry with two suppliers and a tombstone, and a device list. Its keys protect nothing. */
import { supplierRegistryInMemory } from "../../src/adapters/supplier-registry-memory.js";
import { decodeRegistryFile } from "../../src/codec/supplier-registry.js";
import {
  lookupKeyOf,
  lookupTag,
  openIndex,
  openRegistryKey,
  registryId,
} from "../../src/crypto/registry-seal.js";
import { toHex } from "../../src/domain/bytes.js";
import { cardText } from "../../src/domain/supplier-card.js";
import { actor } from "../../src/testing/actors.js";
import {
  CONFIG,
  inPerson,
  OPERATOR,
  person,
  readerPair,
  supplierWorld,
} from "../../src/testing/supplier-world.js";
import { replaceCard } from "../../src/usecases/suppliers/cards.js";
import { exportDeviceList } from "../../src/usecases/suppliers/device-list.js";
import { enrolSuppliers } from "../../src/usecases/suppliers/enrol.js";
import { eraseSupplier } from "../../src/usecases/suppliers/leave.js";

const CARDS = ["00".repeat(16), "ff".repeat(16), "000102030405060708090a0b0c0d0e0f"];
const REFUSED = [
  "dpp-card:000000000000000000000000001",
  "dpp-card:00000000000000000000000000",
  "dpp-card:000000000000000000000000010",
  "dpp-card:uuuuuuuuuuuuuuuuuuuuuuuuuuu",
];

export async function supplierRegistryVectors() {
  const store = supplierRegistryInMemory();
  const { registry, office, clock } = await supplierWorld(store, "supplier registry vectors");
  const now = clock.now();
  await enrolSuppliers(
    registry,
    [1, 2, 3].map((n) => person(n, now)),
    inPerson,
  );
  const card = (await registry.supplier(1)).cards[0]?.id ?? "";
  await replaceCard(registry, card, "lost", inPerson.by);
  const erased = (await registry.supplier(2)).cards[0]?.id ?? "";
  await eraseSupplier(registry, 2);

  const bytes = (await store.file()) ?? new Uint8Array();
  const file = decodeRegistryFile(bytes);
  const keys = await openRegistryKey(file, office);
  const index = openIndex(file, keys);
  const tablet = readerPair("ab".repeat(25), "tablet");
  const signer = actor("operator");
  const list = await exportDeviceList(registry, tablet.reader, signer);
  return {
    spec: "docs/spec/supplier-registry.md",
    cards: CARDS.map((id) => ({ id, text: cardText(id) })),
    refusedCards: REFUSED,
    registry: {
      config: CONFIG,
      operator: OPERATOR,
      id: registryId({ config: CONFIG, operator: OPERATOR }),
      reader: { publicKey: office.publicKey, secretKey: toHex(office.secretKey) },
      keys: {
        registry: toHex(keys.registry),
        index: toHex(keys.index),
        record: toHex(keys.record),
        lookup: toHex(lookupKeyOf(keys)),
      },
      tags: {
        card: { id: card, tag: lookupTag(index.lookup, "card", card) },
        phone: { id: "+15550100001", tag: lookupTag(index.lookup, "phone", "+15550100001") },
      },
      file: toHex(bytes),
      records: await Promise.all(
        index.entries.map(async ({ record }) => toHex((await store.record(record)) ?? new Uint8Array())),
      ),
      suppliers: await registry.suppliers(),
      erasedCard: erased,
    },
    deviceList: {
      reader: tablet.reader.name,
      secretKey: toHex(tablet.secretKey),
      signer: signer.keyHash,
      bytes: toHex(list.bytes),
    },
  };
}
