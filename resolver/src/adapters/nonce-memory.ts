/** NonceStore of one process, for tests and for a resolver that runs alone. */
import type { Clock } from "@cardano-dpp/offchain/ports/clock";
import type { NonceStore } from "../ports/nonce-store.js";

export function createMemoryNonceStore(clock: Clock): NonceStore {
  const used = new Map<string, number>();
  return {
    async consume(id, expires) {
      for (const [known, until] of used) {
        // Insertion order is roughly the order of expiry: stop at the first that lives.
        if (until > clock.now()) break;
        used.delete(known);
      }
      if (used.has(id)) return false;
      used.set(id, expires);
      return true;
    },
  };
}
