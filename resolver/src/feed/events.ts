/** The events of one passport, newest first: its own history, and what the consortium did to its issuers while they answered for it. Pure. */
import type { HistoryEntry } from "@cardano-dpp/offchain/usecases/history/read";
import { type RecordPlace, recordPlaces } from "@cardano-dpp/offchain/usecases/history/records";
import type { RoleEntry } from "@cardano-dpp/offchain/usecases/history/roles";
import { issuerWords, type Words, wordsOf } from "./words.js";

export interface FeedEvent {
  /** `{transaction}:{passport id or attestation name}`. */
  readonly key: string;
  /** POSIX ms of the block. */
  readonly time: number;
  readonly height: number;
  /** `null`: an action, whose words are in its record. */
  readonly words: Words | null;
  readonly action: {
    readonly place: RecordPlace;
    /** Who answered for the passport then, attestation name. */
    readonly issuer: string | undefined;
  } | null;
}

/** A time in which one attestation answered for the passport: POSIX ms, `to` excluded. */
export interface IssuerSpan {
  readonly issuer: string;
  readonly from: number;
  readonly to: number;
}

/** Who issued it, and who took it over. */
export function issuerSpans(entries: readonly HistoryEntry[]): readonly IssuerSpan[] {
  const spans: { issuer: string; from: number; to: number }[] = [];
  for (const { after, time } of entries) {
    const issuer = after.datum?.extra.issuer;
    const last = spans.at(-1);
    if (issuer === undefined || issuer === last?.issuer) continue;
    if (last !== undefined) last.to = time;
    spans.push({ issuer, from: time, to: Number.POSITIVE_INFINITY });
  }
  return spans;
}

export function passportEvents(id: string, entries: readonly HistoryEntry[]): readonly FeedEvent[] {
  const places = new Map(recordPlaces(entries).map((place) => [place.txHash, place]));
  let issuer: string | undefined;
  return entries.flatMap((entry): FeedEvent[] => {
    issuer = entry.after.datum?.extra.issuer ?? issuer;
    const { txHash, time, height } = entry;
    const moment = { key: `${txHash}:${id}`, time, height };
    const place = entry.act === "Log" ? places.get(txHash) : undefined;
    if (place !== undefined) return [{ ...moment, words: null, action: { place, issuer } }];
    const words = wordsOf(entry);
    return words === null ? [] : [{ ...moment, words, action: null }];
  });
}

export function issuerEvents(
  { issuer, from, to }: IssuerSpan,
  entries: readonly RoleEntry[],
): readonly FeedEvent[] {
  return entries.flatMap(({ change, txHash, time, height }): FeedEvent[] => {
    const told = change.act === "Suspend" || change.act === "Revoke" || change.act === "Renew";
    if (!told || time < from || time >= to) return [];
    return [{ key: `${txHash}:${issuer}`, time, height, words: issuerWords(change), action: null }];
  });
}

/** Later entries of one block come first, as they follow from the earlier ones. */
export const newestFirst = (events: readonly FeedEvent[]): readonly FeedEvent[] =>
  [...events].reverse().sort((a, b) => b.height - a.height);
