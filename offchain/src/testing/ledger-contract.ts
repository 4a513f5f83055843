/**
 * What every ledger adapter does; run by each adapter's tests. Spec: ports/ledger.ts. A ledger may be shared and live: every test names a recipient
 * and a token that no other one knows, and waits until what it sends stands in a block.
 */

import { randomBytes } from "node:crypto";
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
  /** Rules that the ledger is known not to keep (docs/judges.md); the suite shows that it still does not. */
  readonly lacks?: readonly "expiry"[];
}

/** Succeeds whatever it is asked: flat-encoded `(lam _ ())`, Plutus V3, double CBOR. */
export const ALWAYS: PlutusScript = { type: "PlutusV3", script: "46450101002499" };
const POLICY = validatorToScriptHash(ALWAYS);
const UNIT_REDEEMER = "d87980";

const minting = (payer: Signer, quantity: bigint, name: string): TxPlan => ({
  ...emptyPlan,
  mints: [{ policy: POLICY, assets: { [name]: quantity }, redeemer: UNIT_REDEEMER }],
  outputs: quantity > 0n ? [{ address: payer.address, assets: { [POLICY + name]: quantity } }] : [],
  scripts: [ALWAYS],
});

const lovelaceAt = async (ledger: Ledger, address: string): Promise<bigint> =>
  (await ledger.utxosAt(address)).reduce((sum, { assets }) => sum + (assets.lovelace ?? 0n), 0n);

export function ledgerContract(name: string, make: () => Promise<LedgerUnderTest>): void {
  describe(`${name} keeps the ledger's contract`, () => {
    const start = async () => {
      const { ledger, payer, lacks = [] } = await make();
      const builder = lucidBuilder(ledger);
      const TOKEN = randomBytes(8).toString("hex");
      return {
        ledger,
        payer,
        lacks,
        builder,
        other: actor(`other ${TOKEN}`),
        TOKEN,
        send: async (plan: TxPlan, ...more: Signer[]) => {
          const sent = await transact(ledger, builder, plan, [payer, ...more]);
          await ledger.awaitTx(sent.hash);
          return sent;
        },
        signed: (plan: TxPlan, ...more: Signer[]) => signedTx(builder, plan, [payer, ...more]),
      };
    };

    it("answers null or nothing for what is not there", async () => {
      const { ledger, other, TOKEN } = await start();
      const nowhere = "00".repeat(32);
      expect(await ledger.utxosAt(other.address)).toEqual([]);
      expect(await ledger.utxosByCredential("00".repeat(28))).toEqual([]);
      expect(await ledger.utxoByUnit(POLICY + TOKEN)).toBeNull();
      expect(await ledger.utxosWithUnit(POLICY + TOKEN)).toEqual([]);
      expect(await ledger.utxosByOutRef([{ txHash: nowhere, outputIndex: 0 }])).toEqual([]);
      expect(await ledger.transaction(nowhere)).toBeNull();
      expect(await ledger.transactionsOf(POLICY + TOKEN)).toEqual([]);
      expect(await ledger.unitsOf("00".repeat(28))).toEqual([]);
    });

    it("shows a payment to every query that could ask for it", async () => {
      const { ledger, payer, other, send } = await start();
      const before = await ledger.tip();
      const wealth = await lovelaceAt(ledger, payer.address);
      const { hash, cbor, built } = await send(payment(other.address, 5_000_000n));
      const utxo = { txHash: hash, outputIndex: 0, address: other.address, assets: { lovelace: 5_000_000n } };
      expect(await ledger.utxosAt(other.address)).toMatchObject([utxo]);
      expect(await ledger.utxosByCredential(other.keyHash)).toMatchObject([utxo]);
      expect(await ledger.utxosByOutRef([utxo])).toMatchObject([utxo]);
      const found = await ledger.transaction(hash);
      expect(found).toMatchObject({ hash, cbor });
      const tip = await ledger.tip();
      expect(tip.height).toBeGreaterThanOrEqual(found?.height ?? Number.POSITIVE_INFINITY);
      expect(tip.height).toBeGreaterThan(before.height);
      expect(tip.slot).toBeGreaterThanOrEqual(before.slot);
      const { zeroTime, zeroSlot, slotLength } = ledger.slotConfig;
      expect(tip.time).toBe(zeroTime + (tip.slot - zeroSlot) * slotLength);
      expect(wealth - (await lovelaceAt(ledger, payer.address))).toBe(5_000_000n + built.fee);
    });

    it("follows a token from mint to burn, oldest first", async () => {
      const { ledger, payer, other, TOKEN, send } = await start();
      const minted = await send(minting(payer, 1n, TOKEN));
      const held = await ledger.utxoByUnit(POLICY + TOKEN);
      expect(held).toMatchObject({ txHash: minted.hash, address: payer.address });
      expect(await ledger.unitsOf(POLICY)).toContain(POLICY + TOKEN);
      const moved = await send({
        ...emptyPlan,
        outputs: [{ address: other.address, assets: { [POLICY + TOKEN]: 1n } }],
      });
      const hashesSoFar = (await ledger.transactionsOf(POLICY + TOKEN)).map(({ hash }) => hash);
      expect(hashesSoFar).toEqual([minted.hash, moved.hash]);
      const atOther = (await ledger.utxoByUnit(POLICY + TOKEN)) ?? expect.fail("the token is nowhere");
      const burnt = await send({ ...minting(payer, -1n, TOKEN), inputs: [{ utxo: atOther }] }, other);
      expect(await ledger.utxoByUnit(POLICY + TOKEN)).toBeNull();
      expect(await ledger.unitsOf(POLICY)).not.toContain(POLICY + TOKEN);
      const hashes = (await ledger.transactionsOf(POLICY + TOKEN)).map(({ hash }) => hash);
      expect(hashes).toEqual([minted.hash, moved.hash, burnt.hash]);
    });

    it("does not pick one of several holders of a unit", async () => {
      const { ledger, payer, other, TOKEN, send } = await start();
      await send(minting(payer, 2n, TOKEN));
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
      const { ledger, payer, other, TOKEN, send } = await start();
      const { hash } = await send({
        ...emptyPlan,
        outputs: [{ address: other.address, assets: {}, script: ALWAYS }],
      });
      const carried =
        (await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]))[0] ?? expect.fail("not found");
      expect(carried.scriptRef && validatorToScriptHash(carried.scriptRef)).toBe(POLICY);
      const minted = await send({ ...minting(payer, 1n, TOKEN), scripts: [], referenceInputs: [carried] });
      expect(await ledger.utxoByUnit(POLICY + TOKEN)).toMatchObject({ txHash: minted.hash });
    });

    it("refuses bytes that are no transaction", async () => {
      const { ledger, other, signed } = await start();
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
      const { ledger, payer, other, signed } = await start();
      const [utxo] = await ledger.utxosAt(payer.address);
      const spend = (lovelace: bigint): TxPlan => ({
        ...payment(other.address, lovelace),
        inputs: utxo === undefined ? [] : [{ utxo }],
      });
      const first = await signed(spend(5_000_000n));
      const second = await signed(spend(6_000_000n));
      await ledger.awaitTx(await ledger.submit(first.cbor));
      await expect(ledger.submit(second.cbor)).rejects.toMatchObject({ code: "ledger/conflict" });
      // A node that still holds it in its mempool may answer as it did the first time; it stands once all the same.
      const again = await ledger.submit(first.cbor).catch((error: unknown) => error);
      if (again !== (await ledger.transaction(first.built.bodyHash))?.hash)
        expect(again).toMatchObject({ code: "ledger/conflict" });
      expect(await ledger.utxosAt(other.address)).toHaveLength(1);
    });

    it("refuses a transaction without its signature", async () => {
      const { ledger, payer, other, builder } = await start();
      const { cbor, bodyHash } = await builder.build(payment(other.address, 5_000_000n), payer);
      const refused = { code: "ledger/refused", details: { rule: "MissingKeyHashes" } };
      await expect(ledger.submit(cbor)).rejects.toMatchObject(refused);
      const stranger = builder.sign(cbor, [await other.signTx(bodyHash)]);
      await expect(ledger.submit(stranger)).rejects.toMatchObject(refused);
    });

    it("refuses a signature over another transaction", async () => {
      const { ledger, payer, other, builder } = await start();
      const one = await builder.build(payment(other.address, 5_000_000n), payer);
      const forged = builder.sign(one.cbor, [await payer.signTx("00".repeat(32))]);
      await expect(ledger.submit(forged)).rejects.toMatchObject({
        code: "ledger/refused",
        details: { rule: "InvalidSignatures" },
      });
    });

    it("refuses a transaction outside its validity range", async () => {
      const { ledger, other, send, lacks } = await start();
      await send(payment(other.address, 2_000_000n));
      const { time } = await ledger.tip();
      const refused = { code: "ledger/refused", details: { rule: "OutsideValidityInterval" } };
      const early = { from: time + 3_600_000, to: time + 7_200_000 };
      const { zeroTime } = ledger.slotConfig;
      const late = { from: zeroTime, to: zeroTime + 1000 };
      const bounded = (validity: typeof early) => send({ ...payment(other.address, 2_000_000n), validity });
      await expect(bounded(early)).rejects.toMatchObject(refused);
      if (lacks.includes("expiry")) await expect(bounded(late)).resolves.toBeDefined();
      else await expect(bounded(late)).rejects.toMatchObject(refused);
    });

    it("accepts nothing of a refused transaction", async () => {
      const { ledger, payer, other, builder } = await start();
      const before = await ledger.utxosAt(payer.address);
      const { cbor, bodyHash } = await builder.build(payment(other.address, 5_000_000n), payer);
      await expect(ledger.submit(cbor)).rejects.toThrow();
      expect(await ledger.utxosAt(payer.address)).toEqual(before);
      expect(await ledger.transaction(bodyHash)).toBeNull();
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
