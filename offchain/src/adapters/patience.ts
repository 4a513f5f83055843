/** Asks again while a part is out of reach: a node or a daemon that is started anew comes back by itself, and what was under way goes on. */
import { type DppError, isDppError } from "../domain/errors.js";
import type { ContentStore } from "../ports/content-store.js";
import type { Ledger } from "../ports/ledger.js";
import type { TrackedLedger } from "../ports/pending-transactions.js";

export interface Patience {
  /** ms for which one question is asked again; 0: not at all. */
  readonly patienceMs: number;
  /** Told once for each question that has to wait. */
  readonly notice?: (error: DppError) => void;
  readonly pause?: (ms: number) => Promise<void>;
}

/** ms before the second attempt; twice as many before each further one, up to the longest. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 2_000;

const OUT_OF_REACH = ["ledger/unavailable", "content/unavailable"];
const outOfReach = (error: unknown): error is DppError =>
  isDppError(error) && OUT_OF_REACH.includes(error.code);

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function patiently<T>(
  ask: () => Promise<T>,
  { patienceMs, notice, pause = timer }: Patience,
): Promise<T> {
  let waited = 0;
  for (let next = FIRST_WAIT; ; next = Math.min(2 * next, LONGEST_WAIT)) {
    try {
      return await ask();
    } catch (error) {
      if (!outOfReach(error) || waited >= patienceMs) throw error;
      if (waited === 0) notice?.(error);
      await pause(next);
      waited += next;
    }
  }
}

/**
 * Sending and waiting for a block have a patience of their own (`trackSubmissions`): what was sent twice must not stand twice. So the tracked ledger is
 * wrapped from outside, and its own attempts do not multiply with these.
 */
export const patientTracked = (ledger: TrackedLedger, patience: Patience): TrackedLedger => ({
  ...patientLedger(ledger, patience),
  submissions: { ...ledger.submissions, ledger: patientLedger(ledger.submissions.ledger, patience) },
});

export const patientLedger = (ledger: Ledger, patience: Patience): Ledger => ({
  network: ledger.network,
  slotConfig: ledger.slotConfig,
  tip: () => patiently(() => ledger.tip(), patience),
  protocolParameters: () => patiently(() => ledger.protocolParameters(), patience),
  utxosAt: (address) => patiently(() => ledger.utxosAt(address), patience),
  utxosByCredential: (hash) => patiently(() => ledger.utxosByCredential(hash), patience),
  utxoByUnit: (unit) => patiently(() => ledger.utxoByUnit(unit), patience),
  utxosWithUnit: (unit) => patiently(() => ledger.utxosWithUnit(unit), patience),
  utxosByOutRef: (refs) => patiently(() => ledger.utxosByOutRef(refs), patience),
  transaction: (hash) => patiently(() => ledger.transaction(hash), patience),
  transactionsOf: (unit) => patiently(() => ledger.transactionsOf(unit), patience),
  unitsOf: (policy) => patiently(() => ledger.unitsOf(policy), patience),
  submit: (cbor, purpose) => ledger.submit(cbor, purpose),
  awaitTx: (hash, timeoutMs) => ledger.awaitTx(hash, timeoutMs),
});

/** Storing twice is storing once: a blob is named by its content. */
export const patientContent = (store: ContentStore, patience: Patience): ContentStore => ({
  put: (bytes) => patiently(() => store.put(bytes), patience),
  get: (cid, options) => patiently(() => store.get(cid, options), patience),
  has: (cid) => patiently(() => store.has(cid), patience),
  pin: (cid) => patiently(() => store.pin(cid), patience),
  unpin: (cid) => patiently(() => store.unpin(cid), patience),
  pinned: (cid) => patiently(() => store.pinned(cid), patience),
});
