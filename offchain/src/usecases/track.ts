/**
 * A ledger that loses nothing: what is sent over it is written down first, sent again while the ledger cannot be reached, and kept until it is settled.
 * Everything else it passes on, but for the outputs at an address, from which it leaves out what pending transactions spend.
 */
import { DppError, isDppError } from "../domain/errors.js";
import type { Clock } from "../ports/clock.js";
import type { Ledger, LedgerTx, Network, OutRef, ProtocolParameters, Tip, Utxo } from "../ports/ledger.js";
import type {
  PendingTransaction,
  PendingTransactions,
  Submissions,
  TrackedLedger,
  TransactionFacts,
} from "../ports/pending-transactions.js";
import { submissionsOf } from "../ports/pending-transactions.js";
import { sameOutRef } from "../tx/plan.js";
import { isAnswer, renew, type Standing } from "./settle.js";

export interface TrackTimes {
  /** ms between two looks at a ledger that is to change. */
  readonly poll: number;
  /** ms before the second attempt to send; doubled for each further one, up to sixteen times as much. */
  readonly retry: number;
  /** Attempts to send while the ledger cannot be reached. */
  readonly attempts: number;
  /** ms to wait for the block that shows why a transaction was in conflict. */
  readonly conflict: number;
  /** ms in no block after which a transaction is sent again. */
  readonly resend: number;
  /** ms to wait for a block, when the caller names no time; long enough for a rival to settle, too. */
  readonly wait: number;
}

export const TRACK_TIMES: TrackTimes = {
  poll: 1_000,
  retry: 500,
  attempts: 10,
  conflict: 120_000,
  resend: 20_000,
  wait: 600_000,
};

export interface TrackOptions {
  readonly pending: PendingTransactions;
  /** Blocks, the transaction's own included, after which it counts as settled. Default: `defaultConfirmations`. */
  readonly confirmations?: number;
  readonly clock: Clock;
  readonly times?: Partial<TrackTimes>;
  /** Waits so many ms; a test moves its clock instead. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** The embedded ledger has no forks. Elsewhere ten blocks, some three minutes; docs/rollbacks.md says what that is worth. */
export const defaultConfirmations = (network: Network): number => (network === "embedded" ? 1 : 10);

/** The depth at which a transaction counts as settled for who reads over this ledger. */
export const confirmationsOf = (ledger: Ledger): number =>
  submissionsOf(ledger)?.confirmations ?? defaultConfirmations(ledger.network);

export const trackSubmissions = (ledger: Ledger, options: TrackOptions): TrackedLedger =>
  new Tracking(ledger, options);

class Tracking implements TrackedLedger {
  readonly network: Network;
  readonly slotConfig;
  readonly submissions: Submissions;
  private readonly ledger: Ledger;
  private readonly pending: PendingTransactions;
  private readonly clock: Clock;
  private readonly times: TrackTimes;
  private readonly pause: (ms: number) => Promise<void>;

  constructor(ledger: Ledger, { pending, confirmations, clock, times, pause = timer }: TrackOptions) {
    this.network = ledger.network;
    this.slotConfig = ledger.slotConfig;
    this.ledger = ledger;
    this.pending = pending;
    this.clock = clock;
    this.times = { ...TRACK_TIMES, ...times };
    this.pause = pause;
    const depth = Math.max(1, confirmations ?? defaultConfirmations(ledger.network));
    this.submissions = { ledger, pending, confirmations: depth };
  }

  tip(): Promise<Tip> {
    return this.ledger.tip();
  }
  protocolParameters(): Promise<ProtocolParameters> {
    return this.ledger.protocolParameters();
  }
  utxosByCredential(hash: string): Promise<readonly Utxo[]> {
    return this.ledger.utxosByCredential(hash);
  }
  utxoByUnit(unit: string): Promise<Utxo | null> {
    return this.ledger.utxoByUnit(unit);
  }
  utxosWithUnit(unit: string): Promise<readonly Utxo[]> {
    return this.ledger.utxosWithUnit(unit);
  }
  utxosByOutRef(refs: readonly OutRef[]): Promise<readonly Utxo[]> {
    return this.ledger.utxosByOutRef(refs);
  }
  transaction(hash: string): Promise<LedgerTx | null> {
    return this.ledger.transaction(hash);
  }
  transactionsOf(unit: string): Promise<readonly LedgerTx[]> {
    return this.ledger.transactionsOf(unit);
  }
  unitsOf(policy: string): Promise<readonly string[]> {
    return this.ledger.unitsOf(policy);
  }

  /** What a wallet may spend: a coin that is on its way out is none. States are asked for by unit or credential, and show the ledger as it is. */
  async utxosAt(address: string): Promise<readonly Utxo[]> {
    const utxos = await this.ledger.utxosAt(address);
    const spent = (await this.underWay()).flatMap(({ spends }) => spends);
    return utxos.filter((utxo) => !spent.some((ref) => sameOutRef(ref, utxo)));
  }

  private async underWay(): Promise<readonly PendingTransaction[]> {
    return (await this.pending.list()).filter(({ trouble }) => trouble?.final !== true);
  }

  /**
   * Resolves when the ledger took it, and also when it is only known that it was sent before: `awaitTx` tells what became of it.
   * @throws DppError `ledger/conflict` once the ledger shows that something it needs is spent, so that a plan on fresh state avoids it;
   *   `ledger/unavailable` when the ledger stayed out of reach: the transaction is kept and sent again later; `ledger/refused`,
   *   `ledger/bad-transaction`.
   */
  async submit(cbor: string, purpose = "transaction"): Promise<string> {
    const facts = this.pending.read(cbor);
    const first = await this.pending.exclusive(() => this.sendFirst(facts, cbor, purpose));
    if (first === "accepted") return facts.hash;
    if (first !== "unknown") {
      if (isDppError(first, "ledger/conflict")) await this.untilShown(facts);
      throw first;
    }
    return this.sendAgain(facts, cbor);
  }

  /** Nobody else sends meanwhile, so that a refusal at the first attempt means that no ledger ever took it, and it can be dropped. */
  private async sendFirst(
    { hash, spends }: TransactionFacts,
    cbor: string,
    purpose: string,
  ): Promise<"accepted" | "unknown" | DppError> {
    const rival = (await this.underWay()).find(
      (other) =>
        other.hash !== hash && other.spends.some((ref) => spends.some((own) => sameOutRef(own, ref))),
    );
    if (rival !== undefined) {
      return new DppError("ledger/conflict", `the pending transaction ${rival.hash} spends the same output`, {
        details: { rival: rival.hash },
      });
    }
    const isNew = await this.pending.add({ cbor, purpose, firstSent: this.clock.now() });
    try {
      await this.ledger.submit(cbor);
      return "accepted";
    } catch (error) {
      if (isOutOfReach(error)) return "unknown";
      if (!isAnswer(error)) throw error;
      // A ledger that has it already finds it in conflict with itself.
      if ((await this.ledger.transaction(hash)) !== null) return "accepted";
      if (!isNew) return "unknown";
      await this.pending.remove(hash);
      return error;
    }
  }

  /** It may have arrived before: an answer now says less than it seems, and the record stays whatever comes. */
  private async sendAgain({ hash }: TransactionFacts, cbor: string): Promise<string> {
    const { attempts, retry } = this.times;
    let last: unknown;
    for (let attempt = 1; attempt < attempts; attempt++) {
      await this.pause(retry * Math.min(2 ** (attempt - 1), 16));
      try {
        if ((await this.ledger.transaction(hash)) !== null) return hash;
        return await this.ledger.submit(cbor);
      } catch (error) {
        last = error;
        if (isDppError(error, "ledger/conflict")) return hash;
        if (!isOutOfReach(error)) throw error;
      }
    }
    throw new DppError(
      "ledger/unavailable",
      `the ledger cannot be reached; the transaction ${hash} is kept and will be sent again (dpp tx list)`,
      { cause: last, details: { hash } },
    );
  }

  /** Waits until the chain shows that something the transaction needs is gone, so that the caller's next plan does not build on it again. */
  private async untilShown({ needs }: TransactionFacts): Promise<void> {
    const deadline = this.clock.now() + this.times.conflict;
    for (;;) {
      const found = await this.ledger.utxosByOutRef(needs).catch(unlessUnavailable);
      if (found !== null && found.length < needs.length) return;
      if (this.clock.now() >= deadline) return;
      await this.pause(this.times.poll);
    }
  }

  /**
   * Resolves when it stands in a block; sends it again while it does not.
   * @throws DppError `ledger/conflict` when it is lost to another transaction, and that one is settled: only then can it be replaced by a new plan
   *   without standing twice; `ledger/refused` likewise; `ledger/timeout` when it is still open: it is kept.
   */
  async awaitTx(hash: string, timeoutMs: number = this.times.wait): Promise<void> {
    const { resend, poll } = this.times;
    const deadline = this.clock.now() + timeoutMs;
    for (;;) {
      const left = Math.max(0, deadline - this.clock.now());
      try {
        await this.ledger.awaitTx(hash, Math.min(resend, left));
        const seen = await this.look(hash);
        // In the moment between the two questions it may have fallen out of the chain.
        if (seen === null || seen.confirmations > 0) return;
      } catch (error) {
        if (!isOutOfReach(error)) throw error;
      }
      const standing = await this.look(hash).catch(unlessUnavailable);
      if (standing !== null && standing.confirmations > 0) return;
      const trouble = standing?.transaction.trouble ?? null;
      if (trouble?.final === true) {
        await this.pending.remove(hash);
        const code = trouble.kind === "refused" ? "ledger/refused" : "ledger/conflict";
        throw new DppError(code, `the transaction ${hash} is lost: ${trouble.reason}`, {
          details: { hash, ...(trouble.rival !== null && { rival: trouble.rival }) },
        });
      }
      if (this.clock.now() >= deadline) {
        const why = trouble === null ? "is in no block yet" : `cannot stand now: ${trouble.reason}`;
        throw new DppError("ledger/timeout", `the transaction ${hash} ${why}; it is kept (dpp tx list)`, {
          details: { hash },
        });
      }
      await this.pause(poll);
    }
  }

  /** `null`: nobody keeps it here, e.g. because it is settled. */
  private async look(hash: string): Promise<Standing | null> {
    const all = await this.pending.list();
    const entry = all.find((candidate) => candidate.hash === hash);
    return entry === undefined ? null : renew(this.submissions, entry, all);
  }
}

const isOutOfReach = (error: unknown): boolean =>
  isDppError(error, "ledger/unavailable") || isDppError(error, "ledger/timeout");

function unlessUnavailable(error: unknown): null {
  if (isDppError(error, "ledger/unavailable")) return null;
  throw error;
}

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
