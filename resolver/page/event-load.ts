/** Asks the server for a product's events, and loads what shows them where there are any. Never stands in the way of the passport itself. */
import type { EventList } from "../src/schemas/events.js";
import { get } from "./api.js";
import { byId, show } from "./dom.js";
import type { LedgerSource } from "./ledger-source.js";

/** Not in this bundle: most products have no events here. */
const BUNDLE = "/page/events.js";

/** `passport`: its id, hex; `config`: config policy, hex. */
export async function loadEvents(passport: string, config: string, source: LedgerSource): Promise<void> {
  const fetchPage = (after?: string): Promise<EventList> =>
    get(
      `/events?proofs=1&subject=${passport}${after === undefined ? "" : `&after=${encodeURIComponent(after)}`}`,
    );
  try {
    const first = await fetchPage();
    if (!Array.isArray(first.events) || first.events.length === 0) return;
    const { showEvents } = (await import(BUNDLE)) as typeof import("./events.js");
    let unread: EventList | null = first;
    await showEvents({
      subject: passport,
      config,
      source,
      fetch: async (after) => {
        const list = after === undefined ? unread : null;
        unread = null;
        return list ?? fetchPage(after);
      },
    });
  } catch {
    // A server without events, or one that cannot say now.
    show(byId("events"));
  }
}
