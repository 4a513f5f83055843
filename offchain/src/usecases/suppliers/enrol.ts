/** Enrolment: one supplier, the same again in person, or a list of them at once. Spec: docs/spec/supplier-registry.md "Acts". */
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import {
  type Card,
  type Confirmation,
  type Declaration,
  MAX_CARDS,
  type Supplier,
} from "../../domain/supplier.js";
import {
  newSupplier,
  reEnrolled,
  withBlockedCard,
  withCard,
  withDeclaration,
  withPhones,
} from "../../domain/supplier-acts.js";
import { CARD_BYTES } from "../../domain/supplier-card.js";
import type { SupplierRegistry } from "./registry.js";

export interface Who {
  /** Attestation name or key hash, 13–28 bytes hex. */
  readonly by: string;
  readonly confirmed: Confirmation;
  /** Hash of the paper or template, 32 bytes hex, or empty. */
  readonly reference: string;
}

export type Season = Pick<Card, "from" | "to">;
export type Declared = Omit<Declaration, "at">;

export interface NewSupplier {
  readonly name: string;
  /** E.164. */
  readonly phones: readonly string[];
  /** `null`: no card yet. */
  readonly card: Season | null;
  readonly declared: readonly Declared[];
}

export interface EnrolOptions {
  /** A phone that another supplier has is refused unless this is said: a family has one, and so has who invents suppliers. */
  readonly sharedPhone?: boolean;
}

export const MAX_IMPORT = 10_000;

export const newCardId = ({ parts }: SupplierRegistry): string => toHex(parts.random.bytes(CARD_BYTES));

/** All or none. @throws DppError `supplier/phone-taken`, `supplier/import`, and as the acts of `domain/supplier-acts.ts`. */
export function enrolSuppliers(
  registry: SupplierRegistry,
  people: readonly NewSupplier[],
  who: Who,
  { sharedPhone = false }: EnrolOptions = {},
): Promise<readonly Supplier[]> {
  if (people.length === 0 || people.length > MAX_IMPORT)
    throw new DppError("supplier/import", `1 to ${MAX_IMPORT} suppliers are enrolled at once`);
  const at = registry.parts.clock.now();
  return registry.change(async ({ next, holdersOf }) => {
    const taken = new Map<string, number>();
    const put = people.map((person, row) => {
      const number = next + row;
      for (const phone of person.phones) {
        const other = taken.get(phone) ?? holdersOf(phone)[0];
        if (other !== undefined && !sharedPhone) throw phoneTaken(other, people.length > 1 ? row : null);
        taken.set(phone, number);
      }
      return enrolled(registry, number, person, { ...who, at });
    });
    return { edit: { put }, answer: put };
  });
}

function enrolled(
  registry: SupplierRegistry,
  number: number,
  { card, declared, ...person }: NewSupplier,
  who: Who & { readonly at: number },
): Supplier {
  const { at, by } = who;
  let supplier = newSupplier(number, person, who);
  for (const one of declared) supplier = withDeclaration(supplier, { at, ...one }, by);
  return card === null ? supplier : withCard(supplier, { id: newCardId(registry), ...card }, { at, by });
}

/** The number itself is not repeated: an error is written into logs. */
function phoneTaken(other: number, row: number | null): DppError {
  const where = row === null ? "" : `row ${row + 1}: `;
  return new DppError(
    "supplier/phone-taken",
    `${where}supplier ${other} has this phone number already; when they really share it, say so (--shared-phone)`,
    { details: { supplier: other, ...(row === null ? {} : { row: row + 1 }) } },
  );
}

export interface ReEnrolment {
  readonly number: number;
  /** A card for the new season; the cards of before are blocked as replaced. */
  readonly card?: Season;
  /** Instead of the ones of before. */
  readonly phones?: readonly string[];
  readonly declared?: readonly Declared[];
}

/** @throws DppError `supplier/unknown`, `supplier/phone-taken`, and as the acts. */
export function reEnrolSupplier(
  registry: SupplierRegistry,
  { number, card, phones, declared = [] }: ReEnrolment,
  who: Who,
  { sharedPhone = false }: EnrolOptions = {},
): Promise<Supplier> {
  const at = registry.parts.clock.now();
  const { by } = who;
  return registry.change(async (view) => {
    let supplier = reEnrolled(await view.supplier(number), { ...who, at });
    if (phones !== undefined) {
      for (const phone of phones) {
        const other = view.holdersOf(phone).find((holder) => holder !== number);
        if (other !== undefined && !sharedPhone) throw phoneTaken(other, null);
      }
      supplier = withPhones(supplier, phones, { at, by });
    }
    for (const one of declared) supplier = withDeclaration(supplier, { at, ...one }, by);
    if (card !== undefined) {
      if (supplier.cards.length >= MAX_CARDS)
        throw new DppError(
          "supplier/full",
          `a supplier has at most ${MAX_CARDS} cards: erase and enrol anew`,
        );
      for (const { id, blocked } of supplier.cards)
        if (blocked === null) supplier = withBlockedCard(supplier, id, "replaced", { at, by });
      supplier = withCard(supplier, { id: newCardId(registry), ...card }, { at, by });
    }
    return { edit: { put: [supplier] }, answer: supplier };
  });
}
