/** A new registry, and what all of them need. Spec: docs/spec/supplier-registry.md "Keys". */
import { encodeRegistryFile } from "../../codec/supplier-registry.js";
import {
  lookupKeyOf,
  newRegistryKeys,
  type ReaderSecret,
  type RegistryName,
  sealIndex,
  wrapRegistryKey,
} from "../../crypto/registry-seal.js";
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { MAX_READERS, type RegistryReader } from "../../domain/supplier-registry.js";
import type { Clock, Random } from "../../ports/clock.js";
import type { SupplierRegistryStore } from "../../ports/supplier-registry.js";

export interface RegistryParts {
  readonly store: SupplierRegistryStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** @throws DppError `supplier/registry-exists`, `supplier/readers`, `keyring/bad-public-key`. */
export async function foundRegistry(
  { store, random }: RegistryParts,
  name: RegistryName,
  readers: readonly RegistryReader[],
  sealer: ReaderSecret,
): Promise<void> {
  if (!/^[!-~]{1,64}$/.test(name.operator))
    throw new DppError(
      "supplier/operator",
      "an operator is 1 to 64 ASCII characters, e.g. gln:9506000134307",
    );
  assertReaders(readers);
  await store.exclusively(async () => {
    if ((await store.file()) !== null)
      throw new DppError("supplier/registry-exists", `there is a registry of ${name.operator} here already`);
    const keys = newRegistryKeys(random);
    const wrapped = await wrapRegistryKey(name, keys, readers, sealer, random);
    const index = { lookup: lookupKeyOf(keys), next: 1, entries: [], erased: [] };
    const file = sealIndex({ ...name, revision: 0, ...wrapped }, keys, index, random);
    await store.commit({ file: encodeRegistryFile(file), revision: 0, records: [], keep: new Set() });
  });
}

/** @throws DppError `supplier/readers`. */
export function assertReaders(readers: readonly RegistryReader[]): void {
  const distinct = new Set(readers.map(({ publicKey }) => toHex(publicKey))).size === readers.length;
  if (readers.length === 0 || readers.length > MAX_READERS || !distinct)
    throw new DppError(
      "supplier/readers",
      `a registry has 1 to ${MAX_READERS} readers, each with a key of its own`,
    );
}
