import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitStatusOf, makeOutput } from "../output.js";
import { contentCommands } from "./content.js";

const HELLO = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";

let directory: string;
let file: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-content-cli-"));
  file = join(directory, "hello");
  await writeFile(file, "hello world\n");
});
afterAll(() => rm(directory, { recursive: true }));

interface Ran {
  readonly status: number;
  // The shape differs by verb; tests read what they state.
  readonly json: Record<string, unknown>;
}

async function content(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  let text = "";
  let status = 0;
  const out = (more: string): void => {
    text += more;
  };
  const output = makeOutput(true, { out, err: () => undefined });
  const program = new Command("dpp").exitOverride();
  contentCommands(
    program,
    async (action) => {
      try {
        const refuse = (): void => {
          status = 1;
        };
        await action({ output, home: join(directory, "home"), refuse, abandon: () => undefined });
      } catch (error) {
        output.failure(error);
        status = exitStatusOf(error);
      }
    },
    env,
  );
  await program.parseAsync(["content", ...args], { from: "user" });
  return { status, json: JSON.parse(text) };
}

const error = (code: string): unknown =>
  expect.objectContaining({ error: expect.objectContaining({ code }) });

describe("dpp content", () => {
  it("puts, reads, unpins", async () => {
    expect(await content(["has", HELLO])).toEqual({ status: 1, json: { cid: HELLO, there: false } });
    expect(await content(["put", file])).toEqual({ status: 0, json: { cid: HELLO, bytes: 12 } });
    expect(await content(["has", HELLO])).toEqual({ status: 0, json: { cid: HELLO, there: true } });
    expect(await content(["pinned", HELLO])).toEqual({ status: 0, json: { cid: HELLO, pinned: true } });
    const out = join(directory, "copy");
    expect((await content(["get", HELLO, "--out", out])).json).toEqual({ cid: HELLO, bytes: 12, path: out });
    expect(await readFile(out, "utf8")).toBe("hello world\n");
    expect((await content(["pin", HELLO])).json).toEqual({ cid: HELLO, pinned: true });
    expect(await content(["unpin", HELLO])).toEqual({ status: 0, json: { cid: HELLO, pinned: false } });
    expect(await content(["pinned", HELLO])).toEqual({ status: 1, json: { cid: HELLO, pinned: false } });
  });

  it("refuses what is not there, and what is no CID", async () => {
    const out = join(directory, "missing");
    const missing = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    expect(await content(["get", missing, "--out", out])).toEqual({
      status: 1,
      json: error("content/not-found"),
    });
    expect(await content(["pin", missing])).toEqual({ status: 1, json: error("content/not-found") });
    for (const verb of ["has", "pin", "unpin", "pinned"])
      expect(await content([verb, "hello"])).toEqual({ status: 1, json: error("content/bad-cid") });
  });

  it("overwrites no file, and reads only files", async () => {
    await content(["put", file]);
    expect(await content(["get", HELLO, "--out", file])).toEqual({ status: 2, json: error("input/file") });
    expect(await content(["put", directory])).toEqual({ status: 2, json: error("input/file") });
    expect(await content(["put", join(directory, "nothing")])).toEqual({
      status: 2,
      json: error("input/file"),
    });
  });

  it("works on the configured store", async () => {
    const env = { DPP_CONTENT_KIND: "ipfs", DPP_IPFS_NODES: await deadUrl() };
    expect(await content(["put", file], env)).toEqual({ status: 1, json: error("content/unavailable") });
  });
});

/** Of a port that was free a moment ago. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}
