/** An action from what a person states to the bytes of its record. Pure. Spec: docs/spec/action.md. */
import { encodeActionRecord } from "../../codec/action-record.js";
import { sealHandOver } from "../../crypto/action-hand-over.js";
import { sealSection } from "../../crypto/action-seal.js";
import type { ReadingKeyPair } from "../../crypto/x25519.js";
import type { ActionPlace, ActionRecord, ActionSection, SectionLabel } from "../../domain/action.js";
import { checkNeeded } from "../../domain/action-elements.js";
import { compareIds, type Element } from "../../domain/element.js";
import { DppError } from "../../domain/errors.js";
import type { Random } from "../../ports/clock.js";

export interface SectionInput {
  readonly label: SectionLabel;
  readonly elements: readonly Element[];
  /** X25519 public keys. */
  readonly readers: readonly Uint8Array[];
}

export interface HandOverInput {
  /** The buyer's X25519 public key. */
  readonly buyer: Uint8Array;
  /** The seller's owner keys for this passport, his own first. */
  readonly keys: readonly ReadingKeyPair[];
}

export interface SealActionInput extends ActionPlace {
  /** Public, in any order. */
  readonly elements: readonly Element[];
  readonly sections: readonly SectionInput[];
  readonly handOver: HandOverInput | null;
}

export interface SealedAction {
  readonly bytes: Uint8Array;
  readonly record: ActionRecord;
}

/** @throws DppError those of `encodeActionRecord`, `sealSection` and `sealHandOver`; `action/duplicate-section`. */
export async function sealAction(input: SealActionInput, random: Random): Promise<SealedAction> {
  const { config, passport, previous, type, at, actor, handOver } = input;
  const place: ActionPlace = { config, passport, previous, type, at, actor };
  checkNeeded(
    type,
    input.elements,
    input.sections.flatMap(({ elements }) => elements),
  );
  const sealed: ActionSection[] = [];
  for (const { label, elements, readers } of inOrder(input.sections))
    sealed.push(await sealSection(label, elements.toSorted(compareIds), readers, place, random));
  const record: ActionRecord = {
    ...place,
    elements: input.elements.toSorted(compareIds),
    sealed,
    handOver: handOver === null ? null : await sealHandOver(place, handOver.buyer, handOver.keys, random),
  };
  return { bytes: encodeActionRecord(record), record };
}

/** Groups by name, then the owner's. */
function inOrder(sections: readonly SectionInput[]): readonly SectionInput[] {
  const rank = ({ label }: SectionInput): string => (label.kind === "owner" ? "~" : label.group);
  const sorted = sections.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  if (sorted.some((section, at) => at > 0 && rank(sorted[at - 1] as SectionInput) === rank(section)))
    throw new DppError("action/duplicate-section", "a group is named twice");
  return sorted;
}
