/** The state in which a passport stood at a moment. Pure. Spec: docs/spec/history.md "As of a moment". */
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { DppError } from "../../domain/errors.js";
import type { Cip68, Passport } from "../../domain/passport.js";
import { entryAt, type HistoryEntry, type PassportHistory, stateEntries } from "./read.js";

/** The state of a passport at a moment. */
export interface PastState {
  readonly id: string;
  /** POSIX ms that was asked for. */
  readonly at: number;
  /** The transaction that made the state. */
  readonly entry: HistoryEntry;
  readonly datum: Cip68<Passport>;
  /** The transaction that recorded the document of that revision, and under whose name: the issuer may have changed since. */
  readonly recorded: HistoryEntry;
  /** Attestation name (hex) of the issuer that sealed the document. */
  readonly sealedBy: string;
  /** Output that held the ownership token at that moment; null: it was burnt. */
  readonly owner: OutputFacts | null;
  /** The passport was burnt by then; the state is its last. */
  readonly burnt: boolean;
  /** The next change of the state; null: it is the present one. */
  readonly until: HistoryEntry | null;
  readonly issued: HistoryEntry;
}

const at = (time: number): string => new Date(time).toISOString();

/** @throws DppError `archive/not-yet`; `archive/unreadable` when the state of then cannot be read. */
export function stateAt(history: Pick<PassportHistory, "id" | "entries">, time: number): PastState {
  const entries = stateEntries(history);
  const [issued] = entries;
  if (issued === undefined || issued.time > time)
    throw new DppError("archive/not-yet", `there was no such passport at ${at(time)}`, {
      details: { issued: issued?.time ?? null },
    });
  const index = entries.findLastIndex((entry) => entry.time <= time);
  const burnt = entries[index]?.act === "Erase";
  const past = entries.slice(0, burnt ? index : index + 1);
  const entry = past.at(-1);
  const datum = entry?.after.datum ?? null;
  const recorded = past.findLast(({ act }) => act === "Issue" || act === "Update");
  if (entry === undefined || datum === null || recorded?.after.datum == null)
    throw new DppError("archive/unreadable", `the state of ${at(time)} cannot be read`);
  return {
    id: history.id,
    at: time,
    entry,
    datum,
    recorded,
    sealedBy: recorded.after.datum.extra.issuer,
    owner: entryAt(history, time)?.after.owner ?? null,
    burnt,
    until: entries[past.length] ?? null,
    issued,
  };
}
