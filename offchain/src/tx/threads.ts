/** The beginning of threads: a part of the transaction that issues their attestations. Rules: docs/spec/anchor.md "Open". */

import { encodeThreadDatum } from "../codec/datum.js";
import { encodeAnchorMint } from "../codec/redeemer.js";
import { toHex } from "../domain/bytes.js";
import type { Thread } from "../domain/pack.js";
import { emptyRange, rangeHash } from "../merkle/range.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import { sameOutRef, type TxPlan } from "./plan.js";
import { withScript } from "./state.js";

/** A thread's token has its source's name, without a label. */
export const threadUnit = (contracts: Contracts, source: string): string => contracts.anchor.hash + source;

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
  const opened = sources.map((source) => ({
    address: contracts.anchor.address,
    assets: { [threadUnit(contracts, source)]: 1n },
    datum: encodeThreadDatum(newThread(source)),
    fundFor: encodeThreadDatum(largest(newThread(source))),
  }));
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
    outputs: [...issue.outputs, ...opened],
  };
}
