/** What every `PendingTransactions` must do. */
import { beforeAll, describe, expect, it } from "vitest";
import { memoryLedger } from "../adapters/embedded-ledger/ledger.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import type { PendingTransactions, Trouble } from "../ports/pending-transactions.js";
import { actor, testClock } from "./actors.js";
import { payment, signedTx } from "./transact.js";

const TROUBLE: Trouble = {
  kind: "superseded",
  reason: "an output that it spends is spent",
  rival: "ab".repeat(32),
  since: 7,
  final: false,
};

export function pendingContract(name: string, make: () => Promise<PendingTransactions>): void {
  describe(`${name} as a store of pending transactions`, () => {
    const sent: { cbor: string; hash: string; spent: string }[] = [];
    const payer = actor("payer");
    beforeAll(async () => {
      const funds = [1, 2, 3].map(() => ({ address: payer.address, lovelace: 100_000_000n }));
      const ledger = memoryLedger({ funds }, testClock());
      for (const utxo of await ledger.utxosAt(payer.address)) {
        const plan = { ...payment(actor("other").address, 5_000_000n), inputs: [{ utxo }] };
        const { cbor, built } = await signedTx(lucidBuilder(ledger), plan, [payer]);
        sent.push({ cbor, hash: built.bodyHash, spent: `${utxo.txHash}#${utxo.outputIndex}` });
      }
    });
    const nth = (index: number) => sent[index] ?? expect.fail("no such transaction");
    const added = async (...indices: number[]) => {
      const pending = await make();
      for (const index of indices)
        await pending.add({ cbor: nth(index).cbor, purpose: `payment ${index}`, firstSent: 1000 - index });
      return pending;
    };

    it("gives back what was added, with what the bytes say", async () => {
      const pending = await added(0);
      const found = await pending.find(nth(0).hash);
      expect(found).toMatchObject({
        hash: nth(0).hash,
        cbor: nth(0).cbor,
        purpose: "payment 0",
        firstSent: 1000,
        trouble: null,
      });
      expect(found?.spends.map(({ txHash, outputIndex }) => `${txHash}#${outputIndex}`)).toEqual([
        nth(0).spent,
      ]);
      expect(found?.needs).toEqual(found?.spends);
      expect(found?.outputs[0]).toEqual({ address: actor("other").address, units: [] });
      expect(pending.read(nth(0).cbor)).toMatchObject({ hash: nth(0).hash, mints: [] });
    });

    it("lists the oldest first", async () => {
      const pending = await added(0, 1, 2);
      expect((await pending.list()).map(({ hash }) => hash)).toEqual([2, 1, 0].map((at) => nth(at).hash));
    });

    it("adds a transaction once, and says so", async () => {
      const pending = await make();
      const first = { cbor: nth(0).cbor, purpose: "first", firstSent: 1 };
      expect(await pending.add(first)).toBe(true);
      expect(await pending.add({ ...first, purpose: "second", firstSent: 2 })).toBe(false);
      expect(await pending.list()).toMatchObject([{ purpose: "first", firstSent: 1 }]);
    });

    it("marks trouble, other trouble, and none", async () => {
      const pending = await added(0, 1);
      await pending.mark(nth(0).hash, TROUBLE);
      expect((await pending.find(nth(0).hash))?.trouble).toEqual(TROUBLE);
      const refused: Trouble = { ...TROUBLE, kind: "refused", rival: null, final: true };
      await pending.mark(nth(0).hash, refused);
      expect((await pending.list()).map(({ trouble }) => trouble)).toEqual([null, refused]);
      await pending.mark(nth(0).hash, null);
      expect((await pending.find(nth(0).hash))?.trouble).toBeNull();
    });

    it("does not bring a removed one back by marking it, nor its old trouble by adding it", async () => {
      const pending = await added(0);
      await pending.mark(nth(0).hash, TROUBLE);
      await pending.remove(nth(0).hash);
      expect(await pending.list()).toEqual([]);
      await pending.mark(nth(0).hash, TROUBLE);
      expect(await pending.find(nth(0).hash)).toBeNull();
      await pending.add({ cbor: nth(0).cbor, purpose: "again", firstSent: 1 });
      expect(await pending.find(nth(0).hash)).toMatchObject({ purpose: "again", trouble: null });
    });

    it("takes no bytes that are no transaction", async () => {
      const pending = await make();
      const add = pending.add({ cbor: "80", purpose: "nothing", firstSent: 1 });
      await expect(add).rejects.toMatchObject({ code: "ledger/bad-transaction" });
      expect(await pending.list()).toEqual([]);
    });

    it("answers null and an empty list for what is not there, and removes it all the same", async () => {
      const pending = await make();
      expect(await pending.find(nth(0).hash)).toBeNull();
      expect(await pending.list()).toEqual([]);
      await pending.remove(nth(0).hash);
    });

    it("lets one sender after the other work, also when one fails", async () => {
      const pending = await make();
      const steps: string[] = [];
      const work = (who: string) => async () => {
        steps.push(`${who} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${who} ends`);
        if (who === "a") throw new Error("a fails");
      };
      const results = await Promise.allSettled([pending.exclusive(work("a")), pending.exclusive(work("b"))]);
      expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
      expect([0, 2].every((at) => steps[at]?.[0] === steps[at + 1]?.[0])).toBe(true);
    });
  });
}
