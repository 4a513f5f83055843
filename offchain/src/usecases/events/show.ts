/** One event with all that is known of it: what it says, the pack that holds it, what the ledger wrote, who its source is. */
import { decodeLeaf, eventId } from "../../codec/event.js";
import { leafOf } from "../../codec/signed-event.js";
import type { ReadingKeyPair } from "../../crypto/x25519.js";
import { DppError } from "../../domain/errors.js";
import type { EventLeaf } from "../../domain/event.js";
import { isWritten } from "../../domain/pack.js";
import type { ListedEvent } from "../../ports/event-store.js";
import { type AttestationView, readAttestation } from "../resolve.js";
import type { EventReading } from "./context.js";
import type { GapEntry } from "./given-up.js";
import { type OpenedPayload, openPayload } from "./payload.js";
import { standingText } from "./standing.js";
import { readThreadHistory, type ThreadHistory, type WrittenEntry } from "./threads.js";

export interface EventView extends ListedEvent {
  readonly leaf: EventLeaf;
  readonly leafBytes: Uint8Array;
  /** Today's attestation of the source; `null`: this deployment has none. */
  readonly source: AttestationView | null;
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
}

/** @throws DppError `event/unknown`, `event-store/*`, `ledger/*`. */
export async function showEvent(
  reading: EventReading,
  id: string,
  keys: readonly ReadingKeyPair[] = [],
): Promise<EventView> {
  const listed = await reading.store.event(id);
  if (listed === null) throw unknownEvent(id);
  const source = await readAttestation(reading, listed.event.source);
  const history =
    source === null || source.pk === "" ? null : await threadHistory(reading, listed.event.source);
  return viewOf(reading, listed, source, history, keys);
}

export const unknownEvent = (id: string): DppError =>
  new DppError("event/unknown", `there is no event ${id} here`);

const threadHistory = (reading: EventReading, source: string): Promise<ThreadHistory | null> =>
  readThreadHistory(reading, source).catch((error: unknown) => {
    if (error instanceof DppError && error.code === "thread/none") return null;
    throw error;
  });

async function viewOf(
  { contracts, clock }: EventReading,
  listed: ListedEvent,
  source: AttestationView | null,
  history: ThreadHistory | null,
  keys: readonly ReadingKeyPair[],
): Promise<EventView> {
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
