/** Who is to be accredited, and for what: the options of `dpp role issue` and of `dpp quorum propose issue`. */
import { type Command, InvalidArgumentError } from "commander";
import type { Keystore } from "../src/adapters/keystore.js";
import { SOURCE_KINDS, type SourceKind } from "../src/domain/attestation.js";
import { DppError } from "../src/domain/errors.js";
import type { ProposedRole } from "../src/domain/proposal.js";
import { CAPTURING_ROLES, type Role } from "../src/domain/role.js";
import type { Context } from "../src/usecases/context.js";
import { type ActorOptions, actorOf, BADGE_IMAGE } from "./actor.js";
import {
  type ChosenKey,
  derivedKey,
  type EventKeyOptions,
  eventKeyOptions,
  givenKey,
  requireCheckedKey,
} from "./event-key-input.js";
import { count, hexOf, moment, place, role } from "./options.js";

export interface AccreditationOptions extends ActorOptions, EventKeyOptions {
  readonly role: Role;
  readonly operator: string;
  readonly title?: string;
  readonly image: string;
  readonly kind?: SourceKind;
  readonly place: string;
  readonly events?: boolean;
  /** Hours. */
  readonly maxDelay: number;
  readonly from?: number;
  readonly to?: number;
}

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
/** Of a role that captures nothing. */
const NO_KEY: ChosenKey = { alg: 0, pk: "", derived: false };

export const accreditationOptions = (command: Command): Command =>
  eventKeyOptions(actorOptions(command), "public key that signs its events, when it captures any")
    .option(
      "--events",
      "it captures events, signed by a key that is derived from --key (default for SUPERVISOR, STATION, GATEWAY, LAB)",
    )
    .option("--no-events", "it captures none")
    .option("--max-delay <hours>", "how long it may hold events back", count("--max-delay", 0, 8784), 240)
    .option("--from <date>", "valid from (default: now)", moment)
    .option("--to <date>", "valid to (default: a year later)", moment);

const actorOptions = (command: Command): Command =>
  command
    .requiredOption("--role <role>", "MANUFACTURER, RECYCLER, REPAIRER, AUTHORITY, …", role)
    .requiredOption("--operator <id>", "public id of the legal entity, e.g. gln:9506000134352")
    .option("--key <name>", "key of the actor, when it lies here (dpp key new)")
    .option("--holder <address>", "else the actor's wallet: payment or stake address whose key will sign")
    .option("--reading-key <hex>", "and his public reading key (X25519), e.g. of a passkey", hexOf(32))
    .option("--badge-to <address>", "wallet for the badge (default: the key's or the holder's address)")
    .option("--title <text>", "name shown by wallets (default: the role and the operator)")
    .option("--image <uri>", "image shown by wallets", BADGE_IMAGE)
    .option("--kind <kind>", `who captures events by itself: one of ${SOURCE_KINDS.join(", ")}`, kind)
    .option("--place <hex>", "declared cell of a station, up to 16 bytes", place, "");

function kind(text: string): SourceKind {
  const found = SOURCE_KINDS.find((name) => name.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new InvalidArgumentError(`One of ${SOURCE_KINDS.join(", ")}.`);
  return found;
}

/** What captures events by itself signs as a device or a gateway; everybody else as an individual. */
const kindOf = (role: Role): SourceKind =>
  role === "STATION" ? "Device" : role === "GATEWAY" ? "Gateway" : "Individual";

/** Who captures events by his role and whose key lies here signs them with the key that is derived from it. */
async function eventKeyOf(keys: Keystore, config: string, options: AccreditationOptions): Promise<ChosenKey> {
  const { role, key, events } = options;
  const given = await givenKey(options);
  if (given !== undefined) return given;
  if (events === false) return NO_KEY;
  if (key === undefined || (events !== true && !CAPTURING_ROLES.includes(role))) return NO_KEY;
  return derivedKey(keys, key, config, 0, options.eventForm);
}

export interface Accreditation {
  readonly role: ProposedRole;
  readonly key: ChosenKey;
}

/** @throws DppError as `actorOf`, `givenKey`, `requireCheckedKey`. */
export async function accreditationOf(
  { context, keys }: { readonly context: Context; readonly keys: Keystore },
  options: AccreditationOptions,
): Promise<Accreditation> {
  const { holder, encPk, badgeAddress } = await actorOf(keys, context.ledger.network, options);
  const { role, operator } = options;
  const chosen = await eventKeyOf(keys, context.contracts.config.hash, options);
  await requireCheckedKey({ context }, chosen, options);
  if (chosen.pk !== "" && options.maxDelay < 1)
    throw new DppError(
      "usage/arguments",
      "--max-delay of a source is an hour at least: the ledger knows the time of writing to the hour, and would mark every pack late",
    );
  const validFrom = options.from ?? context.clock.now() - 60_000;
  const accredited: ProposedRole = {
    role,
    kind: options.kind ?? kindOf(role),
    holder,
    alg: chosen.alg,
    pk: chosen.pk,
    encPk,
    operator,
    place: options.place,
    validFrom,
    validTo: options.to ?? validFrom + YEAR,
    maxDelay: options.maxDelay * HOUR,
    title: options.title ?? `DPP ${role} ${operator}`,
    image: options.image,
    badgeTo: badgeAddress,
  };
  return { role: accredited, key: chosen };
}
