import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { actor, testClock } from "../../testing/actors.js";
import { pendingContract } from "../../testing/pending-contract.js";
import { payment, signedTx } from "../../testing/transact.js";
import { memoryLedger } from "../embedded-ledger/ledger.js";
import { lucidBuilder } from "../lucid/builder.js";
import { pendingOnDisk } from "./disk.js";
import { pendingInMemory } from "./memory.js";

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "dpp-pending-")), "not made yet");
});
afterEach(() => rm(join(directory, ".."), { recursive: true }));

pendingContract("memory", async () => pendingInMemory());
pendingContract("the disk", async () => pendingOnDisk(directory));

describe("pending transactions on disk", () => {
  async function one() {
    const payer = actor("payer");
    const ledger = memoryLedger({ funds: [{ address: payer.address, lovelace: 100_000_000n }] }, testClock());
    const { cbor, built } = await signedTx(lucidBuilder(ledger), payment(payer.address, 5_000_000n), [payer]);
    const pending = pendingOnDisk(directory);
    await pending.add({ cbor, purpose: "a payment", firstSent: 1 });
    return { pending, hash: built.bodyHash, file: join(directory, `${built.bodyHash}.json`) };
  }
  const trouble = { kind: "refused", reason: "expired", rival: null, since: 1, final: false } as const;

  it("are there for the next process, and not for other users of the machine", async () => {
    const { hash, file } = await one();
    expect((await pendingOnDisk(directory).list()).map((entry) => entry.hash)).toEqual([hash]);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it.each([
    ["torn", (text: string) => text.slice(0, text.length / 2)],
    ["of another format", (text: string) => text.replace('"format":1', '"format":2')],
    ["of another transaction", (text: string) => text.replace(/"cbor":"84a/, '"cbor":"84b')],
    ["without bytes", () => "{}"],
    ["far too long", () => `{"purpose":"${"x".repeat(300_000)}"}`],
  ])("name a file that is %s", async (_, damage) => {
    const { pending, hash, file } = await one();
    await writeFile(file, damage(await readFile(file, "utf8")));
    const refused = expect.objectContaining({ code: "home/pending", details: { file } });
    await expect(pending.list()).rejects.toThrow(refused);
    await expect(pending.find(hash)).rejects.toThrow(refused);
  });

  it("count a damaged trouble as none, and drop one without its transaction", async () => {
    const { pending, hash } = await one();
    await pending.mark(hash, trouble);
    await writeFile(join(directory, `${hash}.trouble.json`), '{"format":1,"kind":"re');
    expect(await pending.list()).toMatchObject([{ hash, trouble: null }]);
    await writeFile(join(directory, `${"0".repeat(64)}.trouble.json`), "{}");
    await pending.list();
    expect((await readdir(directory)).sort()).toEqual([`${hash}.json`, `${hash}.trouble.json`]);
  });
});
