/** Where the ledger has an event: the pack that its leaf is in, and the entry of its thread's history that wrote the pack; and the gaps of a thread. */
import { eventHash } from "@cardano-dpp/offchain/codec/event";
import { decodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { type EventLeaf, tierOf } from "@cardano-dpp/offchain/domain/event";
import { isJointThread } from "@cardano-dpp/offchain/domain/joint";
import type { ThreadEntry } from "@cardano-dpp/offchain/domain/pack";
import { rangeLeaf, verifyInRange } from "@cardano-dpp/offchain/merkle/range";
import { verifyProof } from "@cardano-dpp/offchain/merkle/tree";
import type { EventEvidence } from "../src/schemas/events.js";
import type { EventInquiry } from "./event-check.js";
import type { SourceOnLedger } from "./event-facts.js";
import { partyNamesIn, type Seal, sealWaiting, sealWritten, type Written } from "./event-seal.js";
import { EVENT_TEXTS } from "./event-texts.js";
import { type EventCheck, is } from "./event-verdict.js";

const T = EVENT_TEXTS.checks;

export interface Place {
  /** What the ledger wrote, once that is proven. */
  readonly entry: Written | null;
  readonly seal: Seal | null;
  readonly checks: readonly EventCheck[];
}

type Asked = Pick<EventInquiry, "shown" | "config" | "facts">;

/** By the ledger's entry, else by the pack that waits. `ledger`: of the leaf's source. */
export function placeOf(
  { shown, config, facts }: Asked,
  ledger: SourceOnLedger | null | Error,
  evidence: EventEvidence,
  leaf: EventLeaf,
  leafBytes: Uint8Array,
): Place {
  const { entry: given, path, pack } = evidence;
  const only = (...checks: EventCheck[]): Place => ({ entry: null, seal: null, checks });
  if (ledger instanceof Error || facts instanceof Error)
    return only(is("ledger", "unknown", T.unasked((ledger as Error).message)));
  if (ledger === null) return only(is("ledger", "failed", T.unknownSource));
  const { thread, attestation } = ledger;
  if (thread === null) return only(is("ledger", "failed", T.noThread));
  const under = (root: string, lo: number, hi: number): boolean =>
    path !== null &&
    path.index === leaf.counter - lo &&
    path.count === hi - lo &&
    verifyProof(fromHex(root), eventHash(leafBytes), {
      ...path,
      path: path.path.map((hash) => fromHex(hash)),
    });
  const place = { config, source: leaf.source };
  if (given === null) {
    // The ledger has this counter, so there is an entry for it, and this server keeps it back.
    if (leaf.counter < thread.next) return only(is("ledger", "failed", T.entryHidden));
    if (shown.anchor !== null || shown.late !== null) return only(is("ledger", "failed", T.toldAnchored));
    const waits = is("ledger", "unknown", T.notYet);
    const names = attestation === null ? partyNamesIn(evidence) : [leaf.source];
    const seal = sealWaiting(pack, place, names, facts);
    if (seal.by === "not-here") return { ...only(is("seal", "unknown", T.notHere), waits), seal };
    if (pack === null) return { ...only(waits), seal };
    const tier = attestation === null ? "MULTI_PARTY_SIGNED" : tierOf(attestation.kind);
    const sealed = pack.tier === tier && under(pack.root, pack.lo, pack.hi) && seal.verifies === true;
    const together = attestation === null ? T.sealedTogether : T.sealed;
    return {
      ...only(sealed ? is("pack", "passed", together) : is("pack", "warning", T.notSealed), waits),
      seal: sealed ? seal : { ...seal, by: "nobody" },
    };
  }
  const entry = provenEntry(given, thread);
  // On a joint thread parties write, and nobody gives counters up; on a source's thread no parties do.
  if (entry === null || (entry.kind === "co-append") !== isJointThread(leaf.source))
    return only(is("ledger", "failed", T.entryForged));
  if (given.proof.index !== given.seq || leaf.counter < entry.lo || leaf.counter >= entry.hi)
    return only(is("ledger", "failed", T.entryForged));
  if (entry.kind === "gap") return only(is("ledger", "failed", T.givenUp));
  if (path === null) return only(is("pack", "unknown", T.noPath), is("ledger", "unknown", T.noPathLedger));
  if (!under(entry.root, entry.lo, entry.hi)) return only(is("pack", "failed", T.otherPack));
  const { lo, hi, until, late } = entry;
  const seal = sealWritten(entry, place, given.signature, facts);
  if (shown.late !== late || shown.anchor?.until !== until)
    return { entry, seal, checks: [is("ledger", "failed", T.lateHidden)] };
  return {
    entry,
    seal,
    checks: [
      is("pack", "passed", T.inPack(leaf.counter - lo + 1, hi - lo)),
      is("ledger", "passed", late ? T.late(until) : T.onLedger(until)),
      sealCheck(seal),
    ],
  };
}

function sealCheck({ verifies, signers }: Seal): EventCheck {
  if (verifies === null) return is("seal", "passed", T.sealByLedger);
  return verifies ? is("seal", "passed", T.sealAgain(signers.length)) : is("seal", "failed", T.sealForged);
}

type Given = { readonly bytes: string; readonly proof: NonNullable<EventEvidence["entry"]>["proof"] };

/** `null`: it does not stand in the history that the ledger commits to. @throws DppError for bytes that are no entry. */
function provenEntry(
  { bytes: hex, proof }: Given,
  { seq, history }: { seq: number; history: string },
): ThreadEntry | null {
  const bytes = fromHex(hex);
  const entry = decodeEntry(bytes);
  const stands =
    proof.seq === seq &&
    verifyInRange(fromHex(history), rangeLeaf(bytes), {
      index: proof.index,
      seq: proof.seq,
      path: proof.path.map((hash) => fromHex(hash)),
      peaks: proof.peaks.map((hash) => fromHex(hash)),
    });
  return stands ? entry : null;
}

/** A gap that the ledger wrote; `null` for what is none. */
export function judgeGap(
  gap: Given,
  ledger: SourceOnLedger | null,
): Extract<ThreadEntry, { kind: "gap" }> | null {
  if (ledger === null || ledger.thread === null) return null;
  try {
    const entry = provenEntry(gap, ledger.thread);
    return entry?.kind === "gap" ? entry : null;
  } catch {
    return null;
  }
}
