/** The notices of a passport, read off ledger and content store. Spec: docs/spec/history.md "Notices". */
import { isDppError } from "../domain/errors.js";
import { actionSteps } from "./actions/chain.js";
import { readActions } from "./actions/read.js";
import type { Context } from "./context.js";
import { type Notice, noticesOf, toldRecords } from "./history/notices.js";
import { type HistoryEntry, readHistory } from "./history/read.js";
import type { PassportState } from "./resolve.js";

/** Those of a history, or of its beginning. `entries`: from the first one on. */
export async function noticesAmong(
  context: Pick<Context, "content" | "contracts">,
  id: string,
  entries: readonly HistoryEntry[],
): Promise<readonly Notice[]> {
  return noticesOf(entries, toldRecords(await readActions(context, id, actionSteps({ entries }))));
}

/** A history that is too long to be read does not keep the passport from being shown, and is not passed over either. */
export const unreadNotice = ({ anchor }: Pick<PassportState, "anchor">): Notice => ({
  kind: "unreadable",
  txHash: anchor.txHash,
  time: anchor.time,
  actor: null,
});

export interface Story {
  readonly notices: readonly Notice[];
  /** Id of the passport that follows a Repurposed one; null: none does, or the history is too long to be read. */
  readonly successor: string | null;
}

/** The history is read only where there is something in it. @throws DppError `ledger/*`. */
export async function readStory(
  context: Pick<Context, "ledger" | "contracts" | "clock" | "content">,
  state: PassportState,
): Promise<Story> {
  if (state.actionHead === "" && state.status !== "Repurposed") return { notices: [], successor: null };
  try {
    const { entries } = await readHistory(context, state.id);
    return {
      notices: await noticesAmong(context, state.id, entries),
      successor: successorOf(entries),
    };
  } catch (error) {
    if (!isDppError(error, "history/too-long")) throw error;
    return { notices: state.actionHead === "" ? [] : [unreadNotice(state)], successor: null };
  }
}

const successorOf = (entries: readonly HistoryEntry[]): string | null => {
  const end = entries.findLast(({ act }) => act === "Succeed");
  return end?.act === "Succeed" ? end.successor : null;
};
