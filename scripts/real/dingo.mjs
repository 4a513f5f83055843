// Brings Dingo, an independent Cardano node in Go, and its devnet configuration.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goTool } from "./go-tool.mjs";

export const DINGO_VERSION = "0.66.0";
const MODULE = "github.com/blinklabs-io/dingo";
const HERE = fileURLToPath(new URL("dingo", import.meta.url));

let brought = null;

/** @returns `{ binary, configuration }`, paths. Built once per machine and version. */
export async function dingo() {
  brought ??= bring();
  return brought;
}

async function bring() {
  const binary = await goTool({
    name: "dingo",
    version: DINGO_VERSION,
    package: `${MODULE}/cmd/dingo`,
    directory: HERE,
  });
  // The module may be gone from Go's own cache although the program is built.
  const { status, stdout, stderr } = spawnSync("go", ["mod", "download", "-json", MODULE], {
    cwd: HERE,
    encoding: "utf8",
    env: { ...process.env, GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local" },
  });
  if (status !== 0) throw new Error(`Dingo's source cannot be brought: ${stderr.trim()}`);
  return { binary, configuration: join(JSON.parse(stdout).Dir, "config", "cardano", "devnet") };
}
