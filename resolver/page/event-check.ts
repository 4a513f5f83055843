/**
 * Judges what a server says of an event, in the reader's browser: leaf to hash, hash to the pack's root, the pack's entry to what the ledger commits to. Pure: what it is
 * given, it compares. What is shown comes from the leaf and from the ledger's entry, not from what the server says about them.
 */
import { decodeLeaf, eventId } from "@cardano-dpp/offchain/codec/event";
import {
  algFits,
  decodeSignedEvent,
  leafOf,
  SIGNED_FIRST_BYTE,
  toBeSigned,
} from "@cardano-dpp/offchain/codec/signed-event";
import { verifyKey } from "@cardano-dpp/offchain/crypto/event-signature";
import { equalBytes, fromHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { type EventLeaf, tierOf } from "@cardano-dpp/offchain/domain/event";
import { formOfLength } from "@cardano-dpp/offchain/domain/event-key";
import { verifyFieldDisclosure } from "@cardano-dpp/offchain/merkle/event-payload";
import type { EventEvidence, EventSummary } from "../src/schemas/events.js";
import type { EventFacts, SourceOnLedger } from "./event-facts.js";
import { placeOf } from "./event-place.js";
import type { Seal, Written } from "./event-seal.js";
import { EVENT_TEXTS } from "./event-texts.js";
import { type EventCheck, type EventCheckState, is, worst } from "./event-verdict.js";

export type ShownEvent = EventSummary & { readonly evidence?: EventEvidence | undefined };

export interface JudgedEvent {
  readonly id: string;
  /** `failed`: not to be believed. `warning`: on the ledger, and there is something to know. `unknown`: not on the ledger yet, or nobody could be asked. */
  readonly state: EventCheckState;
  readonly checks: readonly EventCheck[];
  /** `null`: there is none that can be read. */
  readonly leaf: EventLeaf | null;
  /** What the ledger wrote, once that is proven. */
  readonly entry: Written | null;
  /** Who signed the pack, with what; `null`: the ledger could not be asked, or what is shown is not to be believed. */
  readonly seal: Seal | null;
  /** Proven ones. */
  readonly elements: readonly Element[];
  readonly source: SourceOnLedger | null;
  /** As it came. */
  readonly shown: ShownEvent;
}

export interface EventInquiry {
  readonly shown: ShownEvent;
  /** Config policy, hex. */
  readonly config: string;
  /** What it has to be about, hex; `null`: anything. */
  readonly subject: string | null;
  /** What it has to be, from the page's address; `null`: any. */
  readonly id: string | null;
  /** Of the leaf's source among others. Error: the ledger could not be asked. */
  readonly facts: EventFacts | Error;
}

const T = EVENT_TEXTS.checks;
/** The source that an event claims; `null` when there is no leaf. */
export function sourceOf({ evidence }: ShownEvent): string | null {
  try {
    return decodeLeaf(fromHex(evidence?.leaf ?? "")).source;
  } catch {
    return null;
  }
}

/** Of the leaf's source; `null`: the ledger knows no such source. */
type OnLedger = SourceOnLedger | null | Error;

export function judgeEvent(inquiry: EventInquiry): JudgedEvent {
  const { shown, facts } = inquiry;
  const nothing = {
    id: String(shown.id),
    leaf: null,
    entry: null,
    seal: null,
    elements: [],
    source: null,
    shown,
  };
  const { evidence } = shown;
  if (evidence === undefined)
    return { ...nothing, state: "failed", checks: [is("leaf", "failed", T.noLeaf)] };
  try {
    const leafBytes = fromHex(evidence.leaf);
    const leaf = decodeLeaf(leafBytes);
    const ledger = facts instanceof Error ? facts : (facts.sources.get(leaf.source) ?? null);
    const leafCheck = checkLeaf(inquiry, leaf, leafBytes, fromHex(evidence.signed));
    const { entry, seal, checks: placed } = placeOf(inquiry, ledger, evidence, leaf, leafBytes);
    const { elements, check } = provenElements(shown, leaf);
    const checks = [
      leafCheck,
      signatureCheck(inquiry.config, ledger, evidence, leafBytes, entry),
      ...placed,
      tierCheck(shown, ledger, leaf, entry),
      sourceCheck(ledger, leaf, seal),
      check,
    ];
    const source = ledger instanceof Error ? null : ledger;
    return { id: shown.id, state: worst(checks), checks, leaf, entry, seal, elements, source, shown };
  } catch {
    // Whatever cannot be read is somebody's forgery, or damage.
    return { ...nothing, state: "failed", checks: [is("leaf", "failed", T.noLeaf)] };
  }
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

function signatureCheck(
  config: string,
  ledger: OnLedger,
  { signed: hex }: EventEvidence,
  leafBytes: Uint8Array,
  entry: Written | null,
): EventCheck {
  const signed = fromHex(hex);
  if (ledger !== null && !(ledger instanceof Error) && ledger.attestation === null)
    return signed[0] === SIGNED_FIRST_BYTE
      ? is("signature", "failed", T.signedAlone)
      : is("signature", entry === null ? "unknown" : "passed", T.packTogether);
  if (signed[0] !== SIGNED_FIRST_BYTE)
    return is("signature", entry === null ? "unknown" : "passed", entry === null ? T.unsigned : T.packSigned);
  const known = ledger instanceof Error || ledger === null ? null : ledger.attestation;
  const pk = entry?.kind === "append" ? entry.pk : (known?.pk ?? "");
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

function tierCheck(shown: ShownEvent, ledger: OnLedger, leaf: EventLeaf, entry: Written | null): EventCheck {
  if (shown.tier !== leaf.tier) return is("tier", "failed", T.tierTold);
  if (entry !== null) {
    if (entry.tier !== leaf.tier) return is("tier", "failed", T.tierOther);
    return is("tier", "passed", entry.kind === "co-append" ? T.tierTogether(entry.parties.length) : T.tier);
  }
  if (ledger instanceof Error || ledger === null) return is("tier", "unknown", T.tierUnknown);
  const tier = ledger.attestation === null ? "MULTI_PARTY_SIGNED" : tierOf(ledger.attestation.kind);
  return tier === leaf.tier ? is("tier", "passed", T.tierAttested) : is("tier", "failed", T.tierOther);
}

function sourceCheck(ledger: OnLedger, leaf: EventLeaf, seal: Seal | null): EventCheck {
  if (ledger instanceof Error) return is("source", "unknown", T.unasked(ledger.message));
  if (ledger === null) return is("source", "failed", T.unknownSource);
  if (ledger.attestation === null) return partiesCheck(leaf, seal);
  const { role, status, operator } = ledger.attestation;
  if (role !== leaf.role) return is("source", "failed", T.otherRole);
  return status === "Active"
    ? is("source", "passed", T.source(operator))
    : is("source", "warning", T.sourceEnded(operator, status));
}

/** That their roles, holders and keys differed the ledger saw; that their companies do is for the reader to weigh. */
function partiesCheck(leaf: EventLeaf, seal: Seal | null): EventCheck {
  if (seal === null || seal.signers.length === 0) return is("source", "unknown", T.partiesUnknown);
  if (!seal.signers.some(({ role }) => role === leaf.role)) return is("source", "failed", T.otherRoles);
  const ended = seal.signers.find(({ status }) => status !== null && status !== "Active");
  if (ended !== undefined)
    return is("source", "warning", T.sourceEnded(ended.operator ?? ended.name, ended.status ?? ""));
  if (seal.shared.length > 0) return is("source", "warning", T.oneCompany(seal.shared));
  const unnamed = seal.signers.filter(({ operator }) => operator === null).length;
  if (unnamed > 0) return is("source", "unknown", T.partiesUnnamed(unnamed));
  return is("source", "passed", T.parties(seal.signers.length));
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
