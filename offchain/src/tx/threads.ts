/** The beginning of threads: a part of the transaction that issues their attestations. Rules: docs/spec/anchor.md "Open". */

import { encodeThreadDatum } from "../codec/datum.js";
import { encodeAnchorMint } from "../codec/redeemer.js";
import { toHex } from "../domain/bytes.js";
import { isJointThread } from "../domain/joint.js";
import type { Thread } from "../domain/pack.js";
import { emptyRange, rangeHash } from "../merkle/range.js";
import type { Contract, Contracts, DeploymentUtxos } from "./contracts.js";
import { type PlannedOutput, sameOutRef, type TxPlan } from "./plan.js";
import { withScript } from "./state.js";

/** The contract that keeps the thread, by its name: a source's, or one that several sign on. */
export const threadContract = (contracts: Contracts, name: string): Contract =>
  isJointThread(name) ? contracts.joint : contracts.anchor;

/** A thread's token has the name of its source, without a label, or that of the joint thread. */
export const threadUnit = (contracts: Contracts, name: string): string =>
  threadContract(contracts, name).hash + name;

/** A new thread, where it has to lie. */
export const threadOutput = (contracts: Contracts, name: string): PlannedOutput => ({
  address: threadContract(contracts, name).address,
  assets: { [threadUnit(contracts, name)]: 1n },
  datum: encodeThreadDatum(newThread(name)),
  fundFor: encodeThreadDatum(largest(newThread(name))),
});

export const newThread = (source: string): Thread => ({
  source,
  seq: 0,
  next: 0,
  history: toHex(rangeHash(emptyRange())),
  lastCmax: 0,
  total: 0,
  closed: false,
});

/** A state cannot add ADA to itself, so the thread is funded for numbers of any size. */
const largest = (thread: Thread): Thread => ({
  ...thread,
  seq: Number.MAX_SAFE_INTEGER,
  next: Number.MAX_SAFE_INTEGER,
  lastCmax: Number.MAX_SAFE_INTEGER,
  total: Number.MAX_SAFE_INTEGER,
});

/** `sources`: names of attestations that `issue` mints, ascending. Without any, `issue` as it is. */
export function withThreads(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  issue: TxPlan,
  sources: readonly string[],
): TxPlan {
  if (sources.length === 0) return issue;
  const scripts = withScript(contracts, utxos, "anchor");
  const further = scripts.referenceInputs.filter(
    (utxo) => !issue.referenceInputs.some((other) => sameOutRef(other, utxo)),
  );
  return {
    ...issue,
    referenceInputs: [...issue.referenceInputs, ...further],
    scripts: [...issue.scripts, ...scripts.scripts],
    mints: [
      ...issue.mints,
      {
        policy: contracts.anchor.hash,
        assets: Object.fromEntries(sources.map((source) => [source, 1n])),
        redeemer: encodeAnchorMint({ act: "Open", first: issue.outputs.length }),
      },
    ],
    outputs: [...issue.outputs, ...sources.map((source) => threadOutput(contracts, source))],
  };
}
