/**
 * The adapter against the Blockfrost routes of a real node: a devnet's, which serves a part of them. What it leaves out is named. `npm run test:real`.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../../ports/ledger.js";
import { faucet, freshKey, fund, required } from "../../testing/devnet.js";
import { ALWAYS } from "../../testing/ledger-contract.js";
import { emptyPlan, payment, signedTx, transact } from "../../testing/transact.js";
import { scriptHash } from "../contracts.js";
import { lucidBuilder } from "../lucid/builder.js";
import { systemClock, systemRandom } from "../system.js";
import { openBlockfrost } from "./blockfrost.js";

const POLL_MS = 20;
const MAGIC_OF_NOBODY = 4_294_967_295;

const open = (options: { networkMagic?: number; network?: "devnet" | "preview"; path?: string } = {}) => {
  const { path = "", network = "devnet", ...rest } = options;
  const url = required("DPP_REAL_BLOCKFROST") + path;
  return openBlockfrost({ network, url, clock: systemClock, random: systemRandom, pollMs: POLL_MS, ...rest });
};

describe("a node's Blockfrost routes", () => {
  let ledger: Ledger;
  const payer = freshKey();
  const other = freshKey();

  beforeAll(async () => {
    ledger = await open();
    await fund(ledger, [payer.address], 4, 1_000_000_000n);
  });

  it("follow another network than the one that a caller takes them for", async () => {
    await expect(open({ network: "preview" })).rejects.toMatchObject({ code: "ledger/wrong-network" });
    await expect(open({ networkMagic: MAGIC_OF_NOBODY })).rejects.toMatchObject({
      code: "ledger/wrong-network",
    });
  });

  it("are not there below another path", async () => {
    await expect(open({ path: "/elsewhere" })).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { route: "/genesis", status: 404 },
    });
  });

  it("give a tip whose time is its slot's, and near to now", async () => {
    const { zeroTime, zeroSlot, slotLength } = ledger.slotConfig;
    const { slot, height, time } = await ledger.tip();
    expect(time).toBe(zeroTime + (slot - zeroSlot) * slotLength);
    expect(height).toBeGreaterThan(0);
    expect(Math.abs(systemClock.now() - time)).toBeLessThan(60_000);
  });

  it("give parameters that a transaction can be built with", async () => {
    const { maxTxSize, costModels, coinsPerUtxoByte } = await ledger.protocolParameters();
    expect(maxTxSize).toBeGreaterThan(0);
    expect(coinsPerUtxoByte).toBeGreaterThan(0n);
    expect(costModels.PlutusV3.length).toBeGreaterThan(200);
  });

  it("show the faucet's coins", async () => {
    const utxos = await ledger.utxosAt(faucet().address);
    expect(utxos.length).toBeGreaterThan(0);
    expect(utxos.every(({ address }) => address === faucet().address)).toBe(true);
    expect(await ledger.utxosAt(freshKey().address)).toEqual([]);
  });

  it("carry a payment from submission to a block, and to every query that could ask for it", async () => {
    const { hash, cbor } = await transact(ledger, lucidBuilder(ledger), payment(other.address, 5_000_000n), [
      payer,
    ]);
    await ledger.awaitTx(hash);
    const utxo = { txHash: hash, outputIndex: 0, address: other.address, assets: { lovelace: 5_000_000n } };
    expect(await ledger.utxosAt(other.address)).toMatchObject([utxo]);
    expect(await ledger.utxosByOutRef([utxo])).toMatchObject([utxo]);
    const found = (await ledger.transaction(hash)) ?? expect.fail("not found");
    expect(found).toMatchObject({ hash, cbor });
    const { zeroTime, zeroSlot, slotLength } = ledger.slotConfig;
    expect(found.time).toBe(zeroTime + (found.slot - zeroSlot) * slotLength);
    expect((await ledger.tip()).height).toBeGreaterThanOrEqual(found.height);
  });

  it("tell spent outputs from unspent ones, though they leave `consumed_by_tx` empty", async () => {
    const builder = lucidBuilder(ledger);
    const [coin] = await ledger.utxosAt(payer.address);
    if (coin === undefined) expect.fail("no coin");
    const spend = (lovelace: bigint) => ({ ...payment(other.address, lovelace), inputs: [{ utxo: coin }] });
    const first = await signedTx(builder, spend(3_000_000n), [payer]);
    const second = await signedTx(builder, spend(4_000_000n), [payer]);
    expect(await ledger.utxosByOutRef([coin])).toHaveLength(1);
    const hash = await ledger.submit(first.cbor);
    await ledger.awaitTx(hash);
    expect(await ledger.utxosByOutRef([coin, { txHash: hash, outputIndex: 0 }])).toMatchObject([
      { txHash: hash },
    ]);
    // The node refuses without a reason; the adapter finds that the input is gone.
    await expect(ledger.submit(second.cbor)).rejects.toMatchObject({ code: "ledger/conflict" });
  });

  it("keep datums and scripts as they were submitted, and find them by unit", async () => {
    const builder = lucidBuilder(ledger);
    const policy = scriptHash(ALWAYS);
    const unit = policy + payer.keyHash.slice(0, 16);
    const datum = "d8799f5f4101ff40ff";
    const { hash } = await transact(
      ledger,
      builder,
      {
        ...emptyPlan,
        mints: [{ policy, assets: { [unit.slice(56)]: 1n }, redeemer: "d87980" }],
        outputs: [{ address: other.address, assets: { [unit]: 1n }, datum, script: ALWAYS }],
        scripts: [ALWAYS],
      },
      [payer],
    );
    await ledger.awaitTx(hash);
    const found = (await ledger.utxoByUnit(unit)) ?? expect.fail("the token is nowhere");
    expect(found).toMatchObject({ txHash: hash, address: other.address, datum, datumHash: null });
    expect(found.scriptRef && scriptHash(found.scriptRef)).toBe(policy);
    expect(await ledger.utxosByOutRef([found])).toEqual([found]);
    expect(await ledger.utxoByUnit(`${policy}00`)).toBeNull();
  });

  it("refuse a transaction without its signature, with no rule to name", async () => {
    const { cbor } = await lucidBuilder(ledger).build(payment(other.address, 5_000_000n), payer);
    await expect(ledger.submit(cbor)).rejects.toMatchObject({
      code: "ledger/refused",
      details: { rule: "Other" },
    });
  });

  it("leave out credentials, histories and policies, and the adapter says which", async () => {
    const policy = scriptHash(ALWAYS);
    const unsupported = (route: unknown) => ({ code: "ledger/unsupported", details: { route } });
    await expect(ledger.utxosByCredential(payer.keyHash)).rejects.toMatchObject(
      unsupported("/addresses/{payment credential}/utxos"),
    );
    await expect(ledger.transactionsOf(policy)).rejects.toMatchObject(
      unsupported(expect.stringMatching(/^\/assets\/\{asset\}\/(transactions|history)$/)),
    );
    await expect(ledger.unitsOf(policy)).rejects.toMatchObject(unsupported("/assets/policy/{policy_id}"));
  });

  it("answer null for what is not there", async () => {
    const nowhere = "00".repeat(32);
    expect(await ledger.transaction(nowhere)).toBeNull();
    expect(await ledger.utxosByOutRef([{ txHash: nowhere, outputIndex: 0 }])).toEqual([]);
    await expect(ledger.awaitTx(nowhere, 0)).rejects.toMatchObject({ code: "ledger/timeout" });
  });
});
