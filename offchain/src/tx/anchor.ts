/** Plans that continue threads: append packs, skip lost counters, close. Rules: docs/spec/anchor.md "Redeemers". */
import { decodeAttestationDatum, decodeThreadDatum, encodeThreadDatum } from "../codec/datum.js";
import { encodeAnchorSpend } from "../codec/redeemer.js";
import { encodeEntry } from "../codec/thread-entry.js";
import { toHex } from "../domain/bytes.js";
import { tierOf } from "../domain/event.js";
import type { SealedPack, Thread, ThreadEntry } from "../domain/pack.js";
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

/** What the ledger writes of a pack: the tier and the key of the attestation, the mark that it has to bear. `until`: upper bound of the range, POSIX ms. */
export function entryOf(
  thread: Thread,
  source: Presented,
  pack: SealedPack,
  until: number,
): ThreadEntry & { kind: "append" } {
  const { kind, pk, maxDelay } = decodeAttestationDatum(source.utxo.datum ?? "").extra;
  const { lo, hi, root, cmin, cmax } = pack;
  const late = cmin < thread.lastCmax || until - cmin > maxDelay;
  return { kind: "append", tier: tierOf(kind), late, lo, hi, root, cmin, cmax, until, pk };
}

const peaksOf = ({ peaks }: Range): readonly string[] => peaks.map(toHex);

export interface Appending {
  readonly state: ThreadState;
  readonly source: Presented;
  readonly pack: SealedPack;
}

/**
 * One transaction for any number of threads, one pack each. `validity`: in whole slots. Answers the entry and the range of each thread, in the order given.
 */
export function planAppend(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  appending: readonly Appending[],
  validity: Validity,
): {
  readonly plan: TxPlan;
  readonly entries: readonly (ThreadEntry & { kind: "append" })[];
  readonly ranges: readonly Range[];
} {
  const steps = appending.map(({ state: { utxo, range }, source, pack }) => {
    const old = decodeThreadDatum(utxo.datum ?? "");
    const entry = entryOf(old, source, pack, validity.to);
    const { lo, hi, root, cmin, cmax, signature } = pack;
    const redeemer = encodeAnchorSpend({
      act: "Append",
      ...{ lo, hi, root, cmin, cmax, signature },
      late: entry.late,
      peaks: peaksOf(range),
    });
    return { utxo, redeemer, entry, after: extended(old, range, entry) };
  });
  const plan: TxPlan = {
    inputs: steps.map(({ utxo, redeemer }) => ({ utxo, redeemer })),
    ...withPresented(withScript(contracts, utxos, "anchor"), ...appending.map(({ source }) => source)),
    mints: [],
    outputs: steps.map(({ utxo, after }) => continuing(utxo, encodeThreadDatum(after.thread))),
    signers: [],
    validity,
  };
  return { plan, entries: steps.map(({ entry }) => entry), ranges: steps.map(({ after }) => after.range) };
}

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
