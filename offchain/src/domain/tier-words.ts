/** Tiers, marks and clocks in words that need no explanation. English; the page and the command share them. */
import type { ClockSource, EventType, Tier } from "./event.js";
import { GAP_REASONS } from "./pack.js";

export interface TierWords {
  /** A few words, for a badge. */
  readonly short: string;
  /** A sentence: who vouches for the event, and who does not. */
  readonly long: string;
}

export const TIER_WORDS: Readonly<Record<Tier, TierWords>> = {
  GATEWAY_SIGNED: {
    short: "Sent by phone message",
    long: "Somebody sent a message, and a gateway signed that it arrived. The sender holds no key: nobody but the gateway vouches for it.",
  },
  INDIVIDUAL_SIGNED: {
    short: "Signed by a person",
    long: "A person whom the consortium accredited signed it with a key of their own. It says what this person saw or was told.",
  },
  DEVICE_SIGNED: {
    short: "Measured by a station",
    long: "A station at a declared place measured and signed it, with no hand in between. It says what its sensors read.",
  },
  MULTI_PARTY_SIGNED: {
    short: "Signed by several parties",
    long: "Two or more parties with different roles signed it together.",
  },
};

export const TYPE_WORDS: Readonly<Record<EventType, string>> = {
  harvest: "Harvest",
  purchase: "Purchase",
  handoff: "Handed over",
  transport: "Transport",
  processing: "Processing",
  grade: "Graded",
  "lab-result": "Laboratory result",
  dispatch: "Dispatched",
  correction: "Correction of an earlier event",
  "tier-amendment": "Amendment of an event's trust tier",
  incident: "Incident",
};

export const CLOCK_WORDS: Readonly<Record<ClockSource, string>> = {
  unset: "the device's clock was never set: the time means nothing",
  free: "by the device's own clock, which nothing had checked",
  network: "by a clock that the network had set",
  gnss: "by a clock that satellites had set",
};

export const LATE_WORDS =
  "Late: it was written after events that happened later, or later than its source may hold events back.";

export const gapWords = (lo: number, hi: number, reason: number): string =>
  `${hi - lo === 1 ? `Event ${lo} is` : `Events ${lo} to ${hi - 1} are`} missing for good: ${GAP_REASONS[reason] ?? `reason ${reason}`}.`;

/** Of one event in such a gap. `reason` 0: none was given. */
export const gaveUpWords = (reason: number): string =>
  reason === 0
    ? "given up for good, no reason given"
    : `given up for good: ${GAP_REASONS[reason] ?? `reason ${reason}`}`;
