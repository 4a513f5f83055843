/** The event store as a server uses it: opened when it is first asked for. */
import type { EventStore } from "@cardano-dpp/offchain/ports/event-store";

export interface EventAccess {
  /** `null`: nothing was ever recorded here, and looking makes no store. @throws DppError `event-store/*`. */
  store(): Promise<EventStore | null>;
  close(): Promise<void>;
}

/**
 * `exists`: whether there is anything to open. `open` is called once, and again after it failed. How long the store's files stay open is the store's affair:
 * the embedded one lets go when it idles or when another process waits (docs/decisions/0016-event-store.md).
 */
export function eventsOnDemand(
  open: () => Promise<EventStore>,
  exists: () => Promise<boolean> = async () => true,
): EventAccess {
  let opened: Promise<EventStore> | null = null;
  return {
    async store() {
      if (opened === null && !(await exists())) return null;
      opened ??= open();
      const opening = opened;
      return opening.catch((error) => {
        if (opened === opening) opened = null;
        throw error;
      });
    },
    async close() {
      const store = await opened?.catch(() => null);
      await store?.close();
    },
  };
}
