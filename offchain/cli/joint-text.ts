/** A joint pack as lines for people: what is being signed, by whom, and who has. */
import { formWords } from "../src/domain/event-key-words.js";
import { TYPE_WORDS } from "../src/domain/tier-words.js";
import type { DraftEvent, DraftParty, JointDraft } from "../src/usecases/events/joint-draft.js";
import type { PartyView } from "../src/usecases/events/parties.js";
import { isoTime, table } from "./output.js";

export const draftJson = ({ pack, digest, next, parties, events, notes }: JointDraft): object => ({
  thread: pack.source,
  lo: pack.lo,
  hi: pack.hi,
  root: pack.root,
  digest,
  next,
  parties,
  complete: parties.every(({ signed }) => signed),
  events: events.map(({ id, leaf, payload, payloadFault }) => ({
    id,
    counter: leaf.counter,
    type: leaf.type,
    role: leaf.role,
    subject: leaf.subject,
    captured: leaf.captured,
    elements: payload?.elements.map(({ element }) => element) ?? [],
    hidden: payload?.hidden ?? null,
    payloadFault,
  })),
  notes,
});

export const draftLines = ({ pack, parties, events, notes }: JointDraft): readonly string[] => [
  `events ${pack.lo} to ${pack.hi - 1} of the joint thread ${pack.source}, signed by all ${parties.length} together or not at all:`,
  ...events.flatMap(eventLines),
  "",
  ...table(["party", "operator", "key", "has signed", "attestation"], parties.map(partyRow)),
  ...notes.map((note) => `NOTE: ${note}`),
];

const partyRow = ({ role, operator, form, signed, name }: DraftParty): readonly string[] => [
  role ?? "?",
  operator ?? "?",
  formWords(form),
  signed ? "yes" : "no",
  name,
];

const eventLines = ({ leaf, payload }: DraftEvent): readonly string[] => [
  `event ${leaf.counter}  ${TYPE_WORDS[leaf.type]}, written by ${leaf.role}, captured ${isoTime(leaf.captured)}${leaf.subject === "" ? "" : `, about ${leaf.subject}`}`,
  ...table(
    ["", ""],
    (payload?.elements ?? []).map(({ element }) => [
      `  ${element.id.replace(/^event\./, "")}`,
      `${JSON.stringify(element.value)}${element.unit === null ? "" : ` ${element.unit}`}`,
    ]),
  ).slice(1),
];

/** Rows for the table of one event. */
export const partyRows = (parties: readonly PartyView[]): readonly (readonly string[])[] =>
  parties.map(({ name, role, operator, form, standing, note }) => [
    "party",
    role === null
      ? `${name} (not accredited here)`
      : `${role} ${operator}, ${standing}, ${formWords(form)}${note === null ? "" : `; ${note}`}`,
  ]);
