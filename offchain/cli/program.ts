/** The `dpp` command: verbs, options and what they print. Each group of verbs has its file in `commands/`. */
import { Command, CommanderError } from "commander";
import { DppError } from "../src/domain/errors.js";
import { consortiumCommands } from "./commands/consortium.js";
import { keyCommands } from "./commands/key.js";
import { keyringCommands } from "./commands/keyring.js";
import { passportCommands } from "./commands/passport.js";
import { roleCommands } from "./commands/role.js";
import { EXIT, exitStatusOf, makeOutput, type Output } from "./output.js";

export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** What every verb is given besides its own arguments. */
export interface Verb {
  readonly output: Output;
  /** Directory of keys, ledger and content. */
  readonly home: string;
}

export type RunVerb = (action: (verb: Verb) => Promise<void>) => Promise<void>;

/** Runs the command line; answers the exit status (docs: `offchain/cli/output.ts`). */
export async function runCommand(args: readonly string[], streams: Streams, env: NodeJS.ProcessEnv): Promise<number> {
  let status: number = EXIT.done;
  const program = new Command("dpp")
    .description("Digital product passports on Cardano: issue, prove, read by role, revoke.")
    .option("--home <directory>", "keys, ledger and content (default: $DPP_HOME, else ./.dpp)")
    .option("--json", "print one JSON document")
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showHelpAfterError("(dpp --help lists the verbs)");

  const run: RunVerb = async (action) => {
    const { json = false, home } = program.optsWithGlobals<{ json?: boolean; home?: string }>();
    const output = makeOutput(json, streams);
    try {
      await action({ output, home: home ?? env.DPP_HOME ?? ".dpp" });
    } catch (error) {
      if (env.DPP_DEBUG) streams.err(`${error instanceof Error ? error.stack : String(error)}\n`);
      output.failure(error);
      status = exitStatusOf(error);
    }
  };
  for (const commands of [consortiumCommands, roleCommands, passportCommands, keyringCommands, keyCommands]) {
    commands(program, run, env);
  }
  inherit(program);

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return misuse(error, args, streams);
  }
  return status;
}

/** `--json` and `--home` may stand before or after the verb. */
function inherit(program: Command): void {
  for (const command of program.commands) {
    command.exitOverride().configureOutput(program.configureOutput());
    if (command.commands.length === 0) command.option("--json").option("--home <directory>");
    inherit(command);
  }
}

function misuse(error: unknown, args: readonly string[], streams: Streams): number {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version end the parse by an exception too.
  if (error.exitCode === 0) return EXIT.done;
  if (args.includes("--json")) {
    const named = new DppError("usage/arguments", error.message.replace(/^error: /, ""));
    makeOutput(true, streams).failure(named);
  }
  return EXIT.misuse;
}
