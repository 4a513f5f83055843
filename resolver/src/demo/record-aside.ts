/** Has the demo's events recorded beside the server, which answers meanwhile. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Home } from "@cardano-dpp/offchain/cli/home";
import { isAllSaid } from "./record-events.js";

const SCRIPT = fileURLToPath(new URL("./record.js", import.meta.url));
const MAX_OUTPUT = 10_000;

export interface Recorded {
  /** Events that were brought on the ledger. */
  readonly count: number;
  /** What went wrong, in words; the next start goes on from there. */
  readonly fault: string | null;
}

/** `null`: there is nothing left to record, and no process was started. `begin`: called before one is. */
export async function recordAside(
  home: Home,
  env: NodeJS.ProcessEnv,
  begin: () => void,
): Promise<Recorded | null> {
  if (await isAllSaid(home)) return null;
  begin();
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...env, DPP_HOME: home.paths.directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whoever stops the server stops this, too.
  const stop = (): void => void child.kill();
  process.once("exit", stop);
  let [said, faults] = ["", ""];
  child.stdout.on("data", (text: Buffer) => {
    said = (said + text).slice(0, MAX_OUTPUT);
  });
  child.stderr.on("data", (text: Buffer) => {
    faults = (faults + text).slice(0, MAX_OUTPUT);
  });
  return new Promise((resolve) => {
    const end = (recorded: Recorded): void => {
      process.off("exit", stop);
      resolve(recorded);
    };
    child.once("error", ({ message }) => end({ count: 0, fault: message }));
    child.once("close", (status) =>
      end(
        status === 0
          ? { count: Number(said), fault: null }
          : { count: 0, fault: faults.trim() || "it was stopped" },
      ),
    );
  });
}
