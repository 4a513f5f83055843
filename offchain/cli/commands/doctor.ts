/** `dpp doctor`: is every configured part there and right, and what to do if not. */
import type { Command } from "commander";
import type { Check } from "../doctor/check.js";
import { examine, systemParts } from "../doctor/doctor.js";
import type { RunVerb } from "../verb.js";

export function doctorCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  program
    .command("doctor")
    .description("check configuration, keys, ledger, deployment and content store; exit 1 when one failed")
    .action(() =>
      run(async ({ output, home, refuse, abandon }) => {
        const checks = await examine(systemParts(home, env));
        const healthy = checks.every(({ state }) => state !== "failed");
        output.result({ ok: healthy, checks }, checks.flatMap(linesOf));
        if (healthy) return;
        refuse();
        abandon();
      }),
    );
}

const WIDTH = "skipped".length;

const linesOf = ({ name, state, found, advice }: Check): readonly string[] => [
  `${state.padEnd(WIDTH)}  ${name}: ${found}${advice === undefined ? "" : `. To do: ${advice}`}`,
];
