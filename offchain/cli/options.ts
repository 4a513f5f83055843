/** Parsers of option values; commander prints what they throw and exits with 2. */
import { InvalidArgumentError } from "commander";
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
