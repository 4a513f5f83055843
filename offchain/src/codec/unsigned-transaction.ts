/**
 * An unsigned transaction as a signer must see it (Conway CDDL): nothing that its body does is left out. Fields that no act of ours needs are named, so that
 * they can be refused. Spec: docs/spec/proposal.md "What a signer checks".
 */
import type { OutRef } from "../domain/out-ref.js";
import { asInt, type OutputFacts, readOutput } from "./ledger-cbor/output.js";
import { readSigned, type SignedTransaction } from "./ledger-cbor/signed.js";
import { mapEntries } from "./ledger-cbor/span.js";
import { readingBytes, readParts, splitTransaction } from "./ledger-cbor/transaction.js";

export interface UnsignedTransaction extends SignedTransaction {
  readonly collateral: readonly OutRef[];
  /** Change of the collateral, should a script fail. */
  readonly collateralReturn: OutputFacts | null;
  /** Lovelace. */
  readonly fee: bigint;
  /** What is unusual in it, in words; empty for what our builder makes. */
  readonly oddities: readonly string[];
}

const COLLATERAL_RETURN = 16;
/** Inputs, outputs, fee, validity, mint, script data hash, collateral, signers, network, collateral's change and total, reference inputs. */
const USUAL = [0, 1, 2, 3, 8, 9, 11, 13, 14, 15, 16, 17, 18];
/** Names of what else a body of ours might carry one day, and no act that several sign carries today. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [4, "certificates"],
  [5, "withdrawals"],
]);
const TRUE = 0xf5;

/** @throws DppError `ledger/bad-transaction`. */
export function readUnsigned(cbor: string): UnsignedTransaction {
  const parts = splitTransaction(cbor);
  const transaction = readSigned(cbor);
  const { collateral, fee, outputs } = readParts(parts);
  return readingBytes(() => {
    const keys = mapEntries(parts.body).map(([key]) => Number(asInt(key)));
    const change = parts.fields.get(COLLATERAL_RETURN);
    return {
      ...transaction,
      collateral,
      fee,
      collateralReturn:
        change === undefined
          ? null
          : readOutput({ txHash: transaction.hash, outputIndex: outputs.length }, change).utxo,
      oddities: [
        ...keys
          .filter((key) => !USUAL.includes(key))
          .map((key) => NAMES.get(key) ?? `field ${key} of the body`),
        // Which of two values counts would be the reader's choice.
        ...(new Set(keys).size === keys.length ? [] : ["a field of the body twice"]),
        ...(parts.isValid[0] === TRUE ? [] : ["it is marked as failing"]),
        ...(transaction.witnesses.vkeys.length === 0 ? [] : ["signatures inside the transaction"]),
      ],
    };
  });
}
