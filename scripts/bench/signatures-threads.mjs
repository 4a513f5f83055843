// The next pack of any thread, signed by whoever signs on it: what benchmarks of the ledger append.
import { decodeAttestationDatum, decodeThreadDatum } from "@cardano-dpp/offchain/codec/datum";
import { eventHash } from "@cardano-dpp/offchain/codec/event";
import { jointDigest, packDigest } from "@cardano-dpp/offchain/codec/pack";
import { encodeParties } from "@cardano-dpp/offchain/codec/parties";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { tierOf } from "@cardano-dpp/offchain/domain/event";
import { isJointThread } from "@cardano-dpp/offchain/domain/joint";
import { referenceUnit } from "@cardano-dpp/offchain/domain/tokens";
import { packRoot } from "@cardano-dpp/offchain/merkle/pack";
import { emptyRange } from "@cardano-dpp/offchain/merkle/range";
import { leavesOf } from "@cardano-dpp/offchain/testing/event-world";
import { wholeSlots } from "@cardano-dpp/offchain/tx/anchor";
import { planAppend } from "@cardano-dpp/offchain/tx/append";
import { threadUnit } from "@cardano-dpp/offchain/tx/threads";
import { readTables } from "@cardano-dpp/offchain/usecases/events/tables";

const HOUR = 3_600_000;

async function only(world, unit) {
  const utxo = await world.ledger.utxoByUnit(unit);
  if (utxo === null) throw new Error(`nothing holds ${unit}`);
  return utxo;
}

export const attestationOf = async (world, name) => ({
  name,
  utxo: await only(world, referenceUnit(world.contracts.roles.hash, name)),
});

/** `signers`: `{ name, signer }`, the source or the parties. */
async function sealed(header, signers) {
  if (!isJointThread(header.source))
    return { ...header, signature: toHex(await signers[0].signer.sign(packDigest(header))) };
  const parties = signers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const digest = jointDigest(
    header,
    parties.map(({ name }) => name),
  );
  const signatures = await Promise.all(
    parties.map(async ({ name, signer }) => ({ name, signature: toHex(await signer.sign(digest)) })),
  );
  return { ...header, signature: toHex(encodeParties(signatures)) };
}

async function appendingTo(world, { thread, signers }, events) {
  const utxo = await only(world, threadUnit(world.contracts, thread));
  const { next: lo, seq } = decodeThreadDatum(utxo.datum);
  if (seq !== 0) throw new Error("only the first pack of a thread is known how to append");
  const ordered = signers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const attested = await Promise.all(ordered.map(({ name }) => attestationOf(world, name)));
  const { extra } = decodeAttestationDatum(attested[0].utxo.datum);
  const tier = isJointThread(thread) ? "MULTI_PARTY_SIGNED" : tierOf(extra.kind);
  const captured = world.clock.now() - HOUR;
  const leaves = leavesOf(thread, extra, { lo, count: events, captured }, { tier });
  const header = {
    ...{ config: world.contracts.config.hash, source: thread, tier, lo, hi: lo + events },
    ...{ root: toHex(packRoot(leaves.map((leaf) => eventHash(leaf)))) },
    ...{ cmin: captured, cmax: captured + events - 1 },
  };
  const pack = await sealed(header, signers);
  return { state: { utxo, range: emptyRange() }, signers: attested, pack };
}

/** One transaction with the first pack of each of these `{ thread, signers }`. */
export async function planNext(world, threads, events) {
  const { ledger, contracts } = world;
  const packs = await Promise.all(threads.map((thread) => appendingTo(world, thread, events)));
  const keys = threads.flatMap(({ signers }) =>
    signers.map(({ signer: { alg, publicKey: pk } }) => ({ alg, pk })),
  );
  const { tables, missing } = await readTables({ ledger, contracts }, keys);
  if (missing.length > 0) throw new Error(`${missing.length} keys have no table on the ledger`);
  const validity = wholeSlots(ledger.slotConfig, world.validity());
  return planAppend(contracts, await world.deployment(), packs, validity, tables).plan;
}
