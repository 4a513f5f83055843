/** Parsers of option values; commander prints what they throw and exits with 2. */
import { InvalidArgumentError } from "commander";
import { hexToUuid } from "../src/codec/event.js";
import { EVENT_TYPES, type EventType, parseTier, TIERS, type Tier } from "../src/domain/event.js";
import { GAP_REASONS } from "../src/domain/pack.js";
import { parseReason, REASONS } from "../src/domain/reason.js";
import { isRole, ROLES, type Role } from "../src/domain/role.js";

export const count =
  (name: string, min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`${name} is a whole number from ${min} to ${max}.`);
    }
    return value;
  };

/** A date (`2027-02-18`) or time in UTC, as POSIX ms. */
export function moment(text: string): number {
  const value = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse makes a 3rd of March of a 31st of February.
  if (Number.isNaN(value) || !new Date(value).toISOString().startsWith(text.slice(0, 10)))
    throw new InvalidArgumentError("Give a date like 2027-02-18 or a UTC time like 2027-02-18T08:00:00Z.");
  return value;
}

export function role(text: string): Role {
  const name = text.toUpperCase().replace(/^DPP_/, "");
  if (!isRole(name)) throw new InvalidArgumentError(`One of ${ROLES.join(", ")}.`);
  return name;
}

export const REASON_HELP = `why, as readers see it: ${REASONS.slice(1).join(", ")}, or a number`;

export function reason(text: string): number {
  const code = parseReason(text);
  if (code === null) throw new InvalidArgumentError(`One of ${REASONS.join(", ")}, or a number up to 255.`);
  return code;
}

/** A station's declared cell: 0 to 16 bytes, hex. */
export function place(text: string): string {
  if (!/^([0-9a-fA-F]{2}){0,16}$/.test(text))
    throw new InvalidArgumentError("Give up to 16 bytes as hexadecimal digits.");
  return text.toLowerCase();
}

export const hexOf =
  (bytes: number) =>
  (text: string): string => {
    if (!/^[0-9a-fA-F]*$/.test(text) || text.length !== 2 * bytes) {
      throw new InvalidArgumentError(`Give ${bytes} bytes as ${2 * bytes} hexadecimal digits.`);
    }
    return text.toLowerCase();
  };

export function eventType(text: string): EventType {
  const found = EVENT_TYPES.find((type) => type === text.toLowerCase());
  if (found === undefined) throw new InvalidArgumentError(`One of ${EVENT_TYPES.join(", ")}.`);
  return found;
}

/** `device`, `DEVICE_SIGNED`. */
export function tier(text: string): Tier {
  const found = parseTier(text);
  if (found === null) throw new InvalidArgumentError(`One of ${TIERS.join(", ")}, the weakest first.`);
  return found;
}

/** 16, 28 or 32 bytes hex, or an event's id with dashes; as in a leaf. */
export function subject(text: string): string {
  const hex = text.toLowerCase().replaceAll("-", "");
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{56}|[0-9a-f]{64})$/.test(hex))
    throw new InvalidArgumentError(
      "Give an event's id, a token's name of 28 bytes or a commitment of 32 bytes, as hexadecimal digits.",
    );
  return hex;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** UUID text, in lower case. */
export function eventId(text: string): string {
  const id = text.toLowerCase();
  if (UUID.test(id)) return id;
  const hex = id.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/.test(hex)) throw new InvalidArgumentError("Give an event's id, a UUID.");
  return hexToUuid(hex);
}

/** What a page of events ended with: `receivedAt.id`. */
export function cursor(text: string): { readonly receivedAt: number; readonly id: string } {
  const [, time, id] = /^(\d{1,15})\.(.*)$/.exec(text) ?? [];
  if (time === undefined || id === undefined || !UUID.test(id))
    throw new InvalidArgumentError("Give what the page before ended with.");
  return { receivedAt: Number(time), id };
}

export function gapReason(text: string): number {
  const named = (GAP_REASONS as readonly string[]).indexOf(text.toLowerCase());
  if (named >= 0) return named;
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255)
    throw new InvalidArgumentError(`One of ${GAP_REASONS.join(", ")}, or a number up to 255.`);
  return Number(text);
}
