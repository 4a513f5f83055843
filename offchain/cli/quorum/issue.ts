/** Options of `dpp quorum propose issue`: as `dpp role issue`, for an actor who is mostly elsewhere. */
import { type Command, Option } from "commander";
import { SOURCE_KINDS, type SourceKind } from "../../src/domain/attestation.js";
import type { Role } from "../../src/domain/role.js";
import type { QuorumIntent } from "../../src/usecases/quorum/prepare.js";
import { type ActorOptions, actorOf, BADGE_IMAGE } from "../actor.js";
import { hexOf, moment, role as roleOption } from "../options.js";
import type { ProposerDesk, ProposeVerbOptions } from "./make.js";

const YEAR = 365 * 24 * 3_600_000;

export type IssueOptions = ProposeVerbOptions &
  ActorOptions & {
    readonly role: Role;
    readonly operator: string;
    readonly title?: string;
    readonly image: string;
    readonly kind?: SourceKind;
    readonly place: string;
    readonly from?: number;
    readonly to?: number;
  };

export const issueOptions = (command: Command): Command =>
  command
    .requiredOption("--role <role>", "MANUFACTURER, RECYCLER, REPAIRER, AUTHORITY, …", roleOption)
    .requiredOption("--operator <id>", "public id of the legal entity, e.g. gln:9506000134352")
    .option("--key <name>", "key of the actor, when it lies here")
    .option("--holder <address>", "else the actor's wallet: payment or stake address whose key will sign")
    .option("--reading-key <hex>", "and his public reading key (X25519), e.g. of a passkey", hexOf(32))
    .option("--badge-to <address>", "wallet for the badge (default: the key's or the holder's address)")
    .option("--title <text>", "name shown by wallets (default: the role and the operator)")
    .option("--image <uri>", "image shown by wallets", BADGE_IMAGE)
    .addOption(new Option("--kind <kind>", "who captures events by itself").choices([...SOURCE_KINDS]))
    .option("--place <hex>", "declared cell of a station", "")
    .option("--from <date>", "valid from (default: now)", moment)
    .option("--to <date>", "valid to (default: a year later)", moment);

/** What captures events by itself signs as a device or a gateway; everybody else as an individual. */
const kindOf = (role: Role): SourceKind =>
  role === "STATION" ? "Device" : role === "GATEWAY" ? "Gateway" : "Individual";

export async function issueIntent(
  { context, keys }: ProposerDesk,
  _: string,
  options: IssueOptions,
): Promise<QuorumIntent> {
  const { holder, encPk, badgeAddress } = await actorOf(keys, context.ledger.network, options);
  const { role, operator, place } = options;
  const validFrom = options.from ?? context.clock.now() - 60_000;
  const proposed = {
    role,
    kind: options.kind ?? kindOf(role),
    holder,
    alg: 0,
    pk: "",
    encPk,
    operator,
    place,
    validFrom,
    validTo: options.to ?? validFrom + YEAR,
    maxDelay: 0,
    title: options.title ?? `DPP ${role} ${operator}`,
    image: options.image,
    badgeTo: badgeAddress,
  };
  return { act: "issue", roles: [proposed] };
}
