/** A plain payment. */
import type { TxPlan } from "./plan.js";

/** `outputs`: into how many equal outputs the amount is split, so that several transactions can be made side by side. */
export const planPay = (address: string, lovelace: bigint, outputs = 1): TxPlan => ({
  inputs: [],
  referenceInputs: [],
  mints: [],
  outputs: Array.from({ length: outputs }, () => ({
    address,
    assets: { lovelace: lovelace / BigInt(outputs) },
  })),
  signers: [],
  scripts: [],
});
