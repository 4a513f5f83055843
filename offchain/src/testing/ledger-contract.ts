/** What every ledger adapter does; run by each adapter's tests. Spec: ports/ledger.ts. */
import { validatorToAddress, validatorToScriptHash } from "@lucid-evolution/lucid";
import { describe, expect, it } from "vitest";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import type { Ledger, PlutusScript } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import type { TxPlan } from "../tx/plan.js";
import { actor } from "./actors.js";
import { emptyPlan, payment, signedTx, transact } from "./transact.js";

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Holds at least three outputs of 100 ADA or more. */
  readonly payer: Signer;
}

/** Succeeds whatever it is asked: flat-encoded `(lam _ ())`, Plutus V3, double CBOR. */
export const ALWAYS: PlutusScript = { type: "PlutusV3", script: "46450101002499" };
const POLICY = validatorToScriptHash(ALWAYS);
const UNIT_REDEEMER = "d87980";
const TOKEN = "746f6b656e";

const minting = (payer: Signer, quantity: bigint, name = TOKEN): TxPlan => ({
  ...emptyPlan,
  mints: [{ policy: POLICY, assets: { [name]: quantity }, redeemer: UNIT_REDEEMER }],
  outputs: quantity > 0n ? [{ address: payer.address, assets: { [POLICY + name]: quantity } }] : [],
  scripts: [ALWAYS],
});

const lovelaceAt = async (ledger: Ledger, address: string): Promise<bigint> =>
  (await ledger.utxosAt(address)).reduce((sum, { assets }) => sum + (assets.lovelace ?? 0n), 0n);

export function ledgerContract(name: string, make: () => Promise<LedgerUnderTest>): void {
  describe(`${name} keeps the ledger's contract`, () => {
    const other = actor("other");
    const start = async () => {
      const { ledger, payer } = await make();
      const builder = lucidBuilder(ledger);
      return {
        ledger,
        payer,
        builder,
        send: (plan: TxPlan, ...more: Signer[]) => transact(ledger, builder, plan, [payer, ...more]),
        signed: (plan: TxPlan, ...more: Signer[]) => signedTx(builder, plan, [payer, ...more]),
      };
    };

    it("answers null or nothing for what is not there", async () => {
      const { ledger } = await start();
      const nowhere = "00".repeat(32);
      expect(await ledger.utxosAt(other.address)).toEqual([]);
      expect(await ledger.utxosByCredential("00".repeat(28))).toEqual([]);
      expect(await ledger.utxoByUnit(POLICY + TOKEN)).toBeNull();
      expect(await ledger.utxosWithUnit(POLICY + TOKEN)).toEqual([]);
      expect(await ledger.utxosByOutRef([{ txHash: nowhere, outputIndex: 0 }])).toEqual([]);
      expect(await ledger.transaction(nowhere)).toBeNull();
      expect(await ledger.transactionsOf(POLICY + TOKEN)).toEqual([]);
      expect(await ledger.unitsOf(POLICY)).toEqual([]);
    });

    it("shows a payment to every query that could ask for it", async () => {
      const { ledger, payer, send } = await start();
      const before = await ledger.tip();
      const wealth = await lovelaceAt(ledger, payer.address);
      const { hash, cbor, built } = await send(payment(other.address, 5_000_000n));
      await ledger.awaitTx(hash);
      const utxo = { txHash: hash, outputIndex: 0, address: other.address, assets: { lovelace: 5_000_000n } };
      expect(await ledger.utxosAt(other.address)).toMatchObject([utxo]);
      expect(await ledger.utxosByCredential(other.keyHash)).toMatchObject([utxo]);
      expect(await ledger.utxosByOutRef([utxo])).toMatchObject([utxo]);
      const found = await ledger.transaction(hash);
      expect(found).toMatchObject({ hash, cbor });
      const tip = await ledger.tip();
      expect(tip.height).toBe(found?.height);
      expect(tip.height).toBeGreaterThan(before.height);
      expect(tip.slot).toBeGreaterThanOrEqual(before.slot);
      const { zeroTime, zeroSlot, slotLength } = ledger.slotConfig;
      expect(tip.time).toBe(zeroTime + (tip.slot - zeroSlot) * slotLength);
      expect(wealth - (await lovelaceAt(ledger, payer.address))).toBe(5_000_000n + built.fee);
    });

    it("follows a token from mint to burn, oldest first", async () => {
      const { ledger, payer, send } = await start();
      const minted = await send(minting(payer, 1n));
      const held = await ledger.utxoByUnit(POLICY + TOKEN);
      expect(held).toMatchObject({ txHash: minted.hash, address: payer.address });
      expect(await ledger.unitsOf(POLICY)).toEqual([POLICY + TOKEN]);
      const moved = await send({
        ...emptyPlan,
        outputs: [{ address: other.address, assets: { [POLICY + TOKEN]: 1n } }],
      });
      const atOther = (await ledger.utxoByUnit(POLICY + TOKEN)) ?? expect.fail("the token is nowhere");
      const burnt = await send({ ...minting(payer, -1n), inputs: [{ utxo: atOther }] }, other);
      expect(await ledger.utxoByUnit(POLICY + TOKEN)).toBeNull();
      expect(await ledger.unitsOf(POLICY)).toEqual([]);
      const hashes = (await ledger.transactionsOf(POLICY + TOKEN)).map(({ hash }) => hash);
      expect(hashes).toEqual([minted.hash, moved.hash, burnt.hash]);
    });

    it("does not pick one of several holders of a unit", async () => {
      const { ledger, payer, send } = await start();
      await send(minting(payer, 2n));
      await send({ ...emptyPlan, outputs: [{ address: other.address, assets: { [POLICY + TOKEN]: 1n } }] });
      expect(await ledger.utxosWithUnit(POLICY + TOKEN)).toHaveLength(2);
      await expect(ledger.utxoByUnit(POLICY + TOKEN)).rejects.toMatchObject({ code: "ledger/not-unique" });
    });

    it("keeps a datum's bytes as they were submitted", async () => {
      const { ledger, send } = await start();
      const address = validatorToAddress("Preview", ALWAYS);
      // One value, three encodings: definite, indefinite, and an integer that is longer than it need be.
      for (const datum of ["d8799f0102ff", "d879820102", "d87982180102", "d8799f5f4101ff40ff"]) {
        const { hash } = await send({
          ...emptyPlan,
          outputs: [{ address, assets: { lovelace: 3_000_000n }, datum }],
        });
        expect(await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }])).toMatchObject([
          { datum, datumHash: null },
        ]);
      }
    });

    it("tells a datum's hash from a datum", async () => {
      const { ledger, send } = await start();
      const datumHash = "ab".repeat(32);
      const address = validatorToAddress("Preview", ALWAYS);
      const { hash } = await send({
        ...emptyPlan,
        outputs: [{ address, assets: { lovelace: 3_000_000n }, datumHash }],
      });
      const [utxo] = await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]);
      expect(utxo).toMatchObject({ datum: null, datumHash });
    });

    it("gives a reference script back in a form that the builder can use", async () => {
      const { ledger, payer, send } = await start();
      const { hash } = await send({
        ...emptyPlan,
        outputs: [{ address: other.address, assets: {}, script: ALWAYS }],
      });
      const carried =
        (await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]))[0] ?? expect.fail("not found");
      expect(carried.scriptRef && validatorToScriptHash(carried.scriptRef)).toBe(POLICY);
      const minted = await send({ ...minting(payer, 1n), scripts: [], referenceInputs: [carried] });
      expect(await ledger.utxoByUnit(POLICY + TOKEN)).toMatchObject({ txHash: minted.hash });
    });

    it("refuses bytes that are no transaction", async () => {
      const { ledger, signed } = await start();
      const { cbor } = await signed(payment(other.address, 5_000_000n));
      for (const bytes of [
        "",
        "80",
        "f6",
        "83a0a0f5",
        cbor.slice(0, -2),
        `${cbor}00`,
        "zz",
        "9f".repeat(5000),
      ]) {
        await expect(ledger.submit(bytes), bytes.slice(0, 20)).rejects.toMatchObject({
          code: "ledger/bad-transaction",
        });
      }
    });

    it("refuses a second spending of an output", async () => {
      const { ledger, payer, signed } = await start();
      const [utxo] = await ledger.utxosAt(payer.address);
      const spend = (lovelace: bigint): TxPlan => ({
        ...payment(other.address, lovelace),
        inputs: utxo === undefined ? [] : [{ utxo }],
      });
      const first = await signed(spend(5_000_000n));
      const second = await signed(spend(6_000_000n));
      await ledger.submit(first.cbor);
      await expect(ledger.submit(second.cbor)).rejects.toMatchObject({ code: "ledger/conflict" });
      await expect(ledger.submit(first.cbor)).rejects.toMatchObject({ code: "ledger/conflict" });
    });

    it("refuses a transaction without its signature", async () => {
      const { ledger, payer, builder } = await start();
      const { cbor, bodyHash } = await builder.build(payment(other.address, 5_000_000n), payer);
      const refused = { code: "ledger/refused", details: { rule: "MissingKeyHashes" } };
      await expect(ledger.submit(cbor)).rejects.toMatchObject(refused);
      const stranger = builder.sign(cbor, [await other.signTx(bodyHash)]);
      await expect(ledger.submit(stranger)).rejects.toMatchObject(refused);
    });

    it("refuses a signature over another transaction", async () => {
      const { ledger, payer, builder } = await start();
      const one = await builder.build(payment(other.address, 5_000_000n), payer);
      const forged = builder.sign(one.cbor, [await payer.signTx("00".repeat(32))]);
      await expect(ledger.submit(forged)).rejects.toMatchObject({
        code: "ledger/refused",
        details: { rule: "InvalidSignatures" },
      });
    });

    it("refuses a transaction outside its validity range", async () => {
      const { ledger, send } = await start();
      await send(payment(other.address, 2_000_000n));
      const { time } = await ledger.tip();
      const refused = { code: "ledger/refused", details: { rule: "OutsideValidityInterval" } };
      const early = { from: time + 3_600_000, to: time + 7_200_000 };
      const late = { from: time - 7_200_000, to: time - 3_600_000 };
      for (const validity of [early, late]) {
        await expect(send({ ...payment(other.address, 2_000_000n), validity })).rejects.toMatchObject(
          refused,
        );
      }
    });

    it("accepts nothing of a refused transaction", async () => {
      const { ledger, payer, builder } = await start();
      const before = { tip: await ledger.tip(), utxos: await ledger.utxosAt(payer.address) };
      const { cbor } = await builder.build(payment(other.address, 5_000_000n), payer);
      await expect(ledger.submit(cbor)).rejects.toThrow();
      expect({ tip: await ledger.tip(), utxos: await ledger.utxosAt(payer.address) }).toEqual(before);
      expect(await ledger.utxosAt(other.address)).toEqual([]);
    });

    it("says so when a transaction does not come", async () => {
      const { ledger } = await start();
      await expect(ledger.awaitTx("00".repeat(32), 0)).rejects.toMatchObject({ code: "ledger/timeout" });
    });

    it("publishes parameters that its own rules agree with", async () => {
      const { ledger, payer, send } = await start();
      // A script runs only if the builder's cost models hash to what the ledger expects.
      await expect(send(minting(payer, 1n, "61"))).resolves.toBeDefined();
      expect((await ledger.protocolParameters()).costModels.PlutusV3.length).toBeGreaterThan(0);
    });
  });
}
