/**
 * The first read of a passport after a start, when nothing is in the resolver's caches: where it matters which store the document comes from. Later reads
 * come from the cache, whatever the store (`reads.ts`).
 */
import { readFileSync } from "node:fs";
import { parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import { resolvePolicy } from "@cardano-dpp/offchain/policies/presets";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import { buildApp } from "../app.js";
import { makeTestWorld } from "../testing/world.js";

const NO_LIMIT = { burst: 1e9, perMinute: 1e9 };
const REQUEST = { accept: "application/json" };

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** What the store lacks comes from `source` and is there then. */
const copying = (store: ContentStore, source: ContentStore): ContentStore => ({
  ...source,
  async get(cid, options) {
    const found = await source.get(cid, options);
    if (found !== null) await store.put(found);
    return found;
  },
});

/** Medians in ms by the store's name. The stores take turns, so that a slow moment of the machine hits all. */
export async function benchColdReads(
  stores: Readonly<Record<string, ContentStore>>,
  reads = 40,
): Promise<Record<string, number>> {
  const path = new URL("../../../examples/ev-battery.json", import.meta.url);
  const file = parsePassportFile(readFileSync(path, "utf8"));
  const policy = resolvePolicy(file.policy);
  const world = await makeTestWorld([{ file, policy }], [policy]);
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport was issued");
  const firstRead = async (content: ContentStore): Promise<number> => {
    const limits = { auth: NO_LIMIT, index: NO_LIMIT, roleReads: NO_LIMIT };
    const app = await buildApp({ ...world.parts("http://localhost"), content, limits });
    await app.ready();
    const started = performance.now();
    const { statusCode } = await app.inject({ url: world.qr(passport), headers: REQUEST });
    const took = performance.now() - started;
    await app.close();
    if (statusCode !== 200) throw new Error(`the resolver answered ${statusCode}`);
    return took;
  };
  for (const store of Object.values(stores)) await firstRead(copying(store, world.content));
  const taken = new Map(Object.keys(stores).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= reads; round++) {
    for (const [name, store] of Object.entries(stores)) {
      const ms = await firstRead(store);
      // The first round warms all up.
      if (round > 0) taken.get(name)?.push(ms);
    }
  }
  return Object.fromEntries([...taken].map(([name, times]) => [name, Math.round(100 * median(times)) / 100]));
}
