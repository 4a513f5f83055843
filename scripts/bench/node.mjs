// Each on-chain operation on an independent node beside Scalus: execution units by both script machines, and the fee that the node finds enough.
// Needs Go when the node is not built yet. Alone: npm run bench -- --only node
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { evaluateOnNode } from "@cardano-dpp/offchain/adapters/utxorpc/evaluation";
import { devnetLedger, sharedDevnet } from "@cardano-dpp/offchain/testing/devnet";
import { nodeWorld } from "@cardano-dpp/offchain/testing/node-world";
import { OPERATIONS } from "@cardano-dpp/offchain/testing/operations";
import { withDaemons } from "../real/daemons.mjs";

const sum = (costs, key) => costs.reduce((total, cost) => total + cost[key], 0);

/** One row per operation; each stands in a block of the devnet afterwards. */
export async function benchNode() {
  const rows = [];
  await withDaemons(async (env) => {
    Object.assign(process.env, env);
    const ledger = await devnetLedger();
    const world = await nodeWorld(ledger, blueprint, "deployed");
    for (const { name, payer, plan } of OPERATIONS) {
      const own = await world.anew();
      const { cbor, built } = await own.prepare(await plan(own), own.actors[payer]);
      const judged = await evaluateOnNode({ url: sharedDevnet().utxorpc }, cbor);
      await ledger.awaitTx(await ledger.submit(cbor));
      rows.push({
        operation: name,
        bytes: cbor.length / 2,
        feeLovelace: Number(built.fee),
        scalus: { mem: sum(built.exUnits, "mem"), steps: sum(built.exUnits, "steps") },
        node: { mem: sum(judged, "mem"), steps: sum(judged, "steps") },
      });
    }
  });
  return rows;
}

export function printNode(rows, write = console.log) {
  const number = (value) => value.toLocaleString("en");
  write(
    "operation                           fee ADA   mem Scalus     mem node    steps Scalus      steps node",
  );
  for (const { operation, feeLovelace, scalus, node } of rows) {
    write(
      [
        operation.padEnd(33),
        (feeLovelace / 1e6).toFixed(3).padStart(9),
        number(scalus.mem).padStart(12),
        number(node.mem).padStart(12),
        number(scalus.steps).padStart(15),
        number(node.steps).padStart(15),
      ].join(" "),
    );
  }
}
