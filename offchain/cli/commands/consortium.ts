/** `dpp consortium`: found a deployment, show it, change it. */
import { type Command, InvalidArgumentError } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { configUnit, lacking, OPTIONAL_SCRIPTS, type OptionalScript } from "../../src/tx/contracts.js";
import { loadDeployment, rotateConsortium } from "../../src/usecases/deployment.js";
import { keyHashOf } from "../actor.js";
import { type ConsortiumSize, consortiumSigners, foundConsortium } from "../consortium.js";
import { openHome } from "../home.js";
import { count, hexOf } from "../options.js";
import { ada, table } from "../output.js";
import type { RunVerb } from "../verb.js";

interface RotateOptions {
  readonly member?: string[];
  readonly threshold?: number;
  readonly freezeKey?: string[];
  readonly successor?: string;
}

export function consortiumCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const consortium = program.command("consortium").description("the consortium and its deployment");

  consortium
    .command("init")
    .description(
      "make the members' keys and found a deployment on the configured ledger (without one, an embedded ledger)",
    )
    .option("--members <n>", "how many members", count("--members", 1, 32), 3)
    .option("--threshold <m>", "how many must sign", count("--threshold", 1, 32), 2)
    .option("--freeze-keys <n>", "how many keys may suspend at once", count("--freeze-keys", 1, 32), 1)
    .option(
      "--without <scripts>",
      "found it without p256 (no P-256 and WebAuthn keys checked), joint (nobody signs jointly), or both: p256,joint; for good",
      optionalScripts,
      [],
    )
    .action((options: ConsortiumSize) =>
      run(async ({ output, home }) => {
        const founded = await foundConsortium(home, env, options, output.progress);
        output.result(founded, [
          `deployment ${founded.configPolicy}`,
          `  roles     ${founded.rolesPolicy}`,
          `  passports ${founded.passportPolicy}`,
          `  threads   ${founded.anchorPolicy}`,
          ...(options.without ?? []).map((name) => `  without   ${name}: ${LACKS[name]}`),
          `fees ${ada(founded.fees)} ADA in ${founded.transactions.length} transactions`,
          "All members' keys lie in this one directory: good for trying it out, never for a real consortium.",
          "Members with keys on machines of their own found it together: dpp quorum propose found",
        ]);
      }),
    );

  consortium
    .command("rotate")
    .description(
      "other members, threshold or freeze keys, or a named successor, when all keys lie here (else: dpp quorum)",
    )
    .option("--member <key...>", "every member from now on: key hashes, addresses or names of keys here")
    .option("--threshold <m>", "how many must sign", count("--threshold", 1, 32))
    .option("--freeze-key <key...>", "every freeze key from now on")
    .option("--successor <policy>", "config policy of the deployment that takes over, for good", hexOf(28))
    .action((options: RotateOptions) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const hashes = async (named: readonly string[]) =>
          Promise.all(named.map((text) => keyHashOf(keys, context.ledger.network, text)));
        const rotation = {
          ...(options.member && { members: await hashes(options.member) }),
          ...(options.threshold && { threshold: options.threshold }),
          ...(options.freezeKey && { freezeKeys: await hashes(options.freezeKey) }),
          ...(options.successor && { successor: options.successor }),
        };
        if (Object.keys(rotation).length === 0)
          throw new DppError(
            "usage/arguments",
            "say what changes: --member, --threshold, --freeze-key, --successor",
          );
        const signers = await consortiumSigners(context, keys, rotation.members);
        const submitted = await rotateConsortium(context, signers, rotation);
        const { state } = await loadDeployment(context);
        output.result({ ...state, ...submitted }, [
          `${state.threshold} of ${state.members.length} members sign, ${state.freezeKeys.length} freeze keys`,
          ...(state.successor === null ? [] : [`successor ${state.successor}`]),
          `transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA  ${submitted.size} bytes`,
        ]);
      }),
    );

  consortium
    .command("show")
    .description("members, threshold, contracts")
    .action(() =>
      run(async ({ output, home }) => {
        const { context, deployment, keys } = await openHome(home, env);
        const { state, config, scripts } = await loadDeployment(context);
        const names = new Map((await keys.list()).map(({ name, keyHash }) => [keyHash, name]));
        const value = {
          ...deployment,
          ...state,
          configUnit: configUnit(context.contracts),
          configUtxo: refOf(config),
        };
        output.result(value, [
          `network    ${deployment.network}`,
          `config     ${deployment.configPolicy}`,
          `roles      ${deployment.rolesPolicy}${scripts.roles ? `  (script at ${refOf(scripts.roles)})` : ""}`,
          `passports  ${deployment.passportPolicy}${scripts.passport ? `  (script at ${refOf(scripts.passport)})` : ""}`,
          `threads    ${deployment.anchorPolicy}${scripts.anchor ? `  (script at ${refOf(scripts.anchor)})` : ""}`,
          ...lacking(state).map((name) => `without    ${name}: ${LACKS[name]}`),
          `quorum     ${state.threshold} of ${state.members.length}`,
          ...(state.successor === null ? [] : [`successor  ${state.successor}`]),
          "",
          ...table(
            ["key hash", "may", "key here"],
            [
              ...state.members.map((hash) => [hash, "sign as member", names.get(hash) ?? ""]),
              ...state.freezeKeys.map((hash) => [hash, "suspend", names.get(hash) ?? ""]),
            ],
          ),
        ]);
      }),
    );
}

function optionalScripts(text: string): readonly OptionalScript[] {
  const names = text.split(",").map((name) => name.trim());
  const known = OPTIONAL_SCRIPTS.filter((name) => names.includes(name));
  if (known.length !== new Set(names).size)
    throw new InvalidArgumentError(`One or more of ${OPTIONAL_SCRIPTS.join(", ")}, with commas between.`);
  return known;
}

const LACKS: Readonly<Record<OptionalScript, string>> = {
  joint: "nobody signs jointly in it",
  p256: "its ledger checks no signatures of P-256 and WebAuthn keys",
};

const refOf = ({ txHash, outputIndex }: { txHash: string; outputIndex: number }): string =>
  `${txHash}#${outputIndex}`;
