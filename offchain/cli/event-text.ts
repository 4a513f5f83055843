/** Events and threads as lines for people. */
import { toHex } from "../src/domain/bytes.js";
import { CLOCK_WORDS, LATE_WORDS, TIER_WORDS, TYPE_WORDS } from "../src/domain/tier-words.js";
import type { ListedEvent, PackState, StoredPack } from "../src/ports/event-store.js";
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

export const eventTable = (events: readonly ListedEvent[]): readonly string[] =>
  table(
    ["captured", "what", "tier", "on the ledger", "event"],
    events.map(({ event, pack }) => [
      isoTime(event.captured),
      TYPE_WORDS[event.type],
      event.tier,
      pack === null ? "no: in no pack" : stateText(pack.state),
      event.id,
    ]),
  );

/** What JSON and people are shown of one event. */
export const eventJson = (view: EventView): object => {
  const { event, leaf, leafBytes, pack, source, written, seq, payload, payloadFault } = view;
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
      place: source.place,
    },
    receivedAt: event.receivedAt,
    pack: pack && { lo: pack.lo, hi: pack.hi, root: pack.root, state: pack.state },
    written: written && { ...written.entry, seq, txHash: written.tx.hash, time: written.tx.time },
    elements: payload?.elements.map(({ element }) => element) ?? [],
    hidden: payload?.hidden ?? null,
    payloadFault,
  };
};

export const eventLines = (view: EventView): readonly string[] => {
  const { event, leaf, source, written, pack, payload, payloadFault } = view;
  const entry = written?.entry.kind === "append" ? written.entry : null;
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
            : `${source.role} ${source.operator}, ${source.status}`,
        ],
        ["event", `${leaf.counter} of its thread`],
        ["captured", `${isoTime(leaf.captured)}, ${CLOCK_WORDS[leaf.clock]}`],
        ["subject", leaf.subject === "" ? "none" : leaf.subject],
        ["on the ledger", ledgerText(view)],
        ...(entry?.late ? [["mark", LATE_WORDS]] : []),
        ...(pack?.state.kind === "refused" ? [["refused", pack.state.reason]] : []),
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

function ledgerText({ written, pack }: EventView): string {
  if (written?.entry.kind !== "append")
    return pack === null ? "no: it is in no pack yet" : `no: its pack is ${stateText(pack.state)}`;
  return `by ${isoTime(written.entry.until)}, in transaction ${written.tx.hash}`;
}

export const checkLine = ({ name, ok, says }: EventCheck): string =>
  `${ok === null ? "?   " : ok ? "ok  " : "FAIL"} ${name.padEnd(9)} ${says}`;
