/**
 * Two script machines on our transactions: Scalus (Scala), which decides and whose execution units we declare, and the Aiken project's `uplc` (Rust),
 * which Lucid ships. They share no code; where they would differ, one of them is not what runs on mainnet.
 */
import {
  CML,
  createCostModels,
  type UTxO,
  utxoToTransactionInput,
  utxoToTransactionOutput,
} from "@lucid-evolution/lucid";
import * as UPLC from "@lucid-evolution/uplc";
import { beforeAll, describe, expect, it } from "vitest";
import { readTransaction } from "../src/adapters/ledger-cbor/transaction.js";
import { evaluateWithScalus } from "../src/adapters/lucid/evaluation.js";
import { OPERATIONS } from "../src/testing/operations.js";
import { deployedBlueprint, tracedBlueprint } from "../src/testing/traced-blueprint.js";
import { type Accepted, makeWorld, type World } from "../src/testing/world.js";

describe.each([
  ["deployed", deployedBlueprint],
  ["traced", tracedBlueprint],
])("two script machines on the %s contracts", (_, blueprint) => {
  const scripts: (Accepted & { readonly world: World })[] = [];
  beforeAll(async () => {
    const world = await makeWorld(blueprint());
    for (const { plan, payer } of OPERATIONS) {
      const fork = world.fork();
      scripts.push({ ...(await fork.accept(await plan(fork), fork.actors[payer])), world: fork });
    }
    const founding = world.history.filter(({ built }) => built.exUnits.length > 0);
    scripts.push(...founding.map((accepted) => ({ ...accepted, world })));
  });

  it("agree on every execution unit", async () => {
    expect(scripts.length).toBeGreaterThan(OPERATIONS.length);
    for (const { cbor, built, world } of scripts) {
      const parameters = await world.ledger.protocolParameters();
      const slots = world.ledger.slotConfig;
      const { inputs, referenceInputs } = readTransaction(cbor);
      const utxos = await Promise.all([...inputs, ...referenceInputs].map((ref) => world.past(ref)));
      const copies = utxos.map((utxo) => ({ ...utxo, assets: { ...utxo.assets } }) as UTxO);
      const scalus = evaluateWithScalus(cbor, copies, { parameters, slots }).map(({ mem, steps }) => [
        mem,
        steps,
      ]);
      const uplc = UPLC.eval_phase_two_raw(
        Buffer.from(cbor, "hex"),
        copies.map((utxo) => utxoToTransactionInput(utxo).to_cbor_bytes()),
        copies.map((utxo) => utxoToTransactionOutput(utxo).to_cbor_bytes()),
        createCostModels(parameters.costModels).to_cbor_bytes(),
        parameters.maxTxExSteps,
        parameters.maxTxExMem,
        BigInt(slots.zeroTime),
        BigInt(slots.zeroSlot),
        slots.slotLength,
      ).map((bytes) => {
        const units = CML.LegacyRedeemer.from_cbor_bytes(bytes).ex_units();
        return [Number(units.mem()), Number(units.steps())];
      });
      expect(uplc).toEqual(scalus);
      expect(built.exUnits.map(({ mem, steps }) => [mem, steps])).toEqual(scalus);
    }
  });
});
