// Finds PostgreSQL 15 or newer: DPP_POSTGRES_BIN (the directory with initdb), Debian's places, `pg_config`, or, as root on Debian, `apt-get install postgresql`; and
// runs a server of its own in a temporary directory, on a Unix socket alone. Run alone it starts one, prints its URL, and ends it at Ctrl-C.
import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const LEAST = 15;
const DEBIAN = "/usr/lib/postgresql";
const STARTING_MS = 30_000;

const majorOf = (bin) => {
  const { stdout } = spawnSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" });
  return Number(/\b(\d+)(?:\.|devel|beta|rc|\s|$)/.exec(stdout ?? "")?.[1] ?? 0);
};
const serves = (bin) => existsSync(join(bin, "initdb")) && majorOf(bin) >= LEAST;

/** Directory of the programs, or null. */
export function findPostgres() {
  const named = process.env.DPP_POSTGRES_BIN;
  if (named) return serves(named) ? named : null;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const { stdout } = spawnSync("pg_config", ["--bindir"], { encoding: "utf8" });
  const places = [...versions.map((version) => join(DEBIAN, version, "bin")), (stdout ?? "").trim()];
  return places.filter(Boolean).find(serves) ?? null;
}

/** As `findPostgres`, after installing it where that needs nobody's password. */
export function providePostgres() {
  const found = findPostgres();
  if (found !== null || process.env.DPP_POSTGRES_BIN) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) =>
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  const install = () => apt("install", "-y", "--no-install-recommends", "postgresql");
  // The package would make a server of its own and start it: nobody asked for that one.
  const folder = "/etc/postgresql-common/createcluster.d";
  const own = join(folder, "cardano-dpp.conf");
  mkdirSync(folder, { recursive: true });
  writeFileSync(own, "create_main_cluster = false\n");
  try {
    if (!install() && !(apt("update") && install())) return null;
  } finally {
    rmSync(own, { force: true });
  }
  return findPostgres();
}

/** PostgreSQL runs under no root: the user of Debian's package does it then. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  const [uid, gid] = [idOf("-u"), idOf("-g")];
  if (!(uid > 0 && gid > 0))
    throw new Error("PostgreSQL does not run as root, and there is no user postgres");
  return { uid, gid };
}

/**
 * @param bin directory of the programs. @param synced `false`: without syncs, for tests that lose no power.
 * @returns `{ url, pid, stop }`; a database `dpp` is there.
 */
export async function startPostgres(bin, { synced = false } = {}) {
  const user = unprivileged();
  const directory = mkdtempSync(join(tmpdir(), "dpp-postgres-"));
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const options = { ...user, cwd: directory, encoding: "utf8", env: { PATH: process.env.PATH, LC_ALL: "C" } };
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  const run = (program, ...args) => {
    const { status, stderr, error } = spawnSync(join(bin, program), args, options);
    if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
  };
  try {
    run("initdb", "-D", data, "-U", "dpp", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
    const settings = ["listen_addresses=", `unix_socket_directories=${directory}`, `fsync=${synced}`];
    const flags = settings.flatMap((each) => ["-c", each]);
    const server = spawn(join(bin, "postgres"), ["-D", data, ...flags], { ...options, stdio: "ignore" });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    const stop = async () => {
      // SIGINT: ends transactions, and itself in order.
      if (server.exitCode === null) server.kill("SIGINT");
      await ended;
      remove();
    };
    try {
      await answering(join(bin, "pg_isready"), directory, server, options);
      run("createdb", "-h", directory, "-U", "dpp", "dpp");
    } catch (error) {
      await stop();
      throw error;
    }
    return { url: `postgresql:///dpp?host=${directory}&user=dpp`, pid: server.pid, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

async function answering(isReady, directory, server, options) {
  for (let waited = 0; waited < STARTING_MS; waited += 100) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
    if (spawnSync(isReady, ["-q", "-h", directory], options).status === 0) return;
    await pause(100);
  }
  throw new Error("PostgreSQL did not start in time");
}

/** @param work gets the environment that the tests look into. `null`: there is no PostgreSQL here. */
export async function withPostgres(work, options) {
  if (process.env.DPP_REAL_POSTGRES) return work({ DPP_REAL_POSTGRES: process.env.DPP_REAL_POSTGRES });
  const bin = providePostgres();
  if (bin === null) return null;
  const server = await startPostgres(bin, options);
  const interrupted = () => server.stop().then(() => process.exit(130));
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    return await work({ DPP_REAL_POSTGRES: server.url });
  } finally {
    process.removeListener("SIGINT", interrupted);
    process.removeListener("SIGTERM", interrupted);
    await server.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const bin = providePostgres();
  if (bin === null) {
    console.error(
      "No PostgreSQL 15 or newer was found. Install it, or name its programs in DPP_POSTGRES_BIN.",
    );
    process.exit(1);
  }
  const server = await startPostgres(bin);
  const end = () => server.stop().then(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  console.log(server.url);
}
