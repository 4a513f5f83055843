// Reads as the resolver does them, from Kubo over its RPC API beside the store on disk, in the same run; the rounds alternate, so that a slow moment of the
// machine hits both. `npm run build` first. Alone: node scripts/bench/ipfs.mjs [--json]
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openContentDisk } from "@cardano-dpp/offchain/adapters/content-disk";
import { openKubo } from "@cardano-dpp/offchain/adapters/kubo/kubo";
import { benchColdReads } from "../../resolver/dist/bench/cold-reads.js";
import { KUBO_VERSION, kubo } from "../real/kubo.mjs";
import { startKubo } from "../real/kubo-daemon.mjs";

/** Sealed documents: a garment's, a battery's, and one with many attachments. */
const SIZES = { "15 KB": 15_000, "35 KB": 35_000, "1 MB": 1_000_000 };
const BLOBS = 16;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Different blobs of one length, without being random. */
const blob = (length, seed) =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 7 + seed) & 0xff);

/** Reads per second, by `readers` that go through the blobs at the same time. */
async function throughput(store, cids, readers, duration) {
  const started = performance.now();
  let reads = 0;
  const reader = async (first) => {
    for (let at = first; performance.now() - started < duration; at++) {
      if ((await store.get(cids[at % cids.length])) === null) throw new Error("a blob is gone");
      reads++;
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, index) => reader(index)));
  return reads / ((performance.now() - started) / 1000);
}

export async function benchIpfs({ readers = 8, rounds = 5, duration = 1000 } = {}) {
  const binary = process.env.DPP_REAL_IPFS || (await kubo());
  const directory = mkdtempSync(join(tmpdir(), "dpp-bench-ipfs-"));
  const daemon = await startKubo({ binary, directory: join(directory, "kubo") });
  try {
    const disk = await openContentDisk(join(directory, "disk"));
    const node = openKubo({ nodes: [daemon.api] });
    const sizes = {};
    for (const [name, length] of Object.entries(SIZES)) {
      const cids = [];
      for (let seed = 0; seed < BLOBS; seed++) {
        const bytes = blob(length, seed);
        const [here, there] = [await disk.put(bytes), await node.put(bytes)];
        if (here !== there) throw new Error(`the CIDs differ: ${here}, ${there}`);
        cids.push(here);
      }
      const pairs = [];
      // The first round warms both up.
      for (let round = 0; round <= rounds; round++) {
        const embedded = await throughput(disk, cids, readers, duration);
        const ipfs = await throughput(node, cids, readers, duration);
        if (round > 0) pairs.push({ embedded, ipfs });
      }
      sizes[name] = {
        embeddedReads: Math.round(median(pairs.map(({ embedded }) => embedded))),
        kuboReads: Math.round(median(pairs.map(({ ipfs }) => ipfs))),
        // Of the rounds' ratios.
        ratio: Math.round(100 * median(pairs.map(({ embedded, ipfs }) => ipfs / embedded))) / 100,
      };
    }
    const { embedded, ipfs } = await benchColdReads({ embedded: disk, ipfs: node });
    const firstReadMs = { embedded, kubo: ipfs, ratio: Math.round((100 * ipfs) / embedded) / 100 };
    return { kubo: KUBO_VERSION, readers, perSecond: sizes, resolverFirstReadMs: firstReadMs };
  } finally {
    await daemon.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchIpfs();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else {
    console.log(`Kubo ${result.kubo}, ${result.readers} readers at once, reads per second:`);
    console.table(result.perSecond);
    console.log("the resolver's first read of a passport, ms:", result.resolverFirstReadMs);
  }
}
