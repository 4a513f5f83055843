/** What a pending transaction spends, needs and makes, read from its own bytes: a record says nothing that the bytes do not. */

import type { TransactionFacts } from "../../ports/pending-transactions.js";
import { sameOutRef } from "../../tx/plan.js";
import { readTransaction } from "../ledger-cbor/transaction.js";

/** @throws DppError `ledger/bad-transaction`. */
export function factsOf(cbor: string): TransactionFacts {
  const { hash, inputs, collateral, referenceInputs, outputs, minted } = readTransaction(cbor);
  const all = [...inputs, ...collateral, ...referenceInputs];
  return {
    hash,
    spends: inputs,
    needs: all.filter((ref, index) => all.findIndex((other) => sameOutRef(other, ref)) === index),
    mints: minted,
    outputs: outputs.map(({ utxo }) => ({
      address: utxo.address,
      units: Object.keys(utxo.assets).filter((unit) => unit !== "lovelace"),
    })),
  };
}
