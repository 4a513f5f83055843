/**
 * The leaf of an event: what is hashed, signed and anchored. Spec: docs/spec/event.md "Leaf". Checks each field by itself; whether source, tier and
 * role are the attestation's, and whether `previous` chains, says `usecases/events/check.ts`.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { CLOCKS, EVENT_TYPES, type EventLeaf, MAX_LEAF_BYTES, TIERS } from "../domain/event.js";
import { ROLES } from "../domain/role.js";
import { type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { u64be } from "./u64.js";

export const LEAF_VERSION = 1;
/** First byte of a leaf: a list of 14. */
export const LEAF_FIRST_BYTE = 0x8e;
const FIELDS = 14;
const MAX_BOOT = 2 ** 32 - 1;

const shape = cborShape("event/malformed");

const hexField = (value: CborValue | undefined, lengths: readonly number[], path: string): string => {
  if (!(value instanceof Uint8Array) || !lengths.includes(value.length))
    throw shape.refuse(path, `${lengths.join(", ")} bytes`);
  return toHex(value);
};

const named = <T extends string>(value: CborValue | undefined, names: readonly T[], path: string): T => {
  const name = typeof value === "number" ? names[value] : undefined;
  if (name === undefined) throw shape.refuse(path, `a number from 0 to ${names.length - 1}`);
  return name;
};

function deviceField(value: CborValue | undefined): string {
  const device = hexField(value, [16], "/device");
  if (!/^.{16}[89ab]/.test(device)) throw shape.refuse("/device", "a UUID of RFC 9562 (variant bits 10)");
  return device;
}

/**
 * Keeps nothing of `bytes`.
 * @throws DppError `event/too-large` above 256 bytes, `cbor/malformed`, `cbor/not-canonical`, `event/version`, `event/malformed`.
 */
export function decodeLeaf(bytes: Uint8Array): EventLeaf {
  if (bytes.length > MAX_LEAF_BYTES)
    throw new DppError(
      "event/too-large",
      `${bytes.length} bytes of a leaf, at most ${MAX_LEAF_BYTES} are read`,
    );
  return leafFromCbor(decodeCbor(bytes, MAX_LEAF_BYTES));
}

function leafFromCbor(value: CborValue): EventLeaf {
  const items = shape.tuple(value, FIELDS, "");
  if (shape.int(items[0], "/version") !== LEAF_VERSION)
    throw new DppError("event/version", `a leaf of version ${items[0]}: this reader knows ${LEAF_VERSION}`);
  return {
    source: toHex(shape.bytes(items[1], 13, 28, "/source")),
    counter: shape.int(items[2], "/counter"),
    device: deviceField(items[3]),
    type: named(items[4], EVENT_TYPES, "/type"),
    subject: hexField(items[5], [0, 16, 28, 32], "/subject"),
    role: named(items[6], ROLES, "/role"),
    tier: named(items[7], TIERS, "/tier"),
    payload: hexField(items[8], [32], "/payload"),
    previous: hexField(items[9], [0, 32], "/previous"),
    captured: shape.int(items[10], "/captured"),
    clock: named(items[11], CLOCKS, "/clock"),
    uptime: shape.int(items[12], "/uptime"),
    boot: shape.int(items[13], "/boot", MAX_BOOT),
  };
}

/** @throws DppError `event/malformed`, `bytes/hex`, `cbor/value` for a leaf that `decodeLeaf` would refuse. */
export function encodeLeaf(leaf: EventLeaf): Uint8Array {
  const items = [
    LEAF_VERSION,
    fromHex(leaf.source),
    leaf.counter,
    fromHex(leaf.device),
    EVENT_TYPES.indexOf(leaf.type),
    fromHex(leaf.subject),
    ROLES.indexOf(leaf.role),
    TIERS.indexOf(leaf.tier),
    fromHex(leaf.payload),
    fromHex(leaf.previous),
    leaf.captured,
    CLOCKS.indexOf(leaf.clock),
    leaf.uptime,
    leaf.boot,
  ];
  const bytes = encodeCbor(items);
  leafFromCbor(items);
  // Under Node the encoder answers with a Buffer, whose `slice` is no copy and which compares as another type.
  return new Uint8Array(bytes);
}

const EVENT_HASH_PREFIX = Uint8Array.of(0x00);

/** What the next event's `previous` holds, and a leaf of the pack's tree: 32 bytes. */
export const eventHash = (leafBytes: Uint8Array): Uint8Array =>
  blake2b(concat(EVENT_HASH_PREFIX, leafBytes), { dkLen: 32 });

const EVENT_ID_DOMAIN = utf8("dpp/event-id/1");

/** Computed, never carried: UUIDv8 text. `config` and `source` are hex. @throws DppError `bytes/hex`, `bytes/u64`, `event/malformed`. */
export function eventId(config: string, source: string, counter: number): string {
  const id = blake2b(
    concat(
      EVENT_ID_DOMAIN,
      shape.bytes(fromHex(config), 28, 28, "/config"),
      shape.bytes(fromHex(source), 13, 28, "/source"),
      u64be(counter),
    ),
    { dkLen: 32 },
  ).subarray(0, 16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return hexToUuid(toHex(id));
}

/** 16 bytes of hex as UUID text, lower case. @throws DppError `bytes/uuid`. */
export function hexToUuid(hex: string): string {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(
    hex.toLowerCase(),
  );
  if (parts === null) throw new DppError("bytes/uuid", "expected 16 bytes of a UUID as hexadecimal text");
  return parts.slice(1).join("-");
}

/** @throws DppError `bytes/uuid` for what is no UUID text of RFC 9562 §4. */
export function uuidToHex(uuid: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid))
    throw new DppError("bytes/uuid", "expected a UUID, such as 0b5e7a54-6f2c-8d11-9a3e-4c1d2e3f4a5b");
  return uuid.replaceAll("-", "").toLowerCase();
}
