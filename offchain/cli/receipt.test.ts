import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeHistoryFile } from "../src/codec/history-file.js";
import { encodeReceipt, receiptToText } from "../src/codec/receipt.js";
import { trustFingerprint, trustRootJson } from "../src/codec/trust-root.js";
import { type SyntheticReceipt, syntheticReceipt } from "../src/testing/synthetic-receipt.js";
import { refText } from "../src/usecases/events/receipt-chain.js";
import { verifyCommands } from "./commands/verify.js";
import { exitStatusOf, makeOutput } from "./output.js";
import { type TestCommand, testCommand } from "./testing/command.js";

interface Said {
  readonly status: number;
  readonly text: string;
}

/** The verbs of this test alone, on a home. */
async function said(home: string, json: boolean, ...args: string[]): Promise<Said> {
  let text = "";
  let status = 0;
  const write = (part: string): void => {
    text += part;
  };
  const output = makeOutput(json, { out: write, err: write });
  const program = new Command("dpp").exitOverride();
  verifyCommands(
    program,
    async (action) => {
      try {
        await action({
          output,
          home,
          abandon: () => undefined,
          refuse: () => {
            status = 1;
          },
        });
      } catch (error) {
        output.failure(error);
        status = exitStatusOf(error);
      }
    },
    {},
  );
  await program.parseAsync(args, { from: "user" });
  return { status, text };
}

describe("dpp verify", () => {
  let directory: string;
  let made: SyntheticReceipt;
  const at = (name: string): string => join(directory, name);
  const verify = (file: string, ...more: string[]) =>
    said(at("nowhere"), false, "verify", at(file), "--trust", at("trust.json"), ...more);
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dpp-receipt-"));
    made = await syntheticReceipt(3);
    const bytes = encodeReceipt(made.receipt);
    const forged = Uint8Array.from(bytes);
    forged[1000] = (forged[1000] ?? 0) ^ 1;
    const { network, config } = made.receipt;
    const history = encodeHistoryFile({
      ...{ network, config, roles: config, policy: config, passport: config, slots: made.root.slots },
      ...{ transactions: [], references: [], views: [], records: [], documents: [] },
    });
    const joint = await syntheticReceipt(3, ["Ed25519", "P-256", "WebAuthn"]);
    await writeFile(at("joint.dppr"), encodeReceipt(joint.receipt));
    await writeFile(at("trust.json"), trustRootJson(made.root));
    await writeFile(at("receipt.dppr"), bytes);
    await writeFile(at("receipt.txt"), `${receiptToText(bytes)}\n`);
    await writeFile(at("forged.dppr"), forged);
    await writeFile(at("life.cbor"), history);
    await writeFile(at("noise"), "a letter");
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("verifies both forms of a receipt without a home, and says what is not checked", async () => {
    for (const file of ["receipt.dppr", "receipt.txt"]) {
      const { status, text } = await verify(file);
      expect(status, text).toBe(0);
      expect(text).toMatch(/^VERIFIED: .*presence on the ledger not checked/);
      expect(text).toContain(trustFingerprint(made.root));
      expect(text).toMatch(/written +no later than .* if the ledger holds it/);
      expect(text).toMatch(/^- +ledger/m);
      expect(text).toMatch(/transport\.mode +"road"/);
      expect(text).toContain("not shown: whether who signed was suspended or revoked since");
      expect(text).toMatch(/source +SUPERVISOR of gln:9506000134352, key: Ed25519/);
    }
  });

  it("says who signed together, by which keys, and that two of them act for one operator", async () => {
    const { status, text } = await verify("joint.dppr");
    expect(status, text).toBe(0);
    const [first] = text.split("\n");
    expect(first).toMatch(/^VERIFIED: signed together by AUTHORITY, LAB, SUPERVISOR and accredited/);
    expect(first).toMatch(
      /Not independent: LAB and SUPERVISOR act for the same operator, gln:9506000134352\.$/,
    );
    expect(text).toMatch(/signed by +AUTHORITY of gln:9506000140407, key: Ed25519/);
    expect(text).toMatch(/signed by +LAB of gln:9506000134352, key: P-256 \(form of secure elements\)/);
    expect(text).toMatch(/signed by +SUPERVISOR of gln:9506000134352, key: WebAuthn \(user verified\)/);
    expect(text).toMatch(/recorded by +SUPERVISOR/);
    expect(text).toMatch(/^ok +key /m);
  });

  it("holds it against an output that the reader gives", async () => {
    const held = await verify("receipt.dppr", "--state", refText(made.state));
    expect([held.status, held.text.split("\n")[0]]).toEqual([
      0,
      "VERIFIED: signed by the source, accredited by the consortium, and on the ledger.",
    ]);
    const other = await verify("receipt.dppr", "--state", `${"00".repeat(32)}#0`);
    expect(other.status).toBe(1);
    expect(other.text).toMatch(/^REFUSED: ledger/);
    expect((await verify("receipt.dppr", "--state", "here")).status).toBe(2);
  });

  it("refuses a forged one, shows nothing of what it says, and does not take another file for one", async () => {
    const forged = await verify("forged.dppr");
    expect(forged.status).toBe(1);
    expect(forged.text).toMatch(/^REFUSED: form/);
    expect(forged.text).not.toContain("road");
    const history = await verify("life.cbor");
    expect([history.status, history.text]).toEqual([2, expect.stringContaining("dpp history verify")]);
    expect((await verify("trust.json")).text).toContain("dpp trust show");
    expect((await verify("noise")).status).toBe(1);
    expect((await verify("missing")).status).toBe(2);
  });

  it("shows a trust root, and answers in JSON", async () => {
    const shown = await said(at("nowhere"), false, "trust", "show", at("trust.json"));
    expect(shown.text).toContain(`fingerprint ${trustFingerprint(made.root)}`);
    const { text } = await said(
      ...([at("nowhere"), true, "verify", at("receipt.dppr"), "--trust", at("trust.json")] as const),
    );
    expect(JSON.parse(text)).toMatchObject({
      ok: true,
      facts: { leaf: { type: "transport" }, late: false },
      standings: null,
    });
  });
});

describe("dpp event receipt", () => {
  let command: TestCommand;
  beforeAll(async () => {
    command = await testCommand();
    await command.found();
    await command.accredit("ama", "supervisor");
  });
  afterAll(() => command.remove());

  it("makes what dpp verify takes, offline and online", async () => {
    const { dpp, home, directory } = command;
    const event = await command.file({
      type: "transport",
      elements: [{ id: "event.transport.mode", value: "road" }],
    });
    const recorded = await dpp("event", "record", event, "--as", "ama");
    const [{ id } = { id: "" }] = (recorded.json as unknown as { recorded: { id: string }[] }).recorded;
    expect((await dpp("event", "receipt", id)).json.error?.code).toBe("receipt/not-sealed");
    expect((await dpp("event", "pack", "--as", "ama")).status).toBe(0);
    expect((await dpp("event", "receipt", id)).json.error?.code).toBe("receipt/not-anchored");
    const anchored = await dpp("event", "anchor", "--as", "ama");
    expect(anchored.status, anchored.out + anchored.err).toBe(0);
    for (const verb of [
      ["event", "receipt", id],
      ["trust", "export"],
    ]) {
      const unwritable = await dpp(...verb, "--out", join(directory, "nowhere", "file"));
      expect([unwritable.status, unwritable.json.error?.code]).toEqual([2, "output/file"]);
    }
    const [file, trust] = [join(directory, "event.dppr"), join(directory, "trust.json")];
    const receipt = await dpp("event", "receipt", id, "--out", file);
    expect(receipt.status, receipt.out).toBe(0);
    expect(receipt.json).toMatchObject({ signers: [{ role: "SUPERVISOR", form: "Ed25519" }] });
    expect((await said(home, true, "trust", "export", "--out", trust)).status).toBe(0);
    const offline = await said(join(directory, "nowhere"), true, "verify", file, "--trust", trust);
    expect(JSON.parse(offline.text), offline.text).toMatchObject({ ok: true, facts: { id } });
    const online = await said(home, true, "verify", file, "--trust", trust, "--online");
    expect(JSON.parse(online.text), online.text).toMatchObject({
      ok: true,
      standings: [{ standing: { status: "Active" } }],
    });
    const text = (await dpp("event", "receipt", id)).json as unknown as { receipt: string };
    expect(Buffer.from(text.receipt, "base64url").equals(await readFile(file))).toBe(true);
  });
});
