/**
 * Entries and report files of the log of incidents: JSON of one form only, so that the hash of a value is the hash of its bytes. Spec:
 * docs/spec/incident.md "Log", "A report's file".
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { isRecord } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import {
  type IncidentSubject,
  isAttestationName,
  isEvidence,
  isIncidentCategory,
  isIncidentId,
  isIncidentOutcome,
  isPlain,
  MAX_EVIDENCE,
  MAX_INCIDENT_TEXT,
} from "../domain/incident.js";
import type { IncidentEntry, IncidentEvent } from "../domain/incident-events.js";
import { isPassportId } from "../domain/tokens.js";

export const MAX_ENTRY_BYTES = 16 * 1024;
export const MAX_BODY_BYTES = 32 * 1024;

/** What a report says: personal data may be in it, so it lies beside the log and can be erased. */
export interface IncidentBody {
  /** 16 bytes, hex. */
  readonly salt: string;
  readonly text: string;
  readonly evidence: readonly string[];
  /** `sealed`: base64url, for the holder of `key` (X25519 public key, hex). */
  readonly contact: { readonly key: string; readonly sealed: string } | null;
}

const hash = (domain: string, bytes: Uint8Array): string =>
  toHex(blake2b(concat(utf8(domain), bytes), { dkLen: 32 }));

export const incidentEntryHash = (entry: IncidentEntry): string =>
  hash("dpp/incident/1", encodeIncidentEntry(entry));
export const incidentBodyHash = (bytes: Uint8Array): string => hash("dpp/incident/body/1", bytes);

export function encodeIncidentEntry({ seq, previous, time, incident, event }: IncidentEntry): Uint8Array {
  return utf8(JSON.stringify({ seq, previous, time, incident, event: orderedEvent(event) }));
}

/** @throws DppError `incident/malformed`: no entry, or another form of one. */
export function decodeIncidentEntry(bytes: Uint8Array): IncidentEntry {
  const value = parse(bytes, MAX_ENTRY_BYTES);
  const { seq, previous, time, incident } = value;
  if (!isCount(seq) || !isHash(previous) || !isCount(time) || !isText(incident) || !isIncidentId(incident))
    throw malformed();
  const entry = { seq, previous, time, incident, event: eventOf(value.event) };
  return canonical(entry, encodeIncidentEntry(entry), bytes);
}

export function encodeIncidentBody({ salt, text, evidence, contact }: IncidentBody): Uint8Array {
  const sealed = contact === null ? null : { key: contact.key, sealed: contact.sealed };
  return utf8(JSON.stringify({ salt, text, evidence: [...evidence], contact: sealed }));
}

/** @throws DppError `incident/malformed`. */
export function decodeIncidentBody(bytes: Uint8Array): IncidentBody {
  const { salt, text, evidence, contact } = parse(bytes, MAX_BODY_BYTES);
  if (!isText(salt) || !/^[0-9a-f]{32}$/.test(salt)) throw malformed();
  if (!isText(text) || !isPlain(text, MAX_INCIDENT_TEXT) || !Array.isArray(evidence)) throw malformed();
  if (evidence.length > MAX_EVIDENCE || !evidence.every((one) => isText(one) && isEvidence(one)))
    throw malformed();
  const body: IncidentBody = { salt, text, evidence, contact: contactOf(contact) };
  return canonical(body, encodeIncidentBody(body), bytes);
}

function contactOf(value: unknown): IncidentBody["contact"] {
  if (value === null) return null;
  if (!isRecord(value)) throw malformed();
  const { key, sealed } = value;
  if (!isHash(key) || !isText(sealed) || !/^[A-Za-z0-9_-]{1,4096}$/.test(sealed)) throw malformed();
  return { key, sealed };
}

const orderedSubject = (subject: IncidentSubject): IncidentSubject =>
  "passport" in subject ? { passport: subject.passport } : { attestation: subject.attestation };

function orderedEvent(event: IncidentEvent): IncidentEvent {
  switch (event.act) {
    case "report": {
      const { act, via, subject, category, body } = event;
      return { act, via, subject: orderedSubject(subject), category, body };
    }
    case "link":
      return { act: event.act, subject: orderedSubject(event.subject) };
    case "measure": {
      const { act, measure, attestation, reason, transaction } = event;
      return { act, measure, attestation, reason, transaction };
    }
    case "close":
      return { act: event.act, outcome: event.outcome, note: event.note };
    case "erase":
      return { act: event.act };
  }
}

function eventOf(value: unknown): IncidentEvent {
  if (!isRecord(value)) throw malformed();
  const { act } = value;
  if (act === "report") {
    const { via, category, body } = value;
    if ((via !== "web" && via !== "local") || !isIncidentCategory(category) || !isHash(body))
      throw malformed();
    return { act, via, subject: subjectOf(value.subject), category, body };
  }
  if (act === "link") return { act, subject: subjectOf(value.subject) };
  if (act === "measure") {
    const { measure, attestation, reason, transaction } = value;
    if (measure !== "suspend" || !isText(attestation) || !isAttestationName(attestation)) throw malformed();
    if (!isCount(reason) || reason > 255 || !isHash(transaction)) throw malformed();
    return { act, measure, attestation, reason, transaction };
  }
  if (act === "close") {
    const { outcome, note } = value;
    if (!isIncidentOutcome(outcome) || !isText(note)) throw malformed();
    if (note !== "" && !isPlain(note, MAX_INCIDENT_TEXT)) throw malformed();
    return { act, outcome, note };
  }
  if (act === "erase") return { act };
  throw malformed();
}

function subjectOf(value: unknown): IncidentSubject {
  if (!isRecord(value)) throw malformed();
  const { passport, attestation } = value;
  if (isText(passport) && isPassportId(passport)) return { passport };
  if (isText(attestation) && isAttestationName(attestation)) return { attestation };
  throw malformed();
}

const isText = (value: unknown): value is string => typeof value === "string";
const isHash = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const malformed = (cause?: unknown): DppError =>
  new DppError("incident/malformed", "these bytes are no part of a log of incidents", { cause });

function parse(bytes: Uint8Array, max: number): Readonly<Record<string, unknown>> {
  if (bytes.length > max) throw malformed();
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes));
    if (isRecord(value)) return value;
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

/** Another order, blanks, members of one's own: a second text for one value would make a second hash. */
function canonical<T>(value: T, own: Uint8Array, given: Uint8Array): T {
  if (toHex(own) !== toHex(given)) throw malformed();
  return value;
}
