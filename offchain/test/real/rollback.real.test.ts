/**
 * A chain that loses blocks, on a real node: its database is put back to an earlier state, so that it goes on from there with other blocks, as after a
 * switch to another fork. What stood in a lost block is pending again and stands once more; what cannot, is reported.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { pendingOnDisk } from "../../src/adapters/pending/disk.js";
import { systemClock } from "../../src/adapters/system.js";
import { devnetLedger, faucet, freshKey, fund } from "../../src/testing/devnet.js";
import { payment, signedTx } from "../../src/testing/transact.js";
import { settle } from "../../src/usecases/settle.js";
import { trackSubmissions } from "../../src/usecases/track.js";
import { OwnDevnet } from "./own-devnet.js";

const CONFIRMATIONS = 3;
const ADA = 1_000_000n;

describe("a node that loses blocks", () => {
  const devnet = new OwnDevnet();
  const home = mkdtempSync(join(tmpdir(), "dpp-pending-"));
  const [kept, lost] = [freshKey(), freshKey()];
  const recipient = freshKey();
  beforeAll(async () => {
    await devnet.start();
    const ledger = await devnetLedger(devnet.addresses);
    await fund(ledger, [kept.address, lost.address], 1, 100n * ADA, faucet(devnet.addresses));
    await devnet.stop();
    devnet.keep();
    await devnet.start();
  });
  afterAll(async () => {
    await devnet.remove();
    rmSync(home, { recursive: true });
  });

  it("has each of our transactions again, once, or we are told which one is lost", async () => {
    const pending = pendingOnDisk(home);
    const node = await devnetLedger(devnet.addresses);
    const ledger = trackSubmissions(node, { pending, confirmations: CONFIRMATIONS, clock: systemClock });
    const builder = lucidBuilder(ledger);
    const [again, never] = await Promise.all([
      signedTx(builder, payment(recipient.address, 5n * ADA), [kept]),
      signedTx(builder, payment(recipient.address, 7n * ADA), [lost]),
    ]);
    // Built on the same coin, for the fork on which it comes first.
    const rival = await signedTx(builder, payment(recipient.address, 9n * ADA), [lost]);
    for (const { cbor } of [again, never]) await ledger.awaitTx(await ledger.submit(cbor, "a payment"));
    expect(await ledger.utxosAt(recipient.address)).toHaveLength(2);
    const before = await node.transaction(again.built.bodyHash);

    await devnet.stop();
    devnet.restore();
    await devnet.start();
    expect(await node.transaction(again.built.bodyHash)).toBeNull();
    expect(await node.utxosAt(recipient.address)).toEqual([]);
    expect((await pending.list()).map(({ hash }) => hash).toSorted()).toEqual(
      [again.built.bodyHash, never.built.bodyHash].toSorted(),
    );
    await node.awaitTx(await node.submit(rival.cbor));

    await settle(ledger.submissions);
    await ledger.awaitTx(again.built.bodyHash);
    const after = await node.transaction(again.built.bodyHash);
    expect(after?.cbor).toBe(before?.cbor);
    expect(after?.slot).toBeGreaterThan(before?.slot ?? Number.POSITIVE_INFINITY);
    const paid = (await node.utxosAt(recipient.address)).map(({ assets }) => assets.lovelace);
    expect(paid.toSorted()).toEqual([5n * ADA, 9n * ADA]);

    // Until the rival is as deep as we ask for, it might be lost itself.
    const { height } = (await node.transaction(rival.built.bodyHash)) ?? expect.fail("the rival is gone");
    for (let tip = await node.tip(); tip.height < height + CONFIRMATIONS; tip = await node.tip());
    const standings = await settle(ledger.submissions);
    expect(standings.find(({ transaction }) => transaction.hash === never.built.bodyHash)).toMatchObject({
      status: "superseded",
      transaction: { trouble: { final: true, rival: rival.built.bodyHash } },
    });
    expect((await pending.list()).map(({ hash }) => hash)).not.toContain(again.built.bodyHash);
  });

  it("goes on by itself after the node was killed and started again", async () => {
    const pending = pendingOnDisk(join(home, "killed"));
    const node = await devnetLedger(devnet.addresses);
    const ledger = trackSubmissions(node, { pending, confirmations: CONFIRMATIONS, clock: systemClock });
    const [payer, to] = [freshKey(), freshKey()];
    await fund(node, [payer.address], 1, 100n * ADA, faucet(devnet.addresses));
    const { cbor } = await signedTx(lucidBuilder(ledger), payment(to.address, 5n * ADA), [payer]);
    await devnet.kill();
    const sent = ledger.submit(cbor, "a payment").then((hash) => ledger.awaitTx(hash));
    await devnet.start();
    await sent;
    expect(await node.utxosAt(to.address)).toMatchObject([{ assets: { lovelace: 5n * ADA } }]);
  });
});
