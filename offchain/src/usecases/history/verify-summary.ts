/** What a reader is told of each check of a history file: passed, failed, or not checked, and of how much. Pure. */

export const CHECKS = [
  "deployment",
  "chain",
  "signatures",
  "redeemers",
  "rules",
  "authority",
  "times",
  "actions",
  "documents",
  "state",
] as const;
export type HistoryCheckName = (typeof CHECKS)[number];

export interface HistoryFault {
  readonly check: HistoryCheckName;
  /** Position of the transaction, from 1; null: the file as a whole. */
  readonly transaction: number | null;
  readonly message: string;
}

export interface HistoryCheck {
  readonly name: HistoryCheckName;
  /** Null: nothing is wrong, and not everything could be checked. */
  readonly ok: boolean | null;
  readonly detail: string;
  /** Of how many things that the check is about it looked at how many. */
  readonly done: number;
  readonly of: number;
}

const ABOUT: Readonly<Record<HistoryCheckName, string>> = {
  deployment: "transactions that need the deployment's config refer to it",
  chain: "transactions",
  signatures: "transactions",
  redeemers: "transactions that run a contract",
  rules: "transactions",
  authority: "transactions that need somebody accredited",
  times: "transactions signed a range of slots that holds theirs",
  actions: "action records",
  documents: "documents",
  state: "outputs compared: state, ownership token",
};

/** Counts, for each check, what there was to look at and what was looked at. */
export class Tally {
  private readonly counts = new Map<HistoryCheckName, { done: number; of: number }>();
  private readonly open = new Map<HistoryCheckName, string>();

  add(check: HistoryCheckName, done: boolean | number, of = 1): void {
    const before = this.counts.get(check) ?? { done: 0, of: 0 };
    this.counts.set(check, { done: before.done + Number(done), of: before.of + of });
  }

  of(check: HistoryCheckName): number {
    return this.counts.get(check)?.of ?? 0;
  }

  /** How many were not looked at. */
  left(check: HistoryCheckName): number {
    return this.of(check) - (this.counts.get(check)?.done ?? 0);
  }

  /** The check cannot pass whatever was counted. `why`: for the detail. */
  leaveOpen(check: HistoryCheckName, why: string): void {
    this.open.set(check, why);
  }

  checks(faults: readonly HistoryFault[]): readonly HistoryCheck[] {
    return CHECKS.map((name) => {
      const { done, of } = this.counts.get(name) ?? { done: 0, of: 0 };
      const own = faults.filter(({ check }) => check === name);
      const why = this.open.get(name);
      const counted = `${done} of ${of} ${ABOUT[name]}${why === undefined ? "" : `; ${why}`}`;
      const [first] = own;
      if (first !== undefined) return { name, ok: false, detail: told(first, own.length), done, of };
      return { name, ok: done === of && why === undefined ? true : null, detail: counted, done, of };
    });
  }
}

function told({ transaction, message }: HistoryFault, count: number): string {
  const where = transaction === null ? "" : `transaction ${transaction}: `;
  return `${where}${message}${count > 1 ? ` (and ${count - 1} more)` : ""}`;
}
