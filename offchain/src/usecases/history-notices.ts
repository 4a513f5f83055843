/** What a person in front of a product should know of its actions before anything else: recalled, stolen, lost. Pure. Spec: docs/spec/history.md "Notices". */
import type { ActionRecord } from "../domain/action.js";
import { roleOfName } from "../domain/tokens.js";
import type { HistoryEntry } from "./history-fold.js";

export interface Notice {
  readonly kind: "recall" | "theft" | "loss";
  readonly txHash: string;
  /** POSIX ms of the block. */
  readonly time: number;
  /** Attestation name, hex; null: the owner of then. */
  readonly actor: string | null;
}

/**
 * Recalls by the issuer of then or an authority, whoever else may write the word; thefts and losses until the product is said to be found. Oldest first.
 * @param records by the hash of their transaction, as far as they are readable and stand in their place.
 */
export function noticesOf(
  entries: readonly HistoryEntry[],
  records: ReadonlyMap<string, ActionRecord>,
): readonly Notice[] {
  let open: readonly Notice[] = [];
  for (const { act, txHash, time, after } of entries) {
    if (act !== "Log") continue;
    const record = records.get(txHash);
    if (record === undefined) continue;
    const { type, actor } = record;
    const speaks =
      actor !== null && (actor === after.datum?.extra.issuer || roleOfName(actor) === "AUTHORITY");
    if (type === "found") open = open.filter(({ kind }) => kind === "recall");
    else if (type === "theft" || type === "loss" || (type === "recall" && speaks))
      open = [...open, { kind: type, txHash, time, actor }];
  }
  return open;
}
