/** One event with all that is known of it: what it says, the pack that holds it, what the ledger wrote, who its source is. */
import { decodeLeaf, eventId } from "../../codec/event.js";
import { leafOf } from "../../codec/signed-event.js";
import type { ReadingKeyPair } from "../../crypto/x25519.js";
import { DppError } from "../../domain/errors.js";
import type { EventLeaf } from "../../domain/event.js";
import { isJointThread } from "../../domain/joint.js";
import { isWritten, type ThreadEntry } from "../../domain/pack.js";
import type { ListedEvent } from "../../ports/event-store.js";
import { type AttestationView, readAttestation } from "../resolve.js";
import { AmendmentReader, type EventTier } from "./amendments.js";
import type { EventReading } from "./context.js";
import type { GapEntry } from "./given-up.js";
import { signerNames } from "./pack-signers.js";
import { type PartyView, partyViews, readParties } from "./parties.js";
import { type OpenedPayload, openPayload } from "./payload.js";
import { readPastOf } from "./placement.js";
import { standingText } from "./standing.js";
import { readThreadHistory, type ThreadHistory, type WrittenEntry } from "./threads.js";

export interface EventView extends ListedEvent {
  readonly leaf: EventLeaf;
  readonly leafBytes: Uint8Array;
  /** Today's attestation of the source; `null`: this deployment has none, or it is an event of a joint thread. */
  readonly source: AttestationView | null;
  /** Those who signed an event of a joint thread, as its pack or the ledger has them; of a source's event nobody. */
  readonly parties: readonly PartyView[];
  /** Where that attestation stands now, as `standingText` says; "" without one. */
  readonly standing: string;
  /** What the ledger wrote of its pack; `null`: not on the ledger. */
  readonly written: WrittenEntry | null;
  /** Position of that entry in the thread's history. */
  readonly seq: number | null;
  /** The gap in which its counter was given up for good; `null`: it was not. */
  readonly givenUp: { readonly entry: GapEntry; readonly txHash: string } | null;
  /** `null`: there is none here, or `payloadFault` says why it cannot be read. */
  readonly payload: OpenedPayload | null;
  readonly payloadFault: { readonly code: string; readonly message: string } | null;
  /** What it counts for, and the amendments of its tier. */
  readonly amended: EventTier;
}

/** @throws DppError `event/unknown`, `event-store/*`, `ledger/*`. */
export async function showEvent(
  reading: EventReading,
  id: string,
  keys: readonly ReadingKeyPair[] = [],
): Promise<EventView> {
  const listed = await reading.store.event(id);
  if (listed === null) throw unknownEvent(id);
  const name = listed.event.source;
  const isJoint = isJointThread(name);
  const source = isJoint ? null : await readAttestation(reading, name);
  const hasThread = isJoint || (source !== null && source.pk !== "");
  const history = hasThread ? await threadHistory(reading, name) : null;
  const read = readPastOf(reading, ...(history === null ? [] : [history]));
  const amended = await new AmendmentReader(reading, read).of(listed);
  return { ...(await viewOf(reading, listed, source, history, keys)), amended };
}

export const unknownEvent = (id: string): DppError =>
  new DppError("event/unknown", `there is no event ${id} here`);

const threadHistory = (reading: EventReading, source: string): Promise<ThreadHistory | null> =>
  readThreadHistory(reading, source).catch((error: unknown) => {
    if (error instanceof DppError && error.code === "thread/none") return null;
    throw error;
  });

/** Whom the ledger wrote, where it has the very event; else whom its pack here names. */
async function partiesOf(
  reading: EventReading,
  { event, pack }: ListedEvent,
  entry: ThreadEntry | undefined,
): Promise<readonly PartyView[]> {
  if (!isJointThread(event.source)) return [];
  const keys = entry?.kind === "co-append" ? entry.parties : [];
  const names = keys.length > 0 ? keys.map(({ name }) => name) : pack === null ? [] : signerNames(pack);
  return partyViews(names, await readParties(reading, names), reading.clock.now(), keys);
}

async function viewOf(
  reading: EventReading,
  listed: ListedEvent,
  source: AttestationView | null,
  history: ThreadHistory | null,
  keys: readonly ReadingKeyPair[],
): Promise<Omit<EventView, "amended">> {
  const { contracts, clock } = reading;
  const { event } = listed;
  const leafBytes = leafOf(event.signed);
  const leaf = decodeLeaf(leafBytes);
  const config = contracts.config.hash;
  if (eventId(config, leaf.source, leaf.counter) !== event.id)
    throw new DppError(
      "event-store/damaged",
      `what the store keeps as the event ${event.id} is another event`,
    );
  const seq =
    history?.entries.findIndex(({ entry }) => entry.lo <= leaf.counter && leaf.counter < entry.hi) ?? -1;
  const written = history?.entries[seq];
  const entry = written?.entry;
  const opened = await payloadOf(event.payload, leaf, config, keys);
  return {
    ...listed,
    leaf,
    leafBytes,
    source,
    parties: await partiesOf(reading, listed, entry),
    standing: source === null ? "" : standingText(source, clock.now()),
    written: written !== undefined && isWritten(written.entry) ? written : null,
    seq: entry !== undefined && isWritten(entry) ? seq : null,
    givenUp: written !== undefined && entry?.kind === "gap" ? { entry, txHash: written.tx.hash } : null,
    ...opened,
  };
}

async function payloadOf(
  record: Uint8Array | null,
  leaf: EventLeaf,
  config: string,
  keys: readonly ReadingKeyPair[],
): Promise<Pick<EventView, "payload" | "payloadFault">> {
  if (record === null) return { payload: null, payloadFault: null };
  try {
    return { payload: await openPayload(record, leaf, config, keys), payloadFault: null };
  } catch (error) {
    if (!(error instanceof DppError)) throw error;
    return { payload: null, payloadFault: { code: error.code, message: error.message } };
  }
}
