/** Reads what a feed tells: the passport's history and its issuers', and of each action that a page shows the type that its record states. */
import { createHash } from "node:crypto";
import { MAX_RECORD_BYTES } from "@cardano-dpp/offchain/domain/action";
import { fromHex, toBase64url } from "@cardano-dpp/offchain/domain/bytes";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { encodeIdentifierPath } from "@cardano-dpp/offchain/domain/identifier-link";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { PassportHistory } from "@cardano-dpp/offchain/usecases/history/read";
import { type RecordPlace, readRecord } from "@cardano-dpp/offchain/usecases/history/records";
import type { Located } from "../passport/answer.js";
import { RecentMap } from "../passport/cache.js";
import { locatedHistory } from "../passport/history-as-of.js";
import type { HistoryReader } from "../passport/history-reader.js";
import { type AtomEntry, atomPage } from "./atom.js";
import { type FeedEvent, issuerEvents, issuerSpans, newestFirst, passportEvents } from "./events.js";
import { type ActionFacts, actionWords, mayRecall } from "./words.js";

export interface FeedParts {
  readonly histories: HistoryReader;
  readonly content: ContentStore;
  /** Config policy, hex. */
  readonly config: string;
  readonly publicUrl: URL;
  readonly entriesAPage?: number;
}

export interface FeedBody {
  readonly xml: Buffer;
  readonly etag: string;
}

const ENTRIES_A_PAGE = 100;
const REMEMBERED_RECORDS = 5000;
/** Records that are fetched at once. */
const AT_ONCE = 8;

interface RecordFacts extends ActionFacts {
  readonly notice: string | null;
}

export class PassportFeed {
  private readonly parts: FeedParts;
  private readonly records = new RecentMap<string, { readonly facts: RecordFacts | null }>(
    REMEMBERED_RECORDS,
  );

  constructor(parts: FeedParts) {
    this.parts = parts;
  }

  /** `number`: page from 1. @throws DppError as `locatedHistory`; `resolver/unknown-route` beyond the last page; `ledger/*`. */
  async page(located: Located, number: number): Promise<FeedBody> {
    const { histories, config, publicUrl, entriesAPage = ENTRIES_A_PAGE } = this.parts;
    // Who subscribed is told of the end, too: a passport that was erased has its history still.
    const { history } = await locatedHistory(histories, located);
    const title = history.entries.findLast(({ after }) => after.datum !== null)?.after.datum?.metadata.name;
    const events = await this.events(history);
    const pages = Math.max(1, Math.ceil(events.length / entriesAPage));
    if (number > pages) throw new DppError("resolver/unknown-route", `the feed has ${pages} pages`);
    const { self, page } = addressesOf(located, publicUrl);
    const text = atomPage({
      config,
      passport: located.id,
      title: title ?? located.id,
      updated: events[0]?.time ?? 0,
      author: publicUrl.host,
      page,
      address: self,
      number,
      pages,
      entries: await this.entries(
        located.id,
        events.slice((number - 1) * entriesAPage, number * entriesAPage),
      ),
    });
    const bytes = Buffer.from(text);
    return { xml: bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"` };
  }

  private async events({ id, entries }: PassportHistory): Promise<readonly FeedEvent[]> {
    const ofIssuers: FeedEvent[] = [];
    for (const span of issuerSpans(entries))
      ofIssuers.push(...issuerEvents(span, await this.parts.histories.role(span.issuer)));
    return newestFirst([...passportEvents(id, entries), ...ofIssuers]);
  }

  private async entries(passport: string, events: readonly FeedEvent[]): Promise<readonly AtomEntry[]> {
    const entries: AtomEntry[] = [];
    for (let at = 0; at < events.length; at += AT_ONCE)
      entries.push(
        ...(await Promise.all(events.slice(at, at + AT_ONCE).map((event) => this.entry(passport, event)))),
      );
    return entries;
  }

  private async entry(passport: string, { key, time, words, action }: FeedEvent): Promise<AtomEntry> {
    if (action === null) return { key, time, notice: null, ...(words ?? actionWords(null, null, undefined)) };
    const { place, issuer } = action;
    const facts = await this.recordFacts(passport, place);
    // Who owns a product may log anything on it: only who may recall it gets a link into the feed.
    const notice = mayRecall(place.actor, issuer) ? (facts?.notice ?? null) : null;
    return { key, time, notice, ...actionWords(facts, place.actor, issuer) };
  }

  /** `null`: not here, or not of its place. What could not be asked for is asked for again next time. */
  private async recordFacts(passport: string, place: RecordPlace): Promise<RecordFacts | null> {
    if (place.cid === null) return null;
    const known = this.records.get(place.headAfter);
    if (known !== undefined) return known.facts;
    const bytes = await this.fetched(place.cid);
    if (bytes === null) return null;
    const read = readRecord(bytes, place, { config: this.parts.config, passport });
    const facts = "fault" in read ? null : factsOf(read.record);
    return this.records.set(place.headAfter, { facts }).facts;
  }

  private async fetched(cid: string): Promise<Uint8Array | null> {
    try {
      return await this.parts.content.get(cid, { maxBytes: MAX_RECORD_BYTES });
    } catch (error) {
      // The feed goes on without: the act itself stands on the ledger.
      if (isDppError(error)) return null;
      throw error;
    }
  }
}

function factsOf({
  type,
  elements,
}: {
  readonly type: ActionFacts["type"];
  readonly elements: readonly Element[];
}): RecordFacts {
  const value = (id: string): unknown => elements.find((element) => element.id === id)?.value;
  const [reason, notice] = [value("recall.reason"), value("recall.notice")];
  return {
    type,
    reason: type === "recall" && typeof reason === "number" ? reason : null,
    notice: type === "recall" && typeof notice === "string" ? notice : null,
  };
}

/** Of the passport's page and of each page of its feed, as the reader asked: with the code's parameters or by printed numbers. */
function addressesOf(
  { id, salt, identifier, source }: Located,
  { origin }: URL,
): { readonly page: string; readonly self: (n: number) => string } {
  const code = source === "qr" ? `?p=${toBase64url(fromHex(id))}&s=${toBase64url(salt)}` : "";
  const page = origin + encodeIdentifierPath(identifier) + code;
  const [path = "", query] = page.split("?", 2);
  return {
    page,
    self: (n) => {
      const parameters = [query, n === 1 ? undefined : `page=${n}`].filter((part) => part !== undefined);
      return `${path}/feed${parameters.length === 0 ? "" : `?${parameters.join("&")}`}`;
    },
  };
}
