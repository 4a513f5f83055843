/** Two writers that know nothing of each other and hold the same key, whose only coin both want to spend: one wins, the other plans again on what is left. */
import { describe, expect, it } from "vitest";
import { contentMemory } from "../../src/adapters/content-memory.js";
import { makeContracts } from "../../src/adapters/contracts.js";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { pendingInMemory } from "../../src/adapters/pending/memory.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { devnetLedger, freshKey, fund } from "../../src/testing/devnet.js";
import { deployedBlueprint } from "../../src/testing/traced-blueprint.js";
import { planPay } from "../../src/tx/pay.js";
import type { Context } from "../../src/usecases/context.js";
import { submitPlan } from "../../src/usecases/submit.js";
import { trackSubmissions } from "../../src/usecases/track.js";

const WRITERS = 3;

describe("writers that race for one output on a node", () => {
  it("each get what they sent, once", async () => {
    const payer = freshKey();
    const node = await devnetLedger();
    await fund(node, [payer.address], 1, 1_000_000_000n);
    const [coin] = await node.utxosAt(payer.address);
    const contexts = await Promise.all(
      Array.from({ length: WRITERS }, async (): Promise<Context> => {
        const pending = pendingInMemory();
        const ledger = trackSubmissions(await devnetLedger(), {
          pending,
          confirmations: 2,
          clock: systemClock,
          times: { poll: 50 },
        });
        return {
          ledger,
          contracts: makeContracts(deployedBlueprint(), "devnet", coin ?? expect.fail("no coin")),
          clock: systemClock,
          random: systemRandom,
          content: contentMemory(),
          builder: lucidBuilder(ledger),
        };
      }),
    );
    const recipients = contexts.map(() => freshKey());
    const sent = await Promise.all(
      contexts.map((context, at) =>
        submitPlan(context, [payer], async () => planPay(recipients[at]?.address ?? "", 5_000_000n)),
      ),
    );
    expect(new Set(sent.map(({ txHash }) => txHash)).size).toBe(WRITERS);
    for (const { address } of recipients) {
      expect(await node.utxosAt(address)).toMatchObject([{ assets: { lovelace: 5_000_000n } }]);
    }
  });
});
