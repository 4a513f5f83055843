/** `dpp quorum propose`: each act of the consortium as a proposal. Acts without a quorum: `together.ts`. */
import type { Command } from "commander";
import { DppError, isDppError } from "../../src/domain/errors.js";
import type { ProposedRole } from "../../src/domain/proposal.js";
import type { Role } from "../../src/domain/role.js";
import { newAttestationOf } from "../../src/usecases/quorum/expect.js";
import type { QuorumIntent } from "../../src/usecases/quorum/prepare.js";
import { requireUsable } from "../../src/usecases/roles.js";
import { type AccreditationOptions, accreditationOf, accreditationOptions } from "../accreditation.js";
import { type ActorOptions, actorOf } from "../actor.js";
import { type NextKeyOptions, nextEventKey, nextKeyOptions } from "../event-key-input.js";
import { findAttestation, openHome } from "../home.js";
import { hexOf, moment, REASON_HELP, reason } from "../options.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";
import { type ConsortiumOptions, consortiumOf, consortiumOptions, foundCommand } from "./found.js";
import { type ProposerDesk, type ProposeVerbOptions, proposeWith, withCommon } from "./make.js";
import { togetherCommands } from "./together.js";

const YEAR = 365 * 24 * 3_600_000;

export function proposeCommands(quorum: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const group = quorum.command("propose").description("begin an act that several sign; writes its file");

  /** `intentFor`: from the options to what is wanted. */
  const act = <O extends ProposeVerbOptions>(
    command: Command,
    intentFor: (desk: ProposerDesk, reference: string, options: O) => Promise<QuorumIntent>,
  ): void => {
    const takes = command.registeredArguments.length;
    withCommon(command).action((...args: unknown[]) =>
      run(async ({ output, home }) => {
        const [reference, options] = (takes === 0 ? ["", args[0]] : args) as [string, O];
        const { context, keys } = await openHome(home, env);
        const desk = { home, context, keys };
        await proposeWith(desk, output, await intentFor(desk, reference, options), options);
      }),
    );
  };
  const attestationOf = async (
    { context, keys }: ProposerDesk,
    reference: string,
    role?: Role,
  ): Promise<string> => (await findAttestation(context, keys, reference, role)).name;

  act<ProposeVerbOptions & AccreditationOptions>(
    accreditationOptions(group.command("issue").description("accredit an actor")),
    async (desk, _, options) => {
      const { role } = await accreditationOf(desk, options);
      requireOptions(role);
      return { act: "issue", roles: [role] };
    },
  );

  act<ProposeVerbOptions & { from?: number; to?: number }>(
    group
      .command("renew <attestation>")
      .description("new dates; a suspended role is in force again")
      .option("--from <date>", "valid from (default: now)", moment)
      .option("--to <date>", "valid to (default: a year later)", moment),
    async (desk, reference, { from, to }) => {
      const validFrom = from ?? desk.context.clock.now() - 60_000;
      return {
        act: "renew",
        attestation: await attestationOf(desk, reference),
        validFrom,
        validTo: to ?? validFrom + YEAR,
      };
    },
  );

  act<ProposeVerbOptions & { reason: number }>(
    group
      .command("revoke <attestation>")
      .description("end a role for good")
      .option("--reason <code>", REASON_HELP, reason, 0),
    async (desk, reference, options) => ({
      act: "revoke",
      attestation: await attestationOf(desk, reference),
      reason: options.reason,
    }),
  );

  act<ProposeVerbOptions & ActorOptions & NextKeyOptions & { keepBadge?: boolean }>(
    nextKeyOptions(
      group
        .command("recover <attestation>")
        .description("new keys for an actor who lost his; the status stays")
        .option("--key <name>", "the key that acts from now on, when it lies here")
        .option("--holder <address>", "else the actor's wallet: payment or stake address whose key will sign")
        .option("--reading-key <hex>", "and his public reading key (X25519)", hexOf(32))
        .option(
          "--badge-to <address>",
          "wallet for the new badge (default: the key's or the holder's address)",
        )
        .option("--keep-badge", "make no new badge: the old one is still at the actor's hand"),
    ),
    async ({ context, keys }, reference, options) => {
      const view = await findAttestation(context, keys, reference);
      const { holder, encPk, badgeAddress } = await actorOf(keys, context.ledger.network, options);
      const { alg, pk } = (await nextEventKey({ context, keys }, view, options, options.key)) ?? view;
      const { name: attestation } = view;
      const badgeTo = options.keepBadge ? null : badgeAddress;
      return { act: "recover", attestation, holder, alg, pk, encPk, badgeTo };
    },
  );

  act<ProposeVerbOptions & ConsortiumOptions & { successor?: string }>(
    consortiumOptions(
      group
        .command("rotate")
        .description("other members, threshold or freeze keys, or a named successor; new members sign, too")
        .option(
          "--successor <policy>",
          "config policy of the deployment that takes over, for good",
          hexOf(28),
        ),
    ),
    async (desk, _, options) => {
      const rotation = {
        ...(await consortiumOf(desk.keys, desk.context.ledger.network, options)),
        ...(options.successor && { successor: options.successor }),
      };
      if (Object.keys(rotation).length === 0)
        throw new DppError(
          "usage/arguments",
          "say what changes: --member, --threshold, --freeze-key, --successor",
        );
      return { act: "rotate", ...rotation };
    },
  );

  act<ProposeVerbOptions & { to: string; authority: string }>(
    group
      .command("reassign <passport>")
      .description("another manufacturer takes over; he and an authority sign, too")
      .requiredOption("--to <attestation>", "the MANUFACTURER who takes over")
      .requiredOption("--authority <attestation>", "the AUTHORITY that agrees")
      .option("--at <time>", "it is submitted within the hour that begins then (default: in 24 h)", moment),
    async (desk, reference, options) => {
      const { index } = await openHome(desk.home, env);
      return {
        act: "reassign",
        passport: (await namePassport(index, reference)).id,
        issuer: await attestationOf(desk, options.to, "MANUFACTURER"),
        authority: await attestationOf(desk, options.authority, "AUTHORITY"),
      };
    },
  );

  act<ProposeVerbOptions>(
    group
      .command("reclaim <output>")
      .description("take a reference script back ({hash}#{index}); its ADA goes to you"),
    async (_, output) => {
      if (!/^[0-9a-f]{64}#\d{1,5}$/.test(output))
        throw new DppError("usage/arguments", "name the output as {transaction hash}#{index}");
      return { act: "reclaim", output };
    },
  );

  foundCommand(group, run, env);
  togetherCommands(group, run, env);
}

/** What is wrong with a role that was typed in is misuse, as any other bad option. @throws DppError `usage/arguments`. */
function requireOptions(role: ProposedRole): void {
  try {
    requireUsable(newAttestationOf(role));
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError("usage/arguments", cause.message, { cause, details: { rule: cause.code } });
  }
}
