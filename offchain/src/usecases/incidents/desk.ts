/**
 * Takes reports and lets the consortium work on them. Nobody's report changes anything on the ledger: that is done with the verbs for roles and passports.
 * Spec: docs/spec/incident.md.
 */
import {
  decodeIncidentBody,
  encodeIncidentBody,
  type IncidentBody,
  incidentBodyHash,
} from "../../codec/incident.js";
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import {
  INCIDENT_ID_BYTES,
  type IncidentOutcome,
  type IncidentReport,
  type IncidentSubject,
  isPlain,
  MAX_INCIDENT_TEXT,
} from "../../domain/incident.js";
import type { Incident, IncidentEvent, IncidentMeasure } from "../../domain/incident-events.js";
import type { Clock, Random } from "../../ports/clock.js";
import type { IncidentStore } from "../../ports/incident-store.js";
import { IncidentBook } from "./book.js";
import { sealContact } from "./contact.js";

export interface IncidentParts {
  readonly store: IncidentStore;
  /** X25519 public key of the consortium that contacts are sealed to; `null`: reports may name none. */
  readonly contactKey: () => Promise<Uint8Array | null>;
  /** Config policy of the deployment, hex. */
  readonly config: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a reporter is told. */
export interface IncidentReceipt {
  readonly id: string;
  /** POSIX ms. */
  readonly receivedAt: number;
}

export interface ReadIncident {
  readonly incident: Incident;
  /** `null`: erased. */
  readonly body: IncidentBody | null;
}

export class IncidentDesk {
  readonly book: IncidentBook;
  private readonly parts: IncidentParts;

  constructor(parts: IncidentParts) {
    this.parts = parts;
    this.book = new IncidentBook(parts.store, parts.clock);
  }

  async takesContacts(): Promise<boolean> {
    return (await this.parts.contactKey()) !== null;
  }

  /** Durable when it resolves. @throws DppError `incident/no-contact-key`, `incident/full`, `incident/unavailable`. */
  async report(report: IncidentReport, via: "web" | "local"): Promise<IncidentReceipt> {
    const { random, store } = this.parts;
    await this.book.requireRoom();
    const id = toHex(random.bytes(INCIDENT_ID_BYTES));
    const bytes = encodeIncidentBody({
      salt: toHex(random.bytes(16)),
      text: report.text,
      evidence: report.evidence,
      contact: report.contact === null ? null : await this.sealed(report.contact, id),
    });
    const { subject, category } = report;
    // The words first: an entry without its file would look like damage, a file without its entry is nobody's.
    await store.putBody(id, bytes);
    try {
      const event = { act: "report", via, subject, category, body: incidentBodyHash(bytes) } as const;
      const { receivedAt } = await this.book.append(id, event);
      return { id, receivedAt };
    } catch (error) {
      await store.eraseBody(id).catch(() => undefined);
      throw error;
    }
  }

  private async sealed(contact: string, incident: string): Promise<NonNullable<IncidentBody["contact"]>> {
    const key = await this.parts.contactKey();
    if (key === null) {
      throw new DppError(
        "incident/no-contact-key",
        "a contact cannot be taken here, since no key is set up to seal it to: report without one",
      );
    }
    return sealContact(this.parts.random, key, contact, { config: this.parts.config, incident });
  }

  /** @throws DppError `incident/unknown`. */
  async state(id: string): Promise<Incident> {
    const incident = await this.book.find(id);
    if (incident === null) throw new DppError("incident/unknown", `there is no incident ${id}`);
    return incident;
  }

  /** @throws DppError `incident/unknown`; `incident/broken` when the report's file is gone or changed. */
  async read(id: string): Promise<ReadIncident> {
    const incident = await this.state(id);
    return { incident, body: await readBody(this.parts.store, incident) };
  }

  link(id: string, subject: IncidentSubject): Promise<Incident> {
    return this.book.append(id, { act: "link", subject });
  }

  /** Notes what was done on the ledger. */
  note(id: string, measure: Omit<IncidentMeasure, "time">): Promise<Incident> {
    return this.book.append(id, { act: "measure", ...measure });
  }

  /** `note`: for the consortium's own files; it cannot be erased. @throws DppError `incident/note`, `incident/closed`, `incident/unknown`. */
  close(id: string, outcome: IncidentOutcome, note = ""): Promise<Incident> {
    if (note !== "" && !isPlain(note, MAX_INCIDENT_TEXT)) {
      throw new DppError("incident/note", `a note has at most ${MAX_INCIDENT_TEXT} characters of plain text`);
    }
    return this.book.append(id, { act: "close", outcome, note });
  }

  /** Removes what the report says, for good; the log keeps that there was one. @throws DppError `incident/open`, `incident/erased`. */
  async erase(id: string): Promise<Incident> {
    const event: IncidentEvent = { act: "erase" };
    // The entry first: a crash in between leaves a file that is removed by asking again, and never a file that is missed.
    const known = await this.book.find(id);
    const incident = known?.erased == null ? await this.book.append(id, event) : known;
    await this.parts.store.eraseBody(id);
    return incident;
  }
}

/** @throws DppError `incident/broken`. */
export async function readBody(store: IncidentStore, incident: Incident): Promise<IncidentBody | null> {
  if (incident.erased !== null) return null;
  const bytes = await store.body(incident.id);
  if (bytes !== null && incidentBodyHash(bytes) === incident.body) return decodeIncidentBody(bytes);
  const what = bytes === null ? "is gone" : "was changed";
  throw new DppError("incident/broken", `the report of incident ${incident.id} ${what}`, {
    details: { incident: incident.id },
  });
}

/**
 * Reads the whole log again, and every report's file.
 * @throws DppError `incident/broken` naming the first entry or report that is not as it was written.
 */
export async function verifyIncidents(
  store: IncidentStore,
  clock: Clock,
): Promise<{ readonly length: number; readonly head: string; readonly incidents: number }> {
  const book = new IncidentBook(store, clock);
  const incidents = await book.list();
  for (const incident of incidents) await readBody(store, incident);
  return { ...book.head, incidents: incidents.length };
}
