/** Policies that this home seals under: the presets, and custom ones, remembered because a keyring must know the readers of each. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createFile } from "../src/adapters/durable-file.js";
import type { HomePaths } from "../src/adapters/home.js";
import { policyHash } from "../src/codec/policy.js";
import { utf8 } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import type { Policy } from "../src/domain/policy.js";
import { parsePolicy } from "../src/domain/policy-file.js";
import { findPreset, PRESETS } from "../src/policies/presets.js";
import { readInput } from "./input.js";

const folder = ({ directory }: HomePaths): string => join(directory, "policies");

export async function customPolicies(paths: HomePaths): Promise<readonly Policy[]> {
  await mkdir(folder(paths), { recursive: true });
  const files = (await readdir(folder(paths))).filter((name) => name.endsWith(".json"));
  return Promise.all(files.sort().map(async (name) => (await readPolicy(join(folder(paths), name))).policy));
}

export const knownPolicies = async (paths: HomePaths): Promise<readonly Policy[]> => [
  ...Object.values(PRESETS),
  ...(await customPolicies(paths)),
];

/** @throws DppError `input/file`, `input/too-large`, `policy/*`. */
async function readPolicy(path: string): Promise<{ readonly policy: Policy; readonly text: string }> {
  const text = new TextDecoder().decode(await readInput(path));
  return { policy: parsePolicy(parseJson(text, path)), text };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DppError("policy/json", `${path} is not JSON`, { cause });
  }
}

/** The policy of a product file: `--policy` names a file, else the product file names a preset or a policy that was added, or brings its own. */
export async function policyFor(paths: HomePaths, named: unknown, file?: string): Promise<Policy> {
  if (file !== undefined) return addPolicy(paths, file);
  if (typeof named !== "string") {
    const text = JSON.stringify(named);
    return remember(paths, parsePolicy(named), text);
  }
  const preset = findPreset(named);
  if (preset !== null) return preset;
  const [newest] = (await customPolicies(paths))
    .filter(({ name }) => name === named)
    .toSorted((a, b) => b.version - a.version);
  if (newest === undefined) {
    throw new DppError(
      "policy/unknown",
      `no policy ${named}; presets: ${Object.keys(PRESETS).join(", ")}; others: dpp policy add <file>`,
    );
  }
  return newest;
}

/** Remembers the policy of a file, so that keyrings wrap its groups' keys. */
export async function addPolicy(paths: HomePaths, file: string): Promise<Policy> {
  const { policy, text } = await readPolicy(file);
  return remember(paths, policy, text);
}

async function remember(paths: HomePaths, policy: Policy, text: string): Promise<Policy> {
  await createFile(join(folder(paths), `${policyHash(policy)}.json`), utf8(text));
  return policy;
}
