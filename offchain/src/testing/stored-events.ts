/** Events and packs as a store holds them, for its tests. Their hashes and signatures are made up: a store checks none. */
import type { PackState, StoredEvent, StoredPack } from "../ports/event-store.js";

/** Attestation names. */
export const THREAD = "aa".repeat(16);
export const OTHER_THREAD = "bb".repeat(16);

/** A number as so many bytes of hex. */
const hexOf = (n: number, bytes: number): string => n.toString(16).padStart(bytes * 2, "0");

/** UUID of event `counter` of a thread: another one for each thread that differs in its first or last byte. */
export const storedId = (source: string, counter: number): string =>
  `${source.slice(0, 2)}${source.slice(-2)}0000-0000-8000-8000-${hexOf(counter, 6)}`;

/** Event `counter` of a thread. */
export const storedEvent = (counter: number, different: Partial<StoredEvent> = {}): StoredEvent => {
  const source = different.source ?? THREAD;
  return {
    id: storedId(source, counter),
    source,
    counter,
    hash: `${source.slice(0, 2)}${hexOf(counter, 31)}`,
    type: "harvest",
    subject: "",
    tier: "INDIVIDUAL_SIGNED",
    captured: 1_800_000_000_000 + counter,
    receivedAt: 1_800_000_100_000 + counter,
    signed: Uint8Array.of(0x8e, 0, 255, counter & 0xff),
    payload: Uint8Array.of(0xa0, 0, counter & 0xff),
    ...different,
  };
};

export const eventsFrom = (lo: number, hi: number, different: Partial<StoredEvent> = {}): StoredEvent[] =>
  Array.from({ length: hi - lo }, (_, at) => storedEvent(lo + at, different));

/** Pack of the counters from `lo` up to `hi`. */
export const storedPack = (lo: number, hi: number, different: Partial<StoredPack> = {}): StoredPack => ({
  config: "c0".repeat(28),
  source: THREAD,
  tier: "INDIVIDUAL_SIGNED",
  lo,
  hi,
  root: hexOf(lo * 1000 + hi, 32),
  cmin: 1_800_000_000_000 + lo,
  cmax: 1_800_000_000_000 + hi,
  signature: hexOf(lo, 64),
  sealedAt: 1_800_000_200_000 + lo,
  state: { kind: "waiting" },
  ...different,
});

export const REFUSED: PackState = { kind: "refused", code: "anchor/times", reason: "the times overlap" };
