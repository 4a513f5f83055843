/** What a verifier says of a receipt, as the vectors hold it. */
import { trustRootJson } from "../../src/codec/trust-root.js";
import { toHex } from "../../src/domain/bytes.js";
import type { TrustRoot } from "../../src/domain/trust-root.js";
import { refText } from "../../src/usecases/events/receipt-chain.js";
import { type ReceiptGiven, verifyReceipt } from "../../src/usecases/events/receipt-verify.js";

export function refused(reason: string, bytes: Uint8Array, root: TrustRoot, given: ReceiptGiven = {}) {
  const { ok, checks } = verifyReceipt(bytes, root, given);
  if (ok) throw new Error(`a vector of a refusal was accepted: ${reason}`);
  return {
    reason,
    receipt: toHex(bytes),
    trust: JSON.parse(trustRootJson(root)),
    state: given.state === undefined ? null : refText(given.state),
    failed: checks.filter((check) => check.ok === false).map(({ name }) => name),
  };
}
