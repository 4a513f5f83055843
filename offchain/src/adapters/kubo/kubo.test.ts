import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { equalBytes, utf8 } from "../../domain/bytes.js";
import { DAG_PB, RAW } from "../../domain/cid.js";
import { isDppError } from "../../domain/errors.js";
import { testClock } from "../../testing/actors.js";
import { cidOf, fileNode, patterned } from "../../testing/content-store-contract.js";
import { toBlocks } from "../content-blocks.js";
import { type ContentFault, openKubo } from "./kubo.js";

/** ms; for what never answers. Everything else gets the time that it needs. */
const SOON = 500;
const limitFor = (reason: string): { timeoutMs: number } => ({
  timeoutMs: reason === "timeout" ? SOON : 15_000,
});
const HELLO = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
const OTHER = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
/** Four chunks and a node. */
const BLOB = patterned(1_000_000);
const { cid: CID, blocks: BLOCKS } = await toBlocks(BLOB);
const isBlob = (bytes: Uint8Array | null): boolean => bytes !== null && equalBytes(bytes, BLOB);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Local {
  readonly url: string;
  /** Paths that were asked for, with their queries. */
  readonly asked: string[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: Handler): Promise<Local> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    handler(request, response);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Nobody listens there: a port that was free a moment ago. */
async function dead(): Promise<string> {
  const { url } = await serve(() => undefined);
  const server = servers.pop();
  server?.close();
  return url;
}

const cidIn = (url = ""): string => /b[a-z2-7]{58}/.exec(url)?.[0] ?? "";

const failure = (response: ServerResponse, message: string): void =>
  void response
    .writeHead(500, { "content-type": "application/json" })
    .end(JSON.stringify({ Message: message, Code: 0, Type: "error" }));

const notHere = (response: ServerResponse, cid: string): void =>
  failure(response, `block was not found locally (offline): ipld: could not find ${cid}`);

/** As a node and a gateway do it, for the blocks of BLOB. */
const honest: Handler = (request, response) => {
  request.resume();
  const cid = cidIn(request.url);
  const block = BLOCKS.get(cid);
  if (block !== undefined) response.end(block);
  else if (request.method === "POST") notHere(response, cid);
  else response.writeHead(404).end(`failed to resolve /ipfs/${cid}`);
};

const ZEROS = Buffer.alloc(65_536);
/** Sends until the other side hangs up. */
function endless(response: ServerResponse, chunk: Buffer = ZEROS): void {
  const more = (): void => {
    let room = true;
    while (room && !response.destroyed) room = response.write(chunk);
  };
  response.on("drain", more);
  more();
}

interface Misbehaviour {
  readonly handler: Handler;
  readonly reason: string;
}

const block = (url: string | undefined): Uint8Array => BLOCKS.get(cidIn(url)) ?? new Uint8Array(5);

const FAULTS: Readonly<Record<string, Misbehaviour>> = {
  "never answers": { handler: () => undefined, reason: "timeout" },
  "stops after the headers": {
    handler: (_, response) => void response.writeHead(200).flushHeaders(),
    reason: "timeout",
  },
  "stops in the middle of the block": {
    handler: ({ url }, response) => void response.writeHead(200).write(block(url).subarray(0, 3)),
    reason: "timeout",
  },
  "sends one byte now and then": {
    handler: ({ url }, response) => {
      let at = 0;
      const timer = setInterval(() => response.write(block(url).subarray(at, ++at)), SOON / 20);
      response.on("close", () => clearInterval(timer));
    },
    reason: "timeout",
  },
  "hangs up at once": { handler: (_, response) => void response.destroy(), reason: "unreachable" },
  "hangs up in the middle of the block": {
    handler: ({ url }, response) => {
      response.writeHead(200, { "content-length": block(url).length });
      response.write(block(url).subarray(0, 3), () => response.destroy());
    },
    reason: "unreachable",
  },
  "ends the answer in the middle of the block": {
    handler: ({ url }, response) => void response.end(block(url).subarray(0, -1)),
    reason: "corrupt",
  },
  "sends one byte more": {
    handler: ({ url }, response) => {
      response.write(block(url));
      response.end("x");
    },
    reason: "corrupt",
  },
  "sends other bytes": {
    handler: ({ url }, response) => void response.end(block(url).map((byte) => byte ^ 1)),
    reason: "corrupt",
  },
  "sends another block": {
    handler: (_, response) => void response.end("hello world\n"),
    reason: "corrupt",
  },
  "sends without end": { handler: (_, response) => endless(response), reason: "corrupt" },
  "announces more than a block": {
    handler: (_, response) => void response.end(Buffer.alloc(2 * 1024 * 1024 + 1)),
    reason: "corrupt",
  },
  "answers 500 with a page": {
    handler: (_, response) => void response.writeHead(500).end("<html>it broke</html>"),
    reason: "refused",
  },
  "answers 500 without end": {
    handler: (_, response) => endless(response.writeHead(500)),
    reason: "refused",
  },
  "answers 500 in Kubo's form": {
    handler: (_, response) => failure(response, "no space left on device"),
    reason: "refused",
  },
  "answers 502": { handler: (_, response) => void response.writeHead(502).end(), reason: "refused" },
  "wants a login": { handler: (_, response) => void response.writeHead(403).end(), reason: "refused" },
  "answers 204": { handler: (_, response) => void response.writeHead(204).end(), reason: "refused" },
  "sends elsewhere": {
    handler: (request, response) =>
      void response.writeHead(307, { location: `http://127.0.0.1:9${request.url}` }).end(),
    reason: "refused",
  },
};

describe.each(Object.entries(FAULTS))("a source that %s", (_, { handler, reason }) => {
  const code = reason === "corrupt" ? "content/corrupt" : "content/unavailable";

  it.each(["node", "gateway"] as const)("is passed over as the %s", async (kind) => {
    const [bad, good] = [await serve(handler), await serve(honest)];
    const nowhere = await serve((request, response) => notHere(response, cidIn(request.url)));
    const asA = (...urls: string[]) =>
      kind === "node" ? { nodes: urls } : { nodes: [nowhere.url], gateways: urls };
    const faults: ContentFault[] = [];
    const report = (fault: ContentFault) => faults.push(fault);
    const store = openKubo({ ...asA(bad.url, good.url), ...limitFor(reason), report });
    const alone = openKubo({ ...asA(bad.url), ...limitFor(reason) });
    const [read] = await Promise.all([
      store.get(CID),
      expect(alone.get(CID)).rejects.toMatchObject({
        code,
        details: { sources: [expect.stringContaining(bad.url)] },
      }),
      expect(alone.has(CID)).rejects.toMatchObject({ code }),
    ]);
    expect(isBlob(read)).toBe(true);
    expect(faults[0]).toMatchObject({ source: bad.url, reason });
  });

  it("fails in the middle of a read, which the next source ends", async () => {
    const failingAtThird = () => {
      let asked = 0;
      return serve((request, response) => (++asked === 3 ? handler : honest)(request, response));
    };
    const [bad, worse, good] = [await failingAtThird(), await failingAtThird(), await serve(honest)];
    const store = openKubo({ nodes: [bad.url], gateways: [good.url], ...limitFor(reason) });
    const alone = openKubo({ nodes: [worse.url], ...limitFor(reason) });
    const [read] = await Promise.all([
      store.get(CID),
      expect(alone.get(CID)).rejects.toMatchObject({ code }),
    ]);
    expect(isBlob(read)).toBe(true);
  });

  it("takes no blob, and the next node does", async () => {
    const bad = await serve((request, response) => {
      request.resume();
      handler(request, response);
    });
    const good = await serve(taking());
    const alone = openKubo({ nodes: [bad.url], ...limitFor(reason) });
    const [cid] = await Promise.all([
      openKubo({ nodes: [bad.url, good.url], ...limitFor(reason) }).put(BLOB),
      expect(alone.put(BLOB)).rejects.toSatisfy(isContentError),
      expect(alone.pin(CID)).rejects.toSatisfy(isContentError),
      expect(alone.unpin(CID)).rejects.toSatisfy(isContentError),
      expect(alone.pinned(CID)).rejects.toSatisfy(isContentError),
    ]);
    expect(cid).toBe(CID);
    expect(good.asked.some((path) => path.startsWith("/api/v0/add?"))).toBe(true);
  });
});

const isContentError = (error: unknown): boolean =>
  isDppError(error, "content/unavailable") || isDppError(error, "content/corrupt");

interface Taking {
  /** The CID that `add` answers. */
  readonly names?: string;
  readonly pins?: boolean;
  /** What it gives back of each block. */
  readonly gives?: (block: Uint8Array) => Uint8Array;
}

/** A node that takes BLOB, with a flaw. */
const taking =
  ({ names = CID, pins = true, gives = (it) => it }: Taking = {}): Handler =>
  (request, response) => {
    request.resume();
    request.on("end", () => {
      const path = request.url ?? "";
      const cid = cidIn(path);
      if (path.startsWith("/api/v0/add?"))
        response.end(`${JSON.stringify({ Name: "", Hash: names, Size: "1" })}\n`);
      else if (path.startsWith("/api/v0/block/rm?")) response.end(`${JSON.stringify({ Hash: cid })}\n`);
      else if (path.startsWith("/api/v0/pin/ls?")) {
        if (pins) response.end(`${JSON.stringify({ Keys: { [cid]: { Type: "recursive" } } })}\n`);
        else failure(response, `path '${cid}' is not pinned`);
      } else if (path.startsWith("/api/v0/pin/")) response.end(`${JSON.stringify({ Pins: [cid] })}\n`);
      else response.end(gives(BLOCKS.get(cid) ?? new Uint8Array()));
    });
  };

describe("putting", () => {
  const flaws: [string, Taking, string][] = [
    ["names other content", { names: OTHER }, "content/corrupt"],
    ["names no content", { names: "hello" }, "content/corrupt"],
    ["does not pin", { pins: false }, "content/unavailable"],
    ["gives back other bytes", { gives: (it) => it.map((byte) => byte ^ 1) }, "content/corrupt"],
    ["gives back nothing", { gives: () => new Uint8Array() }, "content/corrupt"],
  ];
  it.each(flaws)("does not end at a node that %s", async (_, flaw, code) => {
    const [bad, good] = [await serve(taking(flaw)), await serve(taking())];
    const faults: ContentFault[] = [];
    const store = openKubo({ nodes: [bad.url, good.url], report: (fault) => faults.push(fault) });
    expect(await store.put(BLOB)).toBe(CID);
    expect(faults.map(({ source }) => source)).toEqual([bad.url]);
    await expect(openKubo({ nodes: [bad.url] }).put(BLOB)).rejects.toMatchObject({ code });
  });

  it("names every setting that has a bearing on the CID", async () => {
    const node = await serve(taking());
    await openKubo({ nodes: [node.url] }).put(BLOB);
    const { searchParams } = new URL(node.asked.find((path) => path.includes("/add?")) ?? "", node.url);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      pin: "true",
      "cid-version": "1",
      "raw-leaves": "true",
      hash: "sha2-256",
      chunker: "size-262144",
      "max-file-links": "174",
      trickle: "false",
      inline: "false",
      "wrap-with-directory": "false",
    });
  });

  it("stops at the first node that took it", async () => {
    const [first, second] = [await serve(taking()), await serve(taking())];
    await openKubo({ nodes: [first.url, second.url] }).put(BLOB);
    expect(second.asked).toEqual([]);
  });
});

describe("the order of sources", () => {
  it("asks who failed lately last, for half a minute", async () => {
    const clock = testClock();
    const [first, second] = [await serve(FAULTS["answers 502"]?.handler ?? honest), await serve(honest)];
    const store = openKubo({ nodes: [first.url, second.url], clock });
    const asked = async (): Promise<boolean> => {
      const before = first.asked.length;
      expect(isBlob(await store.get(CID))).toBe(true);
      return first.asked.length > before;
    };
    expect(await asked()).toBe(true);
    expect(await asked()).toBe(false);
    clock.advance(29_000);
    expect(await asked()).toBe(false);
    clock.advance(2_000);
    expect(await asked()).toBe(true);
  });

  it("still asks it when nobody else has the block", async () => {
    const broken = new Set<string>();
    const first = await serve((request, response) =>
      broken.has(cidIn(request.url)) ? void response.destroy() : honest(request, response),
    );
    const empty = await serve((request, response) => notHere(response, cidIn(request.url)));
    const store = openKubo({ nodes: [first.url, empty.url] });
    broken.add(HELLO);
    await expect(store.get(HELLO)).rejects.toMatchObject({ code: "content/unavailable" });
    expect(isBlob(await store.get(CID))).toBe(true);
  });

  it("goes past a node that nobody runs", async () => {
    const good = await serve(honest);
    const store = openKubo({ nodes: [await dead()], gateways: [good.url] });
    expect(isBlob(await store.get(CID))).toBe(true);
    await expect(store.get(HELLO)).rejects.toMatchObject({ code: "content/unavailable" });
  });
});

describe("what null means", () => {
  it.each(["block was not found locally (offline): ipld: could not find it", "context deadline exceeded"])(
    "a node says %j",
    async (message) => {
      const node = await serve((_, response) => failure(response, message));
      const store = openKubo({ nodes: [node.url] });
      expect(await store.get(CID)).toBeNull();
      expect(await store.has(CID)).toBe(false);
      expect(await store.pin(CID)).toBe(false);
    },
  );

  it.each([404, 410])("a gateway answers %i", async (status) => {
    const node = await serve((request, response) => notHere(response, cidIn(request.url)));
    const gateway = await serve((_, response) => void response.writeHead(status).end());
    expect(await openKubo({ nodes: [node.url], gateways: [gateway.url] }).get(CID)).toBeNull();
  });

  it("is not a node's 404, which says that this is no Kubo", async () => {
    const node = await serve((_, response) => void response.writeHead(404).end("404 page not found"));
    await expect(openKubo({ nodes: [node.url] }).get(CID)).rejects.toMatchObject({
      code: "content/unavailable",
    });
  });

  it("a block below the root is missing everywhere", async () => {
    const [leaf = ""] = BLOCKS.keys();
    const node = await serve((request, response) =>
      cidIn(request.url) === leaf ? notHere(response, leaf) : honest(request, response),
    );
    expect(await openKubo({ nodes: [node.url] }).get(CID)).toBeNull();
  });

  it("the node is told to search for less time than we wait", async () => {
    const node = await serve(honest);
    await openKubo({ nodes: [node.url], timeoutMs: 1000 }).get(HELLO);
    expect(node.asked).toEqual([`/api/v0/block/get?arg=${HELLO}&timeout=900ms`]);
  });
});

describe("limits", () => {
  it("reads no more of a blob than the reader wants", async () => {
    const node = await serve(honest);
    const store = openKubo({ nodes: [node.url] });
    await expect(store.get(CID, { maxBytes: BLOB.length - 1 })).rejects.toMatchObject({
      code: "content/too-large",
    });
    expect(node.asked).toHaveLength(1);
    expect(isBlob(await store.get(CID, { maxBytes: BLOB.length }))).toBe(true);
  });

  it("gives up on a source that always answers just in time", async () => {
    let cid = cidOf(RAW, Uint8Array.of(7));
    const blocks = new Map<string, Uint8Array>([[cid.toString(), Uint8Array.of(7)]]);
    for (let level = 0; level < 8; level++) {
      const node = fileNode(cid, 1, 1);
      cid = cidOf(DAG_PB, node);
      blocks.set(cid.toString(), node);
    }
    const after = (ms: number) =>
      serve(({ url }, response) => void setTimeout(() => response.end(blocks.get(cidIn(url))), ms));
    const [slow, quick] = [await after(SOON * 0.6), await after(0)];
    const [root, maxBytes] = [cid.toString(), 1];
    expect(await openKubo({ nodes: [quick.url] }).get(root, { maxBytes })).toEqual(Uint8Array.of(7));
    await expect(
      openKubo({ nodes: [slow.url], timeoutMs: SOON }).get(root, { maxBytes }),
    ).rejects.toMatchObject({ code: "content/unavailable" });
    expect(slow.asked.length).toBeLessThan(blocks.size);
  });

  it("ends what is under way when it is closed", async () => {
    const closing = new AbortController();
    const node = await serve(() => closing.abort());
    const store = openKubo({ nodes: [node.url], signal: closing.signal });
    await expect(store.get(CID)).rejects.toMatchObject({ code: "content/unavailable" });
    await expect(store.put(BLOB)).rejects.toMatchObject({ code: "content/unavailable" });
    expect(node.asked).toHaveLength(1);
  });

  it.each([
    "",
    "127.0.0.1:5001",
    "/ip4/127.0.0.1/tcp/5001",
    "ftp://127.0.0.1",
    "http://me:secret@127.0.0.1:5001",
    "http://127.0.0.1:5001/?key=secret",
  ])("refuses %j as an address, without repeating it", (url) => {
    for (const options of [{ nodes: [url] }, { nodes: ["http://127.0.0.1:5001"], gateways: [url] }]) {
      expect(() => openKubo(options)).toThrow(expect.objectContaining({ code: "content/bad-url" }));
      expect(() => openKubo(options)).not.toThrow("secret");
    }
  });

  it("needs a node", () => {
    expect(() => openKubo({ nodes: [], gateways: ["http://127.0.0.1:8080"] })).toThrow(
      expect.objectContaining({ code: "content/bad-url" }),
    );
  });

  it("keeps the path of an address", async () => {
    const server = await serve(honest);
    const store = openKubo({ nodes: [`${server.url}/mine/api/v0/`], gateways: [`${server.url}/gate/`] });
    expect(await store.get(HELLO)).toBeNull();
    expect(server.asked.map((path) => path.split("?")[0])).toEqual([
      "/mine/api/v0/block/get",
      `/gate/ipfs/${HELLO}`,
    ]);
  });
});

it("ends with an error of its own, whatever a node answers", async () => {
  let answer: { status: number; body: Uint8Array } = { status: 200, body: new Uint8Array() };
  const node = await serve((request, response) => {
    request.resume();
    request.on("end", () => void response.writeHead(answer.status).end(answer.body));
  });
  const store = openKubo({ nodes: [node.url], report: () => undefined });
  const answers = fc.record({
    status: fc.constantFrom(200, 200, 201, 400, 404, 500, 503),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map(utf8),
      fc.string().map((Message) => utf8(JSON.stringify({ Message }))),
      fc
        .record({ Hash: fc.string(), Cid: fc.string(), Type: fc.string(), Pins: fc.array(fc.string()) })
        .map((value) => utf8(JSON.stringify(value))),
    ),
  });
  await fc.assert(
    fc.asyncProperty(answers, async (next) => {
      answer = next;
      const work = [
        store.get(HELLO),
        store.put(utf8("hello world\n")),
        store.pin(HELLO),
        store.unpin(HELLO),
        store.pinned(HELLO),
      ];
      for (const outcome of await Promise.allSettled(work)) {
        if (outcome.status === "rejected") expect(outcome.reason).toSatisfy(isContentError);
        else expect([null, false, undefined]).toContain(outcome.value);
      }
    }),
  );
});
