/** Events and threads as lines for people. */
import { toHex } from "../src/domain/bytes.js";
import { writtenForms } from "../src/domain/event-key-words.js";
import { isWritten } from "../src/domain/pack.js";
import { CLOCK_WORDS, gaveUpWords, LATE_WORDS, TIER_WORDS, TYPE_WORDS } from "../src/domain/tier-words.js";
import type { ListedEvent, PackState, StoredPack } from "../src/ports/event-store.js";
import { amendmentLine, tierLine } from "../src/usecases/events/amendment-words.js";
import type { GapEntry } from "../src/usecases/events/given-up.js";
import type { KeyStanding } from "../src/usecases/events/key-standing.js";
import { type CountedEvent, countsFor } from "../src/usecases/events/list.js";
import type { EventView } from "../src/usecases/events/show.js";
import type { EventCheck } from "../src/usecases/events/verify.js";
import { partyRows } from "./joint-text.js";
import { isoTime, table } from "./output.js";

export const stateText = (state: PackState): string => {
  if (state.kind === "anchored") return state.late ? "anchored, late" : "anchored";
  if (state.kind === "refused") return `refused: ${state.code}`;
  return state.kind === "sent" ? "sent" : "waiting";
};

export const packLine = ({ lo, hi, root, state }: StoredPack): string =>
  `events ${lo} to ${hi - 1}  root ${root.slice(0, 16)}…  ${stateText(state)}`;

/** @param givenUp as `givenUpAmong` answers. */
export const eventTable = (
  events: readonly (ListedEvent & Partial<CountedEvent>)[],
  givenUp: ReadonlyMap<string, GapEntry> = new Map(),
): readonly string[] =>
  table(
    ["captured", "what", "tier", "on the ledger", "event"],
    events.map(({ event, pack, amended = null }) => [
      isoTime(event.captured),
      TYPE_WORDS[event.type],
      tierText({ event, pack, amended }),
      standsText(pack, givenUp.get(event.id)),
      event.id,
    ]),
  );

/** Both, where they differ. */
function tierText(counted: CountedEvent): string {
  const counts = countsFor(counted);
  return counts === counted.event.tier ? counts : `${counted.event.tier}, counts as ${counts}`;
}

function standsText(pack: StoredPack | null, gap: GapEntry | undefined): string {
  if (gap !== undefined) return gaveUpWords(gap.reason);
  return pack === null ? "no: in no pack" : stateText(pack.state);
}

/** What JSON and people are shown of one event. */
/** `eventKey`: what the source's key is today; `null`: not asked for. */
export const eventJson = (view: EventView, eventKey: KeyStanding | null = null): object => {
  const {
    event,
    leaf,
    leafBytes,
    pack,
    source,
    standing,
    written,
    seq,
    givenUp,
    payload,
    payloadFault,
    amended,
    parties,
  } = view;
  return {
    id: event.id,
    leaf,
    leafBytes: toHex(leafBytes),
    hash: event.hash,
    tier: amended.tier ?? leaf.tier,
    tierInWords: TIER_WORDS[amended.tier ?? leaf.tier],
    counts: amended.counts,
    amendments: amended.amendments,
    source: source && {
      name: source.name,
      role: source.role,
      operator: source.operator,
      status: source.status,
      live: source.live,
      standing,
      place: source.place,
      eventKey,
    },
    parties,
    receivedAt: event.receivedAt,
    pack: pack && { lo: pack.lo, hi: pack.hi, root: pack.root, state: pack.state },
    written: written && {
      ...written.entry,
      signedWith: writtenForms(written.entry),
      seq,
      txHash: written.tx.hash,
      time: written.tx.time,
    },
    givenUp: givenUp && { ...givenUp.entry, txHash: givenUp.txHash },
    elements: payload?.elements.map(({ element }) => element) ?? [],
    hidden: payload?.hidden ?? null,
    payloadFault,
  };
};

export const eventLines = (view: EventView, eventKey: KeyStanding | null = null): readonly string[] => {
  const { event, leaf, source, standing, written, pack, givenUp, payload, payloadFault, amended } = view;
  const entry = written !== null && isWritten(written.entry) ? written.entry : null;
  return [
    `${TYPE_WORDS[leaf.type]}  ${event.id}`,
    TIER_WORDS[leaf.tier].long,
    ...table(
      ["", ""],
      [
        ["tier", amended.tier === null ? leaf.tier : tierLine(amended)],
        ...amended.amendments.map((it) => ["amendment", amendmentLine(it)]),
        ...(amended.omitted > 0
          ? [["amendment", `${amended.omitted} more of single sources, which never apply`]]
          : []),
        ...partyRows(view.parties),
        [
          view.parties.length > 0 ? "joint thread" : "source",
          view.parties.length > 0
            ? leaf.source
            : source === null
              ? `${leaf.source} (not accredited here)`
              : `${source.role} ${source.operator}, ${standing}`,
        ],
        ["event", `${leaf.counter} of its thread`],
        ["captured", `${isoTime(leaf.captured)}, ${CLOCK_WORDS[leaf.clock]}`],
        ["subject", leaf.subject === "" ? "none" : leaf.subject],
        ["on the ledger", ledgerText(view)],
        ...(entry === null
          ? eventKey === null
            ? []
            : [["signed with", eventKey.words]]
          : [["signed with", `${writtenForms(entry).join(" and ")}: the ledger checked it`]]),
        ...(entry?.late ? [["mark", LATE_WORDS]] : []),
        ...(pack?.state.kind === "refused" && givenUp === null ? [["refused", pack.state.reason]] : []),
        ...(payload?.elements ?? []).map(({ element }) => [
          element.id.replace(/^event\./, ""),
          `${JSON.stringify(element.value)}${element.unit === null ? "" : ` ${element.unit}`}`,
        ]),
        ...(payload !== null && payload.hidden > 0
          ? [["sealed", `${payload.hidden} more, for others to read (--as opens what is sealed to a key)`]]
          : []),
        ...(payload === null && payloadFault === null ? [["payload", "not here"]] : []),
        ...(payloadFault === null ? [] : [["payload", payloadFault.message]]),
      ],
    ).slice(1),
  ];
};

function ledgerText({ written, pack, givenUp }: EventView): string {
  if (givenUp !== null) return `no: ${gaveUpWords(givenUp.entry.reason)}, in transaction ${givenUp.txHash}`;
  if (written === null || !isWritten(written.entry))
    return pack === null ? "no: it is in no pack yet" : `no: its pack is ${stateText(pack.state)}`;
  if (pack !== null && pack.root !== written.entry.root)
    return `no: transaction ${written.tx.hash} wrote another pack in its place`;
  return `by ${isoTime(written.entry.until)}, in transaction ${written.tx.hash}`;
}

export const checkLine = ({ name, ok, says }: EventCheck): string =>
  `${ok === null ? "?   " : ok ? "ok  " : "FAIL"} ${name.padEnd(9)} ${says}`;
