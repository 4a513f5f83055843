/** What an append and a later transaction of its thread say, by their bodies alone. Spec: docs/spec/receipt.md "Checking", `append`, `state`. Pure. */
import { decodeThreadDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { encodeEntry } from "../../codec/thread-entry.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import { tierOf } from "../../domain/event.js";
import type { Thread, ThreadEntry } from "../../domain/pack.js";
import type { ReceiptPack, ReceiptState } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { addToRange, rangeHash, rangeLeaf, verifyInRange } from "../../merkle/range.js";
import { isState } from "./receipt-chain.js";
import type { Signers } from "./receipt-signers.js";

export interface ThreadOutput {
  readonly output: OutputFacts;
  readonly thread: Thread;
}

/** The state of a thread that a transaction makes, or what is wrong. `script`: of such threads, hex. */
export function threadIn(
  { outputs, mint }: SignedTransaction,
  source: string,
  script: string,
  root: TrustRoot,
): ThreadOutput | string {
  const unit = script + source;
  const holders = outputs.filter(({ assets }) => unit in assets);
  const [output] = holders;
  if (output === undefined || holders.length !== 1 || !isState(output, script, unit, root))
    return "it makes no state of this event's thread at the script of such threads";
  if (unit in mint) return "it opens the thread, and a thread opens empty";
  const thread = decoded(output);
  if (thread === null) return "the thread's datum cannot be read";
  return thread.source === source ? { output, thread } : "the thread's datum is of another thread";
}

function decoded({ datum }: OutputFacts): Thread | null {
  try {
    return decodeThreadDatum(datum ?? "");
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

/** The entry that the contract wrote, rebuilt; null: its parts make none. `until`: POSIX ms. */
export function rebuiltEntry(
  { lo, hi, root, cmin, cmax, late }: ReceiptPack,
  { isJoint, all }: Signers,
  until: number,
): Uint8Array | null {
  const written = { late, lo, hi, root, cmin, cmax, until };
  const parties = all.map(({ name, attestation }) => ({ name, pk: attestation.pk }));
  const joint: ThreadEntry = { kind: "co-append", tier: "MULTI_PARTY_SIGNED", ...written, parties };
  const [source] = all;
  if (source === undefined) return null;
  const { kind, pk } = source.attestation;
  return attempt(() => encodeEntry(isJoint ? joint : { kind: "append", tier: tierOf(kind), ...written, pk }));
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

/** What does not fit between the pack, the entry, and the datum that the append left. */
export function appendFaults(
  { thread }: ThreadOutput,
  pack: ReceiptPack,
  entry: Uint8Array,
  until: number,
  maxDelay: number,
): readonly string[] {
  const faults: string[] = [];
  const before = { seq: thread.seq - 1, peaks: pack.peaks.map(fromHex) };
  const grown = attempt(() => toHex(rangeHash(addToRange(before, rangeLeaf(entry)))));
  if (grown !== thread.history)
    faults.push("the history that it left does not end with the entry of this pack");
  if (thread.next !== pack.hi || thread.total < pack.hi - pack.lo || thread.lastCmax < pack.cmax)
    faults.push("the thread's datum does not count this pack");
  if (!markFits(pack, thread.lastCmax, until, maxDelay))
    faults.push(pack.late ? "it is marked late and was on time" : "it bears no mark, and was late");
  return faults;
}

/** `lastCmax`: after the append. Of the one before no more is known than that it is not greater, and equal when it is greater than `cmax`. */
function markFits(
  { cmin, cmax, late }: ReceiptPack,
  lastCmax: number,
  until: number,
  maxDelay: number,
): boolean {
  const delayed = until - cmin > maxDelay;
  return late ? delayed || lastCmax > cmin : !delayed && lastCmax === cmax;
}

/** Whether the entry stands in the history of a later state of the thread. */
export function stateFaults(
  now: ThreadOutput,
  { path, peaks }: ReceiptState,
  entry: Uint8Array,
  appended: Thread,
): readonly string[] {
  const [index, seq] = [appended.seq - 1, now.thread.seq];
  const history = fromHex(now.thread.history);
  return seq >= appended.seq && verifyInRange(history, rangeLeaf(entry), { index, seq, path, peaks })
    ? []
    : ["the entry of this pack does not stand in the later history"];
}
