/** `dpp action`: what owners and actors did with a product: log, list, verify. For people: docs/actions.md. */
import type { Command } from "commander";
import { ownerKey } from "../../src/crypto/owner-key.js";
import { toHex } from "../../src/domain/bytes.js";
import { cidFromHex } from "../../src/domain/cid.js";
import { composeAction, recorder } from "../../src/usecases/actions/compose.js";
import type { ReadAction } from "../../src/usecases/actions/read.js";
import { verifyActions } from "../../src/usecases/actions/verify.js";
import { logAction } from "../../src/usecases/life.js";
import { requirePassport } from "../../src/usecases/passports.js";
import { listAttestations } from "../../src/usecases/resolve.js";
import { contentLines, counted } from "../action-text.js";
import { type Home, openHome } from "../home.js";
import { moment } from "../options.js";
import { ada, isoTime } from "../output.js";
import { knownPolicies } from "../policies.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";
import {
  type LogOptions,
  payloadOf,
  payloadOptions,
  policyAtHand,
  speakersOf,
  typeOf,
} from "./action-input.js";

export function actionCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const action = program.command("action").description("what was done with a product: log, list, verify");

  payloadOptions(
    action
      .command("log <passport>")
      .description(
        "log a repair, service, inspection, return, state of health, theft, loss, find, recall or note",
      ),
  )
    .requiredOption("--as <key>", "key here that pays and signs: the owner's, or the actor's")
    .option(
      "--actor <attestation>",
      "in whose name, when not the owner's: an attestation, or the key that holds it",
    )
    .option(
      "--owner <key>",
      "key here that holds the ownership token, when --as does not (elsewhere: dpp quorum propose log)",
    )
    .option("--at <time>", "when it was done, as you say (default: now)", moment)
    .action((reference: string, options: LogOptions) =>
      run(async ({ output, home }) => {
        const type = typeOf(options.type);
        const opened = await openHome(home, env);
        const { context, index, paths } = opened;
        const { id } = await namePassport(index, reference);
        const policies = await knownPolicies(paths);
        const payload = await payloadOf(type, options, await policyAtHand(opened, id, policies));
        const { keys, actor, ownerKey: owner } = await speakersOf(opened, id, options);
        if (payload.elements.length > 0)
          output.progress(`public, for good: ${payload.elements.map((element) => element.id).join(", ")}`);
        const draft = {
          passport: id,
          type,
          ...(options.at === undefined ? {} : { at: options.at }),
          actor: actor?.name ?? null,
          ...payload,
          ownerKey: owner,
          policies,
        };
        const { record, composed } = recorder((head) => composeAction(context, draft, head));
        const [paying, ...others] = keys.map(({ signer }) => signer);
        const submitted = await logAction(context, [paying ?? keys[0].signer, ...others], id, {
          actor: actor?.name,
          record,
        });
        const { sections = [], unusable = [] } = composed() ?? {};
        const cid = cidFromHex(submitted.record);
        output.result(
          { id, type, actor: actor?.name ?? null, ...submitted, record: cid, sections, unusable },
          [
            `${type} logged ${actor === null ? "by the owner" : `in the name of ${actor.role} ${actor.operator}`}`,
            `record ${cid}`,
            ...sections.map(({ name, readers }) => `  sealed for ${name}: ${counted(readers)}`),
            ...unusable.map((name) => `  note: nothing can be sealed to the reading key of ${name}`),
            `transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA  ${submitted.size} bytes`,
          ],
        );
      }),
    );

  action
    .command("list <passport>")
    .description("what was done, oldest first, with what the key may read")
    .option("--as <key>", "also open what is sealed to this key, as actor or owner")
    .action((reference: string, options: { as?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, index } = opened;
        const { id } = await namePassport(index, reference);
        const { actions, checks } = await verifyActions(context, id, await secretsOf(opened, options.as));
        const names = await namesOf(opened);
        if (checks.some(({ ok }) => !ok))
          output.progress("not all of it checks: dpp action verify says what");
        output.result(
          actions.map(viewOf),
          actions.length === 0 ? ["no action was logged"] : actions.flatMap((it) => linesOf(it, names)),
        );
      }),
    );

  action
    .command("verify <passport>")
    .description("check every action against the ledger and the content store; exit 1 when a check fails")
    .option("--as <key>", "also check what is sealed to this key")
    .action((reference: string, options: { as?: string }) =>
      run(async ({ output, home, refuse }) => {
        const opened = await openHome(home, env);
        const { id } = await namePassport(opened.index, reference);
        const verified = await verifyActions(opened.context, id, await secretsOf(opened, options.as));
        output.result({ ...verified, actions: verified.actions.map(viewOf) }, [
          ...verified.checks.map(
            ({ name, ok, detail }) => `${ok ? "ok  " : "FAIL"} ${name.padEnd(10)} ${detail}`,
          ),
          ...verified.notChecked.map((text) => `  -  not checked: ${text}`),
        ]);
        if (!verified.ok) refuse();
      }),
    );

  action
    .command("key <passport>")
    .description("the public key under which others seal to the owner of this passport")
    .requiredOption("--as <key>", "the owner's key")
    .action((reference: string, options: { as: string }) =>
      run(async ({ output, home }) => {
        const { context, index, keys } = await openHome(home, env);
        const { id } = await namePassport(index, reference);
        await requirePassport(context, id);
        const { reading } = await keys.load(options.as);
        const config = context.contracts.config.hash;
        const key = toHex(ownerKey(reading.secret(), { config, passport: id }).publicKey);
        output.result({ id, ownerKey: key }, [key]);
      }),
    );
}

async function secretsOf({ keys }: Home, key: string | undefined): Promise<readonly Uint8Array[]> {
  return key === undefined ? [] : [(await keys.load(key)).reading.secret()];
}

/** Who stands behind an attestation's name. */
async function namesOf({ context }: Home): Promise<ReadonlyMap<string, string>> {
  const all = await listAttestations(context);
  return new Map(all.map(({ name, role, operator }) => [name, `${role} ${operator}`]));
}

/** As JSON: what was read, without the ciphertexts. */
function viewOf({ place, step, cid, action, mark }: ReadAction) {
  const { txHash, time, act, actor } = step;
  const logged = { place, act, actor, cid, txHash, time, mark };
  if (action === null) return logged;
  const { type, at, elements, handOver } = action.record;
  return { ...logged, type, at, elements, sealed: action.sections, handOver: handOver !== null };
}

function linesOf(
  { place, step, cid, action, mark }: ReadAction,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const by = step.actor === null ? "the owner" : (names.get(step.actor) ?? step.actor);
  const head = `${place}  ${isoTime(step.time)}  ${action?.record.type ?? step.act}  by ${by}`;
  if (action === null) return [head, `     ${mark?.code}: ${mark?.message}`, `     ${cid ?? step.record}`];
  return [head, ...contentLines(action).map((line) => `     ${line}`)];
}
