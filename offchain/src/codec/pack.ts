/**
 * Packs: what a source signs of a run of its events, and the file that brings them to a relayer. Spec: docs/spec/anchor.md "Pack". Checks form alone:
 * whether events, root, times and signature belong together says `usecases/events/check.ts`; the root is made by `merkle/pack.ts`.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { MAX_LEAF_BYTES, MAX_PACK_EVENTS, MAX_PAYLOAD_BYTES, TIERS, tierNumber } from "../domain/event.js";
import { arePartyNames, isJointThread } from "../domain/joint.js";
import type { Pack, PackedEvent, PackHeader } from "../domain/pack.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { LEAF_FIRST_BYTE } from "./event.js";
import { MAX_PARTIES_BYTES, MIN_PARTIES_BYTES, MIN_SIGNATURE_BYTES } from "./parties.js";
import { MAX_SIGNED_EVENT_BYTES, SIGNED_FIRST_BYTE } from "./signed-event.js";
import { u64be } from "./u64.js";

export const PACK_KIND = "dpp/pack/1";
export const MAX_PACK_BYTES = 64 * 1024 * 1024;

const KEYS = [
  "kind",
  "config",
  "source",
  "tier",
  "lo",
  "hi",
  "root",
  "cmin",
  "cmax",
  "signature",
  "events",
] as const;

const shape = cborShape("pack/malformed");

const headerToCbor = (header: PackHeader) => ({
  config: fromHex(header.config),
  source: fromHex(header.source),
  tier: tierNumber(header.tier),
  lo: header.lo,
  hi: header.hi,
  root: fromHex(header.root),
  cmin: header.cmin,
  cmax: header.cmax,
});

function headerFromCbor(map: Readonly<Record<keyof PackHeader, CborValue>>): PackHeader {
  const tier = typeof map.tier === "number" ? TIERS[map.tier] : undefined;
  if (tier === undefined) throw shape.refuse("/tier", `a number from 0 to ${TIERS.length - 1}`);
  const [lo, hi] = [shape.int(map.lo, "/lo"), shape.int(map.hi, "/hi")];
  if (hi <= lo || hi - lo > MAX_PACK_EVENTS)
    throw shape.refuse("/hi", `1 to ${MAX_PACK_EVENTS} more than lo`);
  const [cmin, cmax] = [shape.int(map.cmin, "/cmin"), shape.int(map.cmax, "/cmax")];
  if (cmax < cmin) throw shape.refuse("/cmax", "no less than cmin");
  return {
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    source: toHex(shape.bytes(map.source, 13, 28, "/source")),
    tier,
    lo,
    hi,
    root: toHex(shape.bytes(map.root, 32, 32, "/root")),
    cmin,
    cmax,
  };
}

/** The 32 bytes that the source signs; on a joint thread it is `jointDigest`. @throws DppError `pack/malformed`, `bytes/hex` for a header outside the bounds of the format. */
export function packDigest(header: PackHeader): Uint8Array {
  const { tier, lo, hi, cmin, cmax } = headerFromCbor(headerToCbor(header));
  return blake2b(
    concat(
      utf8(PACK_KIND),
      fromHex(header.config),
      Uint8Array.of(tierNumber(tier)),
      u64be(lo),
      u64be(hi),
      fromHex(header.root),
      u64be(cmin),
      u64be(cmax),
      fromHex(header.source),
    ),
    { dkLen: 32 },
  );
}

const JOINT_KIND = "dpp/co-pack/1";

/**
 * The 32 bytes that each party of a joint pack signs. `names`: attestation names of all of them, hex, ascending.
 * @throws DppError `pack/malformed`, `pack/parties`, `bytes/hex`.
 */
export function jointDigest(header: PackHeader, names: readonly string[]): Uint8Array {
  const { source, tier, lo, hi, cmin, cmax } = headerFromCbor(headerToCbor(header));
  if (!isJointThread(source)) throw shape.refuse("/source", "the name of a joint thread");
  if (tier !== "MULTI_PARTY_SIGNED") throw shape.refuse("/tier", "MULTI_PARTY_SIGNED, on a joint thread");
  return blake2b(
    concat(
      utf8(JOINT_KIND),
      fromHex(header.config),
      partiesHash(names),
      u64be(lo),
      u64be(hi),
      fromHex(header.root),
      u64be(cmin),
      u64be(cmax),
      fromHex(source),
    ),
    { dkLen: 32 },
  );
}

function partiesHash(names: readonly string[]): Uint8Array {
  const parts = names.map((name) => shape.bytes(fromHex(name), 13, 28, "/parties"));
  if (!arePartyNames(parts.map(toHex)))
    throw new DppError("pack/parties", "a joint pack has 2 to 9 parties, their names ascending, none twice");
  return blake2b(concat(...parts.flatMap((name) => [Uint8Array.of(name.length), name])), { dkLen: 32 });
}

function eventFromCbor(value: CborValue, path: string): PackedEvent {
  const [signed, payload] = shape.tuple(value, 2, path);
  const bytes = shape.bytes(signed, 1, MAX_SIGNED_EVENT_BYTES, `${path}/0`);
  const [first] = bytes;
  if (first !== SIGNED_FIRST_BYTE && !(first === LEAF_FIRST_BYTE && bytes.length <= MAX_LEAF_BYTES))
    throw shape.refuse(`${path}/0`, "a leaf (8e…) or a signed event (d2…)");
  return {
    signed: bytes,
    payload: payload === null ? null : shape.bytes(payload, 1, MAX_PAYLOAD_BYTES, `${path}/1`),
  };
}

const tooLarge = (bytes: number): DppError =>
  new DppError(
    "pack/too-large",
    `${bytes} bytes of a pack, at most ${MAX_PACK_BYTES} are read: make smaller packs`,
  );

/** @throws DppError `pack/malformed`, `pack/too-large`, `bytes/hex`, `cbor/value`. */
export function encodePack(pack: Pack): Uint8Array {
  const map = {
    ...headerToCbor(pack),
    kind: PACK_KIND,
    signature: fromHex(pack.signature),
    events: pack.events.map(({ signed, payload }): CborInput => [signed, payload]),
  };
  packFromCbor(new Map<CborValue, CborValue>(Object.entries(map) as [string, CborValue][]));
  const bytes = encodeCbor(map);
  if (bytes.length > MAX_PACK_BYTES) throw tooLarge(bytes.length);
  return bytes;
}

/** @throws DppError `pack/too-large`, `cbor/malformed`, `cbor/not-canonical`, `pack/malformed`, `pack/version`. */
export function decodePack(bytes: Uint8Array): Pack {
  if (bytes.length > MAX_PACK_BYTES) throw tooLarge(bytes.length);
  return packFromCbor(decodeCbor(bytes, MAX_PACK_BYTES));
}

function packFromCbor(value: CborValue): Pack {
  const map = shape.map(value, KEYS, "");
  if (map.kind !== PACK_KIND)
    throw new DppError("pack/version", `this reader knows packs of kind ${PACK_KIND}`);
  const events = shape.list(map.events, MAX_PACK_EVENTS, "/events", eventFromCbor);
  if (events.length === 0) throw shape.refuse("/events", "an event");
  const header = headerFromCbor(map);
  const least = isJointThread(header.source) ? MIN_PARTIES_BYTES : MIN_SIGNATURE_BYTES;
  return {
    ...header,
    signature: toHex(shape.bytes(map.signature, least, MAX_PARTIES_BYTES, "/signature")),
    events,
  };
}
