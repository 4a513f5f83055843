/** Holds a passport's actions against its `action_head`. Pure. Spec: docs/spec/action.md "Reading a chain". */
import { chainAction } from "../../domain/action-chain.js";
import { DppError } from "../../domain/errors.js";
import type { HistoryEntry, PassportHistory } from "../history/read.js";

export interface ChainStep {
  /** Binary CID of the action record, hex. */
  readonly record: string;
  /** `action_head` of the datum that followed, hex. */
  readonly headAfter: string;
}

/** An action as the ledger tells it. */
export interface ActionStep extends ChainStep {
  readonly act: "Log" | "Transfer";
  /** Attestation name, hex, in whose name it was logged. */
  readonly actor: string | null;
  /** Attestation name, hex, of who answered for the passport then; null: the datum cannot be read. */
  readonly issuer: string | null;
  readonly txHash: string;
  readonly slot: number;
  /** POSIX ms of the block. */
  readonly time: number;
}

/**
 * `head`: the present `action_head`, hex. Nothing was dropped, added, changed or put in another order when this returns.
 * @throws DppError `action/chain`, details `{ place, expected, found }`; the first place is 1.
 */
export function verifyActionChain(steps: readonly ChainStep[], head: string): void {
  let before = "";
  for (const [index, { record, headAfter }] of steps.entries()) {
    const expected = chainAction(before, record);
    if (expected !== headAfter) throw broken(index + 1, steps.length, expected, headAfter);
    before = headAfter;
  }
  if (before !== head) throw broken(steps.length + 1, steps.length, before, head);
}

function broken(place: number, count: number, expected: string, found: string): DppError {
  const what =
    place > count
      ? `the ledger's head does not follow from the ${count} actions: one is missing at the end, or there is one too many`
      : `action ${place} does not lead to the head that followed it: an action before it, or itself, was dropped, added, changed or moved`;
  return new DppError("action/chain", what, { details: { place, expected, found } });
}

/** The actions in a passport's history, oldest first. */
export const actionSteps = ({ entries }: Pick<PassportHistory, "entries">): readonly ActionStep[] =>
  entries.flatMap(stepOf);

function stepOf(entry: HistoryEntry): readonly ActionStep[] {
  if (entry.act !== "Log" && entry.act !== "Transfer") return [];
  const { act, record, txHash, slot, time, after } = entry;
  const { actionHead: headAfter = "", issuer = null } = after.datum?.extra ?? {};
  const actor = entry.act === "Log" ? entry.actor : null;
  return [{ act, actor, issuer, record, headAfter, txHash, slot, time }];
}
