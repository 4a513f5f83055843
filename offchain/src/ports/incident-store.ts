/** Where incidents are kept: an append-only chained log, and beside it what each report says. Spec: docs/spec/incident.md "Log". */
import type { IncidentEntry } from "../domain/incident-events.js";

export interface IncidentStore {
  /**
   * Appends an entry whose `seq` and `previous` follow from the last one that the caller read. Durable when it resolves.
   * `false`: another writer took the number first: read on, decide again. @throws DppError `incident/unavailable`.
   */
  append(entry: IncidentEntry): Promise<boolean>;
  /**
   * Entries from `from` on, oldest first, in their one form; whether they follow from each other is the reader's to check. From 0, a missing
   * number with a higher one behind it is found. @throws DppError `incident/broken` with `details.seq`; `incident/unavailable`.
   */
  entries(from?: number): AsyncIterable<IncidentEntry>;
  /** Keeps a report's file. Durable when it resolves. @throws DppError `incident/unavailable`, also when the name is taken. */
  putBody(incident: string, bytes: Uint8Array): Promise<void>;
  /** `null`: not there. @throws DppError `incident/unavailable`. */
  body(incident: string): Promise<Uint8Array | null>;
  /** For good; done as well when there was none. @throws DppError `incident/unavailable`. */
  eraseBody(incident: string): Promise<void>;
}
