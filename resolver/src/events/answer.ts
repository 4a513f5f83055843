/** Events, entries and threads as JSON. Spec: docs/spec/http.md "Events". */
import { encodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Tier } from "@cardano-dpp/offchain/domain/event";
import { writtenForms } from "@cardano-dpp/offchain/domain/event-key-words";
import { isWritten, type Thread } from "@cardano-dpp/offchain/domain/pack";
import { CLOCK_WORDS, gapWords, LATE_WORDS, TIER_WORDS } from "@cardano-dpp/offchain/domain/tier-words";
import type { Disclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import type { StoredPack } from "@cardano-dpp/offchain/ports/event-store";
import type { OutRef } from "@cardano-dpp/offchain/ports/ledger";
import { amendmentLine, tierLine } from "@cardano-dpp/offchain/usecases/events/amendment-words";
import type { EventTier } from "@cardano-dpp/offchain/usecases/events/amendments";
import type { KeyStanding } from "@cardano-dpp/offchain/usecases/events/key-standing";
import type { EventEvidence, EventSummary, ThreadAnswer, ThreadEntryJson } from "../schemas/events.js";
import type { Fault, Placed } from "./place.js";
import type { KnownEntry, KnownThread } from "./threads.js";

export interface PublicPart {
  readonly elements: readonly Disclosure[];
  readonly hidden: number | null;
  readonly fault: Fault | null;
}

const outRef = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;

/** By the ledger where it has the counter, else by the store. */
function stateOf({ fault, entry, path, pack }: Placed): EventSummary["state"] {
  if (fault !== null) return "unreadable";
  if (entry !== null) {
    const { entry: written } = entry.written;
    if (written.kind === "gap") return "given-up";
    return path !== null || pack?.root === written.root ? "anchored" : "displaced";
  }
  // What the store takes for anchored and the ledger lacks was rolled back, and waits again.
  const kind = pack?.state.kind;
  if (kind === undefined) return "recorded";
  return kind === "sent" || kind === "refused" ? kind : "sealed";
}

/** `amended`: `null` where no joint thread amends it. */
export function summaryOf(placed: Placed, open: PublicPart, amended: EventTier | null): EventSummary {
  const { event, leaf, entry, pack } = placed;
  const state = stateOf(placed);
  const written = state === "anchored" ? entry?.written : undefined;
  const append = written !== undefined && isWritten(written.entry) ? written.entry : undefined;
  return {
    id: event.id,
    source: leaf.source,
    counter: leaf.counter,
    type: leaf.type,
    subject: leaf.subject,
    role: leaf.role,
    tier: leaf.tier,
    tierWords: { ...TIER_WORDS[leaf.tier] },
    ...countsJson(append?.tier ?? null, amended),
    captured: leaf.captured,
    clock: leaf.clock,
    clockWords: CLOCK_WORDS[leaf.clock],
    receivedAt: event.receivedAt,
    state,
    threadFault: placed.fault,
    refusal: pack?.state.kind === "refused" ? { code: pack.state.code, reason: pack.state.reason } : null,
    signedWith: append === undefined ? [] : [...writtenForms(append)],
    late: append?.late ?? null,
    lateWords: append?.late === true ? LATE_WORDS : null,
    anchor:
      written === undefined || append === undefined || entry === null
        ? null
        : {
            txHash: written.tx.hash,
            slot: written.tx.slot,
            height: written.tx.height,
            time: written.tx.time,
            until: append.until,
            seq: entry.seq,
          },
    elements: open.elements as EventSummary["elements"],
    hidden: open.hidden,
    payloadFault: open.fault,
  };
}

export const amendmentsJson = ({ amendments }: EventTier): EventSummary["amendments"] =>
  amendments.map((it) => ({
    id: it.id,
    thread: it.thread,
    counter: it.counter,
    from: it.from ?? null,
    to: it.to ?? null,
    reason: it.reason,
    parties: it.parties.map((party) => ({ ...party })),
    txHash: it.txHash,
    time: it.time,
    applied: it.applied,
    fault: it.fault && { ...it.fault },
    says: amendmentLine(it),
  }));

function countsJson(
  tier: Tier | null,
  amended: EventTier | null,
): Pick<EventSummary, "counts" | "countsWords" | "amendments"> {
  const told = amended ?? { tier, counts: tier, amendments: [], omitted: 0 };
  return {
    counts: told.counts,
    countsWords: tierLine(told),
    amendments: amendmentsJson(told),
  };
}

export const evidenceOf = ({ event, leafBytes, pack, path, entry, thread }: Placed): EventEvidence => ({
  leaf: toHex(leafBytes),
  signed: toHex(event.signed),
  pack: pack && packJson(pack),
  path: path === null ? null : { ...path, path: [...path.path] },
  entry:
    entry === null || thread === null
      ? null
      : {
          seq: entry.seq,
          bytes: toHex(encodeEntry(entry.written.entry)),
          proof: proofJson(thread, entry.seq),
          signature: entry.written.signature,
          state: outRef(thread.now.utxo),
        },
});

const packJson = ({ tier, lo, hi, root, cmin, cmax, signature, sealedAt }: StoredPack) => ({
  tier,
  lo,
  hi,
  root,
  cmin,
  cmax,
  signature,
  sealedAt,
});

export function proofJson(thread: KnownThread, seq: number) {
  const { index, seq: length, path, peaks } = thread.proof(seq);
  return { index, seq: length, path: path.map(toHex), peaks: peaks.map(toHex) };
}

export function entryJson({ entry, tx }: KnownEntry, seq: number): ThreadEntryJson {
  const { kind, lo, hi } = entry;
  const gap = entry.kind === "gap" ? entry : null;
  const append = isWritten(entry) ? entry : null;
  return {
    seq,
    bytes: toHex(encodeEntry(entry)),
    kind,
    lo,
    hi,
    tier: append?.tier ?? null,
    late: append?.late ?? null,
    signedWith: [...writtenForms(entry)],
    until: append?.until ?? null,
    reason: gap?.reason ?? null,
    says: gap === null ? null : gapWords(lo, hi, gap.reason),
    txHash: tx.hash,
    slot: tx.slot,
    height: tx.height,
    time: tx.time,
  };
}

export const threadJson = (
  { source, seq, next, total, history, lastCmax, closed }: Thread,
  state: OutRef,
  key: KeyStanding | null,
): ThreadAnswer["thread"] => ({
  source,
  seq,
  next,
  total,
  lost: next - total,
  history,
  lastCmax,
  closed,
  key: key && {
    form: key.form,
    words: key.words,
    checkedByLedger: key.checkedByLedger,
    fault: key.flaw && { ...key.flaw },
  },
  state: outRef(state),
});
