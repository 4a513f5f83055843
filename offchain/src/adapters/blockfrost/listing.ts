/** Routes that answer in pages: read to the end, with a bound, and whole although blocks arrive meanwhile. */
import type { BlockFrostAPI } from "@blockfrost/blockfrost-js";
import { DppError } from "../../domain/errors.js";
import { list, type Reader } from "./answers.js";
import type { BlockfrostServer } from "./server.js";

/** The most that the API gives on one page. */
export const PAGE = 100;
/** 100,000 entries. Beyond it a query is refused: a part of a list that looks like the whole is worse than none. */
export const MAX_PAGES = 1_000;
/** Readings of a list of several pages before it counts as too busy to read. */
const MAX_READINGS = 5;

export interface Listing<T> {
  /** As documented, for messages. */
  readonly route: string;
  readonly page: (
    api: BlockFrostAPI,
    page: { page: number; count: number; order: "asc" },
  ) => Promise<unknown>;
  readonly item: Reader<T>;
  /** What tells one entry from another. */
  readonly key: (item: T) => string;
  /** Whether entries vanish from the middle (unspent outputs do); then the entries after them move to earlier pages. */
  readonly shrinks: boolean;
}

/**
 * Every entry, oldest first, each once. `null`: the first page is a 404, which says "unknown" or "no such route" (see `routes.ts`).
 * @throws DppError `ledger/unavailable`, also when there are more than `MAX_PAGES` pages or the list does not hold still.
 */
export async function readAll<T>(
  server: BlockfrostServer,
  listing: Listing<T>,
): Promise<readonly T[] | null> {
  let before: Map<string, T> | null = null;
  for (let reading = 0; reading < MAX_READINGS; reading++) {
    const { items, pages } = await readOnce(server, listing);
    if (items === null) return null;
    // One page is one answer, so it is of one moment. Of several, two readings that agree show that none was missed in between.
    if (pages === 1 || !listing.shrinks || (before !== null && sameKeys(before, items)))
      return [...items.values()];
    before = items;
  }
  throw new DppError(
    "ledger/unavailable",
    `${server.origin}${listing.route}: the list changed during each of ${MAX_READINGS} readings; try again`,
    { details: { route: listing.route, reason: "busy" } },
  );
}

async function readOnce<T>(
  server: BlockfrostServer,
  { route, page: call, item, key }: Listing<T>,
): Promise<{ readonly items: Map<string, T> | null; readonly pages: number }> {
  const items = new Map<string, T>();
  for (let page = 1; page <= MAX_PAGES; page++) {
    const entries = await server.read(
      route,
      (api) => call(api, { page, count: PAGE, order: "asc" }),
      list(item, PAGE),
    );
    if (entries === null) return { items: page === 1 ? null : items, pages: page };
    for (const entry of entries) items.set(key(entry), entry);
    if (entries.length < PAGE) return { items, pages: page };
  }
  throw new DppError(
    "ledger/unavailable",
    `${server.origin}${route}: more than ${MAX_PAGES * PAGE} entries; this adapter does not answer with a part of a list`,
    { details: { route, reason: "too-many", max: MAX_PAGES * PAGE } },
  );
}

const sameKeys = (one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean =>
  one.size === other.size && [...one.keys()].every((key) => other.has(key));

/** Requests under way at once for one query. */
const WIDTH = 8;

/** Like `Promise.all(items.map(work))`, a few at a time. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, worker));
  return results;
}
