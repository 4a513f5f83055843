/** Synthetic receipts that are otherwise than they should be, and the checks that they fail. */
import { encodeReceipt } from "../codec/receipt.js";
import type { Receipt } from "../domain/receipt.js";
import type { TrustRoot } from "../domain/trust-root.js";
import { type ReceiptVerification, verifyReceipt } from "../usecases/events/receipt-verify.js";
import { type SyntheticChanges, type SyntheticReceipt, syntheticReceipt } from "./synthetic-receipt.js";
import { outputOf, rotatedConfig } from "./synthetic-receipt-tx.js";
import {
  type SyntheticSigner,
  type SyntheticSigners,
  type SyntheticSigning,
  syntheticSigners,
} from "./synthetic-signers.js";

export const verified = (receipt: Receipt, root: TrustRoot): ReceiptVerification =>
  verifyReceipt(encodeReceipt(receipt), root);

/** Names of the checks that fail. */
export const failed = (receipt: Receipt, root: TrustRoot): readonly string[] =>
  verified(receipt, root).checks.flatMap(({ name, ok }) => (ok === false ? [name] : []));

/** Signers of whom some have other keys or attestations than those of `signing`. */
export function changing(
  signing: SyntheticSigning,
  change: (signer: SyntheticSigner, at: number) => Partial<SyntheticSigner>,
): SyntheticSigners {
  const signers = syntheticSigners(signing);
  return { ...signers, all: signers.all.map((signer, at) => ({ ...signer, ...change(signer, at) })) };
}

/** Of a receipt in which all fits together, but for what was otherwise from the start. */
export async function failedFrom(
  signing: SyntheticSigning,
  changes: SyntheticChanges,
): Promise<readonly string[]> {
  const { receipt, root } = await syntheticReceipt(2, signing, changes);
  return failed(receipt, root);
}

/** Under a trust root that was made after the rotation and says this otherwise; the receipt needs no rotation then. */
export function failedUnder(
  { receipt, root }: SyntheticReceipt,
  changes: Partial<TrustRoot>,
): readonly string[] {
  const configs = receipt.rotations.map((rotation) => ({ ...rotatedConfig(), output: outputOf(rotation) }));
  return failed({ ...receipt, rotations: [] }, { ...root, configs, ...changes });
}
