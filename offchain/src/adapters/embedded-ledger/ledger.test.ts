import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { actor, testClock } from "../../testing/actors.js";
import { ledgerContract } from "../../testing/ledger-contract.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { payment, transact } from "../../testing/transact.js";
import { lucidBuilder } from "../lucid/builder.js";
import { createLedger, memoryLedger } from "./ledger.js";

const payer = actor("payer");
const first = {
  funds: Array.from({ length: 4 }, () => ({ address: payer.address, lovelace: 1_000_000_000n })),
};
const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

ledgerContract("the ledger in memory", async () => ({ ledger: memoryLedger(first, testClock()), payer }));

ledgerContract("the ledger on disk", async () => {
  const directory = mkdtempSync(join(tmpdir(), "dpp-ledger-"));
  directories.push(directory);
  return {
    ledger: createLedger(directory, first, { clock: testClock(), random: seededRandom("ledger") }),
    payer,
  };
});

describe("the embedded ledger", () => {
  const other = actor("other");

  it("does not take a transaction of another ledger", async () => {
    const clock = testClock();
    const here = memoryLedger(first, clock);
    clock.advance(1000);
    const there = memoryLedger(first, clock);
    const { cbor } = await transact(here, lucidBuilder(here), payment(other.address, 2_000_000n), [payer]);
    await expect(there.submit(cbor)).rejects.toMatchObject({
      code: "ledger/conflict",
      details: { known: false },
    });
  });

  it("follows the wall clock, but never back", async () => {
    const clock = testClock();
    const ledger = memoryLedger(first, clock);
    clock.advance(60_000);
    expect((await ledger.tip()).time).toBe(clock.now());
    const { hash } = await transact(ledger, lucidBuilder(ledger), payment(other.address, 2_000_000n), [
      payer,
    ]);
    clock.advance(-30_000);
    const again = await transact(ledger, lucidBuilder(ledger), payment(other.address, 2_000_000n), [payer]);
    const [one, two] = [await ledger.transaction(hash), await ledger.transaction(again.hash)];
    expect(two?.slot).toBe(one?.slot);
    expect((await ledger.tip()).slot).toBe(one?.slot);
  });

  it.each([
    ["nobody", { funds: [] }],
    ["dust", { funds: [{ address: payer.address, lovelace: 1n }] }],
    ["more than there is", { funds: [{ address: payer.address, lovelace: 10n ** 17n }] }],
    [
      "an address of mainnet",
      {
        funds: [
          { address: "addr1v9g2pruegs9n253guc6ml0qqefwvgwzhuemssk8sxgp005gujeup9", lovelace: 5_000_000n },
        ],
      },
    ],
  ])("is not founded for %s", (_, genesis) => {
    expect(() => memoryLedger(genesis, testClock())).toThrow(
      expect.objectContaining({ code: "ledger/bad-genesis" }),
    );
  });

  it("hands out what nobody can change under it", async () => {
    const [utxo] = await memoryLedger(first, testClock()).utxosAt(payer.address);
    expect(Object.isFrozen(utxo) && Object.isFrozen(utxo?.assets)).toBe(true);
  });
});
