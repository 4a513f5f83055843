/**
 * Reports of misbehaviour: what they may say, and what can happen to them. Spec: docs/spec/incident.md.
 * A report is a claim of whoever made it; nothing here judges it.
 */
import { parseCid } from "./cid.js";
import { scalarMisfit } from "./element.js";
import { DppError } from "./errors.js";
import { MAX_LINK_LENGTH, parsePassportLink } from "./identifier-link.js";
import type { Reason } from "./reason.js";
import { isPassportId, roleOfName } from "./tokens.js";

/**
 * What people observe: reasons that the consortium could act with, by their names, and what is none of these. That an accreditation has ended, or that
 * somebody is under investigation, is the consortium's own decision.
 */
export const INCIDENT_CATEGORIES = [
  "counterfeit",
  "unsafe-product",
  "false-statements",
  "key-lost-or-stolen",
  "ceased-or-insolvent",
  "issued-in-error",
  "other",
] as const satisfies readonly (Reason | "other")[];
export type IncidentCategory = (typeof INCIDENT_CATEGORIES)[number];

export const INCIDENT_OUTCOMES = ["upheld", "unfounded", "duplicate", "referred", "out-of-scope"] as const;
export type IncidentOutcome = (typeof INCIDENT_OUTCOMES)[number];

export const isIncidentCategory = (text: unknown): text is IncidentCategory =>
  (INCIDENT_CATEGORIES as readonly unknown[]).includes(text);
export const isIncidentOutcome = (text: unknown): text is IncidentOutcome =>
  (INCIDENT_OUTCOMES as readonly unknown[]).includes(text);

/** A passport's id or an attestation's name, hex. */
export type IncidentSubject = { readonly passport: string } | { readonly attestation: string };

export interface IncidentReport {
  readonly subject: IncidentSubject;
  readonly category: IncidentCategory;
  readonly text: string;
  /** How the reporter can be reached: personal data, never stored in clear. */
  readonly contact: string | null;
  /** CIDs and URIs; nobody fetches them. */
  readonly evidence: readonly string[];
}

/** What arrives, its shape checked already. */
export interface IncidentReportInput {
  readonly subject: string;
  readonly category: string;
  readonly text: string;
  readonly contact?: string | undefined;
  readonly evidence?: readonly string[] | undefined;
}

export const INCIDENT_ID_BYTES = 16;
/** Characters are code points. */
export const MAX_INCIDENT_TEXT = 2000;
export const MAX_CONTACT = 200;
export const MAX_EVIDENCE = 10;
export const MAX_EVIDENCE_LENGTH = 500;

export const isIncidentId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** An attestation's name is told from an id, which may be as long, by the role's name in it. */
export const isAttestationName = (text: string): boolean =>
  /^(?:[0-9a-f]{2})+$/.test(text) && roleOfName(text) !== null;

export const isSameSubject = (a: IncidentSubject, b: IncidentSubject): boolean =>
  subjectName(a) === subjectName(b);

/** The id or the name. */
export const subjectName = (subject: IncidentSubject): string =>
  "passport" in subject ? subject.passport : subject.attestation;

/** An id, a link or an attestation's name. A link's salt is dropped. @throws DppError `incident/subject`. */
export function parseIncidentSubject(text: string): IncidentSubject {
  const trimmed = text.slice(0, MAX_LINK_LENGTH + 1).trim();
  const hex = trimmed.toLowerCase();
  if (isAttestationName(hex)) return { attestation: hex };
  if (isPassportId(hex)) return { passport: hex };
  try {
    return { passport: parsePassportLink(trimmed).passportId };
  } catch (cause) {
    throw new DppError(
      "incident/subject",
      "say what the report is about: a passport's id or link, or the name of an attestation",
      { cause },
    );
  }
}

/** True for plain text (domain/element.ts) of at most `max` code points with something to see in it. */
export const isPlain = (text: string, max: number): boolean =>
  text.length <= 2 * max &&
  [...text].length <= max &&
  /\S/u.test(text) &&
  scalarMisfit("string", text) === null;

/** @throws DppError `incident/subject`, `incident/category`, `incident/text`, `incident/contact`, `incident/evidence`. */
export function parseIncidentReport(input: IncidentReportInput): IncidentReport {
  const { category, text, contact = "", evidence = [] } = input;
  const subject = parseIncidentSubject(input.subject);
  if (!isIncidentCategory(category)) {
    throw new DppError("incident/category", `the category is one of ${categoryList}`);
  }
  if (!isPlain(text, MAX_INCIDENT_TEXT)) {
    throw new DppError(
      "incident/text",
      `say what happened in 1 to ${MAX_INCIDENT_TEXT} characters, without control characters`,
    );
  }
  if (evidence.length > MAX_EVIDENCE || !evidence.every(isEvidence)) {
    throw new DppError(
      "incident/evidence",
      `evidence is at most ${MAX_EVIDENCE} CIDs or links of at most ${MAX_EVIDENCE_LENGTH} characters`,
    );
  }
  return { subject, category, text, contact: parseContact(contact), evidence: [...evidence] };
}

const categoryList = INCIDENT_CATEGORIES.join(", ");

/** An empty field of a form says nothing. */
function parseContact(text: string): string | null {
  if (text === "") return null;
  if (isPlain(text, MAX_CONTACT) && !/[\t\r\n]/.test(text)) return text;
  throw new DppError("incident/contact", `a contact is one line of at most ${MAX_CONTACT} characters`);
}

export const isEvidence = (text: string): boolean =>
  text.length <= MAX_EVIDENCE_LENGTH && (isCid(text) || scalarMisfit("uri", text) === null);

function isCid(text: string): boolean {
  try {
    parseCid(text);
    return true;
  } catch {
    return false;
  }
}
