/** The life of a passport, read off the ledger: every act on it and every change of hands, oldest first. Spec: docs/spec/history.md. */
import { DppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { isPassportId, referenceUnit, userUnit } from "../../domain/tokens.js";
import type { Reading } from "../context.js";
import { unmintedPassport } from "../resolve.js";
import { type FoldStep, foldPassport, type HistoryEntry, type Standing, staysPut } from "./fold.js";
import { inLedgerOrder, type ReadPast, readPast } from "./order.js";

export type { Act, Change, HistoryEntry, Moment, Standing } from "./fold.js";

export interface PassportHistory {
  readonly id: string;
  /** Unit of the (100). */
  readonly unit: string;
  /** Oldest first; the first is the issue. A send that left the ownership token where it lay is none. */
  readonly entries: readonly HistoryEntry[];
  /** Where it stands now. */
  readonly now: Standing;
}

/**
 * `id`: passport id, hex; a burnt passport has its history still. `read`: for an app that remembers what it read.
 * @throws DppError `passport/unknown`, `passport/pending`; `history/too-long`; `ledger/*`.
 */
export async function readHistory(
  reading: Reading,
  id: string,
  read: ReadPast = readPast,
): Promise<PassportHistory> {
  return historyOf(reading, id, await readSteps(reading, id, read));
}

/** The history that steps make. `steps`: at least one. */
export function historyOf(
  { contracts }: Pick<Reading, "contracts">,
  id: string,
  steps: readonly FoldStep[],
): PassportHistory {
  const entries = steps.flatMap(({ entry }) => (staysPut(entry) ? [] : [entry]));
  const now = steps.at(-1)?.entry.after ?? { datum: null, state: null, owner: null };
  return { id, unit: referenceUnit(contracts.passport.hash, id), entries, now };
}

/** The steps of the history with their transactions, one at least. @throws DppError as `readHistory`. */
export async function readSteps(
  reading: Reading,
  id: string,
  read: ReadPast = readPast,
): Promise<readonly FoldStep[]> {
  if (!isPassportId(id)) throw new DppError("passport/unknown", `${id} is no passport id`);
  const { ledger, contracts } = reading;
  const policy = contracts.passport.hash;
  const units = [referenceUnit(policy, id), userUnit(policy, id)];
  const lists = await Promise.all(units.map((unit) => ledger.transactionsOf(unit)));
  const steps = foldPassport({ policy, id }, inLedgerOrder(lists, read));
  if (steps.length === 0) throw await unmintedPassport(reading, id);
  return steps;
}

/** Entries that changed the passport's state: not a mere change of hands. */
export const stateEntries = ({ entries }: Pick<PassportHistory, "entries">): readonly HistoryEntry[] =>
  entries.filter(({ act }) => act !== "Send" && act !== "Discard");

export const outRefText = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;

/** The last entry at or before a moment; null: there was no passport yet. `time`: POSIX ms. */
export const entryAt = ({ entries }: Pick<PassportHistory, "entries">, time: number): HistoryEntry | null =>
  entries.findLast((entry) => entry.time <= time) ?? null;
