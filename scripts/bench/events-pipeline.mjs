// Each stage from what a person states to a pack that its source signed, beside the bare primitive over the same bytes in the same run, and the whole beside the slowest of
// these primitives; with payloads that everybody reads, and with one section that three readers open. PGlite in a temporary directory, with every sync.
// `npm run build` first. Alone: node scripts/bench/events-pipeline.mjs [--json] [--events 10000]
import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { nodeEd25519, nodeEventSigner } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { migrate } from "@cardano-dpp/offchain/adapters/event-store/migrate";
import { openPglite } from "@cardano-dpp/offchain/adapters/event-store/pglite";
import { EVENT_COLUMNS, eventValues } from "@cardano-dpp/offchain/adapters/event-store/rows";
import { eventStoreOver } from "@cardano-dpp/offchain/adapters/event-store/store";
import { systemRandom } from "@cardano-dpp/offchain/adapters/system";
import { encodeElement } from "@cardano-dpp/offchain/codec/document";
import { decodeLeaf, encodeLeaf } from "@cardano-dpp/offchain/codec/event";
import { packDigest } from "@cardano-dpp/offchain/codec/pack";
import {
  decodeSignedEvent,
  encodeSignedEvent,
  leafOf,
  toBeSigned,
} from "@cardano-dpp/offchain/codec/signed-event";
import { generateKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { packRoot } from "@cardano-dpp/offchain/merkle/pack";
import {
  EVIDENCE,
  eventContext,
  sourceView,
  transportInput,
} from "@cardano-dpp/offchain/testing/event-context";
import { eventSecret } from "@cardano-dpp/offchain/testing/event-world";
import { makeWorld } from "@cardano-dpp/offchain/testing/world";
import { checkPack } from "@cardano-dpp/offchain/usecases/events/check";
import { makePayload } from "@cardano-dpp/offchain/usecases/events/payload";
import { makeEvent, recordEvents } from "@cardano-dpp/offchain/usecases/events/record";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { AEAD_ChaCha20Poly1305, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "@panva/hpke-noble";
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { CipherSuite } from "hpke";

const RUNS = 3;
const SOURCE = "gateway";
/** Events in a call of `recordEvents`, and rows in a statement. */
const BATCH = 1000;
const READERS = 3;
const round = (number) => Math.round(number * 100) / 100;
const hash = (bytes) => blake2b(bytes, { dkLen: 32 });
const bare = (value) => encode(value, rfc8949EncodeOptions);

function* batches(items) {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** µs of this process' processor for each event: what other processes do is not in it, and neither is waiting for the disk. */
async function timed(work, count) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

/** Medians, the two in turn, so that whatever else the machine does meets both. */
async function beside(count, work, primitive, prepare = () => undefined) {
  const [ours, bares] = [[], []];
  for (let run = -1; run < RUNS; run++) {
    await prepare();
    const baseline = await timed(primitive, count);
    await prepare();
    const own = await timed(work, count);
    if (run < 0) continue;
    bares.push(baseline);
    ours.push(own);
  }
  const [us, bareUs] = [median(ours), median(bares)];
  return { us: round(us), bareUs: round(bareUs), ratio: round(bareUs / us) };
}

/** A stated event: the least there is, or with a weight that only the trade reads. */
const inputOf = (isSealed) => {
  const input = transportInput();
  const weight = { id: "event.quantity.mass", type: "decimal", value: "45.0", unit: "kg" };
  return isSealed ? { ...input, elements: [...input.elements, weight] } : input;
};

const keyOf = (seed) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });

/** What is hashed, encoded and encrypted for one payload record, and nothing around it. */
function barePayload(record, elements, readers) {
  const value = decode(record, { useMaps: true });
  const contents = elements.map((element) => randomBytes(33 + encodeElement(element).length));
  const nodes = [...elements.slice(1).map(() => randomBytes(65)), randomBytes(37)];
  const sections = value.get("sections");
  const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305);
  const [key, nonce] = [randomBytes(32), randomBytes(24)];
  return async () => {
    for (const content of contents) hash(content);
    for (const node of nodes) hash(node);
    for (const [, , , sealed] of sections) {
      xchacha20poly1305(key, nonce).encrypt(sealed.subarray(40));
      for (const reader of readers) await suite.Seal(await suite.DeserializePublicKey(reader), key, {});
    }
    bare(value);
  };
}

const TYPES = "uuid bytea int8 bytea int2 bytea int2 int8 int8 bytea bytea".split(" ");
const INSERT = `INSERT INTO dpp_event (${EVENT_COLUMNS}) SELECT * FROM unnest(${TYPES.map((type, at) => `$${at + 1}::${type}[]`).join(", ")})`;

/** Rows as the driver takes them, as many in a statement and a transaction as the store is given at once. */
async function bareInsert(sql, rows) {
  for (const part of batches(rows)) {
    const columns = TYPES.map((_, column) => part.map((row) => row[column]));
    await sql.transaction((transaction) => transaction.query(INSERT, columns));
  }
}

async function benchKind(world, sql, { count, isSealed }) {
  const seed = eventSecret(SOURCE);
  const [signer, key] = [nodeEventSigner(seed), keyOf(seed)];
  const publicKey = createPublicKey(key);
  const store = eventStoreOver(sql);
  const context = eventContext(world, store, { verify: nodeEd25519(), random: systemRandom });
  const source = await sourceView(world, SOURCE);
  const keys = Array.from({ length: READERS }, () => generateKeyPair(systemRandom).publicKey);
  const readers = { trade: keys, origin: keys, person: keys };
  const recording = { source, signer, readers, evidence: () => EVIDENCE };
  const config = world.contracts.config.hash;
  const input = inputOf(isSealed);
  const inputs = Array.from({ length: count }, () => input);

  const events = [];
  for (let counter = 0, previous = ""; counter < count; counter++) {
    const event = await makeEvent(context, recording, input, { counter, previous });
    events.push(event);
    previous = event.hash;
  }
  const leaves = events.map(({ signed }) => leafOf(signed));
  const decoded = leaves.map(decodeLeaf);
  const bareLeaves = leaves.map((leaf) => decode(leaf));
  const messages = leaves.map((leaf) => toBeSigned(config, leaf));
  const signatures = events.map(({ signed }) => decodeSignedEvent(signed).signature);
  const hashes = events.map((event) => fromHex(event.hash));
  const rows = events.map(eventValues);
  const [node, top] = [randomBytes(65), randomBytes(37)];
  const header = {
    config,
    source: source.name,
    tier: events[0].tier,
    lo: 0,
    hi: count,
    root: toHex(packRoot(hashes)),
    cmin: events[0].captured,
    cmax: events[0].captured,
  };
  const pack = { ...header, signature: toHex(await signer.sign(packDigest(header))), events };
  const rules = { config, source, verify: nodeEd25519(), now: world.clock.now() };
  const empty = () => sql.query("TRUNCATE dpp_event, dpp_pack, dpp_thread");

  const payload = barePayload(events[0].payload, input.elements, keys);
  const stages = {
    "make payload": await beside(
      count,
      async () => {
        for (let counter = 0; counter < count; counter++)
          await makePayload(
            input.type,
            input.elements,
            { config, source: source.name, counter },
            readers,
            systemRandom,
          );
      },
      async () => {
        for (let counter = 0; counter < count; counter++) await payload();
      },
    ),
    "encode leaf": await beside(
      count,
      () => {
        for (const leaf of decoded) encodeLeaf(leaf);
      },
      () => {
        for (const leaf of bareLeaves) bare(leaf);
      },
    ),
    sign: await beside(
      count,
      async () => {
        for (const leaf of leaves) encodeSignedEvent(leaf, await signer.sign(toBeSigned(config, leaf)));
      },
      () => {
        for (const message of messages) sign(null, message, key);
      },
    ),
    insert: await beside(
      count,
      async () => {
        for (const part of batches(events)) await store.addEvents(part);
      },
      () => bareInsert(sql, rows),
      empty,
    ),
    "make root": await beside(
      count,
      () => packRoot(hashes),
      () => {
        for (let inner = 1; inner < count; inner++) hash(node);
        hash(top);
      },
    ),
  };
  const checking = await beside(
    count,
    () => checkPack(pack, rules, ""),
    () => {
      for (const [at, message] of messages.entries()) verify(null, message, publicKey, signatures[at]);
    },
  );
  const whole = await beside(
    count,
    async () => {
      for (const part of batches(inputs)) await recordEvents(context, recording, part);
      const { packs } = await sealPacks(context, source, signer);
      if (packs.length !== 1) throw new Error(`${packs.length} packs of ${count} events`);
    },
    () => undefined,
    empty,
  );
  await empty();
  const bares = Object.entries(stages).map(([name, { bareUs }]) => ({ name, bareUs }));
  const slowest = bares.reduce((a, b) => (b.bareUs > a.bareUs ? b : a));
  const together = bares.reduce((total, { bareUs }) => total + bareUs, 0);
  return {
    events: count,
    bytes: {
      leaf: leaves[0].length,
      signed: events[0].signed.length,
      payload: events[0].payload.length,
    },
    stages: { ...stages, "check pack": checking },
    recordToPack: {
      us: whole.us,
      eventsPerSecond: Math.round(1e6 / whole.us),
      slowestPrimitive: slowest.name,
      ratioToSlowest: round(slowest.bareUs / whole.us),
      allPrimitivesUs: round(together),
      ratioToAll: round(together / whole.us),
    },
  };
}

export async function benchPipeline({ events = 10_000 } = {}) {
  const world = await makeWorld(blueprint);
  const directory = mkdtempSync(join(tmpdir(), "dpp-bench-"));
  const sql = await openPglite(join(directory, "data"));
  try {
    await migrate(sql);
    return {
      "public fields": await benchKind(world, sql, { count: events, isSealed: false }),
      // Sealing takes milliseconds: fewer tell as much.
      "one sealed group": await benchKind(world, sql, { count: Math.ceil(events / 20), isSealed: true }),
    };
  } finally {
    await sql.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

export function printPipeline(result, write = console.log) {
  for (const [kind, { events, bytes, stages, recordToPack }] of Object.entries(result)) {
    write(
      `${kind}: ${events} events; bytes: leaf ${bytes.leaf}, signed ${bytes.signed}, payload record ${bytes.payload}`,
    );
    write(
      `  ${"stage".padEnd(14)}${"µs/event".padStart(10)}${"bare".padStart(10)}${"bare ÷ stage".padStart(14)}`,
    );
    for (const [name, { us, bareUs, ratio }] of Object.entries(stages))
      write(
        `  ${name.padEnd(14)}${us.toFixed(1).padStart(10)}${bareUs.toFixed(1).padStart(10)}${ratio.toFixed(2).padStart(14)}`,
      );
    const { us, eventsPerSecond, slowestPrimitive, ratioToSlowest, allPrimitivesUs, ratioToAll } =
      recordToPack;
    write(`  record → pack: ${us} µs/event, ${eventsPerSecond} events/s`);
    write(`  ${ratioToSlowest} of the throughput of the slowest primitive (${slowestPrimitive})`);
    write(`  ${ratioToAll} of that of all primitives one after the other (${allPrimitivesUs} µs)`);
  }
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const chosen = process.argv.indexOf("--events");
  const result = await benchPipeline(chosen < 0 ? {} : { events: Number(process.argv[chosen + 1]) });
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else printPipeline(result);
}
