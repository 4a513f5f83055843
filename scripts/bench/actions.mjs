// A chain of 1,000 actions, made in memory and verified, beside bare hashes over as many bytes in the same run. `npm run build` first.
// Alone: node scripts/bench/actions.mjs [--json] [--actions 1000]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { contentMemory } from "@cardano-dpp/offchain/adapters/content-memory";
import { decodeActionRecord, encodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import {
  ActionChain,
  AT,
  actionWorld,
  PASSPORT,
  PLACE,
  repairInput,
  text,
} from "@cardano-dpp/offchain/testing/action-world";
import { verifyActionChain } from "@cardano-dpp/offchain/usecases/actions/chain";
import { readActions } from "@cardano-dpp/offchain/usecases/actions/read";
import { sealAction } from "@cardano-dpp/offchain/usecases/actions/seal";
import { blake2b } from "@noble/hashes/blake2.js";

const round = (number) => Math.round(number * 1000) / 1000;

/** Median of the runs' milliseconds, after two that warm up. */
async function median(runs, work) {
  const times = [];
  for (let run = -2; run < runs; run++) {
    const start = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

export async function benchActions({ actions = 1000, runs = 9 } = {}) {
  const world = actionWorld("bench");
  const content = contentMemory();
  const chain = new ActionChain(content, world.random);
  const start = performance.now();
  for (let at = 0; at < actions; at++) {
    const elements = [text("repair.done", `Contactor ${at} replaced`)];
    await chain.add({ ...repairInput(world), at: AT + at, elements, sections: [] });
  }
  const make = performance.now() - start;

  const { steps, records, head } = chain;
  const encoded = records.map((record) => encodeActionRecord(record));
  // What the chain hashes: each content id, then domain, head and that hash.
  const cids = steps.map(({ record }) => fromHex(record));
  const link = new Uint8Array(12 + 32 + 32);
  const bareChain = await median(runs, () => {
    for (const cid of cids) {
      blake2b(cid, { dkLen: 32 });
      blake2b(link, { dkLen: 32 });
    }
  });
  const bareRecords = await median(runs, () => {
    for (const bytes of encoded) blake2b(bytes, { dkLen: 32 });
  });
  const verifyChain = await median(runs, () => verifyActionChain(steps, head));
  const decode = await median(runs, () => {
    for (const bytes of encoded) decodeActionRecord(bytes);
  });
  const contracts = { config: { hash: PLACE.config } };
  const read = await median(3, () => readActions({ content, contracts }, PASSPORT, steps));
  const sealed = await sealAction(repairInput(world), world.random);
  return {
    actions,
    bytes: {
      record: Math.round(encoded.reduce((sum, { length }) => sum + length, 0) / actions),
      sealedRepair: sealed.bytes.length,
    },
    ms: {
      makeAndStore: round(make),
      verifyChain: round(verifyChain),
      bareChainHashes: round(bareChain),
      decode: round(decode),
      bareRecordHashes: round(bareRecords),
      readFromStore: round(read),
      sealTwoSections: round(await median(runs, () => sealAction(repairInput(world), world.random))),
    },
    ratio: {
      verifyChainToBareHashes: round(verifyChain / bareChain),
      decodeToBareHashes: round(decode / bareRecords),
    },
  };
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const chosen = process.argv.indexOf("--actions");
  const result = await benchActions(chosen < 0 ? {} : { actions: Number(process.argv[chosen + 1]) });
  console.log(JSON.stringify(result, null, 2));
}
