// Brings Kubo, the reference IPFS daemon, and prints its path: `node scripts/real/kubo.mjs`. Needs Go 1.26.4 or newer when it is not built yet.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { goTool } from "./go-tool.mjs";

export const KUBO_VERSION = "0.42.0";

let brought = null;

/** @returns the path of the `ipfs` binary. Built once per machine and version. */
export async function kubo() {
  brought ??= goTool({
    name: "kubo",
    binary: "ipfs",
    version: KUBO_VERSION,
    package: "github.com/ipfs/kubo/cmd/ipfs",
    directory: fileURLToPath(new URL("kubo", import.meta.url)),
  });
  return brought;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(await kubo());
  } catch (error) {
    console.error(`real: ${error.message}`);
    process.exit(1);
  }
}
