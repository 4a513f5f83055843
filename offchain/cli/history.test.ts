/** `dpp passport history`, `as-of` and `history verify`, over the real contracts and their ledger. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "./program.js";
import { productFile, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);
const REFERENCE = "01/09506000134376/21/SHIRT-1";
/** What the answers hold that these tests look at. */
interface Told {
  readonly entries: readonly {
    readonly act: string;
    readonly time: number;
    readonly txHash: string;
    readonly action: { readonly type: string | null } | null;
  }[];
  readonly now: {
    readonly state: { readonly txHash: string; readonly outputIndex: number };
    readonly owner: { readonly txHash: string; readonly outputIndex: number };
  };
}
const told = async () => (await dpp("passport", "history", REFERENCE)).json as unknown as Told;
const ref = ({ txHash, outputIndex }: { txHash: string; outputIndex: number }) => `${txHash}#${outputIndex}`;
const path = (name: string): string => join(command.directory, name);

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  for (const [key, role] of [
    ["maker", "MANUFACTURER"],
    ["repairer", "REPAIRER"],
    ["authority", "AUTHORITY"],
  ] as const)
    await command.accredit(key, role);
  await dpp("keyring", "refresh", "--as", "maker");
  const product = await command.file(productFile("SHIRT-1", {}));
  expect((await dpp("passport", "issue", product, "--as", "maker")).status).toBe(0);
  const next = productFile("SHIRT-1", {
    elements: [
      { id: "textile.product.description", value: "White shirt, second text" },
      { id: "textile.chain.batch", value: "B-18" },
    ],
  });
  expect((await dpp("passport", "update", REFERENCE, await command.file(next), "--as", "maker")).status).toBe(
    0,
  );
  const logged = await dpp(
    "action",
    "log",
    REFERENCE,
    "--type",
    "repair",
    "--done",
    "new button",
    "--as",
    "maker",
  );
  expect(logged.status, JSON.stringify(logged.json)).toBe(0);
  expect(
    (await dpp("passport", "revoke", REFERENCE, "--as", "authority", "--reason", "unsafe-product")).status,
  ).toBe(0);
});
afterAll(() => command.remove());

it("tells everything that happened, with the action's own words and the reason", async () => {
  const { entries } = await told();
  expect(entries.map(({ act }) => act)).toEqual(["Issue", "Update", "Log", "Revoke"]);
  expect(entries[2]?.action).toMatchObject({ type: "repair" });
  expect(entries[3]).toMatchObject({ reason: 4 });
});

it.each(["life.cbor", "life.json"])("writes %s, which proves itself without a home", async (name) => {
  const { now } = await told();
  const written = await dpp("passport", "history", REFERENCE, "--out", path(name), "--documents");
  expect(written.json).toMatchObject({ transactions: 4, records: 1, documents: 2, missing: [] });
  await dpp("passport", "history", REFERENCE, "--out", path("again.json"));
  const { config } = JSON.parse(await readFile(path("again.json"), "utf8"));
  const lines: string[] = [];
  const status = await runCommand(
    [
      "history",
      "verify",
      path(name),
      "--state",
      ref(now.state),
      "--owner",
      ref(now.owner),
      "--config",
      config,
      "--home",
      path("nowhere"),
    ],
    { out: (text) => lines.push(text), err: (text) => lines.push(text) },
    {},
  );
  expect([status, lines.join("")]).toEqual([0, expect.stringContaining("ok   redeemers")]);
  expect(lines.join("")).not.toMatch(/FAIL|cost model|accredited then/);
});

it("says of each check whether it passed, and of a record that is kept back that it may be a recall", async () => {
  await dpp("passport", "history", REFERENCE, "--out", path("whole.json"));
  const file = JSON.parse(await readFile(path("whole.json"), "utf8"));
  const bare = {
    ...file,
    records: [],
    transactions: file.transactions.map((entry: unknown[]) => [...entry.slice(0, 3), null]),
  };
  await writeFile(path("bare.json"), JSON.stringify(bare));
  const lines: string[] = [];
  const io = { out: (text: string) => lines.push(text), err: (text: string) => lines.push(text) };
  expect(await runCommand(["history", "verify", path("bare.json")], io, {})).toBe(0);
  const text = lines.join("");
  expect(text).toMatch(/^- +actions +0 of 1 action records$/m);
  expect(text).toMatch(/^- +redeemers +0 of 4 /m);
  expect(text).toMatch(/^- +documents +0 of 2 /m);
  expect(text).toMatch(/^ok +chain /m);
  expect(text).toMatch(/^ +! +1 of 1 action records is missing: it may be a recall$/m);
  expect(text).toMatch(/not checked: that the block times are right/);
  const { json } = await dpp("history", "verify", path("bare.json"), "--config", file.config);
  expect(json).toMatchObject({ ok: true, warnings: [expect.stringContaining("may be a recall")] });
  const { checks } = json as unknown as { checks: { name: string; ok: boolean | null }[] };
  expect(checks.find(({ name }) => name === "redeemers")?.ok).toBeNull();
  expect(checks.find(({ name }) => name === "deployment")?.ok).toBe(true);
});

it("refuses a file of which one byte is another, and a state that it does not lead to", async () => {
  await dpp("passport", "history", REFERENCE, "--out", path("life.json"));
  const { now } = await told();
  const verify = (file: string, state: string) => dpp("history", "verify", file, "--state", state);
  expect((await verify(path("life.json"), ref(now.state))).status).toBe(0);
  const other = await verify(path("life.json"), `${"00".repeat(32)}#0`);
  expect([other.status, other.json.ok]).toEqual([1, false]);
  const file = JSON.parse(await readFile(path("life.json"), "utf8"));
  const [bytes, ...rest] = file.transactions[1];
  const forged = Buffer.from(bytes, "base64url");
  forged[forged.length - 100] = (forged[forged.length - 100] ?? 0) ^ 1;
  file.transactions[1] = [forged.toString("base64url"), ...rest];
  await writeFile(path("forged.json"), JSON.stringify(file));
  expect((await verify(path("forged.json"), ref(now.state))).status).toBe(1);
  await writeFile(path("noise.cbor"), "noise");
  expect((await verify(path("noise.cbor"), ref(now.state))).json.error?.code).toBe("cbor/malformed");
});

it("shows the passport as it stood, by either verb, to who may read it today", async () => {
  const { entries } = await told();
  const last = entries.at(-1);
  const past = await dpp(
    "passport",
    "as-of",
    REFERENCE,
    new Date(last?.time ?? 0).toISOString(),
    "--as",
    "repairer",
  );
  const { state, groups } = past.json as unknown as {
    state: { datum: { extra: { status: string; revision: number } } };
    groups: { name: string }[];
  };
  expect(state.datum.extra).toMatchObject({ status: "Revoked", revision: 1 });
  expect(groups.map(({ name }) => name).sort()).toEqual(["public", "supplyChain"]);
  const today = new Date().toISOString().slice(0, 10);
  const shown = await dpp("passport", "show", REFERENCE, "--as-of", today);
  expect(shown.status).toBe(0);
  const early = new Date((entries[0]?.time ?? 0) - 3_600_000).toISOString();
  expect((await dpp("passport", "as-of", REFERENCE, early)).json.error?.code).toBe("archive/not-yet");
  const wrong = await dpp("passport", "as-of", REFERENCE, "yesterday");
  expect([wrong.status, wrong.json.error?.code]).toEqual([2, "usage/moment"]);
});
