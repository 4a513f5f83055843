/** A pack of the store as a file for a relayer elsewhere. Spec: docs/spec/anchor.md "Pack". */
import { DppError } from "../../domain/errors.js";
import type { Pack, PackedEvent } from "../../domain/pack.js";
import type { EventStore, StoredPack } from "../../ports/event-store.js";

const PAGE = 10_000;

/** @throws DppError `pack/events-missing`, `event-store/*`. */
export async function packFileOf(
  store: EventStore,
  { sealedAt: _, state: __, ...sealed }: StoredPack,
): Promise<Pack> {
  const events: PackedEvent[] = [];
  const count = sealed.hi - sealed.lo;
  while (events.length < count) {
    const page = await store.events(
      sealed.source,
      sealed.lo + events.length,
      Math.min(PAGE, count - events.length),
    );
    if (page.length === 0 || page.some(({ counter }, at) => counter !== sealed.lo + events.length + at))
      throw new DppError(
        "pack/events-missing",
        `the store lacks events of the pack from ${sealed.lo} to ${sealed.hi - 1}`,
      );
    events.push(...page.map(({ signed, payload }) => ({ signed, payload })));
  }
  return { ...sealed, events };
}
