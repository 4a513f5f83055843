/** The notices of a passport's state, for its JSON: its records are fetched once as long as its history stands. Spec: docs/spec/history.md "Notices". */
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Context } from "@cardano-dpp/offchain/usecases/context";
import type { Notice } from "@cardano-dpp/offchain/usecases/history/notices";
import { noticesAmong, unreadNotice } from "@cardano-dpp/offchain/usecases/notices";
import type { PassportState } from "@cardano-dpp/offchain/usecases/resolve";
import type { HistoryReader, KnownHistory } from "./history-reader.js";

/** ms after which a record that was missing is asked for again: whoever may log can name a content id that nobody has. */
const ASK_AGAIN = 60_000;

interface Kept {
  readonly notices: Promise<readonly Notice[]>;
  readonly until: number;
}

export class NoticeReader {
  private readonly context: Pick<Context, "content" | "contracts" | "clock">;
  private readonly histories: HistoryReader;
  /** By the history, then by the transaction that made the state. */
  private readonly kept = new WeakMap<KnownHistory, Map<string, Kept>>();

  constructor(context: Pick<Context, "content" | "contracts" | "clock">, histories: HistoryReader) {
    this.context = context;
    this.histories = histories;
  }

  /** Those that stood when the state was made: every action makes another one. @throws DppError `ledger/*`. */
  async read(state: PassportState): Promise<readonly Notice[]> {
    // Most passports: nothing was logged, and their history is not read.
    if (state.actionHead === "") return [];
    try {
      return await this.among(await this.histories.passport(state.id), state);
    } catch (error) {
      if (isDppError(error) && (error.code.startsWith("history/") || error.code.startsWith("passport/")))
        return [unreadNotice(state)];
      throw error;
    }
  }

  private among(known: KnownHistory, state: PassportState): Promise<readonly Notice[]> {
    const now = this.context.clock.now();
    const states = this.kept.get(known) ?? new Map<string, Kept>();
    this.kept.set(known, states);
    const before = states.get(state.utxo.txHash);
    if (before !== undefined && now < before.until) return before.notices;
    const notices = this.load(known, state);
    states.set(state.utxo.txHash, { notices, until: now + ASK_AGAIN });
    notices.then(
      (read) => {
        if (read.every(({ kind }) => kind !== "unreadable"))
          states.set(state.utxo.txHash, { notices, until: Number.POSITIVE_INFINITY });
      },
      () => states.delete(state.utxo.txHash),
    );
    return notices;
  }

  private load({ history }: KnownHistory, { id, utxo }: PassportState): Promise<readonly Notice[]> {
    const { entries } = history;
    const end = entries.findLastIndex(({ txHash }) => txHash === utxo.txHash);
    return noticesAmong(this.context, id, end < 0 ? entries : entries.slice(0, end + 1));
  }
}
