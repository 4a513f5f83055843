/**
 * Histories of passports and of attestations, read once and kept while they stand. A history ends in outputs whose transactions name, by their hashes, all that
 * came before: as long as those outputs are the present ones and settled, nothing in it can have changed, and the ledger is asked for two outputs instead of for
 * every transaction. What is not settled yet is read again with each block.
 */
import { referenceUnit, userUnit } from "@cardano-dpp/offchain/domain/tokens";
import type { LedgerTx, OutRef, Tip } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import type { FoldStep } from "@cardano-dpp/offchain/usecases/history/fold";
import { type PastTransaction, type ReadPast, readPast } from "@cardano-dpp/offchain/usecases/history/order";
import { historyOf, type PassportHistory, readSteps } from "@cardano-dpp/offchain/usecases/history/read";
import { type RoleEntry, readRoleHistory } from "@cardano-dpp/offchain/usecases/history/roles";
import { confirmationsOf } from "@cardano-dpp/offchain/usecases/track";
import { WeightedMap } from "./history-cache.js";

export interface KnownHistory {
  readonly steps: readonly FoldStep[];
  readonly history: PassportHistory;
}

interface Kept<T> {
  readonly value: T;
  readonly ends: string;
  readonly tip: Tip;
  readonly settled: boolean;
}

/** Transactions, of some kilobytes each. */
const REMEMBERED_TRANSACTIONS = 5_000;
/** Entries of all histories that are kept. */
const REMEMBERED_ENTRIES = 20_000;

export class HistoryReader {
  private readonly reading: Reading;
  private readonly passports = new WeightedMap<string, Kept<KnownHistory>>(REMEMBERED_ENTRIES);
  private readonly roles = new WeightedMap<string, Kept<readonly RoleEntry[]>>(REMEMBERED_ENTRIES);
  private readonly transactions = new WeightedMap<string, PastTransaction>(REMEMBERED_TRANSACTIONS);

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** @throws DppError `passport/unknown`, `passport/pending`, `history/too-long`, `ledger/*`. */
  passport(id: string): Promise<KnownHistory> {
    const policy = this.reading.contracts.passport.hash;
    const units = [referenceUnit(policy, id), userUnit(policy, id)];
    return this.kept(this.passports, id, units, async () => {
      const steps = await readSteps(this.reading, id, this.read);
      const history = historyOf(this.reading, id, steps);
      return { value: { steps, history }, heights: steps.map(({ entry }) => entry.height) };
    });
  }

  /** `name`: attestation name, hex. Empty: not accredited here. @throws DppError `history/too-long`, `ledger/*`. */
  role(name: string): Promise<readonly RoleEntry[]> {
    const unit = referenceUnit(this.reading.contracts.roles.hash, name);
    return this.kept(this.roles, name, [unit], async () => {
      const value = await readRoleHistory(this.reading, name, this.read);
      return { value, heights: value.map(({ height }) => height) };
    });
  }

  /** Height and time are the block's, which may be another after a fork: only the bytes are kept. */
  private readonly read: ReadPast = (tx: LedgerTx): PastTransaction => {
    const known = this.transactions.get(tx.hash);
    if (known !== undefined && known.tx.cbor === tx.cbor) return { ...known, tx };
    return this.transactions.set(tx.hash, readPast(tx), 1);
  };

  private async kept<T>(
    cache: WeightedMap<string, Kept<T>>,
    key: string,
    units: readonly string[],
    load: () => Promise<{ readonly value: T; readonly heights: readonly number[] }>,
  ): Promise<T> {
    const { ledger } = this.reading;
    const tip = await ledger.tip();
    const known = cache.get(key);
    if (known !== undefined && sameTip(known.tip, tip)) return known.value;
    const ends = await this.endsOf(units);
    if (known?.settled === true && known.ends === ends) {
      cache.set(key, { ...known, tip }, weightOf(known.value));
      return known.value;
    }
    const { value, heights } = await load();
    const youngest = Math.max(0, ...heights);
    const settled = tip.height - youngest + 1 >= confirmationsOf(ledger);
    // Ends that changed meanwhile do not match the next time, and it is read again.
    cache.set(key, { value, ends, tip, settled }, Math.max(1, heights.length));
    return value;
  }

  private async endsOf(units: readonly string[]): Promise<string> {
    const outputs = await Promise.all(units.map((unit) => this.reading.ledger.utxosWithUnit(unit)));
    return outputs.map((utxos) => utxos.map(text).sort().join(" ")).join(" | ");
  }
}

const weightOf = (value: unknown): number =>
  Array.isArray(value) ? Math.max(1, value.length) : (value as KnownHistory).steps.length;

const text = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;

const sameTip = (a: Tip, b: Tip): boolean => a.height === b.height && a.slot === b.slot && a.hash === b.hash;
