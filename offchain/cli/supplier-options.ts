/** Options of `dpp supplier`, and how their values are written. */
import { type Command, InvalidArgumentError } from "commander";
import { DppError } from "../src/domain/errors.js";
import {
  CONFIRMATIONS,
  type Confirmation,
  MAX_AREA_M2,
  MAX_CAPACITY_KG,
  parsePhone,
} from "../src/domain/supplier.js";
import type { Declared } from "../src/usecases/suppliers/enrol.js";
import { count, hexOf, moment } from "./options.js";

const MAX_NUMBER = 0xffff_fffe;

/** Which key opens whose registry. */
export interface Place {
  readonly as: string;
  readonly operator?: string;
  readonly sealedBy?: readonly string[];
}

export const collect = <T>(value: T, list: readonly T[] = []): readonly T[] => [...list, value];

const parsed =
  <T>(read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof DppError ? error.message : "This cannot be read.");
    }
  };

const phoneOption = parsed(parsePhone);
export const phones = (text: string, list?: readonly string[]): readonly string[] =>
  collect(phoneOption(text), list);

export function confirmation(text: string): Confirmation {
  const found = CONFIRMATIONS.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`One of ${CONFIRMATIONS.join(", ")}.`);
  return found;
}

/** `season:product:kilograms`, with plots behind it: `2027:shea:450:9000@cell:+09.3-000.8,4000`. */
export function declared(text: string, list?: readonly Declared[]): readonly Declared[] {
  const [, season = "", product = "", kg = "", plots] = /^([^:]+):([^:]+):(\d+)(?::(.+))?$/.exec(text) ?? [];
  if (kg === "")
    throw new InvalidArgumentError(
      "Write season:product:kilograms, e.g. 2027:shea:450, and plots as m²@cell.",
    );
  return collect(
    {
      season,
      product,
      capacityKg: count("kilograms", 0, MAX_CAPACITY_KG)(kg),
      plots: (plots?.split(",") ?? []).map((plot) => {
        const [area = "", ...cell] = plot.split("@");
        return { areaM2: count("m²", 0, MAX_AREA_M2)(area), cell: cell.join("@") };
      }),
    },
    list,
  );
}

export function by(text: string): string {
  if (!/^(?:[0-9a-fA-F]{2}){13,28}$/.test(text))
    throw new InvalidArgumentError("Give an attestation's name or a key hash as hexadecimal digits.");
  return text.toLowerCase();
}

const sealers = (text: string, list?: readonly string[]): readonly string[] => collect(hexOf(32)(text), list);

/** Options that every verb of a registry has. */
export const placed = (command: Command): Command =>
  command
    .requiredOption("--as <key>", "key here whose reading key opens the registry")
    .option("--operator <id>", "whose registry, when several lie here")
    .option("--sealed-by <hex>", "reading key of a reader elsewhere who made the registry's key", sealers);

export const dated = (command: Command): Command =>
  command
    .option("--from <date>", "card valid from (default: now)", moment)
    .option("--to <date>", "card valid until this day begins; without it no card is made", moment);

export const enrolling = (command: Command, standard: Confirmation): Command =>
  dated(placed(command))
    .option("--phone <number>", "phone number in E.164; repeat for more", phones)
    .option("--declare <season:product:kg[:m2@cell,…]>", "what the supplier says he can deliver", declared)
    .option("--confirmed <how>", "in-person, document, biometric or phone", confirmation, standard)
    .option("--reference <file>", "paper or biometric template: its hash is kept, never the file")
    .option("--by <name>", "attestation name or key hash of who enrolled (default: the key's)", by)
    .option("--shared-phone", "another supplier has this phone too");

export interface EnrolArguments extends Place {
  readonly name?: string;
  readonly phone?: readonly string[];
  readonly declare?: readonly Declared[];
  readonly confirmed: Confirmation;
  readonly reference?: string;
  readonly by?: string;
  readonly sharedPhone?: boolean;
  readonly from?: number;
  readonly to?: number;
}

/** @throws DppError `usage/arguments`. */
export function number(text: string): number {
  const value = Number(text);
  if (!/^[1-9]\d{0,9}$/.test(text) || value > MAX_NUMBER)
    throw new DppError("usage/arguments", "a supplier is named by his number: dpp supplier list");
  return value;
}
