/** What a buyer is told first of a product that was recalled, stolen, or whose records are missing. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "./program.js";
import { productFile, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);
const kinds = (ran: Ran): readonly string[] =>
  (ran.json.notices as unknown as { kind: string }[]).map(({ kind }) => kind);

/** What a person reads. */
async function lines(...args: string[]): Promise<{ readonly status: number; readonly out: string[] }> {
  let out = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
  };
  const status = await runCommand([...args, "--home", command.home], streams, {});
  return { status, out: out.split("\n") };
}

async function issue(serial: string): Promise<string> {
  const path = await command.file(productFile(serial));
  const { status, json } = await dpp("passport", "issue", path, "--as", "maker", "--owner", "seller");
  expect(status).toBe(0);
  return (json.passports as unknown as [{ id: string }])[0].id;
}
async function log(id: string, type: string, as: string, ...more: string[]): Promise<string> {
  const { status, json } = await dpp("action", "log", id, "--type", type, "--as", as, ...more);
  expect([status, json.error]).toEqual([0, undefined]);
  return json.txHash as unknown as string;
}
const recall = (id: string) =>
  log(id, "recall", "maker", "--reason", "unsafe-product", "--notice", "https://example.com/recall");

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  await command.accredit("maker", "MANUFACTURER");
  await command.accredit("authority", "AUTHORITY");
  for (const key of ["seller", "buyer"]) await command.key(key);
  await dpp("keyring", "refresh", "--as", "maker");
});
afterAll(() => command.remove());

it("is told of a recall and a theft first, wherever he looks, and his check fails", async () => {
  const id = await issue("TOLD-1");
  expect((await dpp("owner", "check", id, "--as", "seller")).status).toBe(0);
  const stolen = await log(id, "theft", "authority");
  const called = await recall(id);

  const shown = await lines("passport", "show", id);
  expect(shown.out[0]).toMatch(new RegExp(`^REPORTED STOLEN by the authority, .* in ${stolen}$`));
  expect(shown.out[1]).toMatch(new RegExp(`^RECALLED by the manufacturer, .* in ${called}$`));
  expect(kinds(await dpp("passport", "show", id))).toEqual(["theft", "recall"]);

  // The passport is genuine all the same.
  const verified = await lines("passport", "verify", id);
  expect(verified.status).toBe(0);
  expect(verified.out[0]).toMatch(/^WARN notices {4}REPORTED STOLEN by the authority/);
  expect(kinds(await dpp("passport", "verify", id))).toEqual(["theft", "recall"]);

  const checked = await lines("owner", "check", id, "--as", "seller");
  expect(checked.status).toBe(1);
  expect(checked.out[1]).toMatch(/^FAIL notices {4}RECALLED by the manufacturer/);
  const check = await dpp("owner", "check", id, "--as", "seller");
  expect([kinds(check), check.json.yours, check.json.ok]).toEqual([["theft", "recall"], true, false]);

  const { isTTY } = process.stdin;
  process.stdin.isTTY = true;
  try {
    const { text } = (await dpp("owner", "receive", "--as", "buyer")).json;
    const planned = await dpp(
      "passport",
      "transfer",
      id,
      "--to",
      text as unknown as string,
      "--as",
      "seller",
    );
    const { plan } = (planned.json.error as unknown as { details: { plan: string[] } }).details;
    expect(plan[0]).toMatch(/^REPORTED STOLEN/);
    expect(plan[1]).toMatch(/^RECALLED/);
  } finally {
    process.stdin.isTTY = isTTY;
  }
});

it("is told until who reported it, or an authority, says that it is found", async () => {
  const id = await issue("TOLD-2");
  await log(id, "theft", "authority");
  await log(id, "loss", "seller");
  await log(id, "found", "seller");
  expect(kinds(await dpp("passport", "show", id))).toEqual(["theft"]);
  await log(id, "found", "authority");
  expect(kinds(await dpp("passport", "show", id))).toEqual([]);
  expect((await dpp("owner", "check", id, "--as", "seller")).status).toBe(0);
});

it("is told when an action cannot be read", async () => {
  const id = await issue("TOLD-3");
  await recall(id);
  const { entries } = (await dpp("passport", "history", id)).json as unknown as {
    entries: { action: { cid: string } | null }[];
  };
  const cid = entries.at(-1)?.action?.cid ?? expect.fail("no record");
  await rm(join(command.home, "content", "blocks", cid.slice(-3, -1), `${cid}.data`));
  const shown = await lines("passport", "show", id);
  expect(shown.out[0]).toMatch(/^an action cannot be read; it may be a recall: logged by the manufacturer, /);
  expect((await lines("owner", "check", id, "--as", "seller")).status).toBe(1);
});
