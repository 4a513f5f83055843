/**
 * Scripts as withdrawals of nothing, put to a ledger: what it takes and what it refuses. A ledger may be shared and live, so every test makes an account of its
 * own. What each judge says: docs/judges.md "Withdrawals".
 */
import { encode } from "cborg";
import { describe, expect, it } from "vitest";
import { asBytes, asInt } from "../adapters/ledger-cbor/output.js";
import { arrayItems, mapEntries } from "../adapters/ledger-cbor/span.js";
import { readTransaction } from "../adapters/ledger-cbor/transaction.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { addWitnesses } from "../adapters/lucid/witnesses.js";
import { readSigned, withdrawalRedeemer } from "../codec/ledger-cbor/signed.js";
import { concat, fromHex, toHex } from "../domain/bytes.js";
import type { Ledger, Utxo } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import type { TxPlan } from "../tx/plan.js";
import { fixedCosts } from "./fixed-costs.js";
import { emptyPlan, signedTx, transact } from "./transact.js";
import { type HashedScript, minting, number, onlooker, sentry, withdrawal } from "./withdrawing.js";

export interface WithdrawingLedger {
  readonly ledger: Ledger;
  /** Holds at least three outputs of 100 ADA or more. */
  readonly payer: Signer;
  /** Rules that the ledger is known not to keep; the suite shows that it still does not. */
  readonly lacks?: readonly ("registered once" | "drained whole")[];
}

const FEE = 2;
const WITHDRAWALS = 5;

/** Every withdrawal takes one lovelace, which the fee takes in: the amount is the only fault. */
function takingOne(cbor: string): string {
  const [body, ...rest] = arrayItems(fromHex(cbor));
  const fields = mapEntries(body ?? expect.fail("no body")).map(([key, value]) => {
    const field = Number(asInt(key));
    if (field === FEE) return [key, encode(asInt(value) + 1n)];
    if (field !== WITHDRAWALS) return [key, value];
    return [key, encode(new Map(mapEntries(value).map(([account]) => [asBytes(account), 1])))];
  });
  const changed = concat(Uint8Array.of(0xa0 | fields.length), ...fields.flat());
  return toHex(concat(Uint8Array.of(0x84), changed, ...rest));
}

export function withdrawalContract(name: string, make: () => Promise<WithdrawingLedger>): void {
  describe(`${name} runs scripts as withdrawals`, () => {
    const start = async () => {
      const { ledger, payer, lacks = [] } = await make();
      const send = async (plan: TxPlan, builder = lucidBuilder(ledger)) => {
        const sent = await transact(ledger, builder, plan, [payer]);
        await ledger.awaitTx(sent.hash);
        return sent;
      };
      const lovelace = async (): Promise<bigint> =>
        (await ledger.utxosAt(payer.address)).reduce((sum, { assets }) => sum + (assets.lovelace ?? 0n), 0n);
      /** Outputs that carry the scripts, to refer to. */
      const carry = async (...scripts: HashedScript[]): Promise<readonly Utxo[]> => {
        const outputs = scripts.map(({ script }) => ({ address: payer.address, assets: {}, script }));
        const { hash } = await send({ ...emptyPlan, outputs });
        return ledger.utxosByOutRef(scripts.map((_, outputIndex) => ({ txHash: hash, outputIndex })));
      };
      return {
        ledger,
        payer,
        lacks,
        send,
        carry,
        lovelace,
        register: (...scripts: HashedScript[]) =>
          send({ ...emptyPlan, registrations: scripts.map(({ hash }) => hash) }),
        /** Submits what the contracts would refuse: units are not counted first. */
        force: (plan: TxPlan) => send(plan, lucidBuilder(ledger, { evaluate: fixedCosts })),
        /** The plan as it would be built, changed, then signed. */
        changed: async (plan: TxPlan, change: (cbor: string) => string): Promise<string> => {
          const cbor = change((await signedTx(lucidBuilder(ledger), plan, [payer])).built.cbor);
          return addWitnesses(cbor, [await payer.signTx(readTransaction(cbor).hash)]);
        },
      };
    };
    const refusedBy = (rule: string) => ({ code: "ledger/refused", details: { rule } });
    const attached = (script: HashedScript, redeemer = 42): TxPlan => ({
      ...emptyPlan,
      withdrawals: [withdrawal(script, redeemer)],
      scripts: [script.script],
    });

    it("registers an account for the deposit, without running the script", async () => {
      const { ledger, lovelace, register } = await start();
      const script = sentry();
      const before = await lovelace();
      const { hash, cbor, built } = await register(script);
      const { keyDeposit } = await ledger.protocolParameters();
      expect(before - (await lovelace())).toBe(keyDeposit + built.fee);
      expect(built.exUnits).toEqual([]);
      expect(readSigned(cbor)).toMatchObject({ registrations: [script.hash], withdrawals: [] });
      expect((await ledger.transaction(hash))?.cbor).toBe(cbor);
    });

    it("registers while it carries the script that the account is of", async () => {
      const { ledger, payer, send } = await start();
      const script = sentry();
      const { hash } = await send({
        ...emptyPlan,
        outputs: [{ address: payer.address, assets: {}, script: script.script }],
        registrations: [script.hash],
      });
      const referenceInputs = await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]);
      await send({ ...emptyPlan, referenceInputs, withdrawals: [withdrawal(script, 42)] });
    });

    it("moves nothing and runs the script once, by reference or attached", async () => {
      const { lovelace, register, carry, send } = await start();
      const script = sentry();
      await register(script);
      const referenceInputs = await carry(script);
      const before = await lovelace();
      const byReference = await send({
        ...emptyPlan,
        referenceInputs,
        withdrawals: [withdrawal(script, 42)],
      });
      expect(before - (await lovelace())).toBe(byReference.built.fee);
      const { built, cbor } = await send(attached(script, 43));
      expect(built.exUnits).toMatchObject([{ purpose: "withdraw 0" }]);
      expect(readSigned(cbor).withdrawals).toEqual([{ kind: "script", hash: script.hash, lovelace: 0n }]);
      expect(withdrawalRedeemer(readSigned(cbor), script.hash)).toBe(number(43));
    });

    it("hands each of several scripts its own redeemer", async () => {
      const { register, send } = await start();
      const scripts = [sentry(), sentry(), sentry()];
      await register(...scripts);
      // One that refuses redeemers below 42 tells that none got another's index.
      const { cbor, built } = await send({
        ...emptyPlan,
        withdrawals: scripts.map((script, at) => withdrawal(script, 42 + at)),
        scripts: scripts.map(({ script }) => script),
      });
      expect(built.exUnits.map(({ purpose }) => purpose).sort()).toEqual([
        "withdraw 0",
        "withdraw 1",
        "withdraw 2",
      ]);
      const redeemers = scripts.map(({ hash }) => withdrawalRedeemer(readSigned(cbor), hash));
      expect(redeemers).toEqual([number(42), number(43), number(44)]);
    });

    it("shows the redeemer to another script of the transaction", async () => {
      const { ledger, payer, register, carry, send, force } = await start();
      const [script, stranger] = [sentry(), sentry()];
      const policy = onlooker(script.hash);
      await register(script, stranger);
      const referenceInputs = await carry(script, stranger, policy);
      const plan = (stated: number, wanted: number, who: HashedScript | null): TxPlan => ({
        ...emptyPlan,
        referenceInputs,
        mints: [minting(policy, wanted)],
        outputs: [{ address: payer.address, assets: { [`${policy.hash}61`]: 1n } }],
        withdrawals: who === null ? [] : [withdrawal(who, stated)],
      });
      await expect(force(plan(0, 43, null))).rejects.toMatchObject(refusedBy("PlutusScript"));
      await expect(force(plan(44, 43, script))).rejects.toMatchObject(refusedBy("PlutusScript"));
      await expect(force(plan(43, 43, stranger))).rejects.toMatchObject(refusedBy("PlutusScript"));
      await send(plan(43, 43, script));
      expect(await ledger.utxoByUnit(`${policy.hash}61`)).not.toBeNull();
    });

    it("refuses when the script says no", async () => {
      const { register, force } = await start();
      const script = sentry();
      await register(script);
      await expect(force(attached(script, 41))).rejects.toMatchObject(refusedBy("PlutusScript"));
    });

    it("refuses an account that is not registered, also one that the same transaction registers", async () => {
      const { register, send } = await start();
      const script = sentry();
      await register(sentry());
      await expect(send(attached(script))).rejects.toMatchObject(refusedBy("Withdrawals"));
      const both = { ...attached(script), registrations: [script.hash] };
      await expect(send(both)).rejects.toMatchObject(refusedBy("Withdrawals"));
      await register(script);
      await send(attached(script));
    });

    it("refuses a script that stands nowhere in the transaction", async () => {
      const { ledger, register, changed } = await start();
      const script = sentry();
      await register(script);
      await expect(
        changed({ ...emptyPlan, withdrawals: [withdrawal(script, 42)] }, (cbor) => cbor),
      ).rejects.toMatchObject({ code: "tx/build" });
      const bare = await changed(attached(script), withoutScripts);
      await expect(ledger.submit(bare)).rejects.toMatchObject({ code: "ledger/refused" });
    });

    it("refuses to take out what is not in the account, or does not and is known for it", async () => {
      const { ledger, lacks, register, changed } = await start();
      const script = sentry();
      await register(script);
      const greedy = await changed(attached(script), takingOne);
      expect(readTransaction(greedy).withdrawals).toMatchObject([{ lovelace: 1n }]);
      if (lacks.includes("drained whole")) await ledger.awaitTx(await ledger.submit(greedy));
      else await expect(ledger.submit(greedy)).rejects.toMatchObject(refusedBy("Withdrawals"));
    });

    it("refuses a second registration, or does not and is known for it", async () => {
      const { lacks, register, send } = await start();
      const script = sentry();
      await register(script);
      if (lacks.includes("registered once")) await register(script);
      else await expect(register(script)).rejects.toMatchObject(refusedBy("StakeCertificates"));
      await send(attached(script));
    });
  });
}

const PLUTUS_V3_SCRIPTS = 7;

/** The witness set without its scripts, which no hash of the body covers. */
function withoutScripts(cbor: string): string {
  const [body, witnesses, ...rest] = arrayItems(fromHex(cbor));
  const kept = mapEntries(witnesses ?? expect.fail("no witnesses")).filter(
    ([key]) => Number(asInt(key)) !== PLUTUS_V3_SCRIPTS,
  );
  const set = concat(Uint8Array.of(0xa0 | kept.length), ...kept.flat());
  return toHex(concat(Uint8Array.of(0x84), body ?? expect.fail("no body"), set, ...rest));
}
