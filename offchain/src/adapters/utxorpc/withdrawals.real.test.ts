import { expect, it } from "vitest";
import { devnetLedger, freshKey, fund, sharedDevnet } from "../../testing/devnet.js";
import { emptyPlan, signedTx, transact } from "../../testing/transact.js";
import { withdrawalContract } from "../../testing/withdrawal-contract.js";
import { minting, onlooker, sentry, withdrawal } from "../../testing/withdrawing.js";
import { lucidBuilder } from "../lucid/builder.js";
import { evaluateOnNode } from "./evaluation.js";

const make = async () => {
  const ledger = await devnetLedger();
  const payer = freshKey();
  await fund(ledger, [payer.address], 4, 1_000_000_000n);
  return { ledger, payer };
};

withdrawalContract("a node over UTxO RPC", async () => ({
  ...(await make()),
  lacks: ["registered once", "drained whole"],
}));

it("a node's script machine counts withdrawals as Scalus does", async () => {
  const { ledger, payer } = await make();
  const script = sentry();
  const policy = onlooker(script.hash);
  const builder = lucidBuilder(ledger);
  const registered = await transact(ledger, builder, { ...emptyPlan, registrations: [script.hash] }, [payer]);
  await ledger.awaitTx(registered.hash);
  const plan = {
    ...emptyPlan,
    mints: [minting(policy, 42)],
    outputs: [{ address: payer.address, assets: { [`${policy.hash}61`]: 1n } }],
    withdrawals: [withdrawal(script, 42)],
    scripts: [policy.script, script.script],
  };
  const { built, cbor } = await signedTx(builder, plan, [payer]);
  const judged = await evaluateOnNode({ url: sharedDevnet().utxorpc }, cbor);
  expect(judged.map(({ tag, index, mem, steps }) => ({ purpose: `${tag} ${index}`, mem, steps }))).toEqual(
    built.exUnits.toSorted((a, b) => a.purpose.localeCompare(b.purpose)),
  );
});
