/** What a person is told before counters of a thread are given up, or the thread is closed. */
import { DppError } from "../src/domain/errors.js";
import type { Losses } from "../src/usecases/events/losses.js";

const eventsText = ({ events, first, last, sealed }: Losses): string =>
  `${events === 1 ? `event ${first}, which lies here` : `${events} events that lie here, from ${first} to ${last}`}${sealed === 0 ? "" : ` (${sealed} sealed and waiting: dpp event anchor brings them on the ledger)`}`;

/** `null`: nothing is lost that is known here, and no counter that was never used. */
export function gapLossText(losses: Losses, through: number): string | null {
  const { events, beyond } = losses;
  const parts = [
    ...(events === 0 ? [] : [eventsText(losses)]),
    ...(beyond === 0
      ? []
      : [
          `${beyond === 1 ? `the counter ${through}` : `the ${beyond} counters up to ${through}`}, after the last event that is known here`,
        ]),
  ];
  return parts.length === 0 ? null : `this gives up for good ${parts.join(", and ")}`;
}

export const closeLossText = (losses: Losses): string =>
  losses.events === 0
    ? "this ends the thread for good, and its source records no more events"
    : `this ends the thread for good; with it go ${eventsText(losses)}`;

export const unconfirmed = (
  nothingYet: string,
  lost: string,
  { events, first, last, sealed, beyond }: Losses,
): DppError =>
  new DppError("usage/confirm", `${nothingYet}: ${lost}; to do this, say it again with --yes`, {
    details: { events, sealed, beyond, ...(first !== null && { first }), ...(last !== null && { last }) },
  });
