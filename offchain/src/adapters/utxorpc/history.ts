/**
 * The transactions that minted, moved or burnt a unit. UTxO RPC has no such query. A unit that exists is walked back from where it is to its mint,
 * each step checked by the transaction's hash; for one that is gone the blocks are read through, which only a young chain allows.
 */
import type { sync } from "@utxorpc/spec";
import { concat } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { LedgerTx } from "../../ports/ledger.js";
import { arrayItems } from "../ledger-cbor/span.js";
import { type LedgerTransaction, readTransaction } from "../ledger-cbor/transaction.js";
import type { UtxoRpcClient } from "./client.js";

/** Steps of a walk: an NFT of the product moves once per act on it. */
const MAX_STEPS = 10_000;
const ARRAY_OF_4 = Uint8Array.of(0x84);
const EMPTY_ARRAY = Uint8Array.of(0x80);
const EMPTY_MAP = Uint8Array.of(0xa0);
const VALID = Uint8Array.of(0xf5);
const NO_DATA = Uint8Array.of(0xf6);
const PAGE = 500;
const MAX_PAGES = 2_000;

type Fetch = (hash: string) => Promise<LedgerTx | null>;

/** Oldest first. `holders`: hashes of the transactions whose outputs hold the unit now. */
export async function walkBack(unit: string, holders: readonly string[], fetch: Fetch): Promise<LedgerTx[]> {
  const found = new Map<string, LedgerTx>();
  const ahead = [...new Set(holders)];
  for (let hash = ahead.pop(); hash !== undefined; hash = ahead.pop()) {
    if (found.has(hash)) continue;
    const made = await fetch(hash);
    if (made === null) continue;
    const { outputs, minted, inputs } = readTransaction(made.cbor);
    if (!minted.includes(unit) && !outputs.some(({ utxo }) => unit in utxo.assets)) continue;
    found.set(hash, made);
    if (found.size > MAX_STEPS)
      throw new DppError("ledger/unavailable", `the unit moved more than ${MAX_STEPS} times`, {
        details: { unit },
      });
    const cameIn = await sourcesOf(unit, inputs, fetch);
    ahead.push(...cameIn);
  }
  return [...found.values()].sort((a, b) => a.height - b.height || before(a, b));
}

async function sourcesOf(
  unit: string,
  inputs: readonly { readonly txHash: string; readonly outputIndex: number }[],
  fetch: Fetch,
): Promise<string[]> {
  const sources: string[] = [];
  for (const { txHash, outputIndex } of inputs) {
    const source = await fetch(txHash);
    if (source === null) continue;
    const output = readTransaction(source.cbor).outputs[outputIndex];
    if (output !== undefined && unit in output.utxo.assets) sources.push(txHash);
  }
  return sources;
}

/** Within one block: a transaction comes before the one that spends from it. */
const before = (a: LedgerTx, b: LedgerTx): number =>
  readTransaction(b.cbor).inputs.some(({ txHash }) => txHash === a.hash) ? -1 : 1;

/** Hashes of every transaction that minted, burnt or paid out the unit, oldest first, from all blocks. */
export async function scanBlocks(client: UtxoRpcClient, unit: string): Promise<string[]> {
  const hashes: string[] = [];
  let startToken: sync.BlockRef | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const token = startToken;
    const answer = await client.read(() =>
      client.sync.dumpHistory({ maxItems: PAGE, ...(token === undefined ? {} : { startToken: token }) }),
    );
    for (const { nativeBytes } of answer?.block ?? []) {
      for (const { hash, minted, outputs } of transactionsIn(nativeBytes))
        if (minted.includes(unit) || outputs.some(({ utxo }) => unit in utxo.assets)) hashes.push(hash);
    }
    startToken = answer?.nextToken;
    if (startToken === undefined) return hashes;
  }
  throw new DppError("ledger/unavailable", "the chain is too long to be searched for a unit that is gone");
}

/** A block is `[header, bodies, witnesses, auxiliary data, invalid]`, which some servers hand out as `[era, block]`. */
function transactionsIn(bytes: Uint8Array): LedgerTransaction[] {
  const items = arrayItems(bytes);
  const [, bodies, witnesses] = items.length === 2 ? arrayItems(items[1] ?? EMPTY_ARRAY) : items;
  if (bodies === undefined || witnesses === undefined) return [];
  const sets = arrayItems(witnesses);
  return arrayItems(bodies).map((body, at) =>
    readTransaction(concat(ARRAY_OF_4, body, sets[at] ?? EMPTY_MAP, VALID, NO_DATA)),
  );
}
