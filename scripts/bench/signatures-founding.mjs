// What founding a deployment takes, with all scripts or without those that it can do without.
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { readTransaction } from "@cardano-dpp/offchain/adapters/ledger-cbor/transaction";
import { emptyWorld } from "@cardano-dpp/offchain/testing/world";
import { SCRIPT_NAMES, scriptHashes } from "@cardano-dpp/offchain/tx/contracts";
import { planFound } from "@cardano-dpp/offchain/tx/deploy";
import { sameOutRef } from "@cardano-dpp/offchain/tx/plan";

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** `without`: of `p256` and `joint`. Lovelace; `locked`: scripts, the config and the table of G; `deposit`: what registering an account takes. */
export async function founding(without) {
  const world = await emptyWorld(blueprint);
  const { contracts, actors, ledger } = world;
  const accepted = [];
  for (const name of SCRIPT_NAMES.filter((name) => !without.includes(name)))
    accepted.push(await world.carry(contracts[name].script));
  const coins = await ledger.utxosAt(actors.member1.address);
  const seed = coins.find((utxo) => sameOutRef(utxo, contracts.seed));
  const config = { ...world.config(), scripts: scriptHashes(contracts, without) };
  accepted.push(await world.accept(planFound(contracts, seed, config, world.quorum), actors.member1));
  const { keyDeposit } = await ledger.protocolParameters();
  const outputs = accepted.flatMap(({ cbor, plan }) =>
    readTransaction(cbor).outputs.slice(0, plan.outputs.length),
  );
  const registered = sum(accepted.map(({ plan }) => plan.registrations?.length ?? 0));
  return {
    founding: without.length === 0 ? "all scripts" : `without ${without.join(" and ")}`,
    transactions: accepted.length,
    bytes: sum(accepted.map(({ cbor }) => cbor.length / 2)),
    fees: sum(accepted.map(({ built }) => Number(built.fee))),
    locked: sum(outputs.map(({ utxo }) => Number(utxo.assets.lovelace))),
    deposit: registered * Number(keyDeposit),
  };
}
