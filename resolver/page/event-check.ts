/**
 * Judges what a server says of an event, in the reader's browser: leaf to hash, hash to the pack's root, the pack's entry to what the ledger commits to. Pure: what it is
 * given, it compares. What is shown comes from the leaf and from the ledger's entry, not from what the server says about them.
 */
import { decodeLeaf, eventHash, eventId } from "@cardano-dpp/offchain/codec/event";
import { packDigest } from "@cardano-dpp/offchain/codec/pack";
import {
  algFits,
  decodeSignedEvent,
  leafOf,
  SIGNED_FIRST_BYTE,
  toBeSigned,
} from "@cardano-dpp/offchain/codec/signed-event";
import { decodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { verifyKey } from "@cardano-dpp/offchain/crypto/event-signature";
import { equalBytes, fromHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { type EventLeaf, tierOf } from "@cardano-dpp/offchain/domain/event";
import { formOfLength } from "@cardano-dpp/offchain/domain/event-key";
import type { ThreadEntry } from "@cardano-dpp/offchain/domain/pack";
import { verifyFieldDisclosure } from "@cardano-dpp/offchain/merkle/event-payload";
import { rangeLeaf, verifyInRange } from "@cardano-dpp/offchain/merkle/range";
import { verifyProof } from "@cardano-dpp/offchain/merkle/tree";
import type { EventEvidence, EventSummary } from "../src/schemas/events.js";
import type { SourceOnLedger } from "./event-facts.js";
import { EVENT_TEXTS } from "./event-texts.js";

export type EventCheckState = "passed" | "failed" | "warning" | "unknown";

export interface EventCheck {
  readonly id: "leaf" | "signature" | "pack" | "ledger" | "tier" | "source" | "elements";
  readonly state: EventCheckState;
  readonly says: string;
}

export type ShownEvent = EventSummary & { readonly evidence?: EventEvidence | undefined };

type Append = Exclude<ThreadEntry, { kind: "gap" }>;

export interface JudgedEvent {
  readonly id: string;
  /** `failed`: not to be believed. `warning`: on the ledger, and there is something to know. `unknown`: not on the ledger yet, or nobody could be asked. */
  readonly state: EventCheckState;
  readonly checks: readonly EventCheck[];
  /** `null`: there is none that can be read. */
  readonly leaf: EventLeaf | null;
  /** What the ledger wrote, once that is proven. */
  readonly entry: Append | null;
  /** Proven ones. */
  readonly elements: readonly Element[];
  readonly source: SourceOnLedger | null;
}

export interface EventInquiry {
  readonly shown: ShownEvent;
  /** Config policy, hex. */
  readonly config: string;
  /** What it has to be about, hex; `null`: anything. */
  readonly subject: string | null;
  /** What it has to be, from the page's address; `null`: any. */
  readonly id: string | null;
  /** Of the leaf's source. `null`: the ledger knows no such source. Error: it could not be asked. */
  readonly ledger: SourceOnLedger | null | Error;
}

const T = EVENT_TEXTS.checks;
const is = (id: EventCheck["id"], state: EventCheckState, says: string): EventCheck => ({ id, state, says });

/** The source that an event claims; `null` when there is no leaf. */
export function sourceOf({ evidence }: ShownEvent): string | null {
  try {
    return decodeLeaf(fromHex(evidence?.leaf ?? "")).source;
  } catch {
    return null;
  }
}

export function judgeEvent(inquiry: EventInquiry): JudgedEvent {
  const { shown, ledger } = inquiry;
  const source = ledger instanceof Error ? null : ledger;
  const nothing = { id: String(shown.id), leaf: null, entry: null, elements: [], source };
  const { evidence } = shown;
  if (evidence === undefined)
    return { ...nothing, state: "failed", checks: [is("leaf", "failed", T.noLeaf)] };
  try {
    const leafBytes = fromHex(evidence.leaf);
    const leaf = decodeLeaf(leafBytes);
    const leafCheck = checkLeaf(inquiry, leaf, leafBytes, fromHex(evidence.signed));
    const placed = placeOf(inquiry, evidence, leaf, leafBytes);
    const { elements, check } = provenElements(shown, leaf);
    const checks = [
      leafCheck,
      signatureCheck(inquiry, evidence, leafBytes, placed.entry),
      ...placed.checks,
      tierCheck(inquiry, leaf, placed.entry),
      sourceCheck(inquiry, leaf),
      check,
    ];
    return { ...nothing, id: shown.id, state: worst(checks), checks, leaf, entry: placed.entry, elements };
  } catch {
    // Whatever cannot be read is somebody's forgery, or damage.
    return { ...nothing, state: "failed", checks: [is("leaf", "failed", T.noLeaf)] };
  }
}

function worst(checks: readonly EventCheck[]): EventCheckState {
  const states = checks.map(({ state }) => state);
  if (states.includes("failed")) return "failed";
  const ledger = checks.find(({ id }) => id === "ledger");
  if (ledger?.state !== "passed") return "unknown";
  // A source that signs packs alone has no signature of single events, and a payload may be gone: the ledger has it all the same.
  return states.includes("warning") ? "warning" : "passed";
}

function checkLeaf(
  { shown, config, subject, id }: EventInquiry,
  leaf: EventLeaf,
  leafBytes: Uint8Array,
  signed: Uint8Array,
): EventCheck {
  const own = eventId(config, leaf.source, leaf.counter);
  if (own !== shown.id || (id !== null && id !== own)) return is("leaf", "failed", T.otherEvent);
  if (subject !== null && leaf.subject !== subject) return is("leaf", "failed", T.otherSubject);
  if (!equalBytes(leafOf(signed), leafBytes)) return is("leaf", "failed", T.otherLeaf);
  const told =
    shown.type === leaf.type &&
    shown.captured === leaf.captured &&
    shown.role === leaf.role &&
    shown.source === leaf.source &&
    shown.counter === leaf.counter;
  return told ? is("leaf", "passed", T.leaf(own)) : is("leaf", "failed", T.toldOtherwise);
}

/** By the ledger's entry, else by the pack that the source signed. */
function placeOf(
  { shown, ledger, config }: EventInquiry,
  { entry: given, path, pack }: EventEvidence,
  leaf: EventLeaf,
  leafBytes: Uint8Array,
): { readonly entry: Append | null; readonly checks: readonly EventCheck[] } {
  const under = (root: string, lo: number, hi: number): boolean =>
    path !== null &&
    path.index === leaf.counter - lo &&
    path.count === hi - lo &&
    verifyProof(fromHex(root), eventHash(leafBytes), {
      ...path,
      path: path.path.map((hash) => fromHex(hash)),
    });
  const only = (...checks: EventCheck[]) => ({ entry: null, checks });

  if (ledger instanceof Error) return only(is("ledger", "unknown", T.unasked(ledger.message)));
  if (ledger === null) return only(is("ledger", "failed", T.unknownSource));
  const { thread, attestation } = ledger;
  if (thread === null) return only(is("ledger", "failed", T.noThread));
  if (given === null) {
    // The ledger has this counter, so there is an entry for it, and this server keeps it back.
    if (leaf.counter < thread.next) return only(is("ledger", "failed", T.entryHidden));
    if (shown.anchor !== null || shown.late !== null) return only(is("ledger", "failed", T.toldAnchored));
    const waits = is("ledger", "unknown", T.notYet);
    if (pack === null) return only(waits);
    const sealed =
      pack.tier === tierOf(attestation.kind) &&
      under(pack.root, pack.lo, pack.hi) &&
      verifyKey(
        fromHex(attestation.pk),
        packDigest({ ...pack, config, source: leaf.source }),
        fromHex(pack.signature),
      );
    return only(sealed ? is("pack", "passed", T.sealed) : is("pack", "warning", T.notSealed), waits);
  }
  const bytes = fromHex(given.bytes);
  const proof = {
    ...given.proof,
    path: given.proof.path.map((hash) => fromHex(hash)),
    peaks: given.proof.peaks.map((hash) => fromHex(hash)),
  };
  const entry = decodeEntry(bytes);
  if (
    given.proof.seq !== thread.seq ||
    given.proof.index !== given.seq ||
    !verifyInRange(fromHex(thread.history), rangeLeaf(bytes), proof)
  )
    return only(is("ledger", "failed", T.entryForged));
  if (leaf.counter < entry.lo || leaf.counter >= entry.hi) return only(is("ledger", "failed", T.entryForged));
  if (entry.kind === "gap") return only(is("ledger", "failed", T.givenUp));
  if (path === null) return only(is("pack", "unknown", T.noPath), is("ledger", "unknown", T.noPathLedger));
  if (!under(entry.root, entry.lo, entry.hi)) return only(is("pack", "failed", T.otherPack));
  const { lo, hi, until, late } = entry;
  if (shown.late !== late || shown.anchor?.until !== until)
    return { entry, checks: [is("ledger", "failed", T.lateHidden)] };
  return {
    entry,
    checks: [
      is("pack", "passed", T.inPack(leaf.counter - lo + 1, hi - lo)),
      is("ledger", "passed", late ? T.late(until) : T.onLedger(until)),
    ],
  };
}

function signatureCheck(
  { ledger, config }: EventInquiry,
  { signed: hex }: EventEvidence,
  leafBytes: Uint8Array,
  entry: Append | null,
): EventCheck {
  const signed = fromHex(hex);
  if (signed[0] !== SIGNED_FIRST_BYTE)
    return is("signature", entry === null ? "unknown" : "passed", entry === null ? T.unsigned : T.packSigned);
  const known = ledger instanceof Error || ledger === null ? null : ledger.attestation;
  const pk = keyIn(entry) ?? known?.pk ?? "";
  if (pk === "") return is("signature", "unknown", T.noKey);
  const { alg, signature } = decodeSignedEvent(signed);
  const fits = algFits(alg, formOfLength(pk.length / 2));
  if (fits && verifyKey(fromHex(pk), toBeSigned(config, leafBytes, alg), signature))
    return is("signature", "passed", T.signed);
  // What waits may have been signed with the key of before.
  if (entry === null && known !== null && known.keyEpoch > 0)
    return is("signature", "warning", T.replacedKey);
  return is("signature", "failed", T.notSigned);
}

/** Parties sign a pack together, and none of its events. */
const keyIn = (entry: Append | null): string | undefined =>
  entry === null ? undefined : entry.kind === "append" ? entry.pk : "";

function tierCheck({ shown, ledger }: EventInquiry, leaf: EventLeaf, entry: Append | null): EventCheck {
  if (shown.tier !== leaf.tier) return is("tier", "failed", T.tierTold);
  if (entry !== null)
    return entry.tier === leaf.tier ? is("tier", "passed", T.tier) : is("tier", "failed", T.tierOther);
  if (ledger instanceof Error || ledger === null) return is("tier", "unknown", T.tierUnknown);
  return tierOf(ledger.attestation.kind) === leaf.tier
    ? is("tier", "passed", T.tierAttested)
    : is("tier", "failed", T.tierOther);
}

function sourceCheck({ ledger }: EventInquiry, leaf: EventLeaf): EventCheck {
  if (ledger instanceof Error) return is("source", "unknown", T.unasked(ledger.message));
  if (ledger === null) return is("source", "failed", T.unknownSource);
  const { role, status, operator } = ledger.attestation;
  if (role !== leaf.role) return is("source", "failed", T.otherRole);
  return status === "Active"
    ? is("source", "passed", T.source(operator))
    : is("source", "warning", T.sourceEnded(operator, status));
}

function provenElements(
  { elements: given, payloadFault }: ShownEvent,
  leaf: EventLeaf,
): { readonly elements: readonly Element[]; readonly check: EventCheck } {
  const elements: Element[] = [];
  const failed: string[] = [];
  for (const json of given) {
    try {
      elements.push(verifyFieldDisclosure(leaf, json));
    } catch {
      failed.push(String((json as { element?: { id?: unknown } } | null)?.element?.id));
    }
  }
  const ids = new Set(elements.map(({ id }) => id));
  if (failed.length > 0 || ids.size < elements.length)
    return { elements: [], check: is("elements", "failed", T.elementsForged(failed)) };
  if (payloadFault !== null) return { elements, check: is("elements", "unknown", T.payloadBroken) };
  return { elements, check: is("elements", "passed", T.elements(elements.length)) };
}

/** A gap that the ledger wrote; `null` for what is none. */
export function judgeGap(
  gap: { readonly bytes: string; readonly proof: NonNullable<EventEvidence["entry"]>["proof"] },
  ledger: SourceOnLedger | null | Error,
): Extract<ThreadEntry, { kind: "gap" }> | null {
  if (ledger instanceof Error || ledger === null || ledger.thread === null) return null;
  try {
    const bytes = fromHex(gap.bytes);
    const entry = decodeEntry(bytes);
    const { index, seq, path, peaks } = gap.proof;
    const proof = {
      index,
      seq,
      path: path.map((hash) => fromHex(hash)),
      peaks: peaks.map((hash) => fromHex(hash)),
    };
    const stands =
      seq === ledger.thread.seq && verifyInRange(fromHex(ledger.thread.history), rangeLeaf(bytes), proof);
    return stands && entry.kind === "gap" ? entry : null;
  } catch {
    return null;
  }
}
