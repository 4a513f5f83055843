import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../program.js";

const PROJECT = "previewA1b2C3d4secret";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dpp-config-"));
});
afterEach(() => rm(home, { recursive: true }));

async function dpp(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ status: number; text: string }> {
  let text = "";
  const write = (part: string): void => {
    text += part;
  };
  const status = await runCommand([...args, "--home", home], { out: write, err: write }, env);
  return { status, text };
}
const file = (): string => join(home, "config.json");

describe("dpp config init", () => {
  it.each([
    ["embedded", "embedded"],
    ["utxorpc", "ipfs"],
  ])("writes a file for %s and %s that is valid, for its owner alone", async (ledger, content) => {
    const { status } = await dpp({}, "config", "init", "--ledger", ledger, "--content", content);
    expect(status).toBe(0);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const shown = await dpp({}, "config", "show", "--json");
    expect(shown.status).toBe(0);
    expect(JSON.parse(shown.text)).toContainEqual({
      key: "ledger.kind",
      value: ledger,
      source: "config.json",
    });
  });

  it("for Blockfrost names the file that the project id is to lie in", async () => {
    await dpp({}, "config", "init", "--ledger", "blockfrost");
    const { status, text } = await dpp({}, "config", "show");
    expect(status).toBe(2);
    expect(text).toContain("config.json: ledger.projectIdFile: the file that it names: there is none");
  });

  it("leaves an existing file alone, and knows no other kinds", async () => {
    await writeFile(file(), "{}");
    expect(await dpp({}, "config", "init")).toMatchObject({
      status: 2,
      text: expect.stringContaining("home/configured"),
    });
    expect(await readFile(file(), "utf8")).toBe("{}");
    await rm(file());
    expect((await dpp({}, "config", "init", "--ledger", "blockforst")).text).toContain(
      "did you mean blockfrost?",
    );
    expect((await dpp({}, "config", "init", "--ledger", "constructor")).status).toBe(2);
  });
});

describe("dpp config show", () => {
  it("masks secrets, in a table and in JSON", async () => {
    const ledger = { kind: "blockfrost", network: "preview", projectId: PROJECT };
    await writeFile(file(), JSON.stringify({ ledger }), { mode: 0o600 });
    for (const args of [[], ["--json"]]) {
      const { status, text } = await dpp({}, "config", "show", ...args);
      expect(status).toBe(0);
      expect(text).toContain("[secret]");
      expect(text).not.toContain(PROJECT);
    }
  });

  it("prints every fault on a line and exits with 2; so does any verb", async () => {
    await writeFile(
      file(),
      JSON.stringify({ ledger: { kind: "blockfrost", netwrok: "preview", projectId: PROJECT } }),
    );
    await chmod(file(), 0o644);
    for (const verb of [
      ["config", "show"],
      ["key", "list"],
      ["consortium", "init"],
    ]) {
      const { status, text } = await dpp({ PORT: "many" }, ...verb);
      expect(status).toBe(2);
      expect(text).toMatch(/^error home\/configuration: /m);
      expect(text).toMatch(/^ {2}config\.json: ledger\.netwrok: did you mean "network"\? \(unknown-key\)$/m);
      expect(text).toMatch(/^ {2}config\.json: ledger\.projectId: .*chmod 600.* \(exposed-secret\)$/m);
      expect(text).toMatch(/^ {2}environment PORT: .* \(wrong-type\)$/m);
      expect(text).not.toContain(PROJECT);
    }
  });
});
