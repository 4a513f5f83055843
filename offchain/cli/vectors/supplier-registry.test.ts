/** The vectors of a suppliers' registry, read as a stranger would who has a reader's key. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { supplierRegistryInMemory } from "../../src/adapters/supplier-registry-memory.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { recordHash } from "../../src/crypto/registry-seal.js";
import { fromHex } from "../../src/domain/bytes.js";
import { cardText, parseCard } from "../../src/domain/supplier-card.js";
import { openDeviceList } from "../../src/usecases/suppliers/device-list.js";
import { SupplierRegistry } from "../../src/usecases/suppliers/registry.js";
import { supplierRegistryVectors } from "./supplier-registry.js";

const path = new URL("../../../vectors/supplier-registry.json", import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: the file is read as a stranger would
const vectors: any = JSON.parse(readFileSync(path, "utf8"));
const { registry, deviceList } = vectors;

it("are what the code makes today", async () => {
  expect(vectors).toEqual(await supplierRegistryVectors());
});

it("name cards, and refuse what is no card", () => {
  for (const { id, text } of vectors.cards) expect([cardText(id), parseCard(text)]).toEqual([text, id]);
  for (const text of vectors.refusedCards)
    expect(() => parseCard(text), text).toThrowError(expect.objectContaining({ code: "supplier/card-text" }));
});

it("open with the reader's key: suppliers, tags and the tombstone", async () => {
  const store = supplierRegistryInMemory();
  const records = registry.records.map((hex: string) => {
    const bytes = fromHex(hex);
    return { hash: recordHash(bytes), bytes };
  });
  const keep = new Set<string>(records.map(({ hash }: { hash: string }) => hash));
  await store.exclusively(() => store.commit({ file: fromHex(registry.file), revision: 0, records, keep }));
  const { config, operator, reader } = registry;
  const opened = new SupplierRegistry(
    { store, clock: systemClock, random: systemRandom },
    { config, operator },
    { publicKey: reader.publicKey, secretKey: fromHex(reader.secretKey) },
  );
  expect(await opened.suppliers()).toEqual(registry.suppliers);
  for (const kind of ["card", "phone"] as const)
    expect(await opened.find(kind, registry.tags[kind].id)).toEqual([registry.suppliers[0]]);
  expect(await opened.isErasedCard(registry.erasedCard)).toBe(true);
});

it("give a device its list", async () => {
  const list = await openDeviceList(fromHex(deviceList.bytes), {
    config: registry.config,
    operator: registry.operator,
    reader: deviceList.reader,
    secretKey: fromHex(deviceList.secretKey),
    signers: [deviceList.signer],
    networkId: 0,
    atLeast: -1,
  });
  expect(list.cards.map(({ supplier }) => supplier)).toEqual([1, 3]);
});
