/** Policies that this home seals under: the presets, and custom ones, remembered because a keyring must know the readers of each. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFile } from "../src/adapters/durable-file.js";
import type { HomePaths } from "../src/adapters/home.js";
import { policyHash } from "../src/codec/policy.js";
import { utf8 } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import type { Policy } from "../src/domain/policy.js";
import { parsePolicy } from "../src/domain/policy-file.js";
import { findPreset, PRESETS } from "../src/policies/presets.js";

const folder = ({ directory }: HomePaths): string => join(directory, "policies");

export async function customPolicies(paths: HomePaths): Promise<readonly Policy[]> {
  await mkdir(folder(paths), { recursive: true });
  const files = (await readdir(folder(paths))).filter((name) => name.endsWith(".json"));
  return Promise.all(files.sort().map((name) => readPolicy(join(folder(paths), name))));
}

export const knownPolicies = async (paths: HomePaths): Promise<readonly Policy[]> => [
  ...Object.values(PRESETS),
  ...(await customPolicies(paths)),
];

async function readPolicy(path: string): Promise<Policy> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DppError("input/file", `cannot read the policy ${path}`, { cause });
  });
  return parsePolicy(parseJson(text, path));
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DppError("policy/json", `${path} is not JSON`, { cause });
  }
}

/** The policy of a product file: `--policy` names a file, else the product file names a preset or brings its own. */
export async function policyFor(paths: HomePaths, named: unknown, file?: string): Promise<Policy> {
  if (file !== undefined) return remember(paths, await readFile(file, "utf8").catch(unreadable(file)), file);
  if (typeof named !== "string") return remember(paths, JSON.stringify(named), "the product file");
  const preset = findPreset(named);
  if (preset === null) {
    throw new DppError(
      "policy/unknown",
      `no policy ${named}; presets: ${Object.keys(PRESETS).join(", ")}; or use --policy <file>`,
    );
  }
  return preset;
}

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    throw new DppError("input/file", `cannot read the policy ${path}`, { cause });
  };

async function remember(paths: HomePaths, text: string, source: string): Promise<Policy> {
  const policy = parsePolicy(parseJson(text, source));
  await createFile(join(folder(paths), `${policyHash(policy)}.json`), utf8(text));
  return policy;
}
