/** Rows ↔ events and packs. What goes in is checked so far as the tables' types ask; what comes out is checked as anything from outside. */
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { EVENT_TYPES, TIERS } from "../../domain/event.js";
import type { EventMark, PackState, StoredEvent, StoredPack } from "../../ports/event-store.js";
import type { Row, SqlValue } from "./sql.js";

export const PACK_STATES = ["waiting", "sent", "anchored", "refused"] as const;
/** In the order of the columns that `eventValues` and `packValues` fill. */
export const EVENT_COLUMNS =
  "id, source, counter, hash, type, subject, tier, captured, received_at, signed, payload";
export const PACK_COLUMNS =
  "source, lo, hi, config, tier, root, captured_min, captured_max, signature, sealed_at, state, tx_hash, seq, late, code, reason";

const malformed = (what: string): DppError =>
  new DppError("event-store/malformed", `an event store takes ${what}`);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => UUID.test(text);

/** @throws DppError `event-store/malformed`. */
export function integer(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed("whole numbers from 0 to 2^53 − 1");
}

/** @throws DppError `event-store/malformed`. */
export function limitOf(limit: number, most: number): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw malformed(`a limit from 1 to ${most}`);
}

/** @throws DppError `event-store/malformed`. */
export function hexBytes(hex: string): Uint8Array {
  if (/^(?:[0-9a-f]{2})*$/.test(hex)) return fromHex(hex);
  throw malformed("byte strings as lower-case hexadecimal");
}

/** @throws DppError `event-store/malformed`. */
export function positionIn<const T>(value: T, values: readonly T[]): number {
  const found = values.indexOf(value);
  if (found < 0) throw malformed(`one of ${values.join(", ")}`);
  return found;
}

const MAX_TEXT = 1000;
/** PostgreSQL has no NUL in a text. */
export const bounded = (text: string): string => text.slice(0, MAX_TEXT).replaceAll("\0", "");

export function eventValues(event: StoredEvent): (string | number | Uint8Array | null)[] {
  if (!isUuid(event.id)) throw malformed("ids as UUIDs in lower case");
  return [
    event.id,
    hexBytes(event.source),
    integer(event.counter),
    hexBytes(event.hash),
    positionIn(event.type, EVENT_TYPES),
    hexBytes(event.subject),
    positionIn(event.tier, TIERS),
    integer(event.captured),
    integer(event.receivedAt),
    event.signed,
    event.payload,
  ];
}

export function packValues(pack: StoredPack): SqlValue[] {
  if (integer(pack.lo) >= integer(pack.hi)) throw malformed("packs with lo < hi");
  return [
    hexBytes(pack.source),
    pack.lo,
    pack.hi,
    hexBytes(pack.config),
    positionIn(pack.tier, TIERS),
    hexBytes(pack.root),
    integer(pack.cmin),
    integer(pack.cmax),
    hexBytes(pack.signature),
    integer(pack.sealedAt),
    ...stateValues(pack.state),
  ];
}

/** `state, tx_hash, seq, late, code, reason`. */
export function stateValues(state: PackState): SqlValue[] {
  const kind = positionIn(state.kind, PACK_STATES);
  switch (state.kind) {
    case "waiting":
      return [kind, null, null, null, null, null];
    case "sent":
      return [kind, hexBytes(state.txHash), null, null, null, null];
    case "anchored":
      return [kind, hexBytes(state.txHash), integer(state.seq), state.late, null, null];
    case "refused":
      return [kind, null, null, null, bounded(state.code), bounded(state.reason)];
  }
}

const damaged = (column: string): DppError =>
  new DppError("event-store/damaged", `the event store holds a row whose ${column} cannot be read`, {
    details: { column },
  });

/** Drivers give int8 as text, number or bigint. */
export function number(row: Row, column: string): number {
  const found = Number(row[column] ?? Number.NaN);
  if (Number.isSafeInteger(found) && found >= 0) return found;
  throw damaged(column);
}

function bytes(row: Row, column: string): Uint8Array {
  const found = row[column];
  // A copy of its own: a driver's buffer may be a window on the whole answer.
  if (found instanceof Uint8Array) return new Uint8Array(found);
  throw damaged(column);
}

export const hex = (row: Row, column: string): string => toHex(bytes(row, column));

function text(row: Row, column: string): string {
  const found = row[column];
  if (typeof found === "string") return found;
  throw damaged(column);
}

function named<T>(row: Row, column: string, values: readonly T[]): T {
  const found = values[number(row, column)];
  if (found === undefined) throw damaged(column);
  return found;
}

/** @throws DppError `event-store/damaged`. */
export const toEvent = (row: Row): StoredEvent => ({
  id: text(row, "id"),
  source: hex(row, "source"),
  counter: number(row, "counter"),
  hash: hex(row, "hash"),
  type: named(row, "type", EVENT_TYPES),
  subject: hex(row, "subject"),
  tier: named(row, "tier", TIERS),
  captured: number(row, "captured"),
  receivedAt: number(row, "received_at"),
  signed: bytes(row, "signed"),
  payload: row.payload === null ? null : bytes(row, "payload"),
});

/** @throws DppError `event-store/damaged`. */
export const toMark = (row: Row): EventMark => ({
  id: text(row, "id"),
  counter: number(row, "counter"),
  hash: hex(row, "hash"),
  captured: number(row, "captured"),
});

/** @param prefix of the columns' names. @throws DppError `event-store/damaged`. */
export const toPack = (row: Row, prefix = ""): StoredPack => ({
  source: hex(row, `${prefix}source`),
  lo: number(row, `${prefix}lo`),
  hi: number(row, `${prefix}hi`),
  config: hex(row, `${prefix}config`),
  tier: named(row, `${prefix}tier`, TIERS),
  root: hex(row, `${prefix}root`),
  cmin: number(row, `${prefix}captured_min`),
  cmax: number(row, `${prefix}captured_max`),
  signature: hex(row, `${prefix}signature`),
  sealedAt: number(row, `${prefix}sealed_at`),
  state: toState(row, prefix),
});

function toState(row: Row, prefix: string): PackState {
  const kind = named(row, `${prefix}state`, PACK_STATES);
  switch (kind) {
    case "waiting":
      return { kind };
    case "sent":
      return { kind, txHash: hex(row, `${prefix}tx_hash`) };
    case "anchored":
      return {
        kind,
        txHash: hex(row, `${prefix}tx_hash`),
        seq: number(row, `${prefix}seq`),
        late: row[`${prefix}late`] === true,
      };
    case "refused":
      return { kind, code: text(row, `${prefix}code`), reason: text(row, `${prefix}reason`) };
  }
}
