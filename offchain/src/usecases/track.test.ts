import { beforeEach, describe, expect, it } from "vitest";
import { memoryJournal } from "../adapters/embedded-ledger/journal.js";
import { memoryLedger, newGenesis } from "../adapters/embedded-ledger/ledger.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { pendingInMemory } from "../adapters/pending/memory.js";
import { DppError } from "../domain/errors.js";
import type { PendingTransactions, TrackedLedger } from "../ports/pending-transactions.js";
import { actor, type TestClock, testClock } from "../testing/actors.js";
import { ledgerContract } from "../testing/ledger-contract.js";
import { ReorganisingLedger } from "../testing/reorganising-ledger.js";
import { payment, signedTx } from "../testing/transact.js";
import { renew, settle, survey } from "./settle.js";
import { confirmationsOf, trackSubmissions } from "./track.js";

const DEPTH = 3;
const STEP = 1_000;
const TIMES = { poll: STEP, retry: STEP, attempts: 3, conflict: 4_000, resend: 500, wait: 20_000 };
const payer = actor("payer");
const other = actor("other");

let clock: TestClock;
let node: ReorganisingLedger;
let pending: PendingTransactions;
let ledger: TrackedLedger;
/** What happens while somebody waits. */
let meanwhile: () => void;
beforeEach(() => {
  clock = testClock();
  const funds = Array.from({ length: 4 }, () => ({ address: payer.address, lovelace: 100_000_000n }));
  const step = (): void => {
    clock.advance(STEP);
    meanwhile();
  };
  meanwhile = () => node.block();
  node = new ReorganisingLedger(memoryJournal(newGenesis({ funds }, clock)), clock, { idle: step });
  pending = pendingInMemory();
  ledger = trackSubmissions(node, {
    pending,
    confirmations: DEPTH,
    clock,
    times: TIMES,
    pause: async () => step(),
  });
});

/** A payment that spends the nth coin of the payer; another amount is another transaction. */
async function paid(nth: number, lovelace = 2_000_000n): Promise<{ cbor: string; hash: string }> {
  const utxo = (await node.utxosAt(payer.address))[nth] ?? expect.fail("no such coin");
  const plan = { ...payment(other.address, lovelace), inputs: [{ utxo }] };
  const { cbor, built } = await signedTx(lucidBuilder(node), plan, [payer]);
  return { cbor, hash: built.bodyHash };
}
const stands = async (hash: string): Promise<boolean> => (await node.transaction(hash)) !== null;
const refused = (code: string) => expect.objectContaining({ code });

ledgerContract("a ledger that keeps track", async () => {
  const funds = Array.from({ length: 4 }, () => ({ address: payer.address, lovelace: 1_000_000_000n }));
  const own = memoryLedger({ funds }, clock);
  return { ledger: trackSubmissions(own, { pending: pendingInMemory(), clock }), payer };
});

describe("submitting over a ledger that keeps track", () => {
  it("writes a transaction down before it is sent, and keeps it until it is settled", async () => {
    const { cbor, hash } = await paid(0);
    const { submit } = node;
    node.submit = async (bytes) => {
      expect(await pending.find(hash)).toMatchObject({ purpose: "a payment", firstSent: clock.now() });
      return submit.call(node, bytes);
    };
    expect(await ledger.submit(cbor, "a payment")).toBe(hash);
    await ledger.awaitTx(hash);
    expect(await survey(ledger.submissions)).toMatchObject([{ status: "shallow", confirmations: 1 }]);
    node.block();
    node.block();
    await settle(ledger.submissions);
    expect(await pending.list()).toEqual([]);
  });

  it("keeps nothing that the ledger refuses at once", async () => {
    const { cbor } = await paid(0);
    node.submit = async () => {
      throw new DppError("ledger/refused", "no");
    };
    await expect(ledger.submit(cbor)).rejects.toThrow(refused("ledger/refused"));
    await expect(ledger.submit("80")).rejects.toThrow(refused("ledger/bad-transaction"));
    expect(await pending.list()).toEqual([]);
  });

  it("takes the conflict of a transaction with itself for success", async () => {
    const { cbor, hash } = await paid(0);
    await node.submit(cbor);
    node.block();
    expect(await ledger.submit(cbor)).toBe(hash);
  });

  it("says that there is a conflict once the chain shows it, so that the next plan sees fresh state", async () => {
    const [mine, theirs] = [await paid(0), await paid(0, 3_000_000n)];
    await node.submit(theirs.cbor);
    expect(await stands(theirs.hash)).toBe(false);
    await expect(ledger.submit(mine.cbor)).rejects.toThrow(refused("ledger/conflict"));
    expect(await stands(theirs.hash)).toBe(true);
    expect(await pending.list()).toEqual([]);
  });

  it("does not wait for ever for a rival that nobody mines", async () => {
    const [mine, theirs] = [await paid(0), await paid(0, 3_000_000n)];
    await node.submit(theirs.cbor);
    meanwhile = () => {};
    const before = clock.now();
    await expect(ledger.submit(mine.cbor)).rejects.toThrow(refused("ledger/conflict"));
    expect(clock.now() - before).toBe(TIMES.conflict);
  });

  it("does not spend what an own transaction spends that no node has got yet", async () => {
    const [first, second] = [await paid(0), await paid(0, 3_000_000n)];
    node.fail("down");
    await expect(ledger.submit(first.cbor)).rejects.toThrow(refused("ledger/unavailable"));
    node.fail(null);
    await expect(ledger.submit(second.cbor)).rejects.toThrow(refused("ledger/conflict"));
    await settle(ledger.submissions);
    node.block();
    expect([await stands(first.hash), await stands(second.hash)]).toEqual([true, false]);
  });

  it("throws what is no outage as it is, and keeps the transaction, whose fate is open", async () => {
    const { cbor, hash } = await paid(0);
    const defect = new Error("the disk is full");
    node.submit = async () => {
      throw defect;
    };
    await expect(ledger.submit(cbor)).rejects.toBe(defect);
    expect((await pending.list()).map((entry) => entry.hash)).toEqual([hash]);
  });
});

describe("waiting over a ledger that keeps track", () => {
  it("says conflict only when the rival is settled, for until then it may be undone", async () => {
    const [mine, theirs] = [await paid(0), await paid(0, 3_000_000n)];
    await ledger.submit(mine.cbor);
    node.reorganise(1, { rivals: [theirs.cbor] });
    await expect(ledger.awaitTx(mine.hash)).rejects.toThrow(
      expect.objectContaining({
        code: "ledger/conflict",
        details: { hash: mine.hash, rival: theirs.hash },
      }),
    );
    const { height } = (await node.transaction(theirs.hash)) ?? expect.fail("no rival");
    expect((await node.tip()).height - height + 1).toBeGreaterThanOrEqual(DEPTH);
    expect(await pending.list()).toEqual([]);
  });

  it("ends when the time is up, and keeps the transaction", async () => {
    const { cbor, hash } = await paid(0);
    await ledger.submit(cbor);
    meanwhile = () => {};
    await expect(ledger.awaitTx(hash, 5_000)).rejects.toThrow(refused("ledger/timeout"));
    expect(await pending.find(hash)).toMatchObject({ trouble: null });
  });

  it("outlasts an outage", async () => {
    const { cbor, hash } = await paid(0);
    await ledger.submit(cbor);
    let steps = 0;
    node.fail("down");
    meanwhile = () => {
      steps += 1;
      if (steps === 5) node.fail(null);
      if (steps > 5) node.block();
    };
    await ledger.awaitTx(hash);
    expect(await stands(hash)).toBe(true);
  });
});

describe("settling", () => {
  it("does not take a transaction that got into a block meanwhile for one that is superseded", async () => {
    const { cbor, hash } = await paid(0);
    await ledger.submit(cbor);
    const [entry] = await pending.list();
    const { submit } = node;
    node.submit = async (bytes) => {
      node.block();
      return submit.call(node, bytes);
    };
    const standing = await renew(ledger.submissions, entry ?? expect.fail("nothing pending"), []);
    expect(standing).toMatchObject({ status: "waiting", transaction: { trouble: null } });
    expect(await stands(hash)).toBe(true);
  });

  it("does not send again what was given up, even if its rival is lost after all", async () => {
    const [mine, theirs] = [await paid(0), await paid(0, 3_000_000n)];
    await ledger.submit(mine.cbor);
    node.loseMempool();
    await node.submit(theirs.cbor);
    for (let block = 0; block < DEPTH; block++) node.block();
    expect(await settle(ledger.submissions)).toMatchObject([
      { status: "superseded", transaction: { trouble: { final: true, rival: theirs.hash } } },
    ]);
    // Deeper than anybody counted on.
    node.rollBack(DEPTH);
    await settle(ledger.submissions);
    node.block();
    expect(await stands(mine.hash)).toBe(false);
    expect(await survey(ledger.submissions)).toMatchObject([{ status: "superseded" }]);
  });

  it("keeps what a rule refuses, with the reason, and gives it up at the depth", async () => {
    const { cbor } = await paid(0);
    await ledger.submit(cbor);
    node.loseMempool();
    const { submit } = node;
    node.submit = async () => {
      throw new DppError("ledger/refused", "its validity has ended", {
        details: { rule: "OutsideValidityInterval" },
      });
    };
    const trouble = async () => (await settle(ledger.submissions))[0]?.transaction.trouble;
    expect(await trouble()).toMatchObject({
      kind: "refused",
      reason: "its validity has ended",
      final: false,
    });
    node.submit = submit;
    expect(await trouble()).toBeNull();
    node.loseMempool();
    node.submit = async () => {
      throw new DppError("ledger/refused", "its validity has ended");
    };
    expect(await trouble()).toMatchObject({ final: false });
    for (let block = 1; block < DEPTH; block++) node.block();
    expect(await trouble()).toMatchObject({ final: true });
  });

  it("sends a chain of transactions in the order in which they build on each other", async () => {
    const parent = await paid(0);
    await ledger.submit(parent.cbor);
    node.block();
    const coins = await node.utxosAt(payer.address);
    const at = coins.findIndex(({ txHash }) => txHash === parent.hash);
    const child = await paid(at, 4_000_000n);
    // The clock went back: by time alone the child would come first.
    clock.advance(-STEP);
    await ledger.submit(child.cbor);
    node.rollBack(1);
    expect((await pending.list()).map(({ hash }) => hash)).toEqual([child.hash, parent.hash]);
    expect((await settle(ledger.submissions)).map(({ status }) => status)).toEqual(["waiting", "waiting"]);
    node.block();
    expect([await stands(parent.hash), await stands(child.hash)]).toEqual([true, true]);
  });

  it("says of a chain whose first link is superseded that all of it is", async () => {
    const [parent, rival] = [await paid(0), await paid(0, 3_000_000n)];
    await ledger.submit(parent.cbor);
    node.block();
    const coins = await node.utxosAt(payer.address);
    const child = await paid(coins.findIndex(({ txHash }) => txHash === parent.hash));
    clock.advance(STEP);
    await ledger.submit(child.cbor);
    node.reorganise(1, { rivals: [rival.cbor] });
    expect(await settle(ledger.submissions)).toMatchObject([
      { transaction: { hash: parent.hash, trouble: { rival: rival.hash, final: false } } },
      { transaction: { hash: child.hash, trouble: { rival: rival.hash, final: false } } },
    ]);
    for (let block = 1; block < DEPTH; block++) node.block();
    const all = await settle(ledger.submissions);
    expect(all.map(({ transaction }) => transaction.trouble?.final)).toEqual([true, true]);
  });
});

it("asks for ten blocks, and for one where there are no forks", async () => {
  expect(confirmationsOf(node)).toBe(1);
  const preprod = new ReorganisingLedger(
    memoryJournal(newGenesis({ funds: [{ address: payer.address, lovelace: 2_000_000n }] }, clock)),
    clock,
    { network: "preprod" },
  );
  expect(confirmationsOf(preprod)).toBe(10);
  expect(confirmationsOf(trackSubmissions(preprod, { pending, clock, confirmations: 0 }))).toBe(1);
  expect(confirmationsOf(ledger)).toBe(DEPTH);
});
