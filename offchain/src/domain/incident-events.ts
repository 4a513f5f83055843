/** What happened to an incident, event by event, and the state that follows. Spec: docs/spec/incident.md "Log". */
import { DppError } from "./errors.js";
import {
  type IncidentCategory,
  type IncidentOutcome,
  type IncidentSubject,
  isSameSubject,
} from "./incident.js";

export type IncidentEvent =
  | {
      readonly act: "report";
      readonly via: "web" | "local";
      readonly subject: IncidentSubject;
      readonly category: IncidentCategory;
      /** Hash of the report's file, hex. */
      readonly body: string;
    }
  | { readonly act: "link"; readonly subject: IncidentSubject }
  | {
      readonly act: "measure";
      readonly measure: "suspend";
      readonly attestation: string;
      /** Code of docs/spec/datum.md. */
      readonly reason: number;
      readonly transaction: string;
    }
  | { readonly act: "close"; readonly outcome: IncidentOutcome; readonly note: string }
  | { readonly act: "erase" };

export interface IncidentEntry {
  /** 0, 1, 2 … without gaps. */
  readonly seq: number;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  /** POSIX ms. */
  readonly time: number;
  readonly incident: string;
  readonly event: IncidentEvent;
}

export type IncidentMeasure = Omit<Extract<IncidentEvent, { act: "measure" }>, "act"> & {
  readonly time: number;
};

export interface Incident {
  readonly id: string;
  readonly receivedAt: number;
  readonly via: "web" | "local";
  readonly category: IncidentCategory;
  /** What was reported, then what the consortium linked. */
  readonly subjects: readonly [IncidentSubject, ...IncidentSubject[]];
  readonly measures: readonly IncidentMeasure[];
  /** Hash of the report's file. */
  readonly body: string;
  /** `null` while open. */
  readonly closed: { readonly time: number; readonly outcome: IncidentOutcome; readonly note: string } | null;
  /** When the report's words were erased, POSIX ms. */
  readonly erased: number | null;
}

export const FIRST_PREVIOUS = "0".repeat(64);
export const MAX_LINKS = 50;
/** A bound on what a flood of reports can take; beyond it somebody has to close some. */
export const MAX_OPEN = 10_000;
export const MAX_MEASURES = 50;

/**
 * The state after an event. `before`: undefined when nothing is known of the incident.
 * @throws DppError `incident/exists`, `incident/unknown`, `incident/closed`, `incident/open`, `incident/linked`, `incident/erased`, `incident/too-many`.
 */
export function evolveIncident(
  before: Incident | undefined,
  id: string,
  time: number,
  event: IncidentEvent,
): Incident {
  if (event.act === "report") {
    if (before !== undefined) throw new DppError("incident/exists", `incident ${id} was reported already`);
    const { via, category, subject, body } = event;
    return {
      id,
      receivedAt: time,
      via,
      category,
      subjects: [subject],
      measures: [],
      body,
      closed: null,
      erased: null,
    };
  }
  if (before === undefined) throw new DppError("incident/unknown", `there is no incident ${id}`);
  if (event.act === "measure") {
    const { act: _, ...measure } = event;
    if (before.measures.length >= MAX_MEASURES)
      throw new DppError("incident/too-many", `at most ${MAX_MEASURES} measures are noted at one incident`);
    return { ...before, measures: [...before.measures, { ...measure, time }] };
  }
  if (event.act === "erase") {
    if (before.closed === null)
      throw new DppError("incident/open", `incident ${id} is open: close it before its report is erased`);
    if (before.erased !== null)
      throw new DppError("incident/erased", `the report of ${id} was erased before`);
    return { ...before, erased: time };
  }
  if (before.closed !== null) throw new DppError("incident/closed", `incident ${id} is closed`);
  if (event.act === "close") return { ...before, closed: { time, outcome: event.outcome, note: event.note } };
  if (before.subjects.some((known) => isSameSubject(known, event.subject)))
    throw new DppError("incident/linked", `incident ${id} names this one already`);
  if (before.subjects.length > MAX_LINKS)
    throw new DppError("incident/too-many", `at most ${MAX_LINKS} subjects are linked to one incident`);
  return { ...before, subjects: [...before.subjects, event.subject] };
}
