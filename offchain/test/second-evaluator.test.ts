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
import { deployedBlueprint, tracedBlueprint } from "../src/testing/traced-blueprint.js";
import { type Accepted, makeWorld, type World } from "../src/testing/world.js";
import { planRevokePassport } from "../src/tx/passports.js";
import { revoke, suspend } from "./negative/acts.js";

describe.each([
  ["deployed", deployedBlueprint],
  ["traced", tracedBlueprint],
])("two script machines on the %s contracts", (_, blueprint) => {
  let world: World;
  let scripts: readonly Accepted[] = [];
  beforeAll(async () => {
    world = await makeWorld(blueprint());
    const { contracts, actors } = world;
    const [passport, badge, authority] = [
      await world.passport(),
      await world.badge("authority"),
      await world.attestation("authority"),
    ];
    await world.accept(
      planRevokePassport(contracts, await world.deployment(), passport, authority, badge, world.validity()),
      actors.authority,
    );
    await suspend(world, "repairer");
    await revoke(world, "recycler");
    scripts = world.history.filter(({ built }) => built.exUnits.length > 0);
  });

  it("agree on every execution unit", async () => {
    expect(scripts.length).toBeGreaterThanOrEqual(9);
    const parameters = await world.ledger.protocolParameters();
    const slots = world.ledger.slotConfig;
    for (const { cbor, built } of scripts) {
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
