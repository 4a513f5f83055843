/** The `dpp` command: verbs, options and what they print. Each group of verbs has its file in `commands/`. */
import { Command, CommanderError } from "commander";
import { DppError } from "../src/domain/errors.js";
import { actionCommands } from "./commands/action.js";
import { configCommands } from "./commands/config.js";
import { consortiumCommands } from "./commands/consortium.js";
import { contentCommands } from "./commands/content.js";
import { doctorCommands } from "./commands/doctor.js";
import { eventCommands } from "./commands/event.js";
import { historyCommands } from "./commands/history.js";
import { incidentCommands } from "./commands/incident.js";
import { jointCommands } from "./commands/joint.js";
import { keyCommands } from "./commands/key.js";
import { keyringCommands } from "./commands/keyring.js";
import { lifeCommands } from "./commands/life.js";
import { ownerCommands } from "./commands/owner.js";
import { passportCommands } from "./commands/passport.js";
import { policyCommands } from "./commands/policy.js";
import { quorumCommands } from "./commands/quorum.js";
import { roleCommands } from "./commands/role.js";
import { supplierCommands } from "./commands/supplier.js";
import { txCommands } from "./commands/tx.js";
import { verifyCommands } from "./commands/verify.js";
import { weakestLinkCommands } from "./commands/weakest-link.js";
import { EXIT, exitStatusOf, makeOutput } from "./output.js";
import type { RunVerb } from "./verb.js";

export interface Streams {
  out(text: string): void;
  err(text: string): void;
  /** Ends the process although something in it still waits. */
  abandon?(): void;
}

/** Runs the command line; answers the exit status (docs: `offchain/cli/output.ts`). */
export async function runCommand(
  args: readonly string[],
  streams: Streams,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { json, home, rest } = takeGlobals(args);
  let status: number = EXIT.done;
  const program = new Command("dpp")
    .description("Digital product passports on Cardano: issue, prove, read by role, revoke.")
    .option("--home <directory>", "keys, ledger and content (default: $DPP_HOME, else ./.dpp)")
    .option("--json", "print one JSON document")
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showHelpAfterError("(dpp --help lists the verbs)");

  const run: RunVerb = async (action) => {
    const output = makeOutput(json, streams);
    try {
      const refuse = (): void => {
        status = EXIT.refused;
      };
      const abandon = (): void => streams.abandon?.();
      await action({ output, refuse, abandon, home: home || env.DPP_HOME || ".dpp" });
    } catch (error) {
      if (env.DPP_DEBUG) streams.err(`${error instanceof Error ? error.stack : String(error)}\n`);
      output.failure(error);
      status = exitStatusOf(error);
    }
  };
  for (const commands of [
    consortiumCommands,
    roleCommands,
    quorumCommands,
    passportCommands,
    lifeCommands,
    historyCommands,
    actionCommands,
    ownerCommands,
    incidentCommands,
    supplierCommands,
    eventCommands,
    jointCommands,
    weakestLinkCommands,
    verifyCommands,
    keyringCommands,
    policyCommands,
    keyCommands,
    contentCommands,
    txCommands,
    configCommands,
    doctorCommands,
  ]) {
    commands(program, run, env);
  }
  inherit(program);

  try {
    await program.parseAsync(rest, { from: "user" });
  } catch (error) {
    return misuse(error, json, streams);
  }
  return status;
}

/** `--json` and `--home` hold for every verb and may stand before or after it. */
function takeGlobals(args: readonly string[]): { json: boolean; home: string | undefined; rest: string[] } {
  const rest: string[] = [];
  let json = false;
  let home: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return { json, home, rest: [...rest, ...args.slice(at)] };
    if (arg === "--json") json = true;
    else if (arg.startsWith("--home=")) home = arg.slice("--home=".length);
    else if (arg === "--home" && args[at + 1] !== undefined) home = args[++at];
    else rest.push(arg);
  }
  return { json, home, rest };
}

/** Every verb ends a parse the same way and shows the options that hold for all. */
function inherit(program: Command): void {
  for (const command of program.commands) {
    command.exitOverride().configureOutput(program.configureOutput());
    if (command.commands.length === 0) {
      command.addHelpText(
        "after",
        "\nAlso: --json prints one JSON document, --home <directory> names keys, ledger and content.",
      );
    }
    inherit(command);
  }
}

function misuse(error: unknown, json: boolean, streams: Streams): number {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version end the parse by an exception too.
  if (error.exitCode === 0) return EXIT.done;
  if (json) {
    makeOutput(true, streams).failure(new DppError("usage/arguments", error.message.replace(/^error: /, "")));
  }
  return EXIT.misuse;
}
