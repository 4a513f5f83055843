/** `dpp config`: what is configured, and a file to begin with. */
import type { Command } from "commander";
import { loadConfiguration } from "../../src/adapters/configuration/load.js";
import { showConfiguration } from "../../src/adapters/configuration/show.js";
import { startingFile } from "../../src/adapters/configuration/starting-file.js";
import { createFile } from "../../src/adapters/durable-file.js";
import { homePaths } from "../../src/adapters/home.js";
import { utf8 } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import { table } from "../output.js";
import type { RunVerb } from "../verb.js";

const OWNER_ONLY = 0o600;

export function configCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const config = program
    .command("config")
    .description("config.json and the environment (docs/configuration.md)");

  config
    .command("show")
    .description("every setting and where it comes from; secrets are masked")
    .action(() =>
      run(async ({ output, home }) => {
        const shown = showConfiguration(await loadConfiguration(homePaths(home), env));
        output.result(
          shown,
          table(
            ["key", "value", "from"],
            shown.map(({ key, value, source }) => [key, value === null ? "" : JSON.stringify(value), source]),
          ),
        );
      }),
    );

  config
    .command("init")
    .description("write a config.json to begin with, readable by you alone; an existing one stays")
    .option("--ledger <kind>", "embedded, utxorpc or blockfrost", "embedded")
    .option("--content <kind>", "embedded or ipfs", "embedded")
    .action((options: { ledger: string; content: string }) =>
      run(async ({ output, home }) => {
        const file = startingFile(options.ledger, options.content);
        const { configuration } = homePaths(home);
        const text = `${JSON.stringify(file, null, 2)}\n`;
        if (!(await createFile(configuration, utf8(text), OWNER_ONLY))) {
          throw new DppError("home/configured", `${configuration} exists already`);
        }
        output.result({ path: configuration, ...file }, [
          configuration,
          "fill it in, then: dpp config show, dpp doctor",
        ]);
      }),
    );
}
