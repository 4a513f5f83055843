import { beforeEach, describe, expect, it } from "vitest";
import { fromHex } from "../../domain/bytes.js";
import { actor, type TestClock, testClock } from "../../testing/actors.js";
import { ALWAYS } from "../../testing/ledger-contract.js";
import { tracedBlueprint } from "../../testing/traced-blueprint.js";
import { emptyPlan, payment, transact } from "../../testing/transact.js";
import { makeWorld } from "../../testing/world.js";
import { sameOutRef } from "../../tx/plan.js";
import { planSuspend } from "../../tx/roles.js";
import { type EmbeddedLedger, memoryLedger } from "../embedded-ledger/ledger.js";
import { asInt } from "../ledger-cbor/output.js";
import { arrayItems, mapEntries } from "../ledger-cbor/span.js";
import { readTransaction } from "../ledger-cbor/transaction.js";
import { lucidBuilder } from "./builder.js";
import { withFee } from "./exact-fee.js";

const payer = actor("payer");
const other = actor("other");
const funds = Array.from({ length: 3 }, () => ({ address: payer.address, lovelace: 100_000_000n }));

/** Body fields by their number (Conway CDDL). */
const bodyOf = (cbor: string): Map<number, Uint8Array> => {
  const [body] = arrayItems(fromHex(cbor));
  return new Map(mapEntries(body ?? new Uint8Array()).map(([key, value]) => [Number(asInt(key)), value]));
};
const slotAt = (cbor: string, field: number): number =>
  Number(asInt(bodyOf(cbor).get(field) ?? Uint8Array.of(0)));
const START = 8;
const END = 3;

describe("the builder", () => {
  let clock: TestClock;
  let ledger: EmbeddedLedger;
  beforeEach(() => {
    clock = testClock();
    ledger = memoryLedger({ funds }, clock);
  });
  const build = (plan = payment(other.address, 2_000_000n)) => lucidBuilder(ledger).build(plan, payer);

  it("names a payer who cannot pay", async () => {
    await expect(build(payment(other.address, 500_000_000n))).rejects.toMatchObject({
      code: "tx/insufficient-funds",
    });
    await expect(lucidBuilder(ledger).build(payment(payer.address, 2_000_000n), other)).rejects.toMatchObject(
      {
        code: "tx/insufficient-funds",
      },
    );
  });

  it("names a transaction that is too large", async () => {
    const outputs = Array.from({ length: 500 }, () => ({
      address: other.address,
      assets: { lovelace: 1_000_000n },
    }));
    ledger = memoryLedger({ funds: [{ address: payer.address, lovelace: 1_000_000_000n }] }, clock);
    await expect(build({ ...emptyPlan, outputs })).rejects.toMatchObject({ code: "tx/too-large" });
  });

  it("names the rule by which a contract refuses", async () => {
    const world = await makeWorld(tracedBlueprint());
    const { utxo } = await world.attestation("maker");
    const plan = planSuspend(
      world.contracts,
      await world.deployment(),
      utxo,
      world.actors.stranger.keyHash,
      1,
    );
    await expect(world.accept(plan, world.actors.freezer)).rejects.toMatchObject({
      code: "tx/script-refused",
      details: { contractRules: ["freeze_key_signs"] },
    });
  });

  it("leaves reserved outputs and reference scripts alone", async () => {
    const coins = await ledger.utxosAt(payer.address);
    const reserved = coins.slice(0, 2);
    const { cbor } = await build({ ...payment(other.address, 90_000_000n), reserved });
    const { inputs } = readTransaction(cbor);
    expect(inputs.some((input) => reserved.some((ref) => sameOutRef(ref, input)))).toBe(false);
    const all = { ...payment(other.address, 150_000_000n), reserved };
    await expect(build(all)).rejects.toMatchObject({ code: "tx/insufficient-funds" });
    await transact(
      ledger,
      lucidBuilder(ledger),
      {
        ...emptyPlan,
        outputs: [{ address: payer.address, assets: { lovelace: 99_000_000n }, script: ALWAYS }],
      },
      [payer],
    );
    await expect(build(payment(other.address, 250_000_000n))).rejects.toMatchObject({
      code: "tx/insufficient-funds",
    });
  });

  it("keeps the plan's outputs first and in order, change last", async () => {
    const lovelace = [3_000_000n, 2_000_000n, 5_000_000n];
    const { cbor } = await build({
      ...emptyPlan,
      outputs: lovelace.map((coin) => ({ address: other.address, assets: { lovelace: coin } })),
    });
    const { outputs } = readTransaction(cbor);
    expect(outputs.map(({ utxo }) => utxo.assets.lovelace).slice(0, 3)).toEqual(lovelace);
    expect(outputs.slice(3).map(({ utxo }) => utxo.address)).toEqual([payer.address]);
  });

  it("funds an output for the largest datum that it may come to hold", async () => {
    const datum = "d87980";
    const largest = `d8799f5840${"00".repeat(64)}5840${"00".repeat(64)}ff`;
    const fundOf = async (more: { fundFor?: string }) => {
      const { cbor } = await build({
        ...emptyPlan,
        outputs: [{ address: other.address, assets: {}, datum, ...more }],
      });
      return readTransaction(cbor).outputs[0]?.utxo.assets.lovelace ?? 0n;
    };
    const { coinsPerUtxoByte } = await ledger.protocolParameters();
    const longer = BigInt((largest.length - datum.length) / 2);
    // Two longer length prefixes at most beside the datum's own bytes.
    expect(((await fundOf({ fundFor: largest })) - (await fundOf({}))) / coinsPerUtxoByte - longer).toBeOneOf(
      [0n, 1n, 2n],
    );
  });

  it("rounds the validity range inwards to whole slots", async () => {
    const { zeroTime } = ledger.slotConfig;
    const { cbor } = await build({
      ...payment(other.address, 2_000_000n),
      validity: { from: zeroTime + 5_001, to: zeroTime + 9_999 },
    });
    expect([slotAt(cbor, START), slotAt(cbor, END)]).toEqual([6, 9]);
  });

  it("serves two ledgers with different times in one process", async () => {
    const late = testClock(clock.now() + 86_400_000);
    const second = memoryLedger({ funds }, late);
    const plans = [ledger, second].map((one, index) => {
      const now = index === 0 ? clock.now() : late.now();
      return transact(
        one,
        lucidBuilder(one),
        { ...payment(other.address, 2_000_000n), validity: { from: now - 60_000, to: now + 60_000 } },
        [payer],
      );
    });
    for (const { cbor } of await Promise.all(plans)) expect(slotAt(cbor, START)).toBe(3600 - 60);
  });

  it("pays the least fee that the ledger takes, with and without reference scripts", async () => {
    const world = await makeWorld(tracedBlueprint());
    const { utxo } = await world.attestation("maker");
    const { freezer } = world.actors;
    const spend = planSuspend(world.contracts, await world.deployment(), utxo, freezer.keyHash, 1);
    for (const plan of [spend, payment(other.address, 2_000_000n)]) {
      const builder = lucidBuilder(world.ledger);
      const { cbor, fee, size } = await builder.build(plan, freezer);
      const lower = withFee(cbor, plan.outputs.length, fee - 100n) ?? "";
      const cheaper = builder.sign(lower, [await freezer.signTx(readTransaction(lower).hash)]);
      expect(cheaper.length / 2).toBe(size);
      await expect(world.ledger.submit(cheaper)).rejects.toMatchObject({
        code: "ledger/refused",
        details: { rule: "FeesOk" },
      });
      const signed = builder.sign(cbor, [await freezer.signTx(readTransaction(cbor).hash)]);
      expect(signed.length / 2).toBe(size);
      await expect(world.fork().ledger.submit(signed)).resolves.toBeDefined();
    }
  });

  it("collects signatures one by one, in any order and twice", async () => {
    const builder = lucidBuilder(ledger);
    const { cbor, bodyHash } = await builder.build(
      { ...payment(other.address, 2_000_000n), signers: [other.keyHash] },
      payer,
    );
    const [one, two] = [await payer.signTx(bodyHash), await other.signTx(bodyHash)];
    const both = builder.sign(cbor, [one, two]);
    expect(builder.sign(builder.sign(cbor, [one]), [two])).toBe(both);
    expect(builder.sign(both, [one])).toBe(both);
    expect(readTransaction(both).hash).toBe(bodyHash);
    await expect(ledger.submit(both)).resolves.toBe(bodyHash);
    expect(() => builder.sign(cbor, [{ publicKey: "00", signature: "00" }])).toThrow(
      expect.objectContaining({ code: "tx/bad-witness" }),
    );
  });
});
