/** In which entries of a passport's history an attestation had a part, and which. Pure. */
import type { HistoryEntry } from "../history/read.js";

/** What it means that an attestation touched a passport. */
export const TOUCHES = {
  issued: "it issued the passport: the first data are its statements",
  responsible: "it answers for the passport now",
  updated: "it recorded a version of the data",
  logged: "an action is logged in its name",
  amended: "it took part in binding the passport to an identifier anew",
  revoked: "it revoked the passport",
  retired: "it took part in retiring the product",
  succeeded: "it repurposed the product under a new passport",
  reassigned: "it took part in giving the passport to another manufacturer",
  erased: "it removed the passport from the ledger",
} as const;
export type TouchKind = keyof typeof TOUCHES;

export interface Touch {
  readonly as: TouchKind;
  /** Attestation name, hex. */
  readonly attestation: string;
  readonly txHash: string;
  /** POSIX ms. */
  readonly time: number;
}

interface Part {
  readonly as: TouchKind;
  readonly name: string | null | undefined;
}

/** `issuer`: who answered for the passport before the entry. */
function partsOf(entry: HistoryEntry, issuer: string | undefined): readonly Part[] {
  switch (entry.act) {
    case "Issue":
      return [{ as: "issued", name: entry.after.datum?.extra.issuer }];
    case "Update":
      return [{ as: "updated", name: issuer }];
    case "Log":
      return [{ as: "logged", name: entry.actor }];
    case "Revoke":
      return [{ as: "revoked", name: entry.authority }];
    case "Amend":
      return [
        { as: "amended", name: issuer },
        { as: "amended", name: entry.authority },
      ];
    case "Retire":
      return [
        { as: "retired", name: entry.recycler },
        { as: "retired", name: entry.authority },
      ];
    case "Succeed":
      return [{ as: "succeeded", name: entry.actor }];
    case "Reassign":
      return [
        { as: "reassigned", name: entry.authority },
        { as: "reassigned", name: entry.after.datum?.extra.issuer },
      ];
    case "Erase":
      return [{ as: "erased", name: entry.authority }];
    default:
      return [];
  }
}

/** Every part that any attestation had, oldest first; last, who answers for the passport now. */
export function touchesOf(entries: readonly HistoryEntry[]): readonly Touch[] {
  const touches: Touch[] = [];
  let issuer: string | undefined;
  for (const entry of entries) {
    for (const { as, name } of partsOf(entry, issuer))
      if (name) touches.push({ as, attestation: name, txHash: entry.txHash, time: entry.time });
    issuer = entry.after.datum?.extra.issuer ?? issuer;
  }
  const last = entries.at(-1);
  if (last !== undefined && last.after.datum !== null && issuer !== undefined)
    touches.push({ as: "responsible", attestation: issuer, txHash: last.txHash, time: last.time });
  return touches;
}
