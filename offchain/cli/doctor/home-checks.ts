/** The doctor on this machine: Node, the home directory, the keystore. */
import { access, constants, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { contractsOf, type HomePaths, readDeployment } from "../../src/adapters/home.js";
import type { Keystore } from "../../src/adapters/keystore.js";
import { isDppError } from "../../src/domain/errors.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Ledger, Network } from "../../src/ports/ledger.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { type Finding, failed, ok, skipped, warning } from "./check.js";

/** As `engines` in package.json. */
const LEAST_NODE = [20, 19] as const;
const MiB = 1024 * 1024;
const LEAST_FREE = 64 * MiB;
const GOOD_FREE = 1024 * MiB;

export async function checkNode(version: string): Promise<Finding> {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [least, leastMinor] = LEAST_NODE;
  const enough = major > least || (major === least && minor >= leastMinor);
  return enough
    ? ok(`Node ${version}`)
    : failed(`Node ${version}`, `install Node ${LEAST_NODE.join(".")} or newer`);
}

export async function checkHome(
  { directory }: HomePaths,
  freeBytes: (directory: string) => Promise<number>,
): Promise<Finding> {
  const found = await statOf(directory);
  if (found === null) {
    return warning(
      `${directory} does not exist yet`,
      "dpp consortium init or npm start make it; or set DPP_HOME",
    );
  }
  if (!found.isDirectory()) return failed(`${directory} is not a directory`, "set DPP_HOME to a directory");
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return failed(
      `${directory} cannot be written by this user`,
      "give the user the directory, or set DPP_HOME",
    );
  }
  if (hasModes && (found.mode & 0o022) !== 0) {
    return warning(`others may write in ${directory}`, `chmod go-w ${directory}`);
  }
  const free = await freeBytes(directory);
  const space = `${Math.floor(free / MiB)} MiB free`;
  if (free < LEAST_FREE) return failed(`${directory}: ${space}`, "make room on the disk");
  if (free < GOOD_FREE) return warning(`${directory}: ${space}`, "make room on the disk soon");
  return ok(`${directory}: ${space}`);
}

/** Windows keeps access lists, not modes. */
const hasModes = process.platform !== "win32";

export async function checkKeystore(
  { keys: directory }: HomePaths,
  keys: Keystore,
  network: Network,
  hasPassphrase: boolean,
): Promise<Finding> {
  const found = await statOf(directory);
  if (found === null) return warning("there are no keys yet", "dpp consortium init or dpp key new make keys");
  const files = (await readdir(directory)).filter((name) => name.endsWith(".json"));
  const exposed = hasModes ? await exposedOf([directory, ...files.map((name) => join(directory, name))]) : [];
  if (exposed.length > 0) {
    return failed(
      `other users may open ${exposed.join(", ")}`,
      `chmod 700 ${directory} and chmod 600 its files; replace keys that others may have read`,
    );
  }
  const names = (await keys.list()).map(({ name }) => name);
  const damaged = files.map((name) => name.slice(0, -".json".length)).filter((name) => !names.includes(name));
  if (damaged.length > 0) {
    return failed(`damaged key files: ${damaged.join(", ")}`, "restore them from a copy");
  }
  for (const name of names) {
    const refused = await refusalOf(keys, name);
    if (refused !== null) return refused;
  }
  if (!hasPassphrase && ["mainnet", "preprod", "preview"].includes(network)) {
    return warning(
      `${names.length} keys, in clear text`,
      "on a public network lock keys: make them with DPP_PASSPHRASE set",
    );
  }
  return ok(`${names.length} keys, ${hasPassphrase ? "each opens" : "in clear text"}`);
}

async function refusalOf(keys: Keystore, name: string): Promise<Finding | null> {
  try {
    await keys.load(name);
    return null;
  } catch (error) {
    if (isDppError(error, "keystore/locked"))
      return failed(`the key ${name} is locked`, "set DPP_PASSPHRASE");
    if (isDppError(error, "keystore/wrong-passphrase")) {
      return failed(`DPP_PASSPHRASE does not open the key ${name}`, "set the passphrase it was made with");
    }
    if (isDppError(error, "keystore/corrupt")) {
      return failed(`the key file ${name} is damaged`, "restore it from a copy");
    }
    throw error;
  }
}

/** A quorum whose keys one machine holds is one thief away from nobody's consent. The embedded ledger is for trying out. */
export async function checkMemberKeys(
  paths: HomePaths,
  ledger: Ledger,
  clock: Clock,
  keys: Keystore,
): Promise<Finding> {
  const record = await readDeployment(paths);
  if (record === null || record.network !== ledger.network) return skipped("no deployment to compare with");
  const { state } = await loadDeployment({ ledger, contracts: contractsOf(record), clock });
  const held = (await keys.list()).filter(({ keyHash }) => state.members.includes(keyHash));
  const found = `${held.length} of the ${state.members.length} members' keys lie here`;
  if (held.length < 2 || ledger.network === "embedded") return ok(found);
  return warning(
    `${found}: ${held.map(({ name }) => name).join(", ")}`,
    "leave one key on each member's own machine, and sign with dpp quorum (docs/quorum.md)",
  );
}

async function exposedOf(paths: readonly string[]): Promise<string[]> {
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await stat(path)).mode })));
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path }) => path);
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
