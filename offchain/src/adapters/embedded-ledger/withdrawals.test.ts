import { describe, expect, it } from "vitest";
import { actor, testClock } from "../../testing/actors.js";
import { fixedCosts } from "../../testing/fixed-costs.js";
import { emptyPlan, transact } from "../../testing/transact.js";
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

  it.each([1, 1000])(
    "knows after a restart what was registered, with a snapshot every %i blocks",
    async (every) => {
      const clock = testClock();
      const journal = memoryJournal(newGenesis(first, clock));
      const ledger = ledgerOn(journal, clock, every);
      await transact(ledger, lucidBuilder(ledger), { ...emptyPlan, registrations: [here.hash] }, [payer]);
      const again = ledgerOn(journal, clock, every);
      await transact(again, lucidBuilder(again), run, [payer]);
      await expect(
        transact(
          again,
          lucidBuilder(again),
          { ...run, withdrawals: [withdrawal(there, 42)], scripts: [there.script] },
          [payer],
        ),
      ).rejects.toMatchObject({ code: "ledger/refused", details: { rule: "Withdrawals" } });
    },
  );

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
