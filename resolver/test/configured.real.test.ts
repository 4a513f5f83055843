/** A home on real parts, named by its config.json: founded, set up, examined and served over an independent node and an IPFS daemon. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Check, State } from "@cardano-dpp/offchain/cli/doctor/check";
import { examine, systemParts } from "@cardano-dpp/offchain/cli/doctor/doctor";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { devnetLedger, fund, required, sharedDevnet } from "@cardano-dpp/offchain/testing/devnet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startKubo } from "../../scripts/real/kubo-daemon.mjs";
import { setUpDemo } from "../src/demo/set-up.js";
import { serve } from "../src/serve.js";
import type { Listening } from "../src/server.js";

const QUIET = { DPP_LOG_LEVEL: "silent", DPP_RESOLVER_PORT: "0" };
const ADA = 1_000_000n;

let directory: string;
let home: string;
let kubo: Awaited<ReturnType<typeof startKubo>>;
let server: Listening;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-configured-"));
  home = join(directory, "home");
  kubo = await startKubo({ binary: required("DPP_REAL_IPFS"), directory: join(directory, "ipfs") });
});
afterAll(async () => {
  await server?.close();
  await kubo?.stop();
  await rm(directory, { recursive: true, force: true });
});

const utxoRpc = () => {
  const { utxorpc, blockfrost } = sharedDevnet();
  return { kind: "utxorpc", network: "devnet", url: utxorpc, parametersUrl: blockfrost };
};
const configure = (ledger: object): Promise<void> =>
  writeFile(
    join(home, "config.json"),
    JSON.stringify({
      ledger,
      confirmations: 2,
      content: { kind: "ipfs", nodes: [kubo.api], gateways: [kubo.gateway] },
    }),
    { mode: 0o600 },
  );
const setUp = (env: NodeJS.ProcessEnv = {}) => setUpDemo(home, env, () => undefined);
const statesOf = (checks: readonly Check[], ...states: State[]): string[] =>
  checks.filter(({ state }) => states.includes(state)).map(({ name, found }) => `${name}: ${found}`);
const doctor = (env: NodeJS.ProcessEnv = {}) => examine(systemParts(home, env));

it("says whom to give coins, and goes on once he has them", async () => {
  await mkdir(home, { mode: 0o700 });
  await configure(utxoRpc());
  const refused: unknown = await setUp().catch((error: unknown) => error);
  if (!isDppError(refused, "ledger/no-funds")) throw refused;
  await fund(await devnetLedger(), [String(refused.details.address)], 1, 2000n * ADA);
  const { index, deployment } = await setUp();
  expect(deployment.network).toBe("devnet");
  expect(await index.list()).toHaveLength(3);
});

// The demo makes every member's key in one home; with any ledger but the embedded one, the doctor says that these belong apart.
const allKeysHere = expect.stringMatching(/^member keys: 3 of the 3 members' keys lie here/);

it("is found in order by the doctor, but for the members' keys in one place", async () => {
  expect(statesOf(await doctor(), "warning", "failed", "skipped")).toEqual([allKeysHere]);
});

it("is told apart from another network, and from a server that lacks a route", async () => {
  const elsewhere = await doctor({ DPP_LEDGER_NETWORK: "preview" });
  expect(statesOf(elsewhere, "failed").join("\n")).toContain("ledger/wrong-network");
  // The node's Blockfrost routes cannot be asked for a credential's outputs (docs/blockfrost.md).
  const { blockfrost } = sharedDevnet();
  await configure({ kind: "blockfrost", network: "devnet", url: blockfrost });
  try {
    const found = statesOf(await doctor(), "warning", "failed", "skipped");
    expect(found).toEqual([
      allKeysHere,
      expect.stringMatching(/^queries: ledger\/unsupported/),
      expect.stringMatching(/^event keys: .*see queries/),
    ]);
  } finally {
    await configure(utxoRpc());
  }
});

it("is served: ready, and a passport is read", async () => {
  const started = await serve(["--home", home], QUIET);
  if (started === null) throw new Error("it serves");
  server = started;
  const ready = await fetch(`${server.url}/health/ready`);
  expect([ready.status, (await ready.json()).network]).toEqual([200, "devnet"]);
  const { index } = await setUp();
  const [entry] = await index.list();
  const product = `${server.url}/01/${entry?.gtin}/21/${encodeURIComponent(entry?.serial ?? "")}`;
  const answer = await fetch(product, { headers: { accept: "application/json" } });
  expect([answer.status, (await answer.json()).passport.id]).toEqual([200, entry?.id]);
});

it("is not ready once its content store is gone, and the doctor says so", async () => {
  await kubo.stop();
  // What was found before holds for two seconds; the doctor takes some of them.
  const checks = statesOf(await doctor(), "failed", "skipped");
  expect(checks.map((line) => line.slice(0, 9))).toEqual(["IPFS node", "IPFS gate"]);
  await expect
    .poll(async () => (await fetch(`${server.url}/health/ready`)).status, { timeout: 30_000, interval: 50 })
    .toBe(503);
  const { parts } = await (await fetch(`${server.url}/health/ready`)).json();
  expect(parts.content).toEqual({ state: "failing", reason: "unavailable" });
  expect(parts.ledger.state).toBe("ok");
});
