/**
 * Execution units without running a contract: each script of the transaction gets an equal share of what one transaction may use. Tests
 * build refused transactions with it, which the real evaluator would stop before the ledger could judge them.
 */
import { CML } from "@lucid-evolution/lucid";
import { declaredCosts } from "../adapters/lucid/builder.js";
import type { Evaluator } from "../adapters/lucid/evaluation.js";

export const fixedCosts: Evaluator = (cbor, _inputs, { parameters }) => {
  const scripts = declaredCosts(CML.Transaction.from_cbor_hex(cbor));
  const share = (total: bigint): number => Math.floor(Number(total) / scripts.length);
  return scripts.map(({ tag, index }) => ({
    tag,
    index,
    mem: share(parameters.maxTxExMem),
    steps: share(parameters.maxTxExSteps),
  }));
};
