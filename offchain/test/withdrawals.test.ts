/** Scripts as withdrawals under both script machines in the process: the same units, the same redeemers, the same refusals. */
import type { UTxO } from "@lucid-evolution/lucid";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryLedger } from "../src/adapters/embedded-ledger/ledger.js";
import { readTransaction } from "../src/adapters/ledger-cbor/transaction.js";
import { lucidBuilder } from "../src/adapters/lucid/builder.js";
import type { Ledger } from "../src/ports/ledger.js";
import { actor, testClock } from "../src/testing/actors.js";
import { fixedCosts } from "../src/testing/fixed-costs.js";
import { emptyPlan, signedTx, transact } from "../src/testing/transact.js";
import { minting, onlooker, sentry, withdrawal } from "../src/testing/withdrawing.js";
import type { TxPlan } from "../src/tx/plan.js";
import { scalusUnits, settingsOf, uplcUnits } from "./script-machines.js";

const payer = actor("payer");
const scripts = ["01", "02", "03"].map(sentry);
const [first] = scripts;
if (first === undefined) throw new Error("no script");
const policy = onlooker(first.hash);

const plan = (redeemer: number, wanted: number): TxPlan => ({
  ...emptyPlan,
  mints: [minting(policy, wanted)],
  outputs: [{ address: payer.address, assets: { [`${policy.hash}61`]: 1n } }],
  withdrawals: scripts.map((script, at) => withdrawal(script, redeemer + at)),
  scripts: [policy, ...scripts].map(({ script }) => script),
});

describe("two script machines on withdrawals", () => {
  let ledger: Ledger;
  beforeAll(async () => {
    const funds = Array.from({ length: 4 }, () => ({ address: payer.address, lovelace: 1_000_000_000n }));
    ledger = memoryLedger({ funds }, testClock());
    const registrations = scripts.map(({ hash }) => hash);
    await transact(ledger, lucidBuilder(ledger), { ...emptyPlan, registrations }, [payer]);
  });
  const spentBy = async (cbor: string): Promise<UTxO[]> => {
    const { inputs, referenceInputs } = readTransaction(cbor);
    const utxos = await ledger.utxosByOutRef([...inputs, ...referenceInputs]);
    return utxos.map((utxo) => ({ ...utxo, assets: { ...utxo.assets } }) as UTxO);
  };

  it("agree on every execution unit, which is what the builder declares", async () => {
    const { built, cbor } = await signedTx(lucidBuilder(ledger), plan(42, 42), [payer]);
    const [spent, settings] = [await spentBy(cbor), await settingsOf(ledger)];
    const units = scalusUnits(cbor, spent, settings);
    expect(units).toHaveLength(4);
    expect(uplcUnits(cbor, spent, settings)).toEqual(units);
    expect(built.exUnits.map(({ mem, steps }) => [mem, steps])).toEqual(units);
    await ledger.submit(cbor);
  });

  it.each([
    ["a withdrawal's script that says no", 41, 41],
    ["a policy that was told something else", 42, 43],
  ])("agree on %s", async (_, redeemer, wanted) => {
    const forced = lucidBuilder(ledger, { evaluate: fixedCosts });
    const { cbor } = await signedTx(forced, plan(redeemer, wanted), [payer]);
    const [spent, settings] = [await spentBy(cbor), await settingsOf(ledger)];
    expect(() => scalusUnits(cbor, spent, settings)).toThrow(
      expect.objectContaining({ code: "tx/script-refused" }),
    );
    expect(() => uplcUnits(cbor, spent, settings)).toThrow(/failed|error|fail/i);
    await expect(ledger.submit(cbor)).rejects.toMatchObject({ details: { rule: "PlutusScript" } });
  });
});
