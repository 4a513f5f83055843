/** A suppliers' registry with a reader, a clock and random bytes that tests repeat. */
import { supplierRegistryInMemory } from "../adapters/supplier-registry-memory.js";
import { generateKeyPair } from "../crypto/x25519.js";
import { toHex } from "../domain/bytes.js";
import type { Confirmation } from "../domain/supplier.js";
import type { RegistryReader } from "../domain/supplier-registry.js";
import type { SupplierRegistryStore } from "../ports/supplier-registry.js";
import type { NewSupplier } from "../usecases/suppliers/enrol.js";
import { foundRegistry } from "../usecases/suppliers/found.js";
import { type ReaderKey, SupplierRegistry } from "../usecases/suppliers/registry.js";
import { type TestClock, testClock } from "./actors.js";
import { seededRandom } from "./seeded-random.js";

export const DAY = 86_400_000;
export const CONFIG = "aa".repeat(28);
export const OPERATOR = "gln:9506000134307";
export const BY = "bb".repeat(28);

export const inPerson = { by: BY, confirmed: "in-person" as Confirmation, reference: "" };

export interface ReaderPair extends ReaderKey {
  readonly reader: RegistryReader;
}

export function readerPair(name: string, seed: string): ReaderPair {
  const pair = generateKeyPair(seededRandom(seed));
  return {
    publicKey: toHex(pair.publicKey),
    secretKey: pair.secretKey,
    reader: { name, publicKey: pair.publicKey },
  };
}

export interface SupplierWorld {
  readonly registry: SupplierRegistry;
  readonly store: SupplierRegistryStore;
  readonly clock: TestClock;
  readonly office: ReaderPair;
  readonly supervisor: ReaderPair;
  /** The registry as another reader opens it. */
  as(reader: ReaderKey, operator?: string): SupplierRegistry;
}

export async function supplierWorld(
  store: SupplierRegistryStore = supplierRegistryInMemory(),
  seed = "suppliers",
): Promise<SupplierWorld> {
  const parts = { store, clock: testClock(), random: seededRandom(seed) };
  const office = readerPair("cc".repeat(28), `${seed} office`);
  const supervisor = {
    ...readerPair("dd".repeat(26), `${seed} supervisor`),
    trusted: [office.publicKey],
  };
  const as = (reader: ReaderKey, operator = OPERATOR) =>
    new SupplierRegistry(parts, { config: CONFIG, operator }, reader);
  await foundRegistry(
    parts,
    { config: CONFIG, operator: OPERATOR },
    [office.reader, supervisor.reader],
    office,
  );
  return { registry: as(office), store, clock: parts.clock, office, supervisor, as };
}

/** "supplier n" with a phone of the range that is for fiction, a card for 100 days and a declaration. */
export function person(n: number, now: number): NewSupplier {
  return {
    name: `supplier ${n}`,
    phones: [`+1555010${String(n).padStart(4, "0")}`],
    card: { from: now, to: now + 100 * DAY },
    declared: [
      {
        season: "2026",
        product: "shea",
        plots: [{ cell: "cell:+09.3-000.8", areaM2: 9000 }],
        capacityKg: 450,
      },
    ],
  };
}
