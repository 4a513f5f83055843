/** What happened to a passport, in a line for people. */
import { parseAddress } from "../src/codec/address.js";
import { isDppError } from "../src/domain/errors.js";
import { reasonName } from "../src/domain/reason.js";
import { roleOfName } from "../src/domain/tokens.js";
import type { HistoryEntry } from "../src/usecases/history/read.js";

/** Long addresses tell a person nothing that their ends do not. */
export const shortAddress = (address: string | null | undefined): string =>
  address === null || address === undefined ? "nobody" : `${address.slice(0, 14)}…${address.slice(-6)}`;

const role = (name: string | null): string =>
  name === null ? "" : (roleOfName(name) ?? `role ${name}`).toLowerCase();

const handed = ({ ownerBefore, after }: HistoryEntry): string =>
  `${shortAddress(ownerBefore)} to ${shortAddress(after.owner?.address)}`;

/** Of a check: passed, failed, or (null) not checked to the end. */
export const checkMark = (ok: boolean | null): string => (ok === null ? "-   " : ok ? "ok  " : "FAIL");

export function describeEntry(entry: HistoryEntry): string {
  switch (entry.act) {
    case "Issue":
      return entry.predecessor === null
        ? `first owner ${shortAddress(entry.after.owner?.address)}`
        : `succeeds ${entry.predecessor}`;
    case "Update":
      return `revision ${entry.after.datum?.extra.revision ?? "?"}`;
    case "Revoke":
      return `by the authority: ${reasonName(entry.reason)}`;
    case "Transfer":
      return handed(entry);
    case "Log":
      return entry.actor === null ? "by the owner" : `by the ${role(entry.actor)}`;
    case "Amend":
      return "bound to its product anew";
    case "Retire":
      return `by the recycler${entry.authority === null ? "" : " and the authority"}`;
    case "Succeed":
      return `by the ${role(entry.actor)}: followed by ${entry.successor}`;
    case "Reassign":
      return `issuer is now ${entry.after.datum?.extra.issuer ?? "?"}`;
    case "Erase":
      return "by the authority: the state left the ledger";
    case "Send":
      return `${handed(entry)}${toScript(entry) ? " (a script)" : ""}`;
    case "Discard":
      return `${shortAddress(entry.ownerBefore)} burnt the ownership token`;
    case "Unreadable":
      return entry.reason;
  }
}

function toScript({ after }: HistoryEntry): boolean {
  try {
    return after.owner !== null && parseAddress(after.owner.address).address.payment?.kind === "script";
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}
