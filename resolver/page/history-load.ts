/** Asks the server for the history and shows it once it is checked. Never stands in the way of the passport itself. */
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import type { HistoryAnswer } from "../src/passport/history-answer.js";
import { get } from "./api.js";
import { byId, el, show } from "./dom.js";
import { checkHistory } from "./history-check.js";
import { showHistory } from "./history-view.js";
import type { LedgerFacts } from "./ledger-facts.js";
import { TEXTS } from "./texts.js";

export interface HistoryInquiry {
  /** Of this page. */
  readonly address: Pick<Location, "pathname" | "search">;
  /** Passport id (hex) from the code; null: the server's. */
  readonly id: string | null;
  readonly ledger: LedgerFacts | null | Error;
  readonly policy: Policy | null;
}

/** Where the history of a product's page is: the code's parameters and no others. */
export function historyPath({ pathname, search }: Pick<Location, "pathname" | "search">): string {
  const own = new URLSearchParams(search);
  const query = new URLSearchParams();
  for (const name of ["p", "s"]) {
    const value = own.get(name);
    if (value !== null) query.set(name, value);
  }
  return `${pathname}/history${query.size === 0 ? "" : `?${query}`}`;
}

/** Answers whether there is a history. */
export async function loadHistory({ address, id, ledger, policy }: HistoryInquiry): Promise<boolean> {
  try {
    const answer = await get<HistoryAnswer>(historyPath(address));
    const checked = await checkHistory(answer, id ?? answer.passport.id, ledger);
    showHistory({ checked, policy, address });
    return true;
  } catch {
    show(
      byId("history"),
      el("section", { class: "card" }, el("h2", {}, TEXTS.history.heading), el("p", {}, TEXTS.history.none)),
    );
    return false;
  }
}
