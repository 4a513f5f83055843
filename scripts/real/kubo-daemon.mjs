// Runs an IPFS daemon of one's own for tests and benchmarks: on loopback, on free ports, and (unless told otherwise) without any network.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const INIT_MS = 60_000;
const READY_MS = 60_000;
const STOP_MS = 20_000;
const MAX_LOG = 20_000;

/**
 * @param {{ binary: string, directory: string, online?: boolean, settings?: Record<string, unknown> }} options `directory` is the daemon's repository; it
 *   is made when there is none, with `settings` by their names in Kubo's configuration. `online`: listens for and asks other nodes, of which it knows none.
 * @returns {Promise<{ api: string, gateway: string, pid: number, directory: string, log(): string, kill(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void,
 *   stopped: Promise<unknown>, stop(): Promise<void> }>} URLs of the RPC API and of the gateway.
 */
export async function startKubo({ binary, directory, online = false, settings = {} }) {
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    IPFS_PATH: directory,
    // Else the daemon reports usage figures to its makers.
    IPFS_TELEMETRY: "off",
  };
  const run = (...args) => {
    const { status, stderr, error } = spawnSync(binary, args, { env, encoding: "utf8", timeout: INIT_MS });
    if (status !== 0) throw new Error(`ipfs ${args[0]} failed: ${error?.message ?? stderr}`);
  };
  if (!existsSync(join(directory, "config"))) {
    run("init", "--profile=test");
    for (const [name, value] of Object.entries(settings))
      run("config", "--json", name, JSON.stringify(value));
  }
  // A killed daemon leaves the addresses of its last run.
  for (const name of ["api", "gateway"]) rmSync(join(directory, name), { force: true });
  const child = spawn(binary, ["daemon", ...(online ? [] : ["--offline"])], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stopped = once(child, "exit");
  let log = "";
  const ready = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("not ready in time")), READY_MS);
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        log = `${log}${chunk}`.slice(-MAX_LOG);
        if (log.includes("Daemon is ready")) resolve(clearTimeout(late));
      });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
  });
  try {
    await ready;
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`the IPFS daemon did not start: ${error.message}\n${log}`);
  }
  const [, port] =
    /^\/ip4\/127\.0\.0\.1\/tcp\/(\d+)/.exec(readFileSync(join(directory, "api"), "utf8")) ?? [];
  return {
    api: `http://127.0.0.1:${port}`,
    gateway: readFileSync(join(directory, "gateway"), "utf8").trim(),
    pid: child.pid,
    directory,
    log: () => log,
    kill: (signal) => void child.kill(signal),
    stopped,
    /** Asks it to end, and makes it end when it does not. */
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const hard = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await stopped;
      clearTimeout(hard);
    },
  };
}
