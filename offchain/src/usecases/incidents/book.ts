/**
 * The incidents as they stand: the log folded into states, read on from where it stopped, its chain checked on the way. Several books in several processes may
 * write one log; each decides on what it has read and decides again when another was faster.
 */
import { incidentEntryHash } from "../../codec/incident.js";
import { DppError, isDppError } from "../../domain/errors.js";
import {
  evolveIncident,
  FIRST_PREVIOUS,
  type Incident,
  type IncidentEntry,
  type IncidentEvent,
  MAX_OPEN,
} from "../../domain/incident-events.js";
import type { Clock } from "../../ports/clock.js";
import type { IncidentStore } from "../../ports/incident-store.js";

/** Each lost turn is somebody else's entry. */
const MAX_TURNS = 256;

export class IncidentBook {
  readonly store: IncidentStore;
  private readonly clock: Clock;
  private readonly incidents = new Map<string, Incident>();
  private open = 0;
  private last: { readonly length: number; readonly head: string } = { length: 0, head: FIRST_PREVIOUS };
  private turn: Promise<unknown> = Promise.resolve();

  constructor(store: IncidentStore, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Entries read so far, and the hash of the last: what to note elsewhere, since a log that ends early looks whole. */
  get head(): { readonly length: number; readonly head: string } {
    return this.last;
  }

  /** @throws DppError `incident/broken` naming the first entry that does not follow; `incident/unavailable`. */
  refresh(): Promise<void> {
    return this.inTurn(() => this.readOn());
  }

  /** `null`: no such incident. */
  async find(id: string): Promise<Incident | null> {
    await this.refresh();
    return this.incidents.get(id) ?? null;
  }

  /** Oldest first. */
  async list(): Promise<readonly Incident[]> {
    await this.refresh();
    return [...this.incidents.values()];
  }

  /** @throws DppError `incident/full` when no more reports are taken. */
  async requireRoom(): Promise<void> {
    await this.refresh();
    this.assertRoom();
  }

  /** The state after the event, durable. @throws DppError as `evolveIncident` and `IncidentStore.append`; `incident/full`. */
  append(id: string, event: IncidentEvent): Promise<Incident> {
    return this.inTurn(async () => {
      for (let tries = 0; tries < MAX_TURNS; tries++) {
        await this.readOn();
        if (event.act === "report") this.assertRoom();
        const { length: seq, head: previous } = this.last;
        const entry: IncidentEntry = { seq, previous, time: this.clock.now(), incident: id, event };
        // Refuses what does not fit before it is written.
        evolveIncident(this.incidents.get(id), id, entry.time, event);
        if (await this.store.append(entry)) return this.apply(entry);
      }
      throw new DppError(
        "incident/unavailable",
        "other processes write to the log of incidents without a pause",
      );
    });
  }

  private assertRoom(): void {
    if (this.open < MAX_OPEN) return;
    throw new DppError(
      "incident/full",
      "too many reports wait for the consortium: write to it by another way, or try again later",
    );
  }

  private async readOn(): Promise<void> {
    for await (const entry of this.store.entries(this.last.length)) {
      const { length, head } = this.last;
      if (entry.seq !== length || entry.previous !== head) throw doesNotFollow(length);
      try {
        this.apply(entry);
      } catch (cause) {
        if (isDppError(cause)) throw doesNotFollow(length, cause);
        throw cause;
      }
    }
  }

  private apply(entry: IncidentEntry): Incident {
    const before = this.incidents.get(entry.incident);
    const after = evolveIncident(before, entry.incident, entry.time, entry.event);
    this.incidents.set(entry.incident, after);
    this.open += isOpen(after) - (before === undefined ? 0 : isOpen(before));
    this.last = { length: entry.seq + 1, head: incidentEntryHash(entry) };
    return after;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

const isOpen = ({ closed }: Incident): number => (closed === null ? 1 : 0);

const doesNotFollow = (seq: number, cause?: unknown): DppError =>
  new DppError(
    "incident/broken",
    `entry ${seq} of the log of incidents does not follow from the ones before`,
    {
      cause,
      details: { seq },
    },
  );
