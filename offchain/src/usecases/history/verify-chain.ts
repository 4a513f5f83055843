/** Whether a transaction takes the passport on from where the one before left it, and carries the redeemers that its body commits to. Pure. */
import type { HistoryFile } from "../../codec/history-file.js";
import { bindsRedeemers } from "../../codec/ledger-cbor/script-data.js";
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import type { FoldStep } from "./fold.js";

export function chainFaults({ past, entry, tokens }: FoldStep): readonly string[] {
  if (past.signed === null) return [`the transaction cannot be read: ${past.unreadable}`];
  const faults: string[] = [];
  if (tokens?.state.broken)
    faults.push("it does not spend the passport's state as the transaction before left it");
  if (tokens?.owner.broken)
    faults.push("it does not spend the ownership token where the transaction before left it");
  if (faults.length === 0 && entry.act === "Unreadable") faults.push(entry.reason);
  return faults;
}

/** Null: nobody can say. `at`: place in the file, from 0. */
export function redeemerFaults(
  file: HistoryFile,
  signed: SignedTransaction,
  at: number,
): readonly string[] | null {
  const view = file.transactions[at]?.view ?? null;
  if (view === null) return null;
  const bytes = file.views[view];
  return bytes !== undefined && bindsRedeemers(signed, bytes)
    ? []
    : ["the redeemers are not the ones that the body commits to"];
}
