// A devnet: one Dingo node with its own genesis, on loopback only. As a command it runs until it is interrupted:
//   npm run devnet [-- --dir <directory>]             prints where it listens and where the faucet's key is
//   npm run devnet -- --pay <address> [--ada 1000]    pays from the faucet of the devnet that runs there
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keySigner } from "../../offchain/dist/src/adapters/keystore-signer.js";
import { parseAddress } from "../../offchain/dist/src/codec/address.js";
import { toHex } from "../../offchain/dist/src/domain/bytes.js";
import { makeGenesis } from "./devnet-genesis.mjs";
import { dingo } from "./dingo.mjs";

const HOST = "127.0.0.1";
/** Seconds between writing the genesis and its first slot: the node has to be up by then. */
const HEAD_START = 3;
const FAUCET_LOVELACE = 1_000_000_000_000_000;
const FIRST_BLOCK_MS = 120_000;
const STOP_MS = 15_000;
const POLL_MS = 100;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Ports that are free now. Held open until all are known, so that they differ. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done, fail) => {
          const server = createServer().once("error", fail);
          server.listen(0, HOST, () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Makes a devnet in an empty or missing directory; one that is there stays as it is. */
export async function createDevnet(directory) {
  const root = resolve(directory);
  const faucetFile = join(root, "faucet.json");
  if (!existsSync(faucetFile)) {
    const { configuration } = await dingo();
    const secretKey = new Uint8Array(randomBytes(32));
    const { address } = keySigner(secretKey, "devnet");
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const funds = { [toHex(parseAddress(address).bytes)]: FAUCET_LOVELACE };
    makeGenesis(join(root, "config"), configuration, funds, Math.floor(Date.now() / 1000) + HEAD_START);
    const [relay, internal, utxorpc, blockfrost, mesh, midnight, metrics] = await freePorts(7);
    writeFileSync(
      join(root, "ports.json"),
      JSON.stringify({ relay, internal, utxorpc, blockfrost, mesh, midnight, metrics }),
    );
    writeFileSync(faucetFile, JSON.stringify({ address, secretKey: toHex(secretKey) }), { mode: 0o600 });
  }
  const ports = JSON.parse(readFileSync(join(root, "ports.json"), "utf8"));
  return {
    directory: root,
    /** JSON `{ address, secretKey }`, hex. Worth nothing outside this devnet. */
    faucetFile,
    utxorpc: `http://${HOST}:${ports.utxorpc}`,
    blockfrost: `http://${HOST}:${ports.blockfrost}/api/v0`,
    ports,
  };
}

/** Starts the node of a devnet, on the chain that it has; resolves when a block of this run stands. */
export async function startNode(devnet) {
  if ((await heightOf(devnet)) !== null) throw new Error(`a devnet runs in ${devnet.directory} already`);
  const { binary } = await dingo();
  const config = join(devnet.directory, "config");
  const log = openSync(join(devnet.directory, "node.log"), "a");
  const { ports } = devnet;
  const child = spawn(binary, [], {
    cwd: devnet.directory,
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env.PATH,
      HOME: devnet.directory,
      CARDANO_NETWORK: "devnet",
      CARDANO_CONFIG: join(config, "config.json"),
      CARDANO_TOPOLOGY: join(config, "topology.json"),
      CARDANO_DATABASE_PATH: join(devnet.directory, "db"),
      CARDANO_SOCKET_PATH: join(devnet.directory, "node.socket"),
      CARDANO_BIND_ADDR: HOST,
      CARDANO_PRIVATE_BIND_ADDR: HOST,
      CARDANO_RELAY_PORT: String(ports.relay),
      CARDANO_PORT: String(ports.relay),
      CARDANO_PRIVATE_PORT: String(ports.internal),
      CARDANO_METRICS_PORT: String(ports.metrics),
      CARDANO_BLOCK_PRODUCER: "true",
      CARDANO_SHELLEY_VRF_KEY: join(config, "keys", "vrf.skey"),
      CARDANO_SHELLEY_KES_KEY: join(config, "keys", "kes.skey"),
      CARDANO_SHELLEY_OPERATIONAL_CERTIFICATE: join(config, "keys", "opcert.cert"),
      DINGO_RUN_MODE: "serve",
      DINGO_STORAGE_MODE: "api",
      DINGO_UTXORPC_PORT: String(ports.utxorpc),
      DINGO_BLOCKFROST_PORT: String(ports.blockfrost),
      DINGO_MESH_PORT: String(ports.mesh),
      // Its default is every interface.
      DINGO_MIDNIGHT_HOST: HOST,
      DINGO_MIDNIGHT_PORT: String(ports.midnight),
    },
  });
  let ended = null;
  const exit = new Promise((done) => {
    child.once("exit", (code, signal) => {
      ended = signal ?? `code ${code}`;
      done();
    });
    child.once("error", (error) => {
      ended = error.message;
      done();
    });
  });
  // Whatever ends this process ends the node.
  const orphan = () => child.kill("SIGKILL");
  process.once("exit", orphan);
  exit.then(() => process.removeListener("exit", orphan));
  const node = {
    pid: child.pid,
    /** Signal or code with which it ended; null while it runs. */
    ended: () => ended,
    exit,
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
    stop: async () => {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await exit;
      clearTimeout(late);
    },
  };
  const first = await heightOf(devnet);
  const deadline = Date.now() + FIRST_BLOCK_MS;
  for (let height = first; height === null || height === first; height = await heightOf(devnet)) {
    if (ended !== null)
      throw new Error(`the node ended (${ended}); see ${join(devnet.directory, "node.log")}`);
    if (Date.now() > deadline) {
      await node.kill();
      throw new Error(`the node makes no block; see ${join(devnet.directory, "node.log")}`);
    }
    await sleep(POLL_MS);
  }
  return node;
}

async function heightOf({ blockfrost }) {
  try {
    const answer = await fetch(`${blockfrost}/blocks/latest`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok ? (await answer.json()).height : null;
  } catch {
    return null;
  }
}

async function pay(directory, address, ada) {
  const amount = Number(ada);
  if (!(amount >= 3 && amount <= 1e6)) throw new Error("--ada takes 3 to 1000000");
  if (!existsSync(join(directory, "faucet.json")))
    throw new Error(`there is no devnet in ${directory} (--dir)`);
  const { devnetLedger, faucet, fund } = await import("../../offchain/dist/src/testing/devnet.js");
  const devnet = await createDevnet(directory);
  // Three outputs: one can be the seed of a deployment, one collateral, one pays.
  const lovelace = BigInt(Math.round((amount * 1e6) / 3));
  await fund(await devnetLedger(devnet), [address], 3, lovelace, faucet(devnet));
  console.log(`${address} has ${ada} ADA more`);
}

async function run(directory) {
  let node = null;
  let isEnding = false;
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, async () => {
      isEnding = true;
      await node?.stop();
      process.exit(0);
    });
  const devnet = await createDevnet(directory);
  node = await startNode(devnet);
  console.log(`UTxO RPC    ${devnet.utxorpc}`);
  console.log(`Blockfrost  ${devnet.blockfrost}`);
  console.log(`faucet key  ${devnet.faucetFile}`);
  console.log("            npm run devnet -- --pay <address> [--ada 1000] [--dir <directory>]");
  console.log(`process     ${node.pid}`);
  console.log(`directory   ${devnet.directory} (remove it to start anew)`);
  console.log("Ctrl-C ends it.");
  await node.exit;
  if (!isEnding)
    throw new Error(`the node ended (${node.ended()}); see ${join(devnet.directory, "node.log")}`);
}

const USAGE = `npm run devnet [-- --dir <directory>]             runs a one-node devnet on loopback
npm run devnet -- --pay <address> [--ada 1000]    pays from the faucet of the devnet that runs there`;

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: "string", default: join(tmpdir(), "cardano-dpp-devnet") },
        pay: { type: "string" },
        ada: { type: "string", default: "1000" },
        help: { type: "boolean" },
      },
    });
    if (values.help) console.log(USAGE);
    else if (values.pay === undefined) await run(values.dir);
    else await pay(values.dir, values.pay, values.ada);
  } catch (error) {
    console.error(`devnet: ${error.message}`);
    process.exit(1);
  }
}
