/** Plans that continue the threads of sources without a pack: skip lost counters, close; and what every plan for threads needs. Rules: docs/spec/anchor.md "Redeemers". */
import { decodeAttestationDatum, decodeThreadDatum, encodeThreadDatum } from "../codec/datum.js";
import { encodeAnchorSpend } from "../codec/redeemer.js";
import { encodeEntry } from "../codec/thread-entry.js";
import { toHex } from "../domain/bytes.js";
import type { Thread, ThreadEntry } from "../domain/pack.js";
import { addToRange, type Range, rangeHash, rangeLeaf } from "../merkle/range.js";
import type { SlotConfig, Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import type { TxPlan } from "./plan.js";
import { distinct, type Presented, withPresented } from "./presented.js";
import { continuing, type Validity, withScript } from "./state.js";

/** A thread as it lies on the ledger, with what its commitment is made of. */
export interface ThreadState {
  readonly utxo: Utxo;
  readonly range: Range;
}

/**
 * The range as a contract sees it, which knows slots alone: inwards to whole slots, as the assembler rounds. The upper bound becomes part of the history.
 */
export function wholeSlots({ zeroTime, slotLength }: SlotConfig, { from, to }: Validity): Validity {
  return {
    from: zeroTime + Math.ceil((from - zeroTime) / slotLength) * slotLength,
    to: zeroTime + Math.floor((to - zeroTime) / slotLength) * slotLength,
  };
}

/** What the thread has after an entry, and its history. */
export function extended(
  thread: Thread,
  range: Range,
  entry: ThreadEntry,
): { readonly thread: Thread; readonly range: Range } {
  const grown = addToRange(range, rangeLeaf(encodeEntry(entry)));
  const next = { ...thread, seq: thread.seq + 1, next: entry.hi, history: toHex(rangeHash(grown)) };
  if (entry.kind === "gap") return { range: grown, thread: next };
  return {
    range: grown,
    thread: {
      ...next,
      lastCmax: Math.max(thread.lastCmax, entry.cmax),
      total: thread.total + entry.hi - entry.lo,
    },
  };
}

export const peaksOf = ({ peaks }: Range): readonly string[] => peaks.map(toHex);

/** Who answers for a thread: its source, whose holder signs, or the consortium. */
export type Warden =
  | { readonly source: Presented; readonly validity: Validity }
  | { readonly quorum: readonly string[] };

function wardenParts(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  warden: Warden,
): Omit<TxPlan, "inputs" | "outputs"> {
  const scripts = withScript(contracts, utxos, "anchor");
  if ("quorum" in warden) return { ...scripts, mints: [], signers: distinct(warden.quorum) };
  const { holder } = decodeAttestationDatum(warden.source.utxo.datum ?? "").extra;
  return {
    ...withPresented(scripts, warden.source),
    mints: [],
    signers: [holder],
    validity: warden.validity,
  };
}

/** Counters `lo … hi − 1`, the next ones, will have no event. `reason`: position in `GAP_REASONS`. */
export function planGap(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { utxo, range }: ThreadState,
  { hi, reason }: { readonly hi: number; readonly reason: number },
  warden: Warden,
): TxPlan {
  const old = decodeThreadDatum(utxo.datum ?? "");
  const entry: ThreadEntry = { kind: "gap", lo: old.next, hi, reason };
  const redeemer = encodeAnchorSpend({ act: "Gap", lo: old.next, hi, reason, peaks: peaksOf(range) });
  return {
    inputs: [{ utxo, redeemer }],
    ...wardenParts(contracts, utxos, warden),
    outputs: [continuing(utxo, encodeThreadDatum(extended(old, range, entry).thread))],
  };
}

export function planClose(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { utxo }: Pick<ThreadState, "utxo">,
  warden: Warden,
): TxPlan {
  const old = decodeThreadDatum(utxo.datum ?? "");
  return {
    inputs: [{ utxo, redeemer: encodeAnchorSpend({ act: "Close" }) }],
    ...wardenParts(contracts, utxos, warden),
    outputs: [continuing(utxo, encodeThreadDatum({ ...old, closed: true }))],
  };
}
