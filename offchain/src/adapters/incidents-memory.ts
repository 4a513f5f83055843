/** IncidentStore of one process, for tests. Entries pass through their bytes, as on a disk. */
import { decodeIncidentEntry, encodeIncidentEntry } from "../codec/incident.js";
import { DppError } from "../domain/errors.js";
import type { IncidentStore } from "../ports/incident-store.js";

export function incidentsInMemory(): IncidentStore {
  const log: Uint8Array[] = [];
  const bodies = new Map<string, Uint8Array>();
  return {
    async append(entry) {
      if (entry.seq !== log.length) return false;
      log.push(encodeIncidentEntry(entry));
      return true;
    },
    async *entries(from = 0) {
      for (let at = from; at < log.length; at++) yield decodeIncidentEntry(log[at] ?? new Uint8Array());
    },
    async putBody(incident, bytes) {
      if (bodies.has(incident)) throw new DppError("incident/unavailable", "there is such a report already");
      bodies.set(incident, bytes.slice());
    },
    async body(incident) {
      return bodies.get(incident)?.slice() ?? null;
    },
    async eraseBody(incident) {
      bodies.delete(incident);
    },
  };
}
