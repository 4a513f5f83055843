/**
 * What is done to a supplier's record. Each act answers a new record with one more line in its audit; nothing that was written goes away but by erasing the whole.
 * Spec: docs/spec/supplier-registry.md "Acts".
 */
import { DppError } from "./errors.js";
import {
  type AuditEntry,
  type BlockReason,
  type Card,
  type Declaration,
  type Enrolment,
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
  MAX_SEASON_MS,
  type Supplier,
  type SupplierAct,
} from "./supplier.js";

const full = (what: string, max: number): DppError =>
  new DppError("supplier/full", `a record holds at most ${max} ${what}: end this supplier and enrol anew`, {
    details: { max },
  });

function noted(
  supplier: Supplier,
  { at, by }: Pick<AuditEntry, "at" | "by">,
  act: SupplierAct,
  about: string,
): Supplier {
  if (supplier.audit.length >= MAX_AUDIT) throw full("lines of audit", MAX_AUDIT);
  const last = supplier.audit.at(-1)?.at ?? 0;
  if (at < last)
    throw new DppError(
      "supplier/clock",
      "the record was last changed later than this machine's clock says: set the clock",
    );
  return { ...supplier, audit: [...supplier.audit, { at, by, act, about }] };
}

type Who = Pick<AuditEntry, "at" | "by">;

/** @throws DppError `supplier/name`, `supplier/full`, `supplier/phone-twice`. */
export function newSupplier(
  number: number,
  person: { readonly name: string; readonly phones: readonly string[] },
  enrolment: Enrolment,
): Supplier {
  if (person.name.length > MAX_NAME || /[\p{Cc}\p{Surrogate}\ufeff]/u.test(person.name))
    throw new DppError("supplier/name", `a name is plain text of at most ${MAX_NAME} characters`);
  const empty: Supplier = {
    number,
    name: person.name,
    phones: distinctPhones(person.phones),
    cards: [],
    declarations: [],
    enrolments: [enrolment],
    audit: [],
    ended: null,
  };
  return noted(empty, enrolment, "enrol", enrolment.confirmed);
}

function distinctPhones(phones: readonly string[]): readonly string[] {
  if (phones.length > MAX_PHONES) throw full("phone numbers", MAX_PHONES);
  if (new Set(phones).size !== phones.length)
    throw new DppError("supplier/phone-twice", "the same phone number is given twice");
  return phones;
}

/** Somebody saw the supplier again. One whose delivering had ended comes back by it. @throws DppError `supplier/full`. */
export function reEnrolled(supplier: Supplier, enrolment: Enrolment): Supplier {
  if (supplier.enrolments.length >= MAX_ENROLMENTS) throw full("enrolments", MAX_ENROLMENTS);
  const next = { ...supplier, enrolments: [...supplier.enrolments, enrolment], ended: null };
  return noted(next, enrolment, "re-enrol", enrolment.confirmed);
}

export function withPhones(supplier: Supplier, phones: readonly string[], who: Who): Supplier {
  return noted(
    { ...standing(supplier), phones: distinctPhones(phones) },
    who,
    "set-phones",
    `${phones.length}`,
  );
}

/** @throws DppError `supplier/ended`, `supplier/full`, `supplier/season`. */
export function withCard(
  supplier: Supplier,
  { id, from, to }: Pick<Card, "id" | "from" | "to">,
  who: Who,
): Supplier {
  if (supplier.cards.length >= MAX_CARDS) throw full("cards", MAX_CARDS);
  if (!(from < to) || to - from > MAX_SEASON_MS || to <= who.at)
    throw new DppError(
      "supplier/season",
      "a card is valid for one season: it ends after it begins, in the future, and within 400 days of its beginning",
    );
  const card: Card = { id, from, to, issued: who.at, blocked: null };
  const next = { ...standing(supplier), cards: [...supplier.cards, card] };
  return noted(next, who, "issue-card", `card ${next.cards.length}`);
}

/** For good. @throws DppError `supplier/card-unknown`, `supplier/card-blocked`. */
export function withBlockedCard(supplier: Supplier, id: string, reason: BlockReason, who: Who): Supplier {
  const at = supplier.cards.findIndex((card) => card.id === id);
  const card = supplier.cards[at];
  if (card === undefined) throw new DppError("supplier/card-unknown", "this supplier has no such card");
  if (card.blocked !== null) throw new DppError("supplier/card-blocked", "this card is blocked already");
  const blocked: Card = { ...card, blocked: { at: who.at, reason } };
  return noted(
    { ...supplier, cards: supplier.cards.with(at, blocked) },
    who,
    "block-card",
    `card ${at + 1}: ${reason}`,
  );
}

/** @throws DppError `supplier/capacity`, `supplier/full`, `supplier/ended`. */
export function withDeclaration(supplier: Supplier, declaration: Declaration, by: string): Supplier {
  const { season, product, plots, capacityKg } = declaration;
  if (supplier.declarations.length >= MAX_DECLARATIONS) throw full("declarations", MAX_DECLARATIONS);
  const within = (value: number, max: number) => Number.isSafeInteger(value) && value >= 0 && value <= max;
  const named = [season, product].every((text) => /^[!-~]+$/.test(text) && text.length <= MAX_LABEL);
  const fits =
    plots.length <= MAX_PLOTS &&
    plots.every(({ areaM2, cell }) => within(areaM2, MAX_AREA_M2) && isPlotCell(cell));
  if (!named || !fits || !within(capacityKg, MAX_CAPACITY_KG))
    throw new DppError(
      "supplier/capacity",
      `a declaration names a season and a product in up to ${MAX_LABEL} ASCII characters without blanks, up to ${MAX_PLOTS} plots of up to ${MAX_AREA_M2} m² in cells of 0.1°, and a capacity of up to ${MAX_CAPACITY_KG} kg`,
    );
  const next = { ...standing(supplier), declarations: [...supplier.declarations, declaration] };
  return noted(next, { at: declaration.at, by }, "declare", season);
}

/** Blocks what cards are left. @throws DppError `supplier/ended`. */
export function ended(supplier: Supplier, who: Who): Supplier {
  const open = standing(supplier).cards.filter(({ blocked }) => blocked === null);
  const closed = open.reduce((next, { id }) => withBlockedCard(next, id, "ended", who), supplier);
  return noted({ ...closed, ended: who.at }, who, "end", "");
}

function standing(supplier: Supplier): Supplier {
  if (supplier.ended !== null)
    throw new DppError(
      "supplier/ended",
      `supplier ${supplier.number} delivers no more: re-enrol him in person first`,
    );
  return supplier;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const begins = (whole: readonly unknown[], part: readonly unknown[]): boolean =>
  same(whole.slice(0, part.length), part);

/**
 * What keeps a use case, or a caller of the library, from writing the past anew: a record only grows, and a block stays.
 * @throws DppError `supplier/rewritten`.
 */
export function assertGrows(before: Supplier, after: Supplier): void {
  const keepsCards = before.cards.every((card, at) => {
    const now = after.cards[at];
    return same(now, card) || (card.blocked === null && same({ ...now, blocked: null }, card));
  });
  const grows =
    before.number === after.number &&
    keepsCards &&
    begins(after.enrolments, before.enrolments) &&
    begins(after.declarations, before.declarations) &&
    begins(after.audit, before.audit) &&
    after.audit.length > before.audit.length;
  if (!grows)
    throw new DppError("supplier/rewritten", "a supplier's history is only added to, or erased as a whole");
}
