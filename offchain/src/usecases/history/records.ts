/** The action records of a history, each held against the redeemer that carries its content id. Spec: docs/spec/action.md "Reading a chain". Pure. */
import { decodeActionRecord } from "../../codec/action-record.js";
import type { ActionRecord } from "../../domain/action.js";
import { chainAction } from "../../domain/action-chain.js";
import { cidFromHex } from "../../domain/cid.js";
import { isDppError } from "../../domain/errors.js";
import type { HistoryEntry } from "./fold.js";

/** Where a record stands in the chain. */
export interface RecordPlace {
  readonly txHash: string;
  readonly act: "Transfer" | "Log";
  /** Attestation name; null: the owner. */
  readonly actor: string | null;
  /** Content id as text; null: the redeemer names none. */
  readonly cid: string | null;
  readonly headBefore: string;
  readonly headAfter: string;
}

/** @param entries of one passport, oldest first. */
export function recordPlaces(entries: readonly HistoryEntry[]): readonly RecordPlace[] {
  let headBefore = "";
  return entries.flatMap((entry) => {
    if (entry.act !== "Transfer" && entry.act !== "Log") return [];
    const headAfter = chainAction(headBefore, entry.record);
    const actor = entry.act === "Log" ? entry.actor : null;
    const place = {
      txHash: entry.txHash,
      act: entry.act,
      actor,
      cid: cidOf(entry.record),
      headBefore,
      headAfter,
    };
    headBefore = headAfter;
    return [place];
  });
}

function cidOf(record: string): string | null {
  try {
    return cidFromHex(record);
  } catch (error) {
    if (isDppError(error, "content/bad-cid")) return null;
    throw error;
  }
}

export type ReadRecord =
  | { readonly record: ActionRecord }
  /** Anybody who may log can put a foreign content id in the chain: that is told, and the chain goes on. */
  | { readonly fault: string };

/** Bytes that hash to the place's content id, as the record of that place. `config`, `passport`: hex. */
export function readRecord(
  bytes: Uint8Array,
  { act, actor, headBefore }: RecordPlace,
  { config, passport }: { readonly config: string; readonly passport: string },
): ReadRecord {
  let record: ActionRecord;
  try {
    record = decodeActionRecord(bytes);
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { fault: error.message };
  }
  if (record.config !== config || record.passport !== passport)
    return { fault: "the record belongs to another passport" };
  if (record.previous !== headBefore) return { fault: "the record was made for another place in the chain" };
  if ((record.type === "transfer") !== (act === "Transfer") || record.actor !== actor)
    return { fault: "the record says another type or actor than the transaction" };
  return { record };
}
