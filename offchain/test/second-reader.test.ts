/** Our transactions as another library reads them: cardano-serialization-lib shares no code with Lucid, Scalus, or our own reader. */
import CSL from "@emurgo/cardano-serialization-lib-nodejs";
import { beforeAll, describe, expect, it } from "vitest";
import { readTransaction } from "../src/adapters/ledger-cbor/transaction.js";
import {
  decodeAttestationDatum,
  decodeConfigDatum,
  decodePassportDatum,
  decodeThreadDatum,
} from "../src/codec/datum.js";
import { decodePlutusData } from "../src/codec/plutus-data.js";
import { fromHex, toHex } from "../src/domain/bytes.js";
import { append, threadOf } from "../src/testing/event-world.js";
import { tracedBlueprint } from "../src/testing/traced-blueprint.js";
import { type Accepted, makeWorld, type World } from "../src/testing/world.js";
import { planClose, planGap } from "../src/tx/anchor.js";
import { planReclaim } from "../src/tx/deploy.js";
import { planRevokePassport, planUpdatePassport } from "../src/tx/passports.js";
import { planPublishKeyring } from "../src/tx/roles.js";
import { revoke, suspend } from "./negative/acts.js";

async function everyAction(): Promise<World> {
  const world = await makeWorld(tracedBlueprint());
  const { contracts, actors } = world;
  const utxos = await world.deployment();
  const maker = await world.attestation("maker");
  const content = `01551220${"44".repeat(32)}`;
  await world.accept(
    planUpdatePassport(
      contracts,
      utxos,
      await world.passport(0),
      maker,
      { dataRoot: "33".repeat(32), content },
      world.validity(),
    ),
    actors.maker,
  );
  await world.accept(
    planRevokePassport(
      contracts,
      utxos,
      await world.passport(1),
      await world.attestation("authority"),
      await world.badge("authority"),
      2,
      world.validity(),
    ),
    actors.authority,
  );
  await world.accept(
    planPublishKeyring(contracts, utxos, maker.utxo, content, world.validity()),
    actors.maker,
  );
  const { range } = await append(world, "supervisor");
  const state = { utxo: await threadOf(world, "supervisor"), range };
  const warden = { quorum: world.quorum };
  await world.accept(planGap(contracts, utxos, state, { hi: 5, reason: 1 }, warden), actors.member1);
  const extended = { utxo: await threadOf(world, "supervisor") };
  await world.accept(planClose(contracts, utxos, extended, warden), actors.member1);
  await suspend(world, "repairer");
  await revoke(world, "recycler");
  const { roles } = utxos.scripts;
  if (roles !== undefined)
    await world.accept(planReclaim(contracts, utxos.config, roles, world.quorum), actors.member1);
  return world;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Assets of a CSL value as the port writes them. */
function assetsOf(value: CSL.Value): Record<string, bigint> {
  const assets: Record<string, bigint> = { lovelace: BigInt(value.coin().to_str()) };
  const multi = value.multiasset();
  if (multi === undefined) return assets;
  const policies = multi.keys();
  for (let p = 0; p < policies.len(); p++) {
    const policy = policies.get(p);
    const names = multi.get(policy)?.keys();
    for (let n = 0; n < (names?.len() ?? 0); n++) {
      const name = names?.get(n);
      if (name === undefined) continue;
      assets[policy.to_hex() + hex(name.name())] = BigInt(multi.get_asset(policy, name).to_str());
    }
  }
  return assets;
}

const refsOf = (inputs: CSL.TransactionInputs | undefined): { txHash: string; outputIndex: number }[] =>
  Array.from({ length: inputs?.len() ?? 0 }, (_, at) => inputs?.get(at)).flatMap((input) =>
    input === undefined ? [] : [{ txHash: input.transaction_id().to_hex(), outputIndex: input.index() }],
  );

const mintOf = (body: CSL.TransactionBody): Record<string, bigint> => {
  const minted: Record<string, bigint> = {};
  const json = JSON.parse(body.mint()?.to_json() ?? "[]") as [string, Record<string, string>][];
  for (const [policy, names] of json)
    for (const [name, quantity] of Object.entries(names)) minted[policy + name] = BigInt(quantity);
  return minted;
};

/** The table of a P-256 key is bytes alone (docs/spec/signature-forms.md "Tables"). */
function decodeTable(datum: string): string {
  const data = decodePlutusData(fromHex(datum));
  if (!(data instanceof Uint8Array)) throw new Error("no table");
  return toHex(data);
}

describe("a second reader of our transactions", () => {
  let world: World;
  let every: readonly Accepted[] = [];
  beforeAll(async () => {
    world = await everyAction();
    every = world.history;
  });

  it("sees every kind of action", () => {
    expect(every.length).toBeGreaterThanOrEqual(18);
  });

  it("computes the same transaction id from the same bytes", () => {
    for (const { cbor, hash, built } of every) {
      expect(CSL.FixedTransaction.from_hex(cbor).transaction_hash().to_hex()).toBe(hash);
      expect(built.bodyHash).toBe(hash);
    }
  });

  it("sees the same inputs, collateral and reference inputs", () => {
    for (const { cbor } of every) {
      const body = CSL.Transaction.from_hex(cbor).body();
      const ours = readTransaction(cbor);
      expect(refsOf(body.inputs())).toEqual(ours.inputs);
      expect(refsOf(body.collateral())).toEqual(ours.collateral);
      expect(refsOf(body.reference_inputs())).toEqual(ours.referenceInputs);
    }
  });

  it("sees the same outputs, values, datums and scripts, in the plan's order", () => {
    for (const { cbor, plan } of every) {
      const outputs = CSL.Transaction.from_hex(cbor).body().outputs();
      const ours = readTransaction(cbor).outputs.map(({ utxo }) => utxo);
      expect(outputs.len()).toBe(ours.length);
      ours.forEach((utxo, at) => {
        const theirs = outputs.get(at);
        expect(theirs.address().to_bech32()).toBe(utxo.address);
        expect(assetsOf(theirs.amount())).toEqual(utxo.assets);
        expect(theirs.plutus_data()?.to_hex() ?? null).toBe(utxo.datum);
        expect(theirs.script_ref()?.plutus_script()?.hash().to_hex() !== undefined).toBe(
          utxo.scriptRef !== null,
        );
      });
      plan.outputs.forEach(({ address, datum }, at) => {
        expect(ours[at]).toMatchObject({ address, datum: datum ?? null });
      });
    }
  });

  it("sees the same mint and fee", () => {
    for (const { cbor, plan, built } of every) {
      const body = CSL.Transaction.from_hex(cbor).body();
      const planned = Object.fromEntries(
        plan.mints.flatMap(({ policy, assets }) =>
          Object.entries(assets).map(([name, quantity]) => [policy + name, quantity]),
        ),
      );
      expect(mintOf(body)).toEqual(planned);
      expect(Object.keys(mintOf(body)).sort()).toEqual([...readTransaction(cbor).minted].sort());
      expect(BigInt(body.fee().to_str())).toBe(built.fee);
    }
  });

  it("finds the signatures of those who must sign, and that they hold", () => {
    for (const { cbor, hash, plan } of every) {
      const witnesses = CSL.Transaction.from_hex(cbor).witness_set().vkeys();
      const keys = new Set<string>();
      for (let at = 0; at < (witnesses?.len() ?? 0); at++) {
        const witness = witnesses?.get(at);
        const key = witness?.vkey().public_key();
        if (witness === undefined || key === undefined) continue;
        expect(key.verify(Buffer.from(hash, "hex"), witness.signature())).toBe(true);
        keys.add(key.hash().to_hex());
      }
      for (const signer of plan.signers) expect(keys).toContain(signer);
    }
  });

  it("reads the datums that we wrote as Plutus data that says the same", () => {
    const decoders = [
      decodeConfigDatum,
      decodeAttestationDatum,
      decodePassportDatum,
      decodeThreadDatum,
      decodeTable,
    ];
    const datums = every.flatMap(({ plan }) => plan.outputs.flatMap(({ datum }) => datum ?? []));
    expect(datums.length).toBeGreaterThan(8);
    for (const datum of datums) {
      const again = CSL.PlutusData.from_hex(datum).to_hex();
      const read = decoders.flatMap((decode) => {
        try {
          return [[decode(datum), decode(again)] as const];
        } catch {
          return [];
        }
      });
      expect(read).toHaveLength(1);
      expect(read[0]?.[1]).toEqual(read[0]?.[0]);
    }
  });
});
