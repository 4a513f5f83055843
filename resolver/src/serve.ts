/**
 * `dpp-resolver`: the resolver alone over a home directory and its configured parts. It founds, accredits and issues nothing: `dpp` does. The address
 * that it is reached at, its log and its parts are a matter of configuration (docs/configuration.md).
 */
import { openHome } from "@cardano-dpp/offchain/cli/home";
import { rememberLinkBase } from "@cardano-dpp/offchain/cli/link-base";
import { exitStatusOf } from "@cardano-dpp/offchain/cli/output";
import { keepSettling } from "@cardano-dpp/offchain/cli/settling";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { submissionsOf } from "@cardano-dpp/offchain/ports/pending-transactions";
import { explain } from "./explain.js";
import { partsOf } from "./parts.js";
import { type Listening, startServer, stopOnSignal } from "./server.js";

const USAGE = `Usage: dpp-resolver [--home <directory>]

Serves the passports of a home directory (default: $DPP_HOME, else ./.dpp) with the parts that its config.json
and the environment name (docs/configuration.md). Logs to standard output. Ctrl-C ends it.
`;

/** `null`: the usage was asked for. @throws DppError `usage/arguments`. */
function homeFrom(args: readonly string[], env: NodeJS.ProcessEnv): string | null {
  const [first, second, ...more] = args;
  if (first === "--help" || first === "-h") return null;
  if (first === undefined) return env.DPP_HOME || ".dpp";
  const inOne =
    first.startsWith("--home=") && second === undefined ? first.slice("--home=".length) : undefined;
  const home = inOne ?? (first === "--home" && more.length === 0 ? second : undefined);
  if (home) return home;
  throw new DppError("usage/arguments", "dpp-resolver takes --home <directory> and nothing else");
}

/** Listens until the process is told to stop; the caller holds what it answers. `null`: only the usage was printed. */
export async function serve(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Listening | null> {
  const directory = homeFrom(args, env);
  if (directory === null) {
    process.stdout.write(USAGE);
    return null;
  }
  // A reader is told at once that a part is gone; he asks again himself.
  const home = await openHome(directory, env, { patienceMs: 0 });
  const { host, port } = home.configuration.resolver;
  const server = await startServer(await partsOf(home, "info"), { host, port });
  await rememberLinkBase(home.paths, server.publicUrl);
  // What a crash of a command or a lost block left open is sent again by whoever runs. That a part is gone, readiness says.
  const submissions = submissionsOf(home.context.ledger);
  const settling = submissions === null ? null : keepSettling(submissions);
  return {
    ...server,
    close: async () => {
      await settling?.stop();
      await server.close();
    },
  };
}

/** The command: sets the exit status. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const server = await serve(args, env);
    if (server !== null) stopOnSignal(server);
  } catch (error) {
    if (env.DPP_DEBUG) console.error(error);
    process.stderr.write(`cannot start: ${explain(error)}`);
    process.exitCode = exitStatusOf(error);
  }
}
