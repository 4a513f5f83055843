import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./program.js";
import { type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
let trust: string;
let proof: string;

/** For people: the first line, and the exit status. */
const said = async (...args: string[]): Promise<readonly [number, string]> => {
  let text = "";
  const write = (part: string): void => {
    text += part;
  };
  const status = await runCommand([...args, "--home", command.home], { out: write, err: write }, {});
  return [status, text];
};

beforeAll(async () => {
  command = await testCommand();
  const { dpp, directory, file } = command;
  await command.found();
  await command.accredit("ama", "supervisor");
  const event = await file({
    type: "transport",
    elements: [{ id: "event.transport.mode", value: "road" }],
  });
  for (let at = 0; at < 3; at++) await dpp("event", "record", event, "--as", "ama");
  await dpp("event", "pack", "--as", "ama");
  const anchored = await dpp("event", "anchor", "--as", "ama");
  expect(anchored.status, anchored.out + anchored.err).toBe(0);
  [trust, proof] = [join(directory, "trust.json"), join(directory, "ama.dppw")];
  await dpp("trust", "export", "--out", trust);
}, 300_000);
afterAll(() => command.remove());

describe("dpp weakest-link", () => {
  it("says the weakest tier of ranges, named by key, by thread or in a file", async () => {
    const asked = await command.dpp("weakest-link", "ama:0-2", "ama:1-3");
    expect(asked.status, asked.out).toBe(0);
    const { ranges } = asked.json as unknown as { ranges: { thread: string }[] };
    expect(asked.json).toMatchObject({
      ledger: { tier: "INDIVIDUAL_SIGNED", more: 0 },
      counts: { tier: "INDIVIDUAL_SIGNED" },
      ...{ events: 3, late: 0, lost: 0 },
    });
    expect(ranges).toHaveLength(1);
    const list = await command.file([{ thread: ranges[0]?.thread, lo: 2, hi: 3 }]);
    expect((await command.dpp("weakest-link", "--file", list)).json).toMatchObject({ events: 1 });
    const [, text] = await said("weakest-link", "ama:0-3");
    expect(text).toMatch(
      /^weakest as the ledger wrote it: INDIVIDUAL_SIGNED \(Signed by a person\), at \w+:0-3\n/,
    );
  });

  it("ends with 1 when something counts for less than is asked for", async () => {
    expect((await command.dpp("weakest-link", "ama:0-3", "--min-tier", "individual")).status).toBe(0);
    const weaker = await command.dpp("weakest-link", "ama:0-3", "--min-tier", "device");
    expect([weaker.status, weaker.json]).toMatchObject([1, { meets: false }]);
    expect((await command.dpp("weakest-link", "ama:0-3", "--min-tier", "strong")).status).toBe(2);
  });

  it("refuses what is not on the ledger, and what is no range", async () => {
    const beyond = await command.dpp("weakest-link", "ama:0-4");
    expect([beyond.status, beyond.json.error]).toMatchObject([
      1,
      { code: "weakest-link/not-anchored", details: { from: 3 } },
    ]);
    expect((await command.dpp("weakest-link")).status).toBe(2);
    for (const [range, code] of [
      ["ama", "weakest-link/malformed"],
      ["ama:2-2", "weakest-link/empty"],
      ["nobody:0-1", "role/unknown"],
    ] as const)
      expect((await command.dpp("weakest-link", range)).json.error?.code).toBe(code);
    const list = await command.file([{ thread: "ama", lo: 0, hi: 1 }]);
    expect((await command.dpp("weakest-link", "--file", list)).json.error?.code).toBe(
      "weakest-link/malformed",
    );
  });

  it("writes a proof that dpp verify holds against an output, or against the ledger", async () => {
    const made = await command.dpp("weakest-link", "ama:0-3", "--proof", proof);
    expect(made.status, made.out).toBe(0);
    const { states } = (made.json as unknown as { proof: { states: string[] } }).proof;
    const verify = (...more: string[]) => said("verify", proof, "--trust", trust, ...more);
    const [alone, text] = await verify();
    expect([alone, text]).toEqual([1, expect.stringMatching(/^NOT SHOWN that a ledger holds this/)]);
    const [held, says] = await verify("--state", states[0] ?? "");
    expect([held, says]).toEqual([0, expect.stringMatching(/^VERIFIED: the ledger holds these entries/)]);
    expect(says).toContain("not shown: whether an amendment that lowers an event");
    expect(await verify("--online")).toEqual([0, expect.stringMatching(/^VERIFIED: the ledger/)]);
    const [other, refused] = await verify("--state", `${"00".repeat(32)}#0`);
    expect([other, refused]).toEqual([1, expect.stringMatching(/^REFUSED: state/)]);
    const json = await command.dpp("verify", proof, "--trust", trust, "--online");
    expect(json.json).toMatchObject({ ok: true, link: { events: 3 }, amended: [] });
  });

  it("does not hold a forged proof, nor take it for a receipt", async () => {
    const bytes = await readFile(proof);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    const forged = join(command.directory, "forged.dppw");
    await writeFile(forged, bytes);
    const [status, text] = await said("verify", forged, "--trust", trust, "--online");
    expect([status, text]).toEqual([1, expect.stringMatching(/^REFUSED: /)]);
    const incident = await command.dpp("trust", "show", proof);
    expect(incident.status).not.toBe(0);
  });
});
