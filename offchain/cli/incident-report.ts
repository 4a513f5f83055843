/** What the verbs of `dpp incident` print: an incident with whom it is about, and the passports that are affected. */
import { DppError } from "../src/domain/errors.js";
import type { IncidentSubject } from "../src/domain/incident.js";
import { parseReason, reasonName } from "../src/domain/reason.js";
import { readStanding } from "../src/usecases/history/roles.js";
import { type AffectedPassport, affectedPassports } from "../src/usecases/incidents/affected.js";
import { openContact } from "../src/usecases/incidents/contact.js";
import type { ReadIncident } from "../src/usecases/incidents/desk.js";
import { TOUCHES, type TouchKind } from "../src/usecases/incidents/touches.js";
import { readAttestation, readPassport } from "../src/usecases/resolve.js";
import type { Home } from "./home.js";
import { deskOf, stateText, subjectsOf, subjectText, verbsFor } from "./incident-input.js";
import { isoTime } from "./output.js";

interface Report {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** How a subject stands on the ledger now, in one line. */
async function standingText({ context }: Home, subject: IncidentSubject): Promise<string> {
  if ("passport" in subject) {
    const state = await readPassport(context, subject.passport);
    return state === null
      ? "not on the ledger"
      : `${state.status}, revision ${state.revision}: ${state.name}`;
  }
  const view = await readAttestation(context, subject.attestation);
  if (view === null) return "not accredited here";
  const { reason, since } = (await readStanding(context, view.name)) ?? { reason: null, since: null };
  const why = reason === null ? "" : `: ${reasonName(reason)}`;
  const when = since === null ? "" : ` since ${isoTime(since.time)}`;
  return `${view.status}${when}${why}, ${view.operator}`;
}

/** `as`: name of the key here that the contact is sealed to. */
export async function incidentReport(
  home: Home,
  { incident, body }: ReadIncident,
  as: string | undefined,
): Promise<Report> {
  const standings = await Promise.all(
    incident.subjects.map(async (subject) => ({ ...subject, standing: await standingText(home, subject) })),
  );
  const contact = await contactOf(home, { incident, body }, as);
  const { id, category, closed, measures } = incident;
  return {
    value: { ...incident, subjects: standings, report: body, contact },
    lines: [
      `incident ${id}`,
      `received ${isoTime(incident.receivedAt)} (${incident.via}); ${stateText(incident)}`,
      `category ${category}`,
      "about",
      ...incident.subjects.map((subject, at) => `  ${subjectText(subject)}  ${standings[at]?.standing}`),
      ...(body === null
        ? [`the report was erased ${isoTime(incident.erased ?? 0)}`]
        : ["", ...quoted(body.text), ""]),
      ...(body?.evidence ?? []).map((one) => `evidence ${one}`),
      ...(contact === null ? contactHint(body) : [`contact ${contact}`]),
      ...measures.map(
        (one) =>
          `done ${isoTime(one.time)}: ${one.measure} ${one.attestation}, ${reasonName(one.reason)}, ${one.transaction}`,
      ),
      ...(closed === null || closed.note === "" ? [] : ["note", ...quoted(closed.note)]),
      ...(closed === null
        ? [
            "",
            "to act:",
            ...verbsFor(incident.subjects, id, parseReason(category) ?? 0).map((verb) => `  ${verb}`),
          ]
        : []),
    ],
  };
}

/** Line by line behind a mark: a report cannot look like words of this command, nor write over them with a carriage return. */
const quoted = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).map((line) => `  | ${line}`);

const contactHint = (body: ReadIncident["body"]): readonly string[] =>
  body?.contact == null ? [] : [`contact sealed to ${body.contact.key}: --as <key> opens it`];

async function contactOf(
  { context, keys }: Home,
  { incident, body }: ReadIncident,
  as: string | undefined,
): Promise<string | null> {
  if (as === undefined) return null;
  if (body?.contact == null)
    throw new DppError("incident/no-contact", `there is no contact at incident ${incident.id}`);
  const { reading } = await keys.load(as);
  const config = context.contracts.config.hash;
  return openContact(reading.secret(), body.contact, { config, incident: incident.id });
}

const PROGRESS_EVERY = 1000;

/** `reference`: an incident, an attestation or a passport. */
export async function affectedReport(
  home: Home,
  reference: string,
  progress: (line: string) => void,
): Promise<Report> {
  const subjects = await subjectsOf(home, deskOf(home), reference);
  const passports: AffectedPassport[] = [];
  const lines: string[] = [];
  let looked = 0;
  const found = affectedPassports(home.context, subjects, {
    progress: (done, of) => {
      if (Math.floor(done / PROGRESS_EVERY) > Math.floor(looked / PROGRESS_EVERY))
        progress(`${done} of ${of} passports looked at`);
      looked = done;
    },
  });
  for await (const one of found) {
    passports.push(one);
    lines.push(...linesOf(one));
  }
  const kinds = [...new Set(passports.flatMap(({ touches }) => touches.map(({ as }) => as)))];
  return {
    value: {
      subjects,
      count: passports.length,
      meaning: Object.fromEntries(kinds.map((kind) => [kind, TOUCHES[kind]])),
      passports,
    },
    lines: [
      ...subjects.map((subject) => subjectText(subject)),
      `${passports.length} ${passports.length === 1 ? "passport is" : "passports are"} affected`,
      ...lines,
      ...(kinds.length === 0 ? [] : ["", ...kinds.map((kind) => `${kind}: ${TOUCHES[kind]}`)]),
    ],
  };
}

function linesOf({ id, named, touches, state, owner, unreadable }: AffectedPassport): readonly string[] {
  const counts = new Map<TouchKind, number>();
  for (const { as } of touches) counts.set(as, (counts.get(as) ?? 0) + 1);
  const how = [...counts].map(([as, count]) => (count === 1 ? as : `${as} ×${count}`));
  const status = state === null ? "not on the ledger" : `${state.status}, ${state.name}`;
  return [
    `${id}  ${status}`,
    `  ${[...(named === null ? [] : [named]), ...how].join(", ") || "unknown"}; owner ${owner ?? "none"}`,
    ...(unreadable === null ? [] : [`  its history cannot be read: ${unreadable}`]),
  ];
}
