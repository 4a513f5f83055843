/** `dpp-resolver`: the resolver alone over a home. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foundConsortium } from "@cardano-dpp/offchain/cli/consortium";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explain } from "../src/explain.js";
import { serve } from "../src/serve.js";

const QUIET = { DPP_LOG_LEVEL: "silent", DPP_RESOLVER_PORT: "0" };

let directory: string;
let home: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-serve-"));
  home = join(directory, "home");
  await foundConsortium(home, {}, { members: 1, threshold: 1, freezeKeys: 1 }, () => undefined);
});
afterAll(() => rm(directory, { recursive: true }));

const refusal = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const started = serve(args, { ...QUIET, ...env });
  const error: unknown = await started
    .then(async (server) => server?.close())
    .catch((thrown: unknown) => thrown);
  return explain(error);
};

describe("the resolver alone", () => {
  it.each([
    [() => ["--home", home], {}],
    [() => [`--home=${home}`], {}],
    [() => [], () => ({ DPP_HOME: home })],
  ])("serves the home that it is given (%#)", async (args, env) => {
    const server = await serve(args(), { ...QUIET, ...(typeof env === "function" ? env() : env) });
    if (server === null) throw new Error("it serves");
    try {
      const answer = await fetch(`${server.url}/health/ready`);
      expect([answer.status, (await answer.json()).status]).toEqual([200, "ready"]);
      expect(server.publicUrl).toBe(`http://localhost:${server.port}`);
    } finally {
      await server.close();
    }
  });

  it("takes its address from the configuration", async () => {
    const file = join(home, "config.json");
    await writeFile(file, JSON.stringify({ resolver: { publicUrl: "https://passports.example/" } }));
    try {
      const server = await serve(["--home", home], QUIET);
      await server?.close();
      expect(server?.publicUrl).toBe("https://passports.example");
    } finally {
      await rm(file);
    }
  });

  it("says what is wrong with the configuration, each fault on a line", async () => {
    const text = await refusal(["--home", home], {
      DPP_LOG_FORMAT: "xml",
      PORT: "many",
      DPP_RESOLVER_PORT: "",
    });
    expect(text).toContain("error home/configuration");
    expect(text).toContain("environment DPP_LOG_FORMAT: ");
    expect(text).toContain("environment PORT: ");
  });

  it("says what to run where nothing is founded", async () => {
    expect(await refusal(["--home", join(directory, "empty")])).toContain("dpp consortium init");
  });

  it("does not serve a home on another network than the one it was founded on", async () => {
    const env = {
      DPP_LEDGER_KIND: "utxorpc",
      DPP_LEDGER_NETWORK: "preview",
      DPP_LEDGER_URL: "http://127.0.0.1:1",
    };
    expect(await refusal(["--home", home], env)).toContain("home/other-network");
  });

  it.each([["--port"], ["--home"], ["--home", "a", "b"], ["serve"], ["--home="]].map((args) => [args]))(
    "refuses the arguments %j",
    async (args) => {
      expect(await refusal(args)).toContain("usage/arguments");
    },
  );
});
