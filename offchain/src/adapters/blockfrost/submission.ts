/**
 * Hands a signed transaction to the server. When an answer is lost nobody knows whether the transaction was accepted, and a caller that believes it was
 * not would make another one. Sending the same bytes again is harmless, since they are one transaction however often they arrive; what is not harmless is
 * to take the second sending's "inputs are spent" for somebody else's doing. So after an answer was lost, the transaction is looked for first.
 */
import { DppError, isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../ports/ledger.js";
import { type LedgerTransaction, readTransaction } from "../ledger-cbor/transaction.js";
import { isUnclear } from "./failure.js";
import { conflict, refusalOf, UNNAMED } from "./refusal.js";
import type { BlockfrostServer } from "./server.js";

const ROUTE = "/tx/submit";

export interface Lookup {
  /** Stands in a block or waits in the mempool, as far as the server can say. */
  isKnown(hash: string): Promise<boolean>;
  /** Those of the references that stood once and are spent. */
  spentOf(refs: readonly OutRef[]): Promise<readonly OutRef[]>;
}

/** @throws DppError as the port's `submit`; `ledger/unavailable` with details `{ hash, accepted: "unknown" }` when it may have been accepted. */
export async function submit(server: BlockfrostServer, cbor: string, lookup: Lookup): Promise<string> {
  const transaction = readTransaction(cbor);
  const { hash } = transaction;
  if (transaction.unsupported.includes("isValid = false"))
    throw new DppError(
      "ledger/refused",
      "the transaction is marked as failing: it would only cost its collateral",
      {
        details: { rule: "unsupported" },
      },
    );
  let unclear = false;
  try {
    for (let attempt = 1; ; attempt++) {
      if (unclear && (await lookup.isKnown(hash))) return hash;
      const outcome = await server.attempt((api) => api.txSubmit(cbor));
      if (outcome.ok) {
        if (outcome.body === hash) return hash;
        unclear = true;
        throw server.undocumented(ROUTE, "another hash than the transaction's");
      }
      const { failure } = outcome;
      if (failure.status === 400) return await refused(failure.message, transaction, lookup, unclear);
      unclear ||= isUnclear(failure);
      await server.beforeNext(ROUTE, attempt, failure);
    }
  } catch (error) {
    if (!unclear || (isDppError(error) && error.code !== "ledger/unavailable")) throw error;
    return await settle(hash, lookup, error);
  }
}

/** After the last try: it may stand although no answer said so. */
async function settle(hash: string, lookup: Lookup, error: unknown): Promise<string> {
  try {
    if (await lookup.isKnown(hash)) return hash;
  } catch {
    // The server is still out of reach: the first error says more.
  }
  throw uncertain(hash, error);
}

const uncertain = (hash: string, cause: unknown): DppError =>
  new DppError(
    "ledger/unavailable",
    `nobody knows whether ${hash} was accepted: wait for it, or for the end of its validity, before you send another in its place`,
    { cause, details: { hash, accepted: "unknown" } },
  );

async function refused(
  said: string,
  { hash, inputs, collateral, referenceInputs }: LedgerTransaction,
  lookup: Lookup,
  unclear: boolean,
): Promise<string> {
  let refusal = refusalOf(said);
  // Some servers keep the node's reason to themselves. Whether an input is gone can be found out without them, and decides what the caller does next.
  if (refusal.details.rule === UNNAMED) {
    const [spent] = await lookup.spentOf([...inputs, ...collateral, ...referenceInputs]);
    if (spent !== undefined) refusal = conflict(`${spent.txHash}#${spent.outputIndex} is spent. ${said}`);
  }
  if (!unclear || refusal.code !== "ledger/conflict") throw refusal;
  // It may be this very transaction, from a try whose answer was lost, that spent them.
  if (await lookup.isKnown(hash)) return hash;
  throw uncertain(hash, refusal);
}
