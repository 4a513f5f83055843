/** The contracts compiled with traces, which name the rule that refuses. Built when missing or older than their sources. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Blueprint } from "../adapters/contracts.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const TRACED = join(root, "build", "plutus.traced.json");
const DEPLOYED = join(root, "plutus.json");

function newestSource(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ak"))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}

const isFresh = (): boolean =>
  existsSync(TRACED) &&
  ["lib", "validators"].every((folder) => newestSource(join(root, folder)) <= statSync(TRACED).mtimeMs);

const read = (path: string): Blueprint => JSON.parse(readFileSync(path, "utf8")) as Blueprint;

export function tracedBlueprint(): Blueprint {
  if (!isFresh()) {
    const script = join(root, "scripts", "blueprint.mjs");
    const { status, stderr } = spawnSync(process.execPath, [script, "--traced"], {
      cwd: root,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the traced contracts cannot be built:\n${stderr}`);
  }
  return read(TRACED);
}

/** What is deployed: without traces. */
export const deployedBlueprint = (): Blueprint => read(DEPLOYED);
