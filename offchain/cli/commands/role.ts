/** `dpp role`: accredit, renew, suspend, revoke, list, change keys, recover; badges. */
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { reasonName } from "../../src/domain/reason.js";
import type { Role } from "../../src/domain/role.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { keyStanding } from "../../src/usecases/events/key-standing.js";
import { newAttestationOf } from "../../src/usecases/quorum/expect.js";
import { listAttestations } from "../../src/usecases/resolve.js";
import {
  burnBadge,
  issueRoles,
  recoverRole,
  renewRole,
  revokeRole,
  rotateKeys,
  suspendRole,
} from "../../src/usecases/roles.js";
import type { Submitted } from "../../src/usecases/submit.js";
import { type AccreditationOptions, accreditationOf, accreditationOptions } from "../accreditation.js";
import { type ActorOptions, actorOf } from "../actor.js";
import { consortiumSigners } from "../consortium.js";
import { keyLines, type NextKeyOptions, nextEventKey, nextKeyOptions } from "../event-key-input.js";
import { findAttestation, openHome } from "../home.js";
import { hexOf, moment, REASON_HELP, reason, role as roleOption } from "../options.js";
import { ada, isoTime, table } from "../output.js";
import { roleLines, roleStanding, shownView } from "../role-text.js";
import type { RunVerb } from "../verb.js";

const YEAR = 365 * 24 * 3_600_000;

const REFRESH = "Who reads sealed groups gets the keys at each manufacturer's next: dpp keyring refresh";

const receipt = ({ txHash, fee, size }: Submitted): string =>
  `transaction ${txHash}  fee ${ada(fee)} ADA  ${size} bytes`;

export function roleCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const role = program.command("role").description("attestations: who is accredited for what");

  accreditationOptions(
    role
      .command("issue")
      .description("accredit an actor: attestation to the contract, badge to his wallet (quorum)"),
  ).action((options: AccreditationOptions) =>
    run(async ({ output, home }) => {
      const opened = await openHome(home, env);
      const { context, keys } = opened;
      const { role: accredited, key } = await accreditationOf(opened, options);
      const submitted = await issueRoles(context, await consortiumSigners(context, keys), [
        newAttestationOf(accredited),
      ]);
      const [name] = submitted.names;
      output.result({ attestation: name, eventKey: key.pk === "" ? null : key, ...submitted }, [
        `attestation ${name}`,
        ...keyLines(key),
        receipt(submitted),
        REFRESH,
      ]);
    }),
  );

  role
    .command("renew <attestation>")
    .description("new dates; a suspended role is in force again (quorum)")
    .option("--from <date>", "valid from (default: now)", moment)
    .option("--to <date>", "valid to (default: a year later)", moment)
    .action((reference: string, options: { from?: number; to?: number }) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const view = await findAttestation(context, keys, reference);
        const validFrom = options.from ?? context.clock.now() - 60_000;
        const renewal = { validFrom, validTo: options.to ?? validFrom + YEAR };
        const submitted = await renewRole(
          context,
          await consortiumSigners(context, keys),
          view.name,
          renewal,
        );
        output.result({ attestation: view.name, ...renewal, ...submitted }, [
          `${view.name} is in force from ${isoTime(renewal.validFrom)} to ${isoTime(renewal.validTo)}`,
          receipt(submitted),
          REFRESH,
        ]);
      }),
    );

  const end = (verb: "suspend" | "revoke", description: string, act: typeof suspendRole): void => {
    role
      .command(`${verb} <attestation>`)
      .description(description)
      .option("--reason <code>", REASON_HELP, reason, 0)
      .action((reference: string, options: { reason: number }) =>
        run(async ({ output, home }) => {
          const { context, keys } = await openHome(home, env);
          const view = await findAttestation(context, keys, reference);
          const signers = await consortiumSigners(context, keys);
          const submitted = await act(context, signers, view.name, options.reason);
          const status = verb === "suspend" ? "Suspended" : "Revoked";
          output.result({ attestation: view.name, status, reason: options.reason, ...submitted }, [
            `${view.name} is ${status}: ${reasonName(options.reason)}`,
            receipt(submitted),
          ]);
        }),
      );
  };
  end("suspend", "ends what the role may do, at once (one freeze key)", suspendRole);
  end("revoke", "ends the role for good (quorum)", revokeRole);

  nextKeyOptions(
    role
      .command("recover <attestation>")
      .description("new keys for an actor who lost his; the status stays (quorum)")
      .option("--key <name>", "the key that acts from now on, when it lies here")
      .option("--holder <address>", "else the actor's wallet: payment or stake address whose key will sign")
      .option("--reading-key <hex>", "and his public reading key (X25519)", hexOf(32))
      .option("--badge-to <address>", "wallet for the new badge (default: the key's or the holder's address)")
      .option("--keep-badge", "make no new badge: the old one is still at the actor's hand"),
  ).action((reference: string, options: ActorOptions & NextKeyOptions & { keepBadge?: boolean }) =>
    run(async ({ output, home }) => {
      const opened = await openHome(home, env);
      const { context, keys } = opened;
      const view = await findAttestation(context, keys, reference);
      const actor = await actorOf(keys, context.ledger.network, options);
      const changed = await nextEventKey(opened, view, options, options.key);
      const { alg, pk } = changed ?? view;
      const next = { holder: actor.holder, alg, pk, encPk: actor.encPk };
      const submitted = await recoverRole(
        context,
        await consortiumSigners(context, keys),
        view.name,
        next,
        options.keepBadge ? undefined : actor.badgeAddress,
      );
      output.result({ attestation: view.name, keyEpoch: view.keyEpoch + 1, ...submitted }, [
        `${view.name}: key epoch ${view.keyEpoch + 1}, ${view.status} as before`,
        ...(changed === null ? [] : keyLines(changed)),
        ...(view.status === "Suspended" ? ["in force again by: dpp role renew"] : []),
        receipt(submitted),
        REFRESH,
      ]);
    }),
  );

  role
    .command("burn-badge <attestation>")
    .description("destroy a badge, e.g. of a revoked role")
    .requiredOption("--as <key>", "key whose wallet holds the badge")
    .action((reference: string, options: { as: string }) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const view = await findAttestation(context, keys, reference);
        const { signer } = await keys.load(options.as);
        const submitted = await burnBadge(context, [signer], view.name);
        output.result({ attestation: view.name, burnt: true, ...submitted }, [
          `the badge of ${view.name} is burnt`,
          receipt(submitted),
        ]);
      }),
    );

  role
    .command("list")
    .description("every attestation of the deployment")
    .option("--role <role>", "only this role", roleOption)
    .action((options: { role?: Role }) =>
      run(async ({ output, home }) => {
        const { context } = await openHome(home, env);
        const [all, { state }] = await Promise.all([listAttestations(context), loadDeployment(context)]);
        const views = all
          .filter((view) => options.role === undefined || view.role === options.role)
          .map((view) => ({ ...view, eventKey: keyStanding(view, state) }));
        output.result(
          views.map(shownView),
          table(
            ["role", "status", "until", "operator", "event key", "attestation"],
            views.map((view) => [
              view.role,
              roleStanding(view),
              isoTime(view.validTo).slice(0, 10),
              view.operator,
              view.eventKey.words,
              view.name,
            ]),
          ),
        );
      }),
    );

  role
    .command("show <attestation>")
    .description("one attestation: who acts, what signs its events, and whether the ledger checks that")
    .action((reference: string) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const view = await findAttestation(context, keys, reference);
        const { state } = await loadDeployment(context);
        const eventKey = keyStanding(view, state);
        output.result(shownView({ ...view, eventKey }), roleLines(view, eventKey));
      }),
    );

  nextKeyOptions(
    role
      .command("keys <attestation>")
      .description("replace the actor's keys, signed by the key of today")
      .option("--key <name>", "the key that acts from now on, with its reading key")
      .option(
        "--reading-key <hex>",
        "only another public reading key (X25519), e.g. of a passkey",
        hexOf(32),
      ),
  ).action((reference: string, options: NextKeyOptions & { key?: string; readingKey?: string }) =>
    run(async ({ output, home }) => {
      const changesEventKey = options.eventKey !== undefined || options.newEventKey === true;
      const changesActor = options.key !== undefined || options.readingKey !== undefined;
      if (
        (options.key !== undefined && options.readingKey !== undefined) ||
        !(changesActor || changesEventKey)
      ) {
        throw new DppError("usage/arguments", "give --key or --reading-key, or another event key");
      }
      const opened = await openHome(home, env);
      const { context, keys } = opened;
      const view = await findAttestation(context, keys, reference);
      const present = await keys.signerOf(view.holder);
      const next = options.key === undefined ? null : await keys.load(options.key);
      const changed = await nextEventKey(opened, view, options, options.key);
      const { alg, pk } = changed ?? view;
      const submitted = await rotateKeys(context, [present], view.name, {
        holder: next?.signer.keyHash ?? view.holder,
        alg,
        pk,
        encPk: next?.reading.publicKey ?? options.readingKey ?? view.encPk,
      });
      output.result({ attestation: view.name, keyEpoch: view.keyEpoch + 1, ...submitted }, [
        `${view.name}: key epoch ${view.keyEpoch + 1}`,
        ...(changed === null ? [] : keyLines(changed)),
        receipt(submitted),
        REFRESH,
      ]);
    }),
  );
}
