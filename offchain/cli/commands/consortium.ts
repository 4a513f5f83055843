/** `dpp consortium`: found a deployment, show it. */
import type { Command } from "commander";
import { configUnit } from "../../src/tx/contracts.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { foundConsortium } from "../consortium.js";
import { openHome } from "../home.js";
import { count } from "../options.js";
import { ada, table } from "../output.js";
import type { RunVerb } from "../verb.js";

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
    .action((options: { members: number; threshold: number; freezeKeys: number }) =>
      run(async ({ output, home }) => {
        const founded = await foundConsortium(home, env, options, output.progress);
        output.result(founded, [
          `deployment ${founded.configPolicy}`,
          `  roles     ${founded.rolesPolicy}`,
          `  passports ${founded.passportPolicy}`,
          `fees ${ada(founded.fees)} ADA in ${founded.transactions.length} transactions`,
          "All members' keys lie in this one directory: good for trying it out, never for a real consortium.",
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
          `quorum     ${state.threshold} of ${state.members.length}`,
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

const refOf = ({ txHash, outputIndex }: { txHash: string; outputIndex: number }): string =>
  `${txHash}#${outputIndex}`;
