/** Lines of the registry's index: which supplier, which record, which tags. Spec: docs/spec/supplier-registry.md "Files". */
import { lookupTag } from "../../crypto/registry-seal.js";
import { DppError } from "../../domain/errors.js";
import type { Supplier } from "../../domain/supplier.js";
import {
  type IndexEntry,
  MAX_ERASED,
  MAX_SUPPLIERS,
  type RegistryIndex,
} from "../../domain/supplier-registry.js";

export const tagsOf = (entry: IndexEntry, kind: "card" | "phone"): readonly string[] =>
  kind === "card" ? entry.cards : entry.phones;

/** @throws DppError `supplier/unknown`. */
export function entryOf({ entries }: RegistryIndex, number: number): IndexEntry {
  const entry = entries.find((one) => one.number === number);
  if (entry === undefined) throw new DppError("supplier/unknown", `there is no supplier ${number} here`);
  return entry;
}

export const indexed = (
  lookup: Uint8Array,
  { number, cards, phones }: Supplier,
  record: string,
): IndexEntry => ({
  number,
  record,
  cards: cards.map(({ id }) => lookupTag(lookup, "card", id)),
  phones: phones.map((phone) => lookupTag(lookup, "phone", phone)),
});

/** @throws DppError `supplier/too-many`, `supplier/card-taken`. */
export function assertIndex({ entries, erased }: RegistryIndex): void {
  if (entries.length > MAX_SUPPLIERS || erased.length > MAX_ERASED)
    throw new DppError(
      "supplier/too-many",
      `a registry holds at most ${MAX_SUPPLIERS} suppliers and ${MAX_ERASED} erased cards: split it by cooperative`,
    );
  const cards = entries.flatMap((entry) => entry.cards).concat(erased);
  if (new Set(cards).size !== cards.length)
    throw new DppError("supplier/card-taken", "a card belongs to one supplier, for ever");
}
