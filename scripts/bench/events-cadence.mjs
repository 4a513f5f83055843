// What appending packs of events to threads costs on the ledger: by the number of events in a pack, by the length of the thread's past, by the number of threads in
// one transaction, and per million events by how often a source writes; beside a bare hash in a transaction's metadata, about which nobody asks anything. Every row is a
// transaction that the embedded ledger accepted. `npm run build` first. Alone: node scripts/bench/events-cadence.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { readTransaction } from "@cardano-dpp/offchain/adapters/ledger-cbor/transaction";
import { withExactFee } from "@cardano-dpp/offchain/adapters/lucid/exact-fee";
import { addWitnesses } from "@cardano-dpp/offchain/adapters/lucid/witnesses";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { emptyRange } from "@cardano-dpp/offchain/merkle/range";
import { appending, eventSigner, MAX_DELAY, planAppends } from "@cardano-dpp/offchain/testing/event-world";
import { makeWorld } from "@cardano-dpp/offchain/testing/world";
import { planIssueRoles } from "@cardano-dpp/offchain/tx/roles";
import { Lucid } from "@lucid-evolution/lucid";
import { printTable as printRows } from "./table.mjs";

const PAYER = "stranger";
const SOURCE = "gateway";
const PACK_SIZES = [1, 100, 1000, 10_000];
const PASTS = [0, 10, 100, 1000, 1023];
/** Appends after which a thread has three peaks, and a further one joins all of them. */
const BUSY_PAST = 7;
/** Accredited at once: more do not fit a transaction. */
const ACCREDITED = 6;
const MOST_THREADS = 40;
/** Events a week. */
const SOURCES = { village: 300, station: 2000, gateway: 20_000 };
const PACKS_A_WEEK = { "once a week": 1, daily: 7, hourly: 168 };

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const rowOf = ({ built, cbor }) => ({
  bytes: cbor.length / 2,
  mem: sum(built.exUnits.map(({ mem }) => mem)),
  steps: sum(built.exUnits.map(({ steps }) => steps)),
  fee: Number(built.fee),
});

const times = (count) => Array.from({ length: count }, (_, at) => at);

/** One transaction with the next pack of each of these threads. `ranges`, by name, grow. */
async function appendTo(world, names, ranges, { count = 1, send = "accept" } = {}) {
  const packs = [];
  for (const name of names)
    packs.push(await appending(world, name, { count }, ranges.get(name) ?? emptyRange()));
  const planned = await planAppends(world, packs);
  const sent = await world[send](planned.plan, world.actors[PAYER]);
  for (const [at, name] of names.entries()) ranges.set(name, planned.ranges[at]);
  return sent;
}

/** An earlier append: really on the ledger, which judged it, though at a fee that nobody counted. */
const earlier = (world, names, ranges) => appendTo(world, names, ranges, { send: "force" });

async function byPackSize(world) {
  const rows = [];
  for (const events of PACK_SIZES) {
    const row = rowOf(await appendTo(world.fork(), [SOURCE], new Map(), { count: events }));
    rows.push({ events, ...row, adaPerMillionEvents: row.fee / events });
  }
  return rows;
}

/** One transaction for each of the earlier appends. */
async function byPast(world, pasts) {
  const rows = [];
  const ranges = new Map();
  for (const past of pasts) {
    while ((ranges.get(SOURCE)?.seq ?? 0) < past) await earlier(world, [SOURCE], ranges);
    const peaks = (ranges.get(SOURCE) ?? emptyRange()).peaks.length;
    rows.push({ past, peaks, ...rowOf(await appendTo(world.fork(), [SOURCE], new Map(ranges))) });
  }
  return rows;
}

/** Stations with a thread each, as many as are asked for. Answers their names in this world. */
async function accreditMany(world, count) {
  const names = times(count).map((at) => `station ${at}`);
  for (let at = 0; at < count; at += ACCREDITED) {
    const part = names.slice(at, at + ACCREDITED);
    const { plan, names: roles } = planIssueRoles(
      world.contracts,
      await world.deployment(),
      await world.coin("member1"),
      part.map((name) => {
        const entry = world.newAttestation("station", "STATION");
        const key = { kind: "Device", alg: 1, pk: eventSigner(name).publicKey, maxDelay: MAX_DELAY };
        return { ...entry, attestation: { ...entry.attestation, ...key } };
      }),
      world.quorum,
    );
    await world.accept(plan, world.actors.member1);
    for (const [place, name] of part.entries()) world.roles.set(name, roles[place]);
  }
  return names;
}

/** Too large, or more than the ledger lets contracts use: that is how many threads end. */
async function fits(world, names, ranges, count) {
  try {
    const row = rowOf(await appendTo(world.fork(), names.slice(0, count), new Map(ranges)));
    return { threads: count, ...row, feePerThread: Math.round(row.fee / count) };
  } catch (error) {
    const limits = ["tx/too-large", "tx/script-refused", "ledger/refused"];
    if (limits.some((code) => isDppError(error, code))) return { threads: count, ended: error.message };
    throw error;
  }
}

/** 1, 2, 4, 8, 12, 16 … until it does not fit, then the largest number that does. */
async function byThreads(world, names, past) {
  const ranges = new Map();
  for (const _ of times(past))
    for (let at = 0; at < names.length; at += 8) await earlier(world, names.slice(at, at + 8), ranges);
  const rows = [];
  let ended = null;
  for (let count = 1; ended === null && count <= names.length; count = count < 4 ? count * 2 : count + 4) {
    const row = await fits(world, names, ranges, count);
    if (row.ended === undefined) rows.push(row);
    else ended = row;
  }
  for (let count = (ended?.threads ?? 0) - 1; count > (rows.at(-1)?.threads ?? 0); count--) {
    const row = await fits(world, names, ranges, count);
    if (row.ended !== undefined) ended = row;
    else rows.push(row);
  }
  return { past, rows, ended };
}

/** A transaction of the payer to itself with these hashes in its metadata, as Lucid makes it, with the least fee that the ledger takes. */
async function metadataHashes(world, hashes) {
  const { ledger } = world;
  const signer = world.actors[PAYER];
  const [parameters, [coin]] = [await ledger.protocolParameters(), await ledger.utxosAt(signer.address)];
  const wallet = [{ ...coin, assets: { ...coin.assets }, datum: null, datumHash: null, scriptRef: null }];
  // All that Lucid would ask a provider for is here already.
  const provider = { getUtxos: async () => wallet };
  const lucid = await Lucid(provider, "Preview", { presetProtocolParameters: { ...parameters } });
  lucid.selectWallet.fromAddress(signer.address, wallet);
  const draft = lucid.newTx().attachMetadata(1, hashes.length === 1 ? hashes[0] : hashes);
  const drafted = (await draft.complete({ localUPLCEval: false })).toTransaction().to_cbor_hex();
  const known = [coin];
  const exact = withExactFee(drafted, { parameters, costs: [], known, signers: [], change: 0 });
  const { hash, fee } = readTransaction(exact);
  const cbor = addWitnesses(exact, [await signer.signTx(hash)]);
  await ledger.awaitTx(await ledger.submit(cbor));
  const row = rowOf({ built: { fee, exUnits: [] }, cbor });
  return { hashes: hashes.length, ...row, feePerHash: Math.round(row.fee / hashes.length) };
}

async function beside(world, counts) {
  const rows = [];
  for (const count of counts) {
    const hashes = times(count).map((at) => new Uint8Array(32).fill(at));
    rows.push(await metadataHashes(world.fork(), hashes));
  }
  return rows;
}

/** ADA for a million events, when each pack pays `fee` lovelace. */
const perMillion = (fee, events) => Math.round((10 * fee) / events) / 10;

function byCadence(alone, together, hash, hashes) {
  return Object.entries(SOURCES).flatMap(([source, week]) =>
    Object.entries(PACKS_A_WEEK)
      .map(([cadence, packs]) => ({ source, cadence, events: Math.round(week / packs) }))
      .map((row) => ({
        ...row,
        alone: perMillion(alone.fee, row.events),
        together: perMillion(together.feePerThread, row.events),
        hash: perMillion(hash.fee, row.events),
        hashes: perMillion(hashes.feePerHash, row.events),
      })),
  );
}

/** What a fee is made of, lovelace (Conway ledger specification, `minfee`). */
function feeParts({ bytes, mem, steps, fee }, { minFeeA, minFeeB, priceMem, priceStep }) {
  const parts = {
    base: minFeeB,
    "bytes paid": minFeeA * bytes,
    execution: Math.ceil(priceMem * mem + priceStep * steps),
  };
  return { ...parts, "reference script": fee - sum(Object.values(parts)), fee };
}

/** `pasts`: lengths of a thread's past. */
export async function benchCadence({ pasts = PASTS } = {}) {
  const world = await makeWorld(blueprint);
  const packs = await byPackSize(world);
  const past = await byPast(world.fork(), pasts);
  const many = world.fork();
  const names = await accreditMany(many, MOST_THREADS);
  const threads = [await byThreads(many, names, 0), await byThreads(many, names, BUSY_PAST)];
  const cheapest = threads[1].rows.reduce((a, b) => (b.feePerThread < a.feePerThread ? b : a));
  const metadata = await beside(world, [1, cheapest.threads]);
  const alone = threads[1].rows[0];
  const parameters = await world.ledger.protocolParameters();
  const paid = [
    { what: "a pack alone", ...feeParts(alone, parameters) },
    { what: `${cheapest.threads} packs together`, ...feeParts(cheapest, parameters) },
    { what: "a hash in metadata", ...feeParts(metadata[0], parameters) },
    { what: `${cheapest.threads} hashes in metadata`, ...feeParts(metadata[1], parameters) },
  ];
  return {
    packs,
    past,
    threads,
    metadata,
    paid,
    together: cheapest.threads,
    cadence: byCadence(alone, cheapest, ...metadata),
  };
}

const LOVELACE = ["fee", "feePerThread", "feePerHash", "base", "bytes paid", "execution", "reference script"];

const printTable = (rows, write) => printRows(rows, write, LOVELACE);

export function printCadence(
  { packs, past, threads, metadata, paid, together, cadence },
  write = console.log,
) {
  write("one pack to one thread without a past (fees in ADA):");
  printTable(packs, write);
  write("by the number of appends before, packs of one event:");
  printTable(past, write);
  for (const { past: before, rows, ended } of threads) {
    write(`several threads in one transaction, each with ${before} appends before:`);
    printTable(rows, write);
    if (ended !== null) write(`  ${ended.threads}: ${ended.ended}`);
  }
  write("hashes in the metadata of a payment, about which nobody asks anything:");
  printTable(metadata, write);
  write("what the fees pay for:");
  printTable(paid, write);
  write(`ADA for a million events; events: in a pack; together, hashes: ${together} in one transaction:`);
  printTable(cadence, write);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchCadence();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else printCadence(result);
}
