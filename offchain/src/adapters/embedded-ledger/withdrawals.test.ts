import { describe, expect, it } from "vitest";
import { actor, testClock } from "../../testing/actors.js";
import { fixedCosts } from "../../testing/fixed-costs.js";
import { emptyPlan, payment, transact } from "../../testing/transact.js";
import { withdrawalContract } from "../../testing/withdrawal-contract.js";
import { sentry, withdrawal } from "../../testing/withdrawing.js";
import { lucidBuilder } from "../lucid/builder.js";
import { memoryJournal } from "./journal.js";
import { ledgerOn, memoryLedger, newGenesis } from "./ledger.js";

const payer = actor("payer");
const first = {
  funds: Array.from({ length: 6 }, () => ({ address: payer.address, lovelace: 1_000_000_000n })),
};

withdrawalContract("the embedded ledger", async () => ({ ledger: memoryLedger(first, testClock()), payer }));

describe("the embedded ledger, of accounts", () => {
  const [here, there] = [sentry("01"), sentry("02")];
  const run = { ...emptyPlan, withdrawals: [withdrawal(here, 42)], scripts: [here.script] };

  /** In memory, with the blocks' heights that are read of it, and a place for snapshots. */
  const watchedJournal = (genesis: Uint8Array) => {
    const [read, kept] = [new Set<number>(), [] as Uint8Array[]];
    const journal = memoryJournal(genesis);
    return {
      read,
      journal: {
        ...journal,
        read: (height: number) => {
          read.add(height);
          return journal.read(height);
        },
        snapshots: () => kept,
        keepSnapshot: (_: number, bytes: Uint8Array) => void kept.unshift(bytes),
      },
    };
  };

  it.each([
    ["its blocks", 1000],
    ["a snapshot", 2],
  ])("knows from %s what was registered", async (_, every) => {
    const clock = testClock();
    const { journal, read } = watchedJournal(newGenesis(first, clock));
    const ledger = ledgerOn(journal, clock, every);
    await transact(ledger, lucidBuilder(ledger), { ...emptyPlan, registrations: [here.hash] }, [payer]);
    await transact(ledger, lucidBuilder(ledger), payment(payer.address, 2_000_000n), [payer]);
    read.clear();
    const again = ledgerOn(journal, clock, every);
    expect(read.has(1)).toBe(every > 2);
    await transact(again, lucidBuilder(again), run, [payer]);
    const other = { ...run, withdrawals: [withdrawal(there, 42)], scripts: [there.script] };
    await expect(transact(again, lucidBuilder(again), other, [payer])).rejects.toMatchObject({
      code: "ledger/refused",
      details: { rule: "Withdrawals" },
    });
  });

  it("names the script that refused", async () => {
    const ledger = memoryLedger(first, testClock());
    const registrations = [here.hash, there.hash];
    await transact(ledger, lucidBuilder(ledger), { ...emptyPlan, registrations }, [payer]);
    for (const refuser of [here, there]) {
      const plan = {
        ...emptyPlan,
        withdrawals: [here, there].map((script) => withdrawal(script, script === refuser ? 41 : 42)),
        scripts: [here.script, there.script],
      };
      await expect(
        transact(ledger, lucidBuilder(ledger, { evaluate: fixedCosts }), plan, [payer]),
      ).rejects.toMatchObject({
        details: { rule: "PlutusScript", purpose: "withdraw", scriptHash: refuser.hash },
      });
    }
  });
});
