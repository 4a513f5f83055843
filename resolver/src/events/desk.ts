/** What this server says of events: the store's rows, each held against what the ledger wrote. Holds caches only. Spec: docs/spec/http.md "Events". */
import { uuidToHex } from "@cardano-dpp/offchain/codec/event";
import { decodePayload } from "@cardano-dpp/offchain/codec/event-payload";
import type { KeyVerify } from "@cardano-dpp/offchain/crypto/event-signature";
import { toBase64url } from "@cardano-dpp/offchain/domain/bytes";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { ThreadRange } from "@cardano-dpp/offchain/domain/weakest-link";
import { checkPayload, discloseFields } from "@cardano-dpp/offchain/merkle/event-payload";
import type { EventQuery, EventStore } from "@cardano-dpp/offchain/ports/event-store";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { AmendmentReader } from "@cardano-dpp/offchain/usecases/events/amendments";
import { listCounted } from "@cardano-dpp/offchain/usecases/events/list";
import { makeReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-make";
import { unknownEvent } from "@cardano-dpp/offchain/usecases/events/show";
import { askWeakestLink } from "@cardano-dpp/offchain/usecases/weakest-link/ask";
import { proveWeakestLink } from "@cardano-dpp/offchain/usecases/weakest-link/prove";
import type { EventAccess } from "../ports/event-access.js";
import type { EventAnswer, EventList, ThreadAnswer, ThreadGaps, ThreadList } from "../schemas/events.js";
import type { WeakestLinkAnswer } from "../schemas/weakest-link.js";
import { entryJson, evidenceOf, type PublicPart, proofJson, summaryOf, threadJson } from "./answer.js";
import { type Placed, Placer } from "./place.js";
import { AllThreads } from "./thread-list.js";
import { askedIn, pastIn, ThreadReader } from "./threads.js";
import { weakestLinkAnswer } from "./weakest-link-answer.js";

/** Gaps that are shown of one thread, the newest. */
const GAPS = 20;
/** Events about one event. */
const ABOUT = 20;
/** In one proof of a weakest link. */
const PROVEN_ENTRIES = 10_000;
/** Each takes two receipts or more, which are made and verified. */
const PROVEN_AMENDED = 32;

export class EventDesk {
  private readonly reading: Reading;
  private readonly access: EventAccess;
  private readonly threads: ThreadReader;
  private readonly verify: KeyVerify;
  private readonly placer: Placer;
  private readonly all: AllThreads;

  constructor(reading: Reading, access: EventAccess, verify: KeyVerify) {
    this.reading = reading;
    this.access = access;
    this.verify = verify;
    this.threads = new ThreadReader(reading);
    this.placer = new Placer(reading.contracts.config.hash, this.threads);
    this.all = new AllThreads(reading);
  }

  /** Newest received first. @throws DppError `event-store/*`, `ledger/*`. */
  async list(query: EventQuery, proofs: boolean): Promise<EventList> {
    const store = await this.access.store();
    const found = store === null ? [] : await listCounted(store, this.amendments(store), query);
    const amended = new Map(found.map((it) => [it.event.id, it.amended]));
    const last = found.length === query.limit ? found.at(-1)?.event : undefined;
    const placed = store === null ? [] : await this.placer.placeAll(store, found, proofs);
    return {
      schema: "dpp/event-list/1",
      events: placed.map((it) => ({
        ...summaryOf(it, this.publicPart(it), amended.get(it.event.id) ?? null),
        ...(proofs && { evidence: evidenceOf(it) }),
      })),
      ...(proofs && { threads: gapsOf(placed) }),
      next: last === undefined ? null : `${last.receivedAt}.${last.id}`,
      deployment: this.deployment(),
    };
  }

  /** @throws DppError as `list`, `event/unknown`. */
  async one(id: string, withPayload: boolean): Promise<EventAnswer> {
    const store = await this.access.store();
    const listed = (await store?.event(id)) ?? null;
    if (store === null || listed === null) throw unknownEvent(id);
    const placed = await this.placer.placeAll(store, [listed], true);
    const [it] = placed;
    if (it === undefined) throw unknownEvent(id);
    const amended = await this.amendments(store).of(listed);
    const about = await store.list({ subject: uuidToHex(id), limit: ABOUT });
    const { payload } = it.event;
    return {
      schema: "dpp/event-answer/1",
      event: { ...summaryOf(it, this.publicPart(it), amended), evidence: evidenceOf(it) },
      threads: gapsOf(placed),
      payload: withPayload && payload !== null ? toBase64url(payload) : null,
      about: about.map(({ event }) => event.id),
      deployment: this.deployment(),
    };
  }

  /** A receipt file (docs/spec/receipt.md), with what is public of the payload. @throws DppError as `one` and `makeReceipt`. */
  async receipt(id: string): Promise<Uint8Array> {
    const store = await this.access.store();
    if (store === null) throw unknownEvent(id);
    return (await makeReceipt({ ...this.reading, store, verify: this.verify }, id)).bytes;
  }

  /** By source, ascending. @throws DppError `ledger/*`, `datum/*`. */
  async threadList(limit: number, after: string): Promise<ThreadList> {
    const all = (await this.all.list()).filter(({ thread }) => thread.source > after);
    const page = all.slice(0, limit);
    return {
      schema: "dpp/thread-list/1",
      threads: page.map(({ thread, utxo, key }) => threadJson(thread, utxo, key)),
      next: all.length > limit ? (page.at(-1)?.thread.source ?? null) : null,
      deployment: this.deployment(),
    };
  }

  /** Entries from position `from` on. @throws DppError `thread/none`, `thread/unreadable`, `ledger/*`. */
  async thread(source: string, from: number, limit: number): Promise<ThreadAnswer> {
    const known = await this.threads.read(source);
    if (known === null) throw new DppError("thread/none", `${source} has no thread in this deployment`);
    const listed = (await this.all.list()).find(({ thread }) => thread.source === source);
    const entries = known.entries.slice(from, from + limit);
    const end = from + entries.length;
    return {
      schema: "dpp/thread-answer/1",
      thread: threadJson(known.now.thread, known.now.utxo, listed?.key ?? null),
      entries: entries.map((written, at) => entryJson(written, from + at)),
      next: entries.length > 0 && end < known.entries.length ? end : null,
      deployment: this.deployment(),
    };
  }

  /** @throws DppError as `askWeakestLink`. */
  async weakestLink(question: readonly ThreadRange[]): Promise<WeakestLinkAnswer> {
    const store = await this.access.store();
    const { link, amended } = await askWeakestLink({ ...this.reading, store }, question, {
      read: askedIn(this.threads),
    });
    return weakestLinkAnswer(link, amended, this.deployment());
  }

  /** The file that proves it (docs/spec/weakest-link.md). @throws DppError as `proveWeakestLink`. */
  async weakestLinkProof(question: readonly ThreadRange[]): Promise<Uint8Array> {
    const store = await this.access.store();
    const reading = { ...this.reading, store, verify: this.verify };
    const options = { read: askedIn(this.threads), maxEntries: PROVEN_ENTRIES, maxAmended: PROVEN_AMENDED };
    return (await proveWeakestLink(reading, question, options)).bytes;
  }

  close(): Promise<void> {
    return this.access.close();
  }

  private amendments(store: EventStore): AmendmentReader {
    return new AmendmentReader({ ...this.reading, store }, pastIn(this.threads));
  }

  private deployment() {
    const { contracts, ledger } = this.reading;
    return {
      network: ledger.network,
      configPolicy: contracts.config.hash,
      rolesPolicy: contracts.roles.hash,
      anchorPolicy: contracts.anchor.hash,
    };
  }

  /** A payload that is not the event's is told, and shows nothing. */
  private publicPart({ event, leaf }: Placed): PublicPart {
    if (event.payload === null) return { elements: [], hidden: null, fault: null };
    try {
      const record = decodePayload(event.payload);
      checkPayload(record, leaf, this.reading.contracts.config.hash);
      const elements = discloseFields(record.leaves, record.elements);
      return { elements, hidden: record.leaves.length - elements.length, fault: null };
    } catch (error) {
      if (!isDppError(error)) throw error;
      return { elements: [], hidden: null, fault: { code: error.code, message: error.message } };
    }
  }
}

/** Gaps of the threads that these events are of. */
function gapsOf(placed: readonly Placed[]): ThreadGaps[] {
  const threads = new Map(placed.map(({ leaf, thread }) => [leaf.source, thread]));
  return [...threads].flatMap(([source, thread]) => {
    if (thread === null) return [];
    const gaps = thread.entries
      .map((written, seq) => ({ written, seq }))
      .filter(({ written }) => written.entry.kind === "gap")
      .slice(-GAPS)
      .map(({ written, seq }) => ({ ...entryJson(written, seq), proof: proofJson(thread, seq) }));
    const { next, total } = thread.now.thread;
    return [{ source, lost: next - total, gaps }];
  });
}
