/** Values for property tests of events: leaves, packs, entries of a thread. */
import fc from "fast-check";
import { encodeLeaf } from "../codec/event.js";
import { encodeSignedEvent } from "../codec/signed-event.js";
import { toHex } from "../domain/bytes.js";
import { CLOCKS, EVENT_TYPES, type EventLeaf, MAX_PACK_EVENTS, TIERS } from "../domain/event.js";
import { MAX_PARTIES, MIN_PARTIES } from "../domain/joint.js";
import type { Pack, PackedEvent, PackHeader, ThreadEntry } from "../domain/pack.js";
import { ROLES } from "../domain/role.js";
import { bytesOf, hexOf } from "./arbitraries.js";

const MAX = Number.MAX_SAFE_INTEGER;

/** Where encodings of integers change their length is tried as often as anywhere else. */
const uint = (max: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.nat({ max }),
    fc
      .constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, MAX)
      .filter((value) => value <= max),
  );

/** Two in ascending order, at least `apart`. */
const ascending = (apart: number): fc.Arbitrary<readonly [number, number]> =>
  fc
    .tuple(uint(MAX - apart), fc.nat({ max: MAX_PACK_EVENTS - apart }))
    .map(([low, more]) => [low, Math.min(low + apart + more, MAX)]);

const source = fc.integer({ min: 13, max: 28 }).chain(hexOf);

export const device: fc.Arbitrary<string> = fc
  .tuple(bytesOf(16), fc.nat({ max: 63 }))
  .map(([bytes, low]) => toHex(bytes.with(8, 0x80 | low)));

export const eventLeaf: fc.Arbitrary<EventLeaf> = fc.record({
  source,
  counter: uint(MAX),
  device,
  type: fc.constantFrom(...EVENT_TYPES),
  subject: fc.constantFrom(0, 16, 28, 32).chain(hexOf),
  role: fc.constantFrom(...ROLES),
  tier: fc.constantFrom(...TIERS),
  payload: hexOf(32),
  previous: fc.constantFrom(0, 32).chain(hexOf),
  captured: uint(MAX),
  clock: fc.constantFrom(...CLOCKS),
  uptime: uint(MAX),
  boot: uint(2 ** 32 - 1),
});

export const packHeader: fc.Arbitrary<PackHeader> = fc
  .record({
    config: hexOf(28),
    source,
    tier: fc.constantFrom(...TIERS),
    counters: ascending(1),
    root: hexOf(32),
    times: ascending(0),
  })
  .map(({ counters: [lo, hi], times: [cmin, cmax], ...rest }) => ({ ...rest, lo, hi, cmin, cmax }));

/** Each well formed alone; they neither chain nor belong to a pack's header. */
export const packedEvent: fc.Arbitrary<PackedEvent> = fc
  .record({
    leaf: eventLeaf.map(encodeLeaf),
    signature: fc.option(bytesOf(64)),
    payload: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 })),
  })
  .map(({ leaf, signature, payload }) => ({
    signed: signature === null ? leaf : encodeSignedEvent(leaf, signature),
    payload,
  }));

export const pack: fc.Arbitrary<Pack> = fc
  .record({
    header: packHeader,
    signature: fc.constantFrom(64, 65, 300).chain(hexOf),
    events: fc.array(packedEvent, { minLength: 1, maxLength: 4 }),
  })
  .map(({ header, ...rest }) => ({ ...header, ...rest }));

/** Of a length that a form has; whether it is a key is another question. */
export const eventKeyBytes: fc.Arbitrary<string> = fc.constantFrom(32, 61, 94, 95, 159, 160).chain(hexOf);

/** Names of parties as a joint pack lists them. */
export const partyNames: fc.Arbitrary<readonly string[]> = fc
  .uniqueArray(source, { minLength: MIN_PARTIES, maxLength: MAX_PARTIES })
  .map((names) => names.toSorted());

const writtenPack = fc
  .record({ header: packHeader, late: fc.boolean(), more: fc.nat() })
  .map(({ header: { config: _config, source: _source, ...header }, late, more }) => ({
    ...header,
    late,
    until: Math.min(header.cmax + more, MAX),
  }));

export const threadEntry: fc.Arbitrary<ThreadEntry> = fc.oneof(
  fc
    .record({ written: writtenPack, pk: eventKeyBytes })
    .map(({ written, pk }) => ({ kind: "append" as const, ...written, pk })),
  fc
    .record({
      written: writtenPack,
      parties: partyNames.chain((names) =>
        fc.tuple(...names.map((name) => eventKeyBytes.map((pk) => ({ name, pk })))),
      ),
    })
    .map(({ written, parties }) => ({
      kind: "co-append" as const,
      ...written,
      tier: "MULTI_PARTY_SIGNED" as const,
      parties,
    })),
  fc
    .record({ counters: ascending(1), reason: fc.nat({ max: 255 }) })
    .map(({ counters: [lo, hi], reason }) => ({ kind: "gap" as const, lo, hi, reason })),
);
