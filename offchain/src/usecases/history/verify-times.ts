/** What a history file says of times, held against what was signed. A block's slot is in no transaction: bounds are all that bytes can show. Pure. */
import type { HistoryFile } from "../../codec/history-file.js";
import { publicSlots } from "../../domain/public-slots.js";
import type { FoldStep, HistoryEntry } from "./fold.js";

type Slots = HistoryFile["slots"];

/** Of a public network what its genesis fixes, whatever the file says; of another what the file says. */
export const slotsOf = ({ network, slots }: Pick<HistoryFile, "network" | "slots">): Slots =>
  publicSlots(network) ?? slots;

/** Start of a slot, POSIX ms. */
export const timeIn =
  ({ zeroTime, zeroSlot, slotLength }: Slots) =>
  (slot: number): number =>
    zeroTime + (slot - zeroSlot) * slotLength;

export function slotFaults(file: Pick<HistoryFile, "network" | "slots">): readonly string[] {
  const { zeroTime, zeroSlot, slotLength } = slotsOf(file);
  const { slots } = file;
  return slots.zeroTime === zeroTime && slots.zeroSlot === zeroSlot && slots.slotLength === slotLength
    ? []
    : [`the slots are not those of ${file.network}`];
}

/** Sources give whole seconds. */
const PRECISION = 1000;

/** `time`: POSIX ms of the block that made the output of `state`, or burnt it, from a source that the reader trusts. */
export function blockTimeFaults(
  entries: readonly HistoryEntry[],
  state: { readonly txHash: string } | undefined,
  time: number | undefined,
): readonly string[] {
  const entry = entries.find(({ txHash }) => txHash === state?.txHash);
  if (entry === undefined || time === undefined || Math.abs(entry.time - time) < PRECISION) return [];
  return [`the state was made at ${iso(time)}, not at ${iso(entry.time)}`];
}

function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? `${time} ms` : date.toISOString();
}

/** The slot was signed from both sides, so that it cannot be moved beyond them. */
export const isBounded = ({ past }: FoldStep): boolean =>
  past.signed !== null && past.signed.validity.from !== null && past.signed.validity.until !== null;

type Place = Pick<HistoryFile["transactions"][number], "slot" | "height">;

export function timeFaults(
  { past }: FoldStep,
  own: Place | undefined,
  before: Place | undefined,
): readonly string[] {
  if (past.signed === null || own === undefined) return [];
  const { from, until } = past.signed.validity;
  const faults =
    (from !== null && own.slot < from) || (until !== null && own.slot >= until)
      ? ["its slot is outside of the validity that was signed"]
      : [];
  if (before !== undefined && (own.slot < before.slot || own.height < before.height))
    faults.push("it is older than the transaction before it");
  return faults;
}
