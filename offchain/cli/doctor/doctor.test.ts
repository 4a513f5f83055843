import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { contentMemory } from "../../src/adapters/content-memory.js";
import { homePaths } from "../../src/adapters/home.js";
import { DppError } from "../../src/domain/errors.js";
import type { ContentStore } from "../../src/ports/content-store.js";
import type { Ledger, Utxo } from "../../src/ports/ledger.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { foundConsortium } from "../consortium.js";
import { openHome } from "../home.js";
import { runCommand } from "../program.js";
import type { Check } from "./check.js";
import { probeBlob } from "./content-checks.js";
import { type DoctorParts, examine, systemParts } from "./doctor.js";

const MINUTE = 60_000;
const GiB = 1024 ** 3;
const SECRET = "utxorpc-api-key-0815";
/** ms: for parts that never answer. */
const SOON = 20;

let root: string;
let home: string;
let ledger: Ledger;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "dpp-doctor-"));
  home = join(root, "home");
  await foundConsortium(home, {}, { members: 1, threshold: 1, freezeKeys: 1 }, () => undefined);
  ledger = (await openHome(home, {})).context.ledger;
});
afterAll(() => rm(root, { recursive: true }));

const ROOMY: Partial<DoctorParts> = { freeBytes: async () => 10 * GiB };
const examined = (parts: Partial<DoctorParts> = {}): Promise<readonly Check[]> =>
  examine({ ...systemParts(home, {}), ...ROOMY, ...parts });

/** The one check of this name. */
async function check(name: string, parts: Partial<DoctorParts> = {}): Promise<Check> {
  const [found, ...more] = (await examined(parts)).filter((each) => each.name === name);
  if (found === undefined || more.length > 0) throw new Error(`${name} was not checked once`);
  return found;
}
const stateOf = async (name: string, parts: Partial<DoctorParts>): Promise<string> =>
  (await check(name, parts)).state;

/** The home's ledger with some answers of its own. */
const ledgerWith = (answers: Partial<Ledger>): Partial<DoctorParts> => ({
  openLedger: async () =>
    Object.create(
      ledger,
      Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, { value }])),
    ),
});

const NODE_ENV = {
  DPP_LEDGER_KIND: "utxorpc",
  DPP_LEDGER_NETWORK: "preview",
  DPP_LEDGER_URL: "http://127.0.0.1:9090",
  DPP_LEDGER_HEADERS: JSON.stringify({ "x-key": SECRET }),
};
const onNode = (answers: Partial<Ledger> = {}, parts: Partial<DoctorParts> = {}): Partial<DoctorParts> => ({
  env: NODE_ENV,
  ...ledgerWith({ network: "preview", ...answers }),
  ledgerFacts: async () => ({ networkMagic: 2, protocolVersion: 10 }),
  ...parts,
});

describe("the doctor", () => {
  it("finds an embedded home in order, and leaves nothing in it", async () => {
    const files = async () => (await readdir(home, { recursive: true })).sort();
    const before = await files();
    const checks = await examined();
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      "Node",
      "configuration",
      "home directory",
      "keystore",
      "ledger",
      "network",
      "tip",
      "clock",
      "protocol parameters",
      "deployment",
      "member keys",
      "queries",
      "event keys",
      "pending transactions",
      "content",
      "event store",
    ]);
    expect(await files()).toEqual(before);
  });

  it("says of a home that is not there yet what makes one, and fails nothing but what is broken", async () => {
    const checks = await examined({ home: join(root, "empty") });
    const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      "home directory": "warning",
      keystore: "warning",
      ledger: "warning",
      deployment: "skipped",
    });
    expect(Object.values(states)).not.toContain("failed");
    expect(checks.find(({ name }) => name === "home directory")?.advice).toContain("dpp consortium init");
  });

  it("exits 0 or 1 and prints a line each, or JSON", async () => {
    const run = async (env: NodeJS.ProcessEnv, ...args: string[]) => {
      let out = "";
      const streams = {
        out: (text: string) => {
          out += text;
        },
        err: () => undefined,
      };
      return { status: await runCommand(["doctor", "--home", home, ...args], streams, env), out };
    };
    const healthy = await run({}, "--json");
    expect([healthy.status, JSON.parse(healthy.out).ok]).toEqual([0, true]);
    const broken = await run({ PORT: "many" });
    expect(broken.status).toBe(1);
    expect(broken.out).toMatch(/^failed {3}configuration: environment PORT: expected .*\. To do: /m);
    expect(broken.out).toMatch(/^skipped {2}ledger: /m);
  });
});

describe("the doctor on this machine", () => {
  it.each([
    ["18.20.0", "failed"],
    ["20.18.9", "failed"],
    ["20.19.0", "ok"],
    ["24.0.0", "ok"],
  ])("finds Node %s %s", async (nodeVersion, state) => {
    expect(await stateOf("Node", { nodeVersion })).toBe(state);
  });

  it("tells every fault of the configuration, never a secret, and skips what hangs on it", async () => {
    const env = { ...NODE_ENV, DPP_LEDGER_NETWORK: "preveiw", PORT: "many", DPP_PASSPHRASE: "correct horse" };
    const checks = await examined({ env });
    const { state, found } = checks.find(({ name }) => name === "configuration") as Check;
    expect(state).toBe("failed");
    expect(found).toContain("environment DPP_LEDGER_NETWORK");
    expect(found).toContain("environment PORT");
    expect(checks.filter((each) => each.state === "skipped").map(({ name }) => name)).toEqual([
      "ledger",
      "content",
      "event store",
    ]);
    expect(JSON.stringify(checks)).not.toMatch(new RegExp(`${SECRET}|correct horse`));
  });

  it.each([
    [10 * GiB, "ok"],
    [GiB - 1, "warning"],
    [1024, "failed"],
  ])("finds %i bytes free: %s", async (free, state) => {
    expect(await stateOf("home directory", { freeBytes: async () => free })).toBe(state);
  });

  it("finds a home that is a file, and one that others may write to", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    expect(await stateOf("home directory", { home: file })).toBe("failed");
    const open = join(root, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    expect(await stateOf("home directory", { home: open })).toBe("warning");
  });

  it("that does not answer for the disk goes on", async () => {
    const freeBytes = () => new Promise<number>(() => undefined);
    const checks = await examined({ freeBytes, limitMs: 1000 });
    expect(checks.find(({ name }) => name === "home directory")?.found).toContain("no answer");
    expect(checks.at(-1)?.name).toBe("event store");
  });
});

describe("the doctor on the keystore", () => {
  let other: string;
  let keys: string;
  const PASSPHRASE = "correct horse battery";
  const create = async (env: NodeJS.ProcessEnv) => {
    const { keystoreOf } = await import("../home.js");
    await keystoreOf(homePaths(other), env, "embedded").create("first");
  };
  const found = async (env: NodeJS.ProcessEnv = {}) => check("keystore", { home: other, env });
  beforeEach(async () => {
    other = await mkdtemp(join(root, "keys-"));
    keys = homePaths(other).keys;
  });

  it("finds keys in order: in clear text on a trial network, locked with the right passphrase", async () => {
    await create({});
    expect(await found()).toMatchObject({ state: "ok", found: "1 keys, in clear text" });
    await rm(keys, { recursive: true });
    await create({ DPP_PASSPHRASE: PASSPHRASE });
    expect(await found({ DPP_PASSPHRASE: PASSPHRASE })).toMatchObject({ state: "ok" });
  });

  it("finds keys in clear text on a public network", async () => {
    await create({});
    expect((await found(NODE_ENV)).state).toBe("warning");
  });

  it("finds locked keys without a passphrase, or with another", async () => {
    await create({ DPP_PASSPHRASE: PASSPHRASE });
    expect(await found()).toMatchObject({ state: "failed", advice: "set DPP_PASSPHRASE" });
    const wrong = await found({ DPP_PASSPHRASE: "incorrect horse" });
    expect(wrong).toMatchObject({ state: "failed", found: expect.stringContaining("first") });
    expect(JSON.stringify(wrong)).not.toContain("incorrect horse");
  });

  it("finds key files that others may read, and damaged ones", async () => {
    await create({});
    await writeFile(join(keys, "second.json"), "{}", { mode: 0o600 });
    expect(await found()).toMatchObject({ state: "failed", found: "damaged key files: second" });
    await chmod(join(keys, "first.json"), 0o644);
    expect(await found()).toMatchObject({ state: "failed", found: expect.stringContaining("first.json") });
  });
});

describe("the doctor on the ledger", () => {
  it("finds a node in order", async () => {
    const checks = await examined(onNode());
    const states = checks.filter(({ state }) => state !== "ok").map(({ name }) => name);
    // Keys in clear text; and this home was founded on the embedded ledger.
    expect(states).toEqual(["keystore", "deployment", "member keys", "queries", "event keys"]);
  });

  it("says what to do when the ledger is out of reach, and skips the rest", async () => {
    const openLedger = async (): Promise<never> => {
      throw new DppError("ledger/unavailable", `no answer to ${SECRET}`);
    };
    const checks = await examined(onNode({}, { openLedger }));
    expect(checks.find(({ name }) => name === "ledger")).toMatchObject({
      state: "failed",
      found: "ledger/unavailable: no answer to [secret]",
      advice: expect.stringContaining("ledger.url"),
    });
    expect(checks.filter(({ state }) => state === "skipped")).toHaveLength(9);
    expect(checks.find(({ name }) => name === "content")).toMatchObject({ name: "content", state: "ok" });
  });

  it("does not repeat the words of errors that are not ours", async () => {
    const openLedger = async (): Promise<never> => {
      throw new TypeError(`fetch failed: ${SECRET}`);
    };
    expect((await check("ledger", onNode({}, { openLedger }))).found).toBe("unexpected: TypeError");
  });

  it("never waits longer than the limit", async () => {
    const never = () => new Promise<never>(() => undefined);
    expect(await stateOf("ledger", onNode({}, { openLedger: never, limitMs: SOON }))).toBe("failed");
    const hanging = await examined(
      onNode({ tip: never, protocolParameters: never, utxoByUnit: never }, { limitMs: 500 }),
    );
    const late = hanging.filter(({ found }) => found.startsWith("no answer")).map(({ name }) => name);
    expect(late).toEqual(expect.arrayContaining(["tip", "clock", "protocol parameters"]));
  });

  it("gives the parts less time for a request than a check has", async () => {
    let timeoutMs = 0;
    const openLedger: DoctorParts["openLedger"] = async (settings) => {
      timeoutMs = "timeoutMs" in settings ? settings.timeoutMs : 0;
      return ledger;
    };
    await examined(onNode({}, { openLedger, limitMs: 5000 }));
    expect(timeoutMs).toBe(1000);
  });

  it("finds another network", async () => {
    const facts = (networkMagic: number) => async () => ({ networkMagic, protocolVersion: 10 });
    expect((await check("network", onNode({}, { ledgerFacts: facts(1) }))).found).toContain(
      "magic 1, preview has 2",
    );
    const devnet = (magic: number, configured?: string) =>
      stateOf("network", {
        ...onNode({}, { ledgerFacts: facts(magic) }),
        env: {
          ...NODE_ENV,
          DPP_LEDGER_NETWORK: "devnet",
          ...(configured && { DPP_LEDGER_NETWORK_MAGIC: configured }),
        },
      });
    expect([
      await devnet(42),
      await devnet(42, "42"),
      await devnet(42, "43"),
      await devnet(764_824_073),
    ]).toEqual(["ok", "ok", "failed", "failed"]);
  });

  const tips: [age: number, tip: string, clock: string][] = [
    [0, "ok", "ok"],
    [4 * MINUTE, "ok", "ok"],
    [6 * MINUTE, "warning", "ok"],
    [21 * MINUTE, "failed", "ok"],
    [-10_000, "ok", "warning"],
    [-2 * MINUTE, "ok", "failed"],
  ];
  it.each(tips)("finds a tip of %i ms: %s, and the clock: %s", async (age, tip, clock) => {
    const now = Date.UTC(2027, 0, 1);
    const parts = onNode(
      { tip: async () => ({ slot: 1, height: 1, time: now - age }) },
      { clock: { now: () => now } },
    );
    expect([await stateOf("tip", parts), await stateOf("clock", parts)]).toEqual([tip, clock]);
  });

  it("finds a protocol before Plutus V3, and a cost model that is cut short", async () => {
    const old = { ledgerFacts: async () => ({ networkMagic: 2, protocolVersion: 9 }) };
    expect(await stateOf("protocol parameters", onNode({}, old))).toBe("failed");
    const parameters = await ledger.protocolParameters();
    const without = { ...parameters, costModels: { ...parameters.costModels, PlutusV3: [] } };
    expect(await stateOf("protocol parameters", onNode({ protocolParameters: async () => without }))).toBe(
      "failed",
    );
  });

  it("says where else to ask for parameters that the node leaves out", async () => {
    const protocolParameters = async (): Promise<never> => {
      throw new DppError("ledger/unavailable", "no cost model", {
        details: { field: "Plutus V3 cost model" },
      });
    };
    expect(await check("protocol parameters", onNode({ protocolParameters }))).toMatchObject({
      state: "failed",
      found: "the ledger states no Plutus V3 cost model",
      advice: expect.stringContaining("ledger.parametersUrl"),
    });
  });

  it("finds a deployment that the ledger does not hold, or of another network", async () => {
    expect(await check("deployment", ledgerWith({ utxoByUnit: async () => null }))).toMatchObject({
      state: "failed",
      found: expect.stringContaining("deployment/not-found"),
    });
    expect((await check("deployment", onNode())).found).toContain("founded on embedded");
  });

  it("finds a route that the server does not have, and a history that it does not keep", async () => {
    const utxosByCredential = async (): Promise<never> => {
      throw new DppError("ledger/unsupported", "the server has no such route");
    };
    expect(await check("queries", ledgerWith({ utxosByCredential }))).toMatchObject({
      state: "failed",
      found: "ledger/unsupported: the server has no such route",
      advice: expect.stringContaining("docs/blockfrost.md"),
    });
    for (const answers of [
      { transactionsOf: async () => [] },
      { unitsOf: async () => [] },
      { transaction: async () => null },
    ])
      expect(await stateOf("queries", ledgerWith(answers))).toBe("failed");
  });

  it("finds reference scripts missing", async () => {
    const answer = await check("deployment", ledgerWith({ utxosAt: async () => [] as Utxo[] }));
    expect(answer).toMatchObject({
      state: "warning",
      found: expect.stringContaining("anchor and joint and p256 and passport and roles"),
    });
  });

  it("finds the table of P-256's base point missing: nothing under such a key can be appended", async () => {
    const answer = await check("event keys", ledgerWith({ utxosAt: async () => [] as Utxo[] }));
    expect(answer).toMatchObject({
      state: "warning",
      found: expect.stringContaining("the table of P-256's base point is not on the ledger"),
    });
  });
});

describe("the doctor on members' keys", () => {
  it("warns of a home that holds two of them, unless its ledger is embedded", async () => {
    const trial = join(root, "trial");
    await foundConsortium(trial, {}, { members: 2, threshold: 2, freezeKeys: 1 }, () => undefined);
    const { context, deployment } = await openHome(trial, {});
    expect((await check("member keys", { home: trial })).state).toBe("ok");
    // The same home as it would be on a devnet.
    await writeFile(homePaths(trial).deployment, JSON.stringify({ ...deployment, network: "devnet" }));
    const openLedger = async (): Promise<Ledger> =>
      Object.create(context.ledger, { network: { value: "devnet" } });
    const onDevnet = {
      home: trial,
      env: { ...NODE_ENV, DPP_LEDGER_NETWORK: "devnet" },
      openLedger,
      ledgerFacts: async () => ({ networkMagic: 42, protocolVersion: 10 }),
    };
    expect(await check("member keys", onDevnet)).toMatchObject({
      state: "warning",
      found: "2 of the 2 members' keys lie here: member-1, member-2",
    });
    await rm(join(homePaths(trial).keys, "member-2.json"));
    expect(await check("member keys", onDevnet)).toMatchObject({
      state: "ok",
      found: "1 of the 2 members' keys lie here",
    });
  });
});

describe("the doctor on IPFS", () => {
  /** A node's store, and a gateway over it. */
  interface FakeIpfs {
    readonly url: string;
    readonly store: ContentStore;
    gateway: (bytes: Uint8Array | null) => { status: number; body: string };
    readonly server: Server;
  }
  const running: Server[] = [];
  const pinsOf = async ({ store }: FakeIpfs): Promise<boolean> =>
    store.pinned((await probeBlob(seededRandom("doctor").bytes(16))).cid);
  async function fakeIpfs(): Promise<FakeIpfs> {
    const store = contentMemory();
    const server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://localhost");
      const { status, body } = fake.gateway(await store.get(pathname.slice("/ipfs/".length)));
      response.statusCode = status;
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    running.push(server);
    const fake: FakeIpfs = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      server,
      store,
      gateway: (bytes) =>
        bytes === null ? { status: 504, body: "" } : { status: 200, body: new TextDecoder().decode(bytes) },
    };
    return fake;
  }
  afterEach(() => {
    for (const server of running.splice(0)) server.close();
  });

  const onIpfs = (
    nodes: readonly FakeIpfs[],
    stores: readonly ContentStore[],
    gateways: readonly FakeIpfs[] = [],
  ) => ({
    env: {
      DPP_CONTENT_KIND: "ipfs",
      DPP_CONTENT_NODES: nodes.map(({ url }) => url).join(","),
      DPP_CONTENT_GATEWAYS: gateways.map(({ url }) => url).join(","),
    },
    random: seededRandom("doctor"),
    openContent: async (settings: { kind: string; nodes?: readonly string[] }) => {
      const at = nodes.findIndex(({ url }) => url === settings.nodes?.[0]);
      const store = stores[at];
      if (settings.nodes?.length !== 1 || store === undefined) throw new Error("one node at a time");
      return store;
    },
  });
  const results = async (parts: Partial<DoctorParts>) =>
    (await examined(parts)).filter(({ name }) => name.startsWith("IPFS"));

  it("asks each node and each gateway apart, and takes its blob away again", async () => {
    const [good, bad] = [await fakeIpfs(), await fakeIpfs()];
    const refusing: ContentStore = {
      ...bad.store,
      put: async () => {
        throw new DppError("content/unavailable", "no answer");
      },
    };
    const checks = await results(onIpfs([good, bad], [good.store, refusing], [good, bad]));
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      [`IPFS node ${good.url}`, "ok"],
      [`IPFS node ${bad.url}`, "failed"],
      [`IPFS gateway ${good.url}`, "ok"],
      [`IPFS gateway ${bad.url}`, "warning"],
    ]);
    expect([await pinsOf(good), await pinsOf(bad)]).toEqual([false, false]);
  });

  const wrong: [string, (ipfs: FakeIpfs) => Partial<ContentStore>, string][] = [
    [
      "another CID",
      () => ({ put: async () => "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4" }),
      "its CID is",
    ],
    ["a blob that is gone", () => ({ get: async () => null }), "gone"],
    ["other bytes", () => ({ get: async () => new Uint8Array(3) }), "other bytes"],
    ["a blob that is not pinned", () => ({ pinned: async () => false }), "not pinned"],
  ];
  it.each(wrong)("finds %s", async (_name, change, words) => {
    const ipfs = await fakeIpfs();
    const [found] = await results(onIpfs([ipfs], [{ ...ipfs.store, ...change(ipfs) }]));
    expect(found).toMatchObject({ state: "failed", found: expect.stringContaining(words) });
  });

  it("never waits longer than the limit for a node, and asks no gateway for what no node holds", async () => {
    const ipfs = await fakeIpfs();
    const store = { ...ipfs.store, put: () => new Promise<never>(() => undefined) };
    const checks = await results({ ...onIpfs([ipfs], [store], [ipfs]), limitMs: 500 });
    expect(checks.map(({ state }) => state)).toEqual(["failed", "skipped"]);
  });

  it("finds a gateway that lies", async () => {
    const ipfs = await fakeIpfs();
    ipfs.gateway = () => ({ status: 200, body: "<html>" });
    const [, gateway] = await results(onIpfs([ipfs], [ipfs.store], [ipfs]));
    expect(gateway).toMatchObject({ state: "failed", found: "other bytes came back" });
  });

  it("finds a gateway that listens no more", async () => {
    const [ipfs, gone] = [await fakeIpfs(), await fakeIpfs()];
    gone.server.close();
    const [, gateway] = await results(onIpfs([ipfs], [ipfs.store], [gone]));
    expect(gateway).toMatchObject({ state: "failed", found: "content/unavailable: it cannot be reached" });
  });
});
