/** The event store over any `Sql` whose tables are up to date (migrate.ts). */
import type { EventStore } from "../../ports/event-store.js";
import { addEvents, countPayloads, erasePayloads, eventsOf, lastEvent, marksOf } from "./events.js";
import { lease, markPack, release, renewLease } from "./leases.js";
import { eventById, listEvents } from "./list.js";
import { addPack, packAt, packsOf, threadCounts } from "./packs.js";
import type { Sql } from "./sql.js";
import { addWhole, dropLoose } from "./whole.js";

export const eventStoreOver = (sql: Sql): EventStore => ({
  addEvents: (events) => addEvents(sql, events),
  addWhole: (events, pack) => addWhole(sql, events, pack),
  dropLoose: (source, lo, hi) => dropLoose(sql, source, lo, hi),
  event: (id) => eventById(sql, id),
  events: (source, from, limit) => eventsOf(sql, source, from, limit),
  marks: (source, from, limit) => marksOf(sql, source, from, limit),
  lastEvent: (source) => lastEvent(sql, source),
  list: (query) => listEvents(sql, query),
  countPayloads: (receivedBefore) => countPayloads(sql, receivedBefore),
  erasePayloads: (receivedBefore) => erasePayloads(sql, receivedBefore),
  addPack: (pack) => addPack(sql, pack),
  pack: (source, lo) => packAt(sql, source, lo),
  packs: (source, from, limit, states) => packsOf(sql, source, from, limit, states),
  threads: () => threadCounts(sql),
  lease: (worker, now, ms, limit, source) => lease(sql, worker, now, ms, limit, source),
  renewLease: (held, now, ms) => renewLease(sql, held, now, ms),
  release: (held) => release(sql, held),
  markPack: (held, lo, state) => markPack(sql, held, lo, state),
  close: () => sql.close(),
});
