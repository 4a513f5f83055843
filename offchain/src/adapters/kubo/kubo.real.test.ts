import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, request as sendTo } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "kubo-rpc-client";
import { base32upper } from "multiformats/bases/base32";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { startKubo } from "../../../../scripts/real/kubo-daemon.mjs";
import { concat, equalBytes, utf8 } from "../../domain/bytes.js";
import { parseCid } from "../../domain/cid.js";
import { contentStoreContract, patterned } from "../../testing/content-store-contract.js";
import { toBlocks } from "../content-blocks.js";
import { type ContentFault, openKubo } from "./kubo.js";

type Daemon = Awaited<ReturnType<typeof startKubo>>;

const binary = process.env.DPP_REAL_IPFS ?? "";
const directories: string[] = [];
const daemons: Daemon[] = [];
const servers: Server[] = [];
/** Serves the contract's tests; each other test has daemons of its own. */
let shared: Daemon | undefined;

interface Start {
  readonly online?: boolean;
  readonly settings?: Record<string, unknown>;
}

async function start(options: Start = {}): Promise<Daemon> {
  if (binary === "")
    throw new Error("DPP_REAL_IPFS must name the ipfs binary: run this with `npm run test:real`");
  const directory = await mkdtemp(join(tmpdir(), "dpp-kubo-"));
  directories.push(directory);
  return again(directory, options);
}
async function again(directory: string, options: Start = {}): Promise<Daemon> {
  const daemon = await startKubo({ binary, directory, ...options });
  daemons.push(daemon);
  return daemon;
}
afterAll(() => shared?.stop());
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  const ending = daemons.splice(0).filter((daemon) => daemon !== shared);
  await Promise.all(ending.map((daemon) => daemon.stop()));
});
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

/** flatfs: named by the multihash, in a folder named by the last characters but one. */
function blockFile({ directory }: Daemon, cid: string): string {
  const name = base32upper.encode(parseCid(cid).multihash.bytes).slice(1);
  return join(directory, "blocks", name.slice(-3, -1), `${name}.data`);
}

const rpc = async ({ api }: Daemon, call: string): Promise<string> => {
  const response = await fetch(`${api}/api/v0/${call}`, { method: "POST" });
  return response.text();
};

const collect = (daemon: Daemon) => rpc(daemon, "repo/gc?quiet=true");

describe("one daemon", () => {
  contentStoreContract("Kubo", async () => {
    shared ??= await start();
    const daemon = shared;
    return {
      store: openKubo({ nodes: [daemon.api] }),
      async damage(cid) {
        const path = blockFile(daemon, cid);
        const block = await readFile(path);
        block[0] = (block[0] ?? 0) ^ 1;
        await chmod(path, 0o600);
        await writeFile(path, block);
      },
      lose: (cid) => rm(blockFile(daemon, cid)),
      clean: async () => void (await collect(daemon)),
      async close() {
        const pins = JSON.parse(await rpc(daemon, "pin/ls?type=recursive")) as { Keys?: object };
        for (const cid of Object.keys(pins.Keys ?? {})) await rpc(daemon, `pin/rm?arg=${cid}`);
        await collect(daemon);
      },
    };
  });
});

/** In front of a daemon: passes everything on, and says when a block was asked for. */
async function watched(daemon: () => Daemon, onBlock: (asked: number) => void): Promise<string> {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/api/v0/block/get")) onBlock(++asked);
    const forward = sendTo(`${daemon().api}${request.url}`, { method: "POST", headers: request.headers });
    forward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    forward.on("error", () => response.destroy());
    request.pipe(forward);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const BLOB = patterned(5_000_000);
const isBlob = (bytes: Uint8Array | null): boolean => bytes !== null && equalBytes(bytes, BLOB);
const HELLO = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
/** Nobody listens there: a port that was free a moment ago. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}

describe("a daemon that dies in the middle of a read", () => {
  it("ends the read without half of the bytes; restarted, it still has the content, pinned", async () => {
    const daemon = await start();
    const cid = await openKubo({ nodes: [daemon.api] }).put(BLOB);
    const through = await watched(
      () => daemon,
      (asked) => asked === 6 && daemon.kill("SIGKILL"),
    );
    await expect(openKubo({ nodes: [through] }).get(cid)).rejects.toMatchObject({
      code: "content/unavailable",
      details: { sources: [expect.stringContaining(through)] },
    });
    await daemon.stopped;

    const store = openKubo({ nodes: [(await again(daemon.directory)).api] });
    expect(isBlob(await store.get(cid))).toBe(true);
    expect(await store.pinned(cid)).toBe(true);
  });

  it("is killed while it takes a blob: the put goes to the next node, and is repeated after the restart", async () => {
    const [one, other] = [await start(), await start()];
    // The put reads back what it wrote.
    const through = await watched(
      () => one,
      (asked) => asked === 3 && one.kill("SIGKILL"),
    );
    const cid = await openKubo({ nodes: [through, other.api] }).put(BLOB);
    await one.stopped;
    expect(await openKubo({ nodes: [other.api] }).pinned(cid)).toBe(true);

    const store = openKubo({ nodes: [(await again(one.directory)).api] });
    expect(await store.put(BLOB)).toBe(cid);
    expect(isBlob(await store.get(cid))).toBe(true);
    expect(await store.pinned(cid)).toBe(true);
  });

  it("leaves the rest of the read to the next node or gateway", async () => {
    for (const kind of ["node", "gateway"] as const) {
      const [one, other] = [await start(), await start()];
      for (const { api } of [one, other]) await openKubo({ nodes: [api] }).put(BLOB);
      const through = await watched(
        () => one,
        (asked) => asked === 6 && one.kill("SIGKILL"),
      );
      const faults: ContentFault[] = [];
      const store = openKubo({
        ...(kind === "node"
          ? { nodes: [through, other.api] }
          : { nodes: [through], gateways: [other.gateway] }),
        report: (fault) => faults.push(fault),
      });
      const cid = await openKubo({ nodes: [other.api] }).put(BLOB);
      expect(isBlob(await store.get(cid))).toBe(true);
      expect(faults).toContainEqual(expect.objectContaining({ source: through, reason: "unreachable" }));
    }
  });

  it("that only stands still is given up after the time-out, and goes on afterwards", async () => {
    const daemon = await start();
    const cid = await openKubo({ nodes: [daemon.api] }).put(BLOB);
    let stopping = true;
    const through = await watched(
      () => daemon,
      (asked) => stopping && asked === 6 && daemon.kill("SIGSTOP"),
    );
    const store = openKubo({ nodes: [through], timeoutMs: 1000 });
    await expect(store.get(cid)).rejects.toMatchObject({ code: "content/unavailable" });
    await expect(store.put(BLOB)).rejects.toMatchObject({ code: "content/unavailable" });
    await expect(store.pinned(cid)).rejects.toMatchObject({ code: "content/unavailable" });
    stopping = false;
    daemon.kill("SIGCONT");
    const patient = openKubo({ nodes: [through] });
    expect(isBlob(await patient.get(cid))).toBe(true);
    expect(await patient.pinned(cid)).toBe(true);
  });
});

describe("several daemons", () => {
  it("writes to the first that answers, and unpins on all of them", async () => {
    const [one, other] = [await start(), await start()];
    const cid = await openKubo({ nodes: [await deadUrl(), one.api, other.api] }).put(BLOB);
    const [first, second] = [openKubo({ nodes: [one.api] }), openKubo({ nodes: [other.api] })];
    expect([await first.pinned(cid), await second.pinned(cid)]).toEqual([true, false]);
    await second.put(BLOB);
    const both = openKubo({ nodes: [other.api, one.api] });
    expect(await both.pinned(cid)).toBe(true);
    await both.unpin(cid);
    expect([await first.pinned(cid), await second.pinned(cid)]).toEqual([false, false]);
    await expect(openKubo({ nodes: [await deadUrl(), one.api] }).unpin(cid)).rejects.toMatchObject({
      code: "content/unavailable",
    });
  });

  it("takes from the second what is damaged on the first, and says so", async () => {
    const [one, other] = [await start(), await start()];
    const [first, second] = [openKubo({ nodes: [one.api] }), openKubo({ nodes: [other.api] })];
    const cid = await first.put(utf8("hello world\n"));
    await second.put(utf8("hello world\n"));
    await chmod(blockFile(one, cid), 0o600);
    await writeFile(blockFile(one, cid), "Hello world\n");
    await expect(first.get(cid)).rejects.toMatchObject({ code: "content/corrupt" });
    const faults: ContentFault[] = [];
    const both = openKubo({ nodes: [one.api, other.api], report: (fault) => faults.push(fault) });
    expect(await both.get(cid)).toEqual(utf8("hello world\n"));
    expect(faults).toEqual([
      { source: one.api, reason: "corrupt", message: `its bytes are not those of ${cid}` },
    ]);
  });

  it("cannot replace a damaged block that another blob needs: the put says so, and nothing is unpinned", async () => {
    const daemon = await start();
    const store = openKubo({ nodes: [daemon.api] });
    const [one, other] = [await store.put(patterned(300_000)), await store.put(patterned(310_000))];
    const leaf = await openKubo({ nodes: [daemon.api] }).put(patterned(262_144));
    await store.unpin(leaf);
    await chmod(blockFile(daemon, leaf), 0o600);
    await writeFile(blockFile(daemon, leaf), new Uint8Array(262_144));
    await expect(store.put(patterned(300_000))).rejects.toMatchObject({ code: "content/corrupt" });
    expect([await store.pinned(one), await store.pinned(other)]).toEqual([true, true]);
  });

  it("reads from a gateway what no node has; null when the gateway has it neither", async () => {
    const [empty, full] = [await start(), await start()];
    const cid = await openKubo({ nodes: [full.api] }).put(BLOB);
    const store = openKubo({ nodes: [empty.api], gateways: [full.gateway] });
    expect(isBlob(await store.get(cid))).toBe(true);
    expect(await store.get(HELLO)).toBeNull();
    expect(await store.pin(cid)).toBe(false);
    // Nobody knows what the dead one has.
    await expect(openKubo({ nodes: [empty.api, await deadUrl()] }).get(HELLO)).rejects.toMatchObject({
      code: "content/unavailable",
    });
  });
});

describe("a daemon's own settings", () => {
  it("have no bearing on the CIDs", async () => {
    const daemon = await start({
      settings: {
        "Import.CidVersion": 0,
        "Import.UnixFSRawLeaves": false,
        "Import.UnixFSChunker": "size-1048576",
        "Import.UnixFSFileMaxLinks": 3,
      },
    });
    const cid = await openKubo({ nodes: [daemon.api] }).put(BLOB);
    expect(cid).toBe((await toBlocks(BLOB)).cid);
  });

  it("may have it check its blocks by itself: a damaged one is found all the same", async () => {
    const daemon = await start({ settings: { "Datastore.HashOnRead": true } });
    const store = openKubo({ nodes: [daemon.api] });
    const cid = await store.put(utf8("hello world\n"));
    await chmod(blockFile(daemon, cid), 0o600);
    await writeFile(blockFile(daemon, cid), "Hello world\n");
    await expect(store.get(cid)).rejects.toMatchObject({ code: "content/corrupt" });
    await store.put(utf8("hello world\n"));
    expect(await store.get(cid)).toEqual(utf8("hello world\n"));
  });
});

describe("the official client, as a second one", () => {
  it("reads and lists what was put", async () => {
    const daemon = await start();
    const cid = await openKubo({ nodes: [daemon.api] }).put(BLOB);
    const client = create({ url: daemon.api });
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.cat(cid)) chunks.push(chunk);
    expect(isBlob(concat(...chunks))).toBe(true);
    const pins: string[] = [];
    for await (const pin of client.pin.ls({ type: "recursive" })) pins.push(pin.cid.toString());
    expect(pins).toContain(cid);
  });

  it("puts what we read, under the same name", async () => {
    const daemon = await start();
    const added = await create({ url: daemon.api }).add(BLOB, {
      cidVersion: 1,
      rawLeaves: true,
      chunker: "size-262144",
    });
    const store = openKubo({ nodes: [daemon.api] });
    expect(isBlob(await store.get(added.cid.toString()))).toBe(true);
    expect(await store.put(BLOB)).toBe(added.cid.toString());
  });
});

describe("daemons that are online", () => {
  it("answers null for what nobody has, instead of waiting for ever", async () => {
    const daemon = await start({ online: true });
    const store = openKubo({ nodes: [daemon.api], timeoutMs: 2000 });
    expect(await store.get(HELLO)).toBeNull();
    expect(await store.pin(HELLO)).toBe(false);
  });

  it("gets and pins a blob over the network from another daemon, and keeps it when that one is gone", async () => {
    const [one, other] = [await start({ online: true }), await start({ online: true })];
    const cid = await openKubo({ nodes: [one.api] }).put(BLOB);
    const { Addresses } = JSON.parse(await rpc(one, "id")) as { Addresses: string[] };
    const address = Addresses.find((text) => text.startsWith("/ip4/127.0.0.1/tcp/")) ?? "";
    expect(await rpc(other, `swarm/connect?arg=${encodeURIComponent(address)}`)).toContain("success");
    const store = openKubo({ nodes: [other.api] });
    expect(await store.pinned(cid)).toBe(false);
    expect(await store.pin(cid)).toBe(true);
    await one.stop();
    await collect(other);
    expect(await store.pinned(cid)).toBe(true);
    expect(isBlob(await store.get(cid))).toBe(true);
  });
});
