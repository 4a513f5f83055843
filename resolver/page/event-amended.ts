/**
 * What an event counts for, as this page judges it: the amendments that the server shows, each an event of its own that was judged like any other, applied by the rules of
 * docs/spec/event.md "Amendments". A server can leave amendments out, and no check here would notice.
 */
import { uuidToHex } from "@cardano-dpp/offchain/codec/event";
import {
  AMENDMENT_WORDS,
  type Amendment,
  type AmendmentFault,
  type Identity,
  judgeAmendments,
} from "@cardano-dpp/offchain/domain/amendment";
import type { Tier } from "@cardano-dpp/offchain/domain/event";
import { changeOf, type ToldChange } from "@cardano-dpp/offchain/usecases/events/amendment-payload";
import type { EventSummary } from "../src/schemas/events.js";
import type { JudgedEvent } from "./event-check.js";
import type { EventFacts } from "./event-facts.js";
import type { Signer, Written } from "./event-seal.js";
import { EVENT_TEXTS } from "./event-texts.js";
import { type EventCheckState, is, worst } from "./event-verdict.js";

/** Of one event; a server that sends more is cut short, and the page says so. */
export const MAX_AMENDMENTS = 20;

export interface AmendmentShown {
  readonly id: string;
  /** `null`: it could not be read, or says no change. */
  readonly told: ToldChange | null;
  readonly signers: readonly Signer[];
  /** Operators that stand behind several of them. */
  readonly shared: readonly string[];
  /** On the ledger no later than, POSIX ms; `null`: it is not there. */
  readonly until: number | null;
  /** `null`: it applies. */
  readonly fault: AmendmentFault | null;
  readonly words: string | null;
}

/** An event with what it counts for. */
export interface CountedEvent extends JudgedEvent {
  /** As the ledger wrote it; of what waits, as it claims. `null`: there is no leaf. */
  readonly tier: Tier | null;
  /** Amendments applied. */
  readonly counts: Tier | null;
  readonly amendments: readonly AmendmentShown[];
}

type Told = EventSummary["amendments"][number];

const T = EVENT_TEXTS.amended;

export const toldOf = ({ shown }: Pick<JudgedEvent, "shown">): readonly Told[] =>
  Array.isArray(shown.amendments) ? shown.amendments.slice(0, MAX_AMENDMENTS) : [];

interface Candidate extends Amendment {
  readonly told: Told;
  readonly judged: JudgedEvent | null;
  readonly said: ToldChange | null;
}

/** `found`: the events that were told as amendments, by id, as this page judged them. */
export function countEvent(
  event: JudgedEvent,
  found: ReadonlyMap<string, JudgedEvent>,
  facts: EventFacts | Error,
): CountedEvent {
  const { leaf, entry, shown, id } = event;
  const tier = entry?.tier ?? leaf?.tier ?? null;
  const plain = { ...event, tier, counts: tier, amendments: [] };
  if (leaf === null || event.state === "failed") return plain;
  const all = toldOf(event);
  const claimed = shown.counts ?? entry?.tier ?? null;
  if (facts instanceof Error) return all.length === 0 ? plain : marked(plain, "unknown", T.unasked);
  if (all.length === 0)
    return claimed === (entry?.tier ?? null) ? plain : marked(plain, "failed", T.otherCounts);
  const identity = (name: string): Identity => {
    const today = facts.parties.get(name) ?? facts.sources.get(name)?.attestation;
    return { name, holders: today === undefined || today === null ? [] : [today.holder] };
  };
  const candidates = all.map((told) => candidateOf(told, id, found.get(told.id) ?? null, identity));
  const signers = entry === null ? [] : namesIn(entry, leaf.source).map(identity);
  const judging = judgeAmendments({ type: leaf.type, tier: entry?.tier ?? null, signers }, candidates);
  const amendments = judging.amendments.map(({ amendment, fault }) => shownOf(amendment, fault));
  const counted = { ...plain, counts: judging.counts ?? tier, amendments };
  if (!inOrder(candidates)) return marked(counted, "failed", T.otherOrder);
  if (candidates.some(({ judged }) => judged?.state === "failed")) return marked(counted, "failed", T.forged);
  if (candidates.some(({ told, judged }) => told.applied && judged === null))
    return marked(counted, "warning", T.unread);
  const agrees = judging.amendments.every(
    ({ amendment, fault }) => (fault === null) === amendment.told.applied,
  );
  if (!agrees || judging.counts !== claimed) return marked(counted, "failed", T.otherCounts);
  const applied = amendments.filter(({ fault }) => fault === null).length;
  if (amendments.some(({ fault, shared }) => fault === null && shared.length > 0))
    return marked(counted, "warning", T.oneCompany);
  const several = new Set(candidates.map(({ thread }) => thread)).size > 1;
  return marked(counted, "passed", T.checked(applied, amendments.length, several));
}

const marked = (event: CountedEvent, state: EventCheckState, says: string): CountedEvent => {
  const checks = [...event.checks, is("amendments", state, says)];
  return { ...event, checks, state: worst(checks) };
};

const namesIn = (entry: Written, source: string): readonly string[] =>
  entry.kind === "co-append" ? entry.parties.map(({ name }) => name) : [source];

function candidateOf(
  told: Told,
  subject: string,
  judged: JudgedEvent | null,
  identity: (name: string) => Identity,
): Candidate {
  const leaf = judged?.state === "failed" ? null : (judged?.leaf ?? null);
  const entry = leaf === null ? null : (judged?.entry ?? null);
  const isOurs = leaf?.type === "tier-amendment" && leaf.subject === uuidToHex(subject);
  const said = isOurs && judged !== null ? changeOf(judged.elements) : null;
  // Whether a signer once held the key of the event's own source takes the past of all of them, which the server has read and this page has not.
  const own = told.fault?.code === "amendment/own-source";
  const parties = entry?.kind === "co-append" && !own ? entry.parties.map(({ name }) => identity(name)) : [];
  return {
    told,
    judged,
    said,
    thread: leaf?.source ?? "",
    anchored: entry !== null,
    parties,
    change: said?.change ?? null,
  };
}

function shownOf({ told, judged, said }: Candidate, fault: AmendmentFault | null): AmendmentShown {
  return {
    id: told.id,
    told: said,
    signers: judged?.seal?.signers ?? [],
    shared: judged?.seal?.shared ?? [],
    until: judged?.entry?.until ?? null,
    fault,
    words: fault === null ? null : AMENDMENT_WORDS[fault],
  };
}

/** Of one thread the ledger numbers them; across threads the order is the server's word. */
function inOrder(candidates: readonly Candidate[]): boolean {
  const last = new Map<string, number>();
  return candidates.every(({ thread, anchored, judged }) => {
    if (!anchored) return true;
    const counter = judged?.leaf?.counter ?? 0;
    const follows = counter > (last.get(thread) ?? -1);
    last.set(thread, counter);
    return follows;
  });
}
