/** The reading key of this home's resolver: escrow groups are wrapped to it. */
import type { Keystore, ReadingKey } from "../src/adapters/keystore.js";

export const RESOLVER_KEY = "resolver";

/** The key is made when it is not there yet. */
export async function ensureResolverKey(keys: Keystore): Promise<ReadingKey> {
  if (!(await keys.list()).some(({ name }) => name === RESOLVER_KEY)) await keys.create(RESOLVER_KEY);
  return (await keys.load(RESOLVER_KEY)).reading;
}
