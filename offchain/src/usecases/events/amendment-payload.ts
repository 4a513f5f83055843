/** What the payload of an amendment says. Pure. Spec: docs/spec/event.md "Payload", "Amendments". */
import { decodePayload } from "../../codec/event-payload.js";
import type { TierChange } from "../../domain/amendment.js";
import type { Element } from "../../domain/element.js";
import { isDppError } from "../../domain/errors.js";
import { type EventLeaf, TIERS, type Tier } from "../../domain/event.js";
import { checkPayload } from "../../merkle/event-payload.js";

export interface ToldChange {
  readonly change: TierChange;
  readonly reason: string | null;
}

/** `elements`: public ones that the leaf commits to. `null`: they say no change from one tier to another. */
export function changeOf(elements: readonly Element[]): ToldChange | null {
  const valueAt = (id: string): unknown => elements.find((element) => element.id === id)?.value;
  const tierIn = (id: string): Tier | undefined => TIERS.find((tier) => tier === valueAt(id));
  const [from, to] = [tierIn("event.tier.from"), tierIn("event.tier.to")];
  if (from === undefined || to === undefined || from === to) return null;
  const reason = valueAt("event.tier.reason");
  return { change: { from, to }, reason: typeof reason === "string" ? reason : null };
}

/** `payload`: record, or none. `config`: policy, hex. `null`: it is not known, or not the leaf's, or says no change. */
export function changeIn(payload: Uint8Array | null, leaf: EventLeaf, config: string): ToldChange | null {
  if (payload === null) return null;
  try {
    const record = decodePayload(payload);
    checkPayload(record, leaf, config);
    return changeOf(record.elements.map(({ element }) => element));
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}
