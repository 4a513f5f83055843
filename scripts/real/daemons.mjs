// The daemons of `npm run test:real`: brought, started on loopback in a directory of their own, ended and removed afterwards.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDevnet, startNode } from "./devnet.mjs";
import { kubo } from "./kubo.mjs";

/** @param work gets the environment that the tests look into. */
export async function withDaemons(work) {
  const ipfs = await kubo();
  const directory = mkdtempSync(join(tmpdir(), "dpp-real-"));
  let node = null;
  const end = async () => {
    await node?.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const interrupted = () => end().then(() => process.exit(130));
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    const devnet = await createDevnet(join(directory, "devnet"));
    node = await startNode(devnet);
    console.log(`a devnet runs as process ${node.pid}`);
    await work({
      DPP_REAL_UTXORPC: devnet.utxorpc,
      DPP_REAL_BLOCKFROST: devnet.blockfrost,
      DPP_REAL_FAUCET: devnet.faucetFile,
      DPP_REAL_IPFS: ipfs,
    });
  } finally {
    process.removeListener("SIGINT", interrupted);
    process.removeListener("SIGTERM", interrupted);
    await end();
  }
}
