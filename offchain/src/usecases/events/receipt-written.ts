/** What an append wrote, and the later state that still holds it, with their checks. Spec: docs/spec/receipt.md "Checking", `append`, `state`. Pure. */
import type { EventLeaf } from "../../domain/event.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import type { TimeRange } from "./receipt-authority.js";
import * as check from "./receipt-checks.js";
import type { ReadReceipt } from "./receipt-read.js";
import { leastDelay, type Signers } from "./receipt-signers.js";
import { appendFaults, rebuiltEntry, stateFaults, type ThreadOutput, threadIn } from "./receipt-thread.js";

export interface Written {
  readonly appended: ThreadOutput;
  /** Of the later state, or of the append. */
  readonly latest: ThreadOutput;
  readonly entry: Uint8Array;
  readonly until: number;
}

/** Null: refused. */
export function writtenIn(
  { receipt, append, state }: ReadReceipt,
  { source }: EventLeaf,
  signers: Signers,
  { from, until }: TimeRange,
  root: TrustRoot,
  found: check.Found,
): Written | null {
  const refused = (says: string): null => {
    found.set("append", check.failed(says));
    return null;
  };
  if (from === null || until === null) return refused("its times are not bounded on both sides");
  const script = signers.isJoint ? root.joint : root.anchor;
  if (script === null) return refused("the trust root's deployment has no joint threads");
  const appended = threadIn(append.signed, source, script, root);
  if (typeof appended === "string") return refused(appended);
  const { pack } = receipt;
  const entry = rebuiltEntry(pack, signers, until);
  if (entry === null)
    return refused("the pack makes no entry of a history: its counters or times do not ascend");
  const faults = appendFaults(appended, pack, entry, until, leastDelay(signers));
  const mark = pack.late ? ", marked late" : ", on time";
  found.set(
    "append",
    check.judged(
      faults,
      `it makes the thread's history with this pack as entry ${appended.thread.seq}${mark}`,
    ),
  );
  if (faults.length > 0) return null;
  if (receipt.state === null || state === null) {
    found.set("state", check.unchecked("none later: the thread as this append left it"));
    return { appended, latest: appended, entry, until };
  }
  const latest = threadIn(state.signed, source, script, root);
  if (typeof latest === "string") {
    found.set("state", check.failed(latest));
    return null;
  }
  const later = stateFaults(latest, receipt.state, entry, appended.thread);
  found.set(
    "state",
    check.judged(later, `entry ${appended.thread.seq} of the ${latest.thread.seq} of the thread since`),
  );
  return { appended, latest, entry, until };
}
