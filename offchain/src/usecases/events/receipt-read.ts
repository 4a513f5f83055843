/** The form of a receipt: its bytes as transactions with checked signatures. Spec: docs/spec/receipt.md "Checking", `form`. Pure. */
import { decodeReceipt } from "../../codec/receipt.js";
import { readReceiptTransaction } from "../../codec/receipt-transaction.js";
import { keyHashOf } from "../../crypto/cip8.js";
import type { KeyVerify } from "../../crypto/event-signature.js";
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { Receipt, ReceiptTransaction } from "../../domain/receipt.js";
import type { ReadTransaction } from "./receipt-chain.js";

export interface ReadReceipt {
  readonly receipt: Receipt;
  readonly append: ReadTransaction;
  /** Of the signers, by name. */
  readonly attestations: readonly {
    readonly name: string;
    readonly transactions: readonly ReadTransaction[];
  }[];
  readonly rotations: readonly ReadTransaction[];
  readonly state: ReadTransaction | null;
}

/** @throws DppError as `decodeReceipt`; `ledger/bad-transaction`; `receipt/signature` for one that is not over its body. */
export function readReceipt(bytes: Uint8Array, verify: KeyVerify): ReadReceipt {
  const receipt = decodeReceipt(bytes);
  const readOne = (transaction: ReceiptTransaction, name: string): ReadTransaction => {
    const signed = readReceiptTransaction(transaction);
    return { signed, signers: signersOf(signed, name, verify) };
  };
  return {
    receipt,
    append: readOne(receipt.append, "append"),
    attestations: receipt.attestations.map(({ name, transactions }, whose) => ({
      name,
      transactions: transactions.map((one, at) => readOne(one, `attestation ${whose + 1}.${at + 1}`)),
    })),
    rotations: receipt.rotations.map((one, at) => readOne(one, `rotation ${at + 1}`)),
    state: receipt.state === null ? null : readOne(receipt.state.transaction, "state"),
  };
}

/** Key hashes. By the same rules as events, which are the ledger's own: a wallet's are laxer. */
function signersOf(
  { hash, witnesses }: ReadTransaction["signed"],
  name: string,
  verify: KeyVerify,
): ReadonlySet<string> {
  const body = fromHex(hash);
  const signers = witnesses.vkeys.map(({ publicKey, signature }) => {
    const key = fromHex(publicKey);
    if (!verify(key, body, fromHex(signature)))
      throw new DppError("receipt/signature", `${name}: a signature is not one over its transaction`);
    return keyHashOf(key);
  });
  return new Set(signers);
}
