import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isDppError } from "../../domain/errors.js";
import { type HomePaths, homePaths } from "../home.js";
import { keyTable } from "./docs.js";
import type { Fault } from "./faults.js";
import { loadConfiguration } from "./load.js";
import type { Environment } from "./read.js";

let paths: HomePaths;
beforeEach(async () => {
  paths = homePaths(await mkdtemp(join(tmpdir(), "dpp-configuration-")));
});
afterEach(() => rm(paths.directory, { recursive: true }));

const write = async (content: unknown, mode = 0o600): Promise<void> => {
  await writeFile(paths.configuration, typeof content === "string" ? content : JSON.stringify(content));
  await chmod(paths.configuration, mode);
};
const faultsOf = async (env: Environment = {}): Promise<readonly Fault[]> => {
  try {
    await loadConfiguration(paths, env);
    return [];
  } catch (error) {
    if (isDppError(error, "home/configuration")) return error.details.faults as readonly Fault[];
    throw error;
  }
};
const PROJECT = "previewA1b2C3d4secret";
const BLOCKFROST = { kind: "blockfrost", network: "preview" };

it("is the embedded one in a home without config.json, and in one that is not there", async () => {
  expect((await loadConfiguration(paths, {})).configuration.ledger.kind).toBe("embedded");
  const missing = homePaths(join(paths.directory, "nowhere"));
  expect((await loadConfiguration(missing, {})).configuration.ledger.kind).toBe("embedded");
});

it("reads the project id from the file that is named, from the home directory on", async () => {
  await mkdir(join(paths.directory, "secrets"));
  await writeFile(join(paths.directory, "secrets/blockfrost"), `${PROJECT}\n`, { mode: 0o600 });
  await write({ ledger: { ...BLOCKFROST, projectIdFile: "secrets/blockfrost" } });
  const { ledger } = (await loadConfiguration(paths, {})).configuration;
  expect(ledger.kind === "blockfrost" && ledger.projectId?.reveal()).toBe(PROJECT);
});

describe("a configuration is refused", () => {
  it("when its file is no JSON, without a word of what stands in it; the environment's faults come along", async () => {
    await write(`{"ledger": {"projectId": "${PROJECT}" "x"}}`);
    const faults = await faultsOf({ PORT: "many" });
    expect(faults.map(({ path }) => path)).toEqual(["config.json", "environment PORT"]);
    expect(JSON.stringify(faults)).not.toContain(PROJECT);
  });

  it("when a key stands twice", async () => {
    await write('{"confirmations": 1, "confirmations": 2}');
    expect((await faultsOf())[0]?.message).toContain('"confirmations" stands twice');
  });

  it("when its file is too large, or no file", async () => {
    await write(" ".repeat(70_000));
    expect((await faultsOf())[0]?.code).toBe("unreadable");
    await rm(paths.configuration);
    await mkdir(paths.configuration);
    expect((await faultsOf())[0]?.code).toBe("unreadable");
  });

  it("when every user of the machine can read a secret in it, and tells the other faults too", async () => {
    await write({ ledger: { ...BLOCKFROST, projectId: PROJECT }, confirmations: -1 }, 0o644);
    expect((await faultsOf()).map(({ path, code }) => `${path} (${code})`)).toEqual([
      "config.json: ledger.projectId (exposed-secret)",
      "config.json: confirmations (out-of-bounds)",
    ]);
    await write({ ledger: { ...BLOCKFROST, projectId: PROJECT } }, 0o640);
    expect(await faultsOf()).toEqual([]);
    await write({ confirmations: 1 }, 0o644);
    expect(await faultsOf()).toEqual([]);
  });

  const files: [string, string | null, number, string, string][] = [
    ["is not there", null, 0o600, "unreadable", "previewX"],
    ["is readable by everybody", PROJECT, 0o644, "exposed-secret", "previewX"],
    ["is empty", "\n", 0o600, "not-allowed", "previewX"],
    ["holds two lines", `${PROJECT}\nmore`, 0o600, "not-allowed", "previewX"],
    ["is too large", PROJECT.repeat(1000), 0o600, "unreadable", "previewX"],
    ["is another network's", "mainnetSecret", 0o600, "contradiction", "mainnetSecret"],
  ];
  it.each(files)("when the project id's file %s", async (_name, content, mode, code, secret) => {
    if (content !== null) await writeFile(join(paths.directory, "id"), content, { mode });
    const faults = await faultsOf({
      DPP_LEDGER_KIND: "blockfrost",
      DPP_LEDGER_NETWORK: "preview",
      DPP_LEDGER_PROJECT_ID_FILE: "id",
    });
    expect(faults.map(({ path, code }) => [path, code])).toEqual([
      ["environment DPP_LEDGER_PROJECT_ID_FILE", code],
    ]);
    expect(JSON.stringify(faults)).not.toContain(secret);
  });
});

it("stands in the documentation key by key", async () => {
  const page = await readFile(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  expect(page).toContain(keyTable());
});
