import { devnetLedger, freshKey, fund } from "../../testing/devnet.js";
import { withdrawalContract } from "../../testing/withdrawal-contract.js";

withdrawalContract("a node over UTxO RPC", async () => {
  const ledger = await devnetLedger();
  const payer = freshKey();
  await fund(ledger, [payer.address], 4, 1_000_000_000n);
  return { ledger, payer, lacks: ["registered once", "drained whole"] };
});
