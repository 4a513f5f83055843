/** Who has to be seen again, who delivers no more, and who asks to be forgotten. Spec: docs/spec/supplier-registry.md "Erasure". */
import { lastInPerson, type Supplier } from "../../domain/supplier.js";
import { ended } from "../../domain/supplier-acts.js";
import type { SupplierRegistry } from "./registry.js";

/** Stays in the registry, with its cards blocked. @throws DppError `supplier/unknown`, `supplier/ended`. */
export function endSupplier(registry: SupplierRegistry, number: number, by: string): Promise<Supplier> {
  const at = registry.parts.clock.now();
  return registry.change(async (view) => {
    const supplier = ended(await view.supplier(number), { at, by });
    return { edit: { put: [supplier] }, answer: supplier };
  });
}

/** Removes the record for good. Its cards' tags stay, so that the cards cannot come back for another. @throws DppError `supplier/unknown`. */
export function eraseSupplier(registry: SupplierRegistry, number: number): Promise<void> {
  return registry.change(async () => ({ edit: { erase: [number] }, answer: undefined }));
}

export interface DueSupplier {
  readonly number: number;
  /** POSIX ms; `null`: nobody says that he saw the supplier. */
  readonly lastInPerson: number | null;
}

/** Those who deliver and whom nobody has seen in person for longer than `maxAge` (ms), longest first. */
export async function dueForReEnrolment(
  registry: SupplierRegistry,
  maxAge: number,
): Promise<readonly DueSupplier[]> {
  const before = registry.parts.clock.now() - maxAge;
  return (await registry.suppliers())
    .filter((supplier) => supplier.ended === null)
    .map((supplier) => ({ number: supplier.number, lastInPerson: lastInPerson(supplier) }))
    .filter(({ lastInPerson: last }) => last === null || last <= before)
    .sort((a, b) => (a.lastInPerson ?? 0) - (b.lastInPerson ?? 0) || a.number - b.number);
}
