/** `dpp quorum propose log, retire, amend`: acts on one passport that an actor does with its owner, or with an authority, on another machine. */
import type { Command } from "commander";
import { waitingLabelsIn } from "../../src/adapters/waiting-labels.js";
import { ownerKey } from "../../src/crypto/owner-key.js";
import { fromHex } from "../../src/domain/bytes.js";
import { DppError, isDppError } from "../../src/domain/errors.js";
import { ID_METHOD_DATA_CARRIER } from "../../src/domain/passport.js";
import type { Proposal } from "../../src/domain/proposal.js";
import { composeAction, recorder } from "../../src/usecases/actions/compose.js";
import type { QuorumIntent, RecordAfter } from "../../src/usecases/quorum/prepare.js";
import type { AttestationView } from "../../src/usecases/resolve.js";
import {
  ownerHash,
  type PayloadOptions,
  payloadOf,
  payloadOptions,
  policyAtHand,
  typeOf,
} from "../commands/action-input.js";
import { findAttestation, type Home, openHome } from "../home.js";
import { commitOf, newLabel } from "../new-label.js";
import { moment } from "../options.js";
import { knownPolicies } from "../policies.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";
import { type ProposeVerbOptions, proposeWith, withBasics } from "./make.js";

interface Wish {
  readonly intent: QuorumIntent;
  /** Before anybody has the file. */
  readonly before?: (proposal: Proposal) => Promise<void>;
}

const AT = "it is submitted within the hour that begins then (default: now)";

export function togetherCommands(group: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const act = <O extends ProposeVerbOptions>(
    command: Command,
    wish: (home: Home, reference: string, options: O) => Promise<Wish>,
  ): void => {
    withBasics(command.option("--at <time>", AT, moment)).action((reference: string, options: O) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { intent, before } = await wish(opened, reference, options);
        const desk = { home, context: opened.context, keys: opened.keys };
        await proposeWith(desk, output, intent, options, before === undefined ? {} : { before });
      }),
    );
  };

  act<ProposeLogOptions>(
    payloadOptions(
      group
        .command("log <passport>")
        .description("an actor's action that the owner agrees to: his key lies on another machine"),
    )
      .option("--actor <attestation>", "in whose name (default: the role that --as holds)")
      .option("--when <time>", "when it was done, as you say (default: now)", moment),
    logged,
  );

  act<ProposeVerbOptions & { recycler?: string; authority?: string }>(
    group
      .command("retire <passport>")
      .description("the end of a product's life: recycler and owner, or recycler and authority")
      .option("--recycler <attestation>", "the RECYCLER (default: the role that --as holds)")
      .option("--authority <attestation>", "the AUTHORITY that agrees in the owner's place"),
    async (home, reference, { as, recycler, authority }) => ({
      intent: {
        act: "retire",
        passport: (await namePassport(home.index, reference)).id,
        recycler: (await actingOf(home, recycler, as, "--recycler", "RECYCLER")).name,
        authority:
          authority === undefined
            ? null
            : (await findAttestation(home.context, home.keys, authority, "AUTHORITY")).name,
      },
    }),
  );

  act<ProposeVerbOptions & { authority: string; base?: string }>(
    group
      .command("amend <passport>")
      .description("the issuer binds the passport to its product anew, and an authority agrees")
      .requiredOption("--authority <attestation>", "the AUTHORITY that agrees")
      .option("--base <url>", "where the new link leads (default: the resolver that npm start runs)"),
    async (home, reference, { authority, base }) => {
      const { context, keys, paths } = home;
      const label = await newLabel(home, reference, base);
      return {
        intent: {
          act: "amend",
          passport: label.passport,
          authority: (await findAttestation(context, keys, authority, "AUTHORITY")).name,
          idCommit: commitOf(label),
          idMethod: ID_METHOD_DATA_CARRIER,
        },
        before: ({ id }) => waitingLabelsIn(paths).keep(id, label),
      };
    },
  );
}

type ProposeLogOptions = ProposeVerbOptions &
  PayloadOptions & { readonly actor?: string; readonly ownerKey?: string; readonly when?: number };

async function logged(home: Home, reference: string, options: ProposeLogOptions): Promise<Wish> {
  const { context, index, paths, keys } = home;
  const type = typeOf(options.type);
  const { id } = await namePassport(index, reference);
  const policies = await knownPolicies(paths);
  const payload = await payloadOf(type, options, await policyAtHand(home, id, policies));
  const actor = await actingOf(home, options.actor, options.as, "--actor");
  const key = await keys.load(options.as);
  const isOwner = (await ownerHash(home, id)) === key.signer.keyHash;
  const config = context.contracts.config.hash;
  const derived = isOwner ? ownerKey(key.reading.secret(), { config, passport: id }).publicKey : null;
  const draft = {
    passport: id,
    type,
    ...(options.when === undefined ? {} : { at: options.when }),
    actor: actor.name,
    ...payload,
    ownerKey: options.ownerKey === undefined ? derived : fromHex(options.ownerKey),
    policies,
  };
  const { record, composed } = recorder((head) => composeAction(context, draft, head));
  const bytesAfter: RecordAfter = async (head) => {
    await record(head);
    return composed()?.bytes ?? new Uint8Array();
  };
  return { intent: { act: "log", passport: id, actor: actor.name, record: bytesAfter } };
}

/** @throws DppError `usage/arguments` when nobody is named and the key holds no role. */
async function actingOf(
  { context, keys }: Home,
  named: string | undefined,
  key: string,
  option: string,
  role?: AttestationView["role"],
): Promise<AttestationView> {
  if (named !== undefined) return findAttestation(context, keys, named, role);
  try {
    return await findAttestation(context, keys, key, role);
  } catch (cause) {
    if (!isDppError(cause, "role/unknown")) throw cause;
    throw new DppError(
      "usage/arguments",
      `the key ${key} holds no role: name the attestation of who acts (${option}; dpp role list)`,
      { cause },
    );
  }
}
