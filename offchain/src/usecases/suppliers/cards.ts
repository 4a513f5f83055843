/** Cards: a first one or one for a new season, one that is lost, one in the place of another. Spec: docs/spec/supplier-registry.md "Card". */
import { DppError } from "../../domain/errors.js";
import { type BlockReason, type Card, isUsable, type Supplier } from "../../domain/supplier.js";
import { withBlockedCard, withCard } from "../../domain/supplier-acts.js";
import { newCardId, type Season } from "./enrol.js";
import type { SupplierRegistry } from "./registry.js";

/** @throws DppError `supplier/unknown`, `supplier/ended`, `supplier/season`, `supplier/full`. */
export function issueCard(
  registry: SupplierRegistry,
  number: number,
  season: Season,
  by: string,
): Promise<Supplier> {
  const at = registry.parts.clock.now();
  return registry.change(async (view) => {
    const card = { id: newCardId(registry), ...season };
    const supplier = withCard(await view.supplier(number), card, { at, by });
    return { edit: { put: [supplier] }, answer: supplier };
  });
}

/** For good: a card that is found again is not opened again. @throws DppError `supplier/card-unknown`, `supplier/card-blocked`. */
export async function blockCard(
  registry: SupplierRegistry,
  id: string,
  reason: BlockReason,
  by: string,
): Promise<Supplier> {
  const { number } = await holderOf(registry, id);
  const at = registry.parts.clock.now();
  return registry.change(async (view) => {
    const supplier = withBlockedCard(await view.supplier(number), id, reason, { at, by });
    return { edit: { put: [supplier] }, answer: supplier };
  });
}

/** Blocks the card and issues one in its place, valid from now as long as that one was. @throws as `blockCard`, `issueCard`. */
export async function replaceCard(
  registry: SupplierRegistry,
  id: string,
  reason: BlockReason,
  by: string,
): Promise<Supplier> {
  const { number } = await holderOf(registry, id);
  const at = registry.parts.clock.now();
  return registry.change(async (view) => {
    const before = await view.supplier(number);
    const to = before.cards.find((card) => card.id === id)?.to ?? 0;
    const blocked = withBlockedCard(before, id, reason, { at, by });
    const supplier = withCard(blocked, { id: newCardId(registry), from: at, to }, { at, by });
    return { edit: { put: [supplier] }, answer: supplier };
  });
}

/** @throws DppError `supplier/card-unknown`, `supplier/card-erased`. */
export async function holderOf(registry: SupplierRegistry, id: string): Promise<Supplier> {
  const [holder] = await registry.find("card", id);
  if (holder !== undefined) return holder;
  if (await registry.isErasedCard(id))
    throw new DppError(
      "supplier/card-erased",
      "the supplier of this card was erased; the card is not used again",
    );
  throw new DppError("supplier/card-unknown", "this card is not in the registry");
}

/**
 * Who delivers with this card now: what a capture path asks before it records.
 * @throws DppError `supplier/card-unknown`, `supplier/card-erased`, `supplier/card-blocked`, `supplier/card-season`, `supplier/ended`.
 */
export async function usableCard(
  registry: SupplierRegistry,
  id: string,
  now = registry.parts.clock.now(),
): Promise<{ readonly supplier: Supplier; readonly card: Card }> {
  const supplier = await holderOf(registry, id);
  const card = supplier.cards.find((one) => one.id === id);
  if (card === undefined) throw new DppError("supplier/tampered", "index and record do not agree on a card");
  if (card.blocked !== null)
    throw new DppError("supplier/card-blocked", `this card was blocked: ${card.blocked.reason}`);
  if (!isUsable(card, now))
    throw new DppError(
      "supplier/card-season",
      "this card is not valid at this time: issue one for the season",
    );
  if (supplier.ended !== null)
    throw new DppError("supplier/ended", `supplier ${supplier.number} delivers no more`);
  return { supplier, card };
}
