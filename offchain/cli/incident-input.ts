/** How people name what an incident is about, and the incident itself; what they are shown of it. */
import { readContactKey } from "../src/adapters/incidents-contact-key.js";
import { incidentsFolder, incidentsOnDisk } from "../src/adapters/incidents-disk.js";
import { DppError } from "../src/domain/errors.js";
import {
  INCIDENT_ID_BYTES,
  type IncidentSubject,
  isAttestationName,
  isIncidentId,
  subjectName,
} from "../src/domain/incident.js";
import type { Incident } from "../src/domain/incident-events.js";
import { roleOfName } from "../src/domain/tokens.js";
import { IncidentDesk } from "../src/usecases/incidents/desk.js";
import { findAttestation, type Home } from "./home.js";
import { isoTime } from "./output.js";
import { namePassport } from "./reference.js";

export function deskOf({ paths, context }: Home): IncidentDesk {
  const folder = incidentsFolder(paths.directory);
  return new IncidentDesk({
    store: incidentsOnDisk(folder),
    contactKey: () => readContactKey(folder),
    config: context.contracts.config.hash,
    clock: context.clock,
    random: context.random,
  });
}

const looksLikePassport = (text: string): boolean =>
  /^https?:/.test(text) || /^[0-9a-f]{56}$/.test(text) || /^\/?(?:01\/)?\d+\//.test(text);

/** A passport as `namePassport` takes it, an attestation's name, or the name of a key here that holds one. */
export async function subjectOf({ context, keys, index }: Home, text: string): Promise<IncidentSubject> {
  if (isAttestationName(text)) return { attestation: text };
  if (looksLikePassport(text)) return { passport: (await namePassport(index, text)).id };
  return { attestation: (await findAttestation(context, keys, text)).name };
}

const SHORTEST = 4;

/** An id, or the beginning of one that no other has. @throws DppError `incident/unknown`, `usage/reference`. */
export async function incidentNamed(desk: IncidentDesk, text: string): Promise<Incident> {
  if (isIncidentId(text)) return desk.state(text);
  const found = (await desk.book.list()).filter(({ id }) => id.startsWith(text));
  const [only] = found;
  if (!/^[0-9a-f]*$/.test(text) || text.length < SHORTEST || only === undefined)
    throw new DppError("incident/unknown", `there is no incident ${text} (dpp incident list)`);
  if (found.length > 1)
    throw new DppError(
      "usage/reference",
      `${found.length} incidents begin with ${text}: give more of the id`,
    );
  return only;
}

/** What `affected` is asked for: an incident, by its id or the beginning of one, else as `subjectOf`. */
export async function subjectsOf(
  home: Home,
  desk: IncidentDesk,
  text: string,
): Promise<readonly IncidentSubject[]> {
  if (isIncidentId(text)) return (await desk.state(text)).subjects;
  // Names of keys can look like the beginning of an id: only what begins one here is taken for it.
  const begins = /^[0-9a-f]+$/.test(text) && text.length >= SHORTEST && text.length < INCIDENT_ID_BYTES * 2;
  if (begins && (await desk.book.list()).some(({ id }) => id.startsWith(text)))
    return (await incidentNamed(desk, text)).subjects;
  return [await subjectOf(home, text)];
}

export const subjectText = (subject: IncidentSubject): string =>
  "passport" in subject
    ? `passport ${subject.passport}`
    : `${roleOfName(subject.attestation) ?? "attestation"} ${subject.attestation}`;

/** For machines; what the report says is in its own file. */
export const viewOf = ({ body, ...incident }: Incident) => ({
  ...incident,
  state: incident.closed === null ? "open" : "closed",
  bodyHash: body,
});

export const stateText = ({ closed }: Incident): string =>
  closed === null ? "open" : `closed ${isoTime(closed.time).slice(0, 10)}, ${closed.outcome}`;

/** The verbs that act on what an incident names; the consortium chooses. */
export const verbsFor = (
  subjects: readonly IncidentSubject[],
  incident: string,
  reason: number,
): readonly string[] =>
  subjects.flatMap((subject) => {
    const name = subjectName(subject);
    return "passport" in subject
      ? [`dpp passport revoke ${name} --reason ${reason} --as <authority>   ends the passport`]
      : [
          `dpp incident act ${incident} --suspend ${name} --reason ${reason}   one freeze key, at once`,
          `dpp role suspend ${name} --reason ${reason}   the same, without a note in the log`,
          `dpp role revoke ${name} --reason ${reason}   for good, when the quorum's keys lie here`,
          `dpp quorum propose revoke ${name} --reason ${reason}   for good, signed apart`,
        ];
  });
