/**
 * Which passports of the deployment an incident touches: those that a report names, with what they succeeded and were succeeded by, and those in whose history a named attestation
 * had a part. Read off the ledger, a few at a time, so that a hundred thousand passports pass through without being kept.
 */
import { DppError, isDppError } from "../../domain/errors.js";
import { type IncidentSubject, subjectName } from "../../domain/incident.js";
import type { PassportStatus } from "../../domain/passport.js";
import type { Reading } from "../context.js";
import { type PastTransaction, type ReadPast, readPast } from "../history/order.js";
import { type PassportHistory, readHistory } from "../history/read.js";
import { listPassports } from "../resolve.js";
import { type Touch, touchesOf } from "./touches.js";

export interface AffectedPassport {
  readonly id: string;
  /** The report names it, or it succeeds or was succeeded by such a one. */
  readonly named: "reported" | "related" | null;
  /** Parts that the attestations in question had in it, oldest first. */
  readonly touches: readonly Touch[];
  /** `null`: it is erased from the ledger, or its datum cannot be read. */
  readonly state: {
    readonly name: string;
    readonly status: PassportStatus;
    readonly revision: number;
    readonly issuer: string;
  } | null;
  /** Address that holds the ownership token now, bech32: who can be told. `null`: it was burnt. */
  readonly owner: string | null;
  /** Why its history cannot be read, in part or at all: it may be touched in ways that are not seen. */
  readonly unreadable: string | null;
}

export interface AffectedOptions {
  /** Told how many passports were looked at, of how many. */
  readonly progress?: (done: number, of: number) => void;
}

const AT_ONCE = 8;
/** A transaction issues up to twenty passports: what was read for one serves its neighbours. */
const REMEMBERED_TRANSACTIONS = 256;
/** Passports before and after one, by succession. */
const MAX_RELATED = 100;

/** Affected passports as they are found. @throws DppError `passport/unknown` for a named passport; `ledger/*`. */
export async function* affectedPassports(
  reading: Reading,
  subjects: readonly IncidentSubject[],
  { progress }: AffectedOptions = {},
): AsyncGenerator<AffectedPassport> {
  const read = remembering(REMEMBERED_TRANSACTIONS);
  const attestations = new Set(subjects.flatMap((one) => ("attestation" in one ? [one.attestation] : [])));
  const named = new Map<string, "reported" | "related">();
  for (const subject of subjects) if ("passport" in subject) await addRelated(reading, subject, named, read);
  for (const [id, how] of named) yield judged(id, await readOne(reading, id, read), attestations, how);
  if (attestations.size === 0) return;
  const ids = (await listPassports(reading)).filter((id) => !named.has(id));
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const histories = await Promise.all(some.map((id) => readOne(reading, id, read)));
    for (const [index, id] of some.entries()) {
      const found = judged(id, histories[index] ?? null, attestations, null);
      if (found.touches.length > 0 || found.unreadable !== null) yield found;
    }
    progress?.(Math.min(at + AT_ONCE, ids.length), ids.length);
  }
}

/** Follows successions both ways. */
async function addRelated(
  reading: Reading,
  subject: IncidentSubject,
  named: Map<string, "reported" | "related">,
  read: ReadPast,
): Promise<void> {
  const first = subjectName(subject);
  named.set(first, "reported");
  const next = [first];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    const { entries } = await readHistory(reading, id, read);
    for (const entry of entries) {
      const other =
        entry.act === "Issue" ? entry.predecessor : entry.act === "Succeed" ? entry.successor : null;
      if (other === null || named.has(other)) continue;
      if (named.size >= MAX_RELATED)
        throw new DppError(
          "incident/too-many",
          `more than ${MAX_RELATED} passports succeed one another here`,
        );
      named.set(other, "related");
      next.push(other);
    }
  }
}

type Read = PassportHistory | { readonly unreadable: string } | null;

/** What is wrong with one passport does not hide the others; a ledger that cannot be asked does. `null`: it came and went meanwhile. */
async function readOne(reading: Reading, id: string, read: ReadPast): Promise<Read> {
  try {
    return await readHistory(reading, id, read);
  } catch (error) {
    if (isDppError(error) && error.code.startsWith("history/")) return { unreadable: error.message };
    if (isDppError(error) && error.code.startsWith("passport/")) return null;
    throw error;
  }
}

function judged(
  id: string,
  history: Read,
  attestations: ReadonlySet<string>,
  named: AffectedPassport["named"],
): AffectedPassport {
  if (history === null) return { id, named, touches: [], state: null, owner: null, unreadable: null };
  if ("unreadable" in history) return { id, named, touches: [], state: null, owner: null, ...history };
  const { entries, now } = history;
  const datum = now.datum;
  const unread = entries.find((entry) => entry.act === "Unreadable");
  return {
    id,
    named,
    touches: touchesOf(entries).filter(({ attestation }) => attestations.has(attestation)),
    state:
      datum === null
        ? null
        : {
            name: datum.metadata.name,
            status: datum.extra.status,
            revision: datum.extra.revision,
            issuer: datum.extra.issuer,
          },
    owner: now.owner?.address ?? null,
    unreadable: unread?.act === "Unreadable" ? unread.reason : null,
  };
}

/** `readPast` that keeps the transactions read last. */
function remembering(limit: number): ReadPast {
  const known = new Map<string, PastTransaction>();
  return (tx) => {
    const found = known.get(tx.hash) ?? readPast(tx);
    known.delete(tx.hash);
    known.set(tx.hash, found);
    if (known.size > limit) {
      const [oldest] = known.keys();
      known.delete(oldest ?? "");
    }
    return found;
  };
}
