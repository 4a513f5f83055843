/** The configuration of a home directory: `config.json` in it, the environment, and the file that holds a project id. */
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { isDppError } from "../../domain/errors.js";
import { parseJson } from "../../domain/json.js";
import type { HomePaths } from "../home.js";
import { type Fault, FILE_NAME, faulty, placeOf } from "./faults.js";
import { secret } from "./kinds.js";
import { type Environment, examineConfiguration, type ReadConfiguration } from "./read.js";
import { prefixFaults } from "./rules.js";

const MAX_FILE = 64 * 1024;
const MAX_SECRET_FILE = 4096;
const WORLD_READABLE = 0o004;

/** @throws DppError `home/configuration` with every fault in `details.faults`. */
export async function loadConfiguration(paths: HomePaths, env: Environment): Promise<ReadConfiguration> {
  const { file, faults } = await readConfigurationFile(paths);
  const { read, faults: found } = examineConfiguration(file, env);
  // What an unreadable file leaves out is not missing.
  const known = faults.some(({ path }) => path === FILE_NAME)
    ? found.filter(({ path }) => path.startsWith("environment"))
    : found;
  if (faults.length > 0 || read === undefined) throw faulty([...faults, ...known]);
  return withProjectId(read, paths);
}

interface ConfigurationFile {
  /** `undefined`: there is none, and every key has its default. */
  readonly file: unknown;
  readonly faults: readonly Fault[];
}

async function readConfigurationFile({ configuration }: HomePaths): Promise<ConfigurationFile> {
  const found = await readBounded(configuration, MAX_FILE);
  if (found === null) return { file: undefined, faults: [] };
  const unreadable = (message: string): ConfigurationFile => ({
    file: undefined,
    faults: [{ path: FILE_NAME, code: "unreadable", message }],
  });
  if (typeof found === "string") return unreadable(found);
  try {
    const file = parseJson(found.bytes, "configuration", MAX_FILE);
    return { file, faults: found.exposed ? exposedSecrets(file) : [] };
  } catch (error) {
    // JSON's own message quotes the text around the fault, which may be a secret.
    const twice = isDppError(error, "configuration/duplicate-key");
    return unreadable(twice ? error.message : "this is no well-formed JSON");
  }
}

const SECRET_KEYS = { ledger: ["projectId", "headers"], events: ["url"] };

/** Secrets in a file that every user of the machine may read. */
function exposedSecrets(file: unknown): readonly Fault[] {
  return Object.entries(SECRET_KEYS).flatMap(([name, keys]) => {
    const section: unknown = (file as Readonly<Record<string, unknown>> | null)?.[name];
    if (typeof section !== "object" || section === null) return [];
    return keys
      .filter((key) => key in section)
      .map(
        (key): Fault => ({
          path: placeOf(`${name}.${key}`),
          code: "exposed-secret",
          message: `every user of this machine can read it: run chmod 600 on ${FILE_NAME}`,
        }),
      );
  });
}

/** Takes the project id out of its file, so that whoever opens the ledger need not know where it lay. */
async function withProjectId(read: ReadConfiguration, paths: HomePaths): Promise<ReadConfiguration> {
  const { configuration, sources } = read;
  const { ledger } = configuration;
  if (ledger.kind !== "blockfrost" || ledger.projectIdFile === undefined) return read;
  const path = placeOf("ledger.projectIdFile", sources);
  const found = await readBounded(resolve(paths.directory, ledger.projectIdFile), MAX_SECRET_FILE);
  if (found === null || typeof found === "string") {
    const message = `the file that it names: ${found ?? "there is none"}`;
    throw faulty([{ path, code: "unreadable", message }]);
  }
  const faults: Fault[] = [];
  if (found.exposed) {
    const message = "every user of this machine can read the file that it names: run chmod 600 on it";
    faults.push({ path, code: "exposed-secret", message });
  }
  const projectId = secret.read(new TextDecoder().decode(found.bytes).trim(), (code, message) =>
    faults.push({ path, code, message: `the file that it names: ${message}` }),
  );
  if (projectId !== undefined && ledger.url === undefined)
    faults.push(...prefixFaults(projectId.reveal(), ledger.network, path));
  if (faults.length > 0 || projectId === undefined) throw faulty(faults);
  return { sources, configuration: { ...configuration, ledger: { ...ledger, projectId } } };
}

/** `null`: there is no such file; a text: why it cannot be read. */
async function readBounded(
  path: string,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly exposed: boolean } | string | null> {
  try {
    const { mode, size } = await stat(path).then((found) => {
      // A pipe would wait for ever.
      if (!found.isFile()) throw Object.assign(new Error(), { code: "it is not a file" });
      return found;
    });
    if (size > maxBytes) return `it has ${size} bytes, at most ${maxBytes} are read`;
    // Windows keeps no such bits: access lists hold there.
    const exposed = process.platform !== "win32" && (mode & WORLD_READABLE) !== 0;
    return { bytes: await readAtMost(path, maxBytes), exposed };
  } catch (error) {
    const { code = "it cannot be read" } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? null : code;
  }
}

/** A file may grow between a look at it and the reading. */
async function readAtMost(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = new Uint8Array(maxBytes);
    let filled = 0;
    while (filled < maxBytes) {
      const { bytesRead } = await file.read(buffer, filled, maxBytes - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}
