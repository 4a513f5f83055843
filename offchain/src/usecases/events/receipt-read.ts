/** The form of a receipt: its bytes as transactions with checked signatures. Spec: docs/spec/receipt.md "Checking", `form`. Pure. */
import { decodeReceipt } from "../../codec/receipt.js";
import { readReceiptTransaction } from "../../codec/receipt-transaction.js";
import { DppError } from "../../domain/errors.js";
import type { Receipt, ReceiptTransaction } from "../../domain/receipt.js";
import { signersOf } from "../history/authority.js";
import type { ReadTransaction } from "./receipt-chain.js";

export interface ReadReceipt {
  readonly receipt: Receipt;
  readonly append: ReadTransaction;
  readonly attestation: readonly ReadTransaction[];
  readonly rotations: readonly ReadTransaction[];
  readonly state: ReadTransaction | null;
}

/** @throws DppError as `decodeReceipt`; `ledger/bad-transaction`; `receipt/signature` for one that is not over its body. */
export function readReceipt(bytes: Uint8Array): ReadReceipt {
  const receipt = decodeReceipt(bytes);
  return {
    receipt,
    append: readOne(receipt.append, "append"),
    attestation: receipt.attestation.map((one, at) => readOne(one, `attestation ${at + 1}`)),
    rotations: receipt.rotations.map((one, at) => readOne(one, `rotation ${at + 1}`)),
    state: receipt.state === null ? null : readOne(receipt.state.transaction, "state"),
  };
}

function readOne(transaction: ReceiptTransaction, name: string): ReadTransaction {
  const signed = readReceiptTransaction(transaction);
  const signers = signersOf(signed);
  if (signers === null)
    throw new DppError("receipt/signature", `${name}: a signature is not one over its transaction`);
  return { signed, signers };
}
