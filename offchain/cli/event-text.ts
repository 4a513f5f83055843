/** Events and threads as lines for people. */
import { toHex } from "../src/domain/bytes.js";
import { isWritten } from "../src/domain/pack.js";
import { CLOCK_WORDS, gaveUpWords, LATE_WORDS, TIER_WORDS, TYPE_WORDS } from "../src/domain/tier-words.js";
import type { ListedEvent, PackState, StoredPack } from "../src/ports/event-store.js";
import type { GapEntry } from "../src/usecases/events/given-up.js";
import type { EventView } from "../src/usecases/events/show.js";
import type { EventCheck } from "../src/usecases/events/verify.js";
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
  events: readonly ListedEvent[],
  givenUp: ReadonlyMap<string, GapEntry> = new Map(),
): readonly string[] =>
  table(
    ["captured", "what", "tier", "on the ledger", "event"],
    events.map(({ event, pack }) => [
      isoTime(event.captured),
      TYPE_WORDS[event.type],
      event.tier,
      standsText(pack, givenUp.get(event.id)),
      event.id,
    ]),
  );

function standsText(pack: StoredPack | null, gap: GapEntry | undefined): string {
  if (gap !== undefined) return gaveUpWords(gap.reason);
  return pack === null ? "no: in no pack" : stateText(pack.state);
}

/** What JSON and people are shown of one event. */
export const eventJson = (view: EventView): object => {
  const { event, leaf, leafBytes, pack, source, standing, written, seq, givenUp, payload, payloadFault } =
    view;
  return {
    id: event.id,
    leaf,
    leafBytes: toHex(leafBytes),
    hash: event.hash,
    tierInWords: TIER_WORDS[leaf.tier],
    source: source && {
      name: source.name,
      role: source.role,
      operator: source.operator,
      status: source.status,
      live: source.live,
      standing,
      place: source.place,
    },
    receivedAt: event.receivedAt,
    pack: pack && { lo: pack.lo, hi: pack.hi, root: pack.root, state: pack.state },
    written: written && { ...written.entry, seq, txHash: written.tx.hash, time: written.tx.time },
    givenUp: givenUp && { ...givenUp.entry, txHash: givenUp.txHash },
    elements: payload?.elements.map(({ element }) => element) ?? [],
    hidden: payload?.hidden ?? null,
    payloadFault,
  };
};

export const eventLines = (view: EventView): readonly string[] => {
  const { event, leaf, source, standing, written, pack, givenUp, payload, payloadFault } = view;
  const entry = written !== null && isWritten(written.entry) ? written.entry : null;
  return [
    `${TYPE_WORDS[leaf.type]}  ${event.id}`,
    TIER_WORDS[leaf.tier].long,
    ...table(
      ["", ""],
      [
        ["tier", leaf.tier],
        [
          "source",
          source === null
            ? `${leaf.source} (not accredited here)`
            : `${source.role} ${source.operator}, ${standing}`,
        ],
        ["event", `${leaf.counter} of its thread`],
        ["captured", `${isoTime(leaf.captured)}, ${CLOCK_WORDS[leaf.clock]}`],
        ["subject", leaf.subject === "" ? "none" : leaf.subject],
        ["on the ledger", ledgerText(view)],
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
