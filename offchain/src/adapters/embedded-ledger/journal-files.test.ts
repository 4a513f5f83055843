import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { actor, testClock } from "../../testing/actors.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { payment, transact } from "../../testing/transact.js";
import { lucidBuilder } from "../lucid/builder.js";
import { openJournalFiles } from "./journal-files.js";
import { createLedger, type EmbeddedLedger, ledgerOn, openLedger } from "./ledger.js";

describe("the ledger's files", () => {
  const payer = actor("payer");
  const other = actor("other");
  const ports = { clock: testClock(), random: seededRandom("journal") };
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "dpp-journal-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const create = () =>
    createLedger(
      directory,
      { funds: Array.from({ length: 4 }, () => ({ address: payer.address, lovelace: 1_000_000_000n })) },
      ports,
    );
  const open = () => openLedger(directory, ports);
  const pay = (ledger: EmbeddedLedger, lovelace = 2_000_000n) =>
    transact(ledger, lucidBuilder(ledger), payment(other.address, lovelace), [payer]);
  const paid = async (ledger: EmbeddedLedger) =>
    (await ledger.utxosAt(other.address)).map(({ txHash }) => txHash).sort();
  const block = (height: number) => join(directory, "blocks", `${String(height).padStart(8, "0")}.cbor`);
  const sent = async (ledger: EmbeddedLedger, count: number) => {
    const hashes: string[] = [];
    for (let i = 0; i < count; i++) hashes.push((await pay(ledger)).hash);
    return hashes;
  };

  it("are found again by the next process, as they were", async () => {
    const ledger = create();
    const hashes = await sent(ledger, 3);
    const again = open();
    expect(await again.tip()).toEqual(await ledger.tip());
    expect(await again.utxosAt(payer.address)).toEqual(await ledger.utxosAt(payer.address));
    expect(await paid(again)).toEqual([...hashes].sort());
    for (const hash of hashes) expect(await again.transaction(hash)).toEqual(await ledger.transaction(hash));
    expect(readdirSync(join(directory, "tmp"))).toEqual([]);
  });

  it("cannot be made twice in one directory", () => {
    create();
    expect(create).toThrow(expect.objectContaining({ code: "ledger/exists" }));
  });

  it("must exist before they are opened", () => {
    expect(open).toThrow(expect.objectContaining({ code: "ledger/not-found" }));
  });

  it("show at once what another writer appended, and let both write", async () => {
    const one = create();
    const two = open();
    const hashes = [(await pay(one)).hash, (await pay(two)).hash, (await pay(one)).hash];
    expect(await paid(one)).toEqual([...hashes].sort());
    expect(await paid(two)).toEqual([...hashes].sort());
    expect((await two.tip()).height).toBe(3);
  });

  it("let one of two writers spend an output", async () => {
    const one = create();
    const two = open();
    const [utxo] = await one.utxosAt(payer.address);
    const plan = (lovelace: bigint) => ({
      ...payment(other.address, lovelace),
      inputs: utxo === undefined ? [] : [{ utxo }],
    });
    await transact(one, lucidBuilder(one), plan(2_000_000n), [payer]);
    const late = transact(two, lucidBuilder(two), plan(3_000_000n), [payer]);
    await expect(late).rejects.toMatchObject({ code: "ledger/conflict" });
  });

  it("name a damaged last block, by a reader and by a writer, and leave it as it is", async () => {
    await sent(create(), 2);
    const reader = open();
    const { hash } = await pay(open());
    const whole = readFileSync(block(3));
    truncateSync(block(3), 50);
    const refusal = expect.objectContaining({ code: "ledger/corrupt-journal", details: { height: 3 } });
    await expect(reader.tip()).rejects.toThrow(refusal);
    await expect(pay(reader)).rejects.toThrow(refusal);
    expect(open).toThrow(refusal);
    expect(open).toThrow(
      "blocks/00000003.cbor is damaged: its checksum does not hold; restore it from a backup",
    );
    expect(readdirSync(join(directory, "blocks"))).toEqual([
      "00000001.cbor",
      "00000002.cbor",
      "00000003.cbor",
    ]);
    writeFileSync(block(3), whole);
    expect(await paid(open())).toContain(hash);
  });

  it("name a missing block, and do not write over the gap", async () => {
    await sent(create(), 2);
    const writer = open();
    await sent(open(), 2);
    rmSync(block(3));
    const refusal = expect.objectContaining({ code: "ledger/corrupt-journal", details: { height: 3 } });
    expect(open).toThrow(refusal);
    await expect(pay(writer)).rejects.toThrow(refusal);
    expect(readdirSync(join(directory, "blocks"))).toEqual([
      "00000001.cbor",
      "00000002.cbor",
      "00000004.cbor",
    ]);
  });

  it("cannot be written by a process whose own last block is gone", async () => {
    const writer = create();
    await sent(writer, 2);
    rmSync(block(2));
    await expect(pay(writer)).rejects.toMatchObject({
      code: "ledger/corrupt-journal",
      details: { height: 2 },
    });
    expect(readdirSync(join(directory, "blocks"))).toEqual(["00000001.cbor"]);
  });

  it("survive the leftovers of a killed writer", async () => {
    const hashes = await sent(create(), 1);
    writeFileSync(join(directory, "tmp", "1234-dead"), "half a blo");
    expect(await paid(open())).toEqual(hashes);
  });

  it("name a damaged block in the middle", async () => {
    await sent(create(), 3);
    const bytes = readFileSync(block(2));
    bytes.set([(bytes[100] ?? 0) ^ 1], 100);
    writeFileSync(block(2), bytes);
    expect(open).toThrow(expect.objectContaining({ code: "ledger/corrupt-journal", details: { height: 2 } }));
  });

  it("name a block that belongs to another chain", async () => {
    await sent(create(), 2);
    writeFileSync(block(2), readFileSync(block(1)));
    expect(open).toThrow(expect.objectContaining({ code: "ledger/corrupt-journal" }));
  });

  it("name a damaged genesis", () => {
    create();
    truncateSync(join(directory, "genesis.json"), 40);
    expect(open).toThrow(expect.objectContaining({ code: "ledger/corrupt-journal" }));
  });

  describe("with snapshots", () => {
    const snapshots = () => join(directory, "snapshots");
    const opened = () => ledgerOn(openJournalFiles(directory, ports.clock, ports.random), ports.clock, 2);

    it("open to the same state without reading the blocks before", async () => {
      create();
      const ledger = opened();
      const hashes = await sent(ledger, 5);
      expect(readdirSync(snapshots())).toEqual(["00000002.cbor", "00000004.cbor"]);
      unlinkSync(block(1));
      const again = opened();
      expect(await again.utxosAt(payer.address)).toEqual(await ledger.utxosAt(payer.address));
      expect(await paid(again)).toEqual([...hashes].sort());
      expect(await again.transaction(hashes[4] ?? "")).toEqual(await ledger.transaction(hashes[4] ?? ""));
      await expect(again.transaction(hashes[0] ?? "")).rejects.toMatchObject({
        code: "ledger/corrupt-journal",
      });
    });

    it("name a damaged last block, though a snapshot knows what it did", async () => {
      create();
      await sent(opened(), 2);
      truncateSync(block(2), 50);
      const refusal = { code: "ledger/corrupt-journal", details: { height: 2 } };
      expect(opened).toThrow(expect.objectContaining(refusal));
    });

    it("ignore a snapshot of blocks that an older copy has replaced", async () => {
      create();
      await sent(opened(), 1);
      await sent(opened(), 1);
      rmSync(block(2));
      // Height 2 again, with another transaction, by a writer that was killed before its snapshot.
      const { hash } = await pay(open(), 7_000_000n);
      expect(await paid(opened())).toContain(hash);
    });

    it.each([
      ["torn", (bytes: Buffer) => bytes.subarray(0, 100)],
      [
        "altered",
        (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 60), Buffer.of(1), bytes.subarray(61)]),
      ],
      ["empty", () => Buffer.alloc(0)],
    ])("ignore a snapshot that is %s", async (_, damage) => {
      create();
      const hashes = await sent(opened(), 4);
      for (const file of readdirSync(snapshots())) {
        const path = join(snapshots(), file);
        writeFileSync(path, damage(readFileSync(path)));
      }
      expect(await paid(opened())).toEqual([...hashes].sort());
    });

    it("ignore a snapshot of another ledger", async () => {
      create();
      const hashes = await sent(opened(), 2);
      const elsewhere = join(directory, "elsewhere");
      mkdirSync(elsewhere);
      createLedger(elsewhere, { funds: [{ address: other.address, lovelace: 1_000_000_000n }] }, ports);
      const foreign = ledgerOn(openJournalFiles(elsewhere, ports.clock, ports.random), ports.clock, 1);
      await transact(foreign, lucidBuilder(foreign), payment(payer.address, 2_000_000n), [other]);
      writeFileSync(
        join(snapshots(), "00000002.cbor"),
        readFileSync(join(elsewhere, "snapshots", "00000001.cbor")),
      );
      expect(await paid(opened())).toEqual([...hashes].sort());
    });
  });
});
