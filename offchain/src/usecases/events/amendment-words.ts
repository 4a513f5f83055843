/** What an event was and what it counts for, in sentences. English; the page and the command share them. */
import type { AmendmentView, EventTier } from "./amendments.js";

const day = (time: number | null): string => (time === null ? "" : ` since ${new Date(time).toISOString()}`);

const partyWords = ({ parties }: AmendmentView): string =>
  parties
    .map(({ role, operator, name }) => `${role ?? name}${operator === null ? "" : ` ${operator}`}`)
    .join(" and ");

/** `DEVICE_SIGNED on the ledger; counts as MULTI_PARTY_SIGNED since … by LAB … and SUPERVISOR …`; the tier alone where nothing applies. */
export function tierLine({ tier, counts, amendments }: EventTier): string {
  if (tier === null) return "not on the ledger";
  const last = amendments.findLast(({ applied }) => applied);
  if (last === undefined) return tier;
  return `${tier} on the ledger; counts as ${counts}${day(last.time)} by ${partyWords(last)}`;
}

/** One amendment: who, from what to what, and whether it applies. */
export function amendmentLine(amendment: AmendmentView): string {
  const { from, to, reason, fault, time, id } = amendment;
  const said = from === undefined || to === undefined ? "says what is not known here" : `${from} to ${to}`;
  const why = reason === null ? "" : ` (${reason})`;
  const who = amendment.parties.length === 0 ? "" : `, by ${partyWords(amendment)}`;
  const applies = fault === null ? `applies${day(time)}` : `does not apply: ${fault.words} (${fault.code})`;
  return `${said}${why}${who}: ${applies}; ${id}`;
}
