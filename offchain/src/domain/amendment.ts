/**
 * What an event counts for: the tier that the ledger wrote, and the amendments of several parties that a verifier applies. Pure. Spec: docs/spec/event.md
 * "Amendments".
 */
import { type EventType, type Tier, tierNumber } from "./event.js";
import { isJointThread, MIN_PARTIES } from "./joint.js";

/** Why an amendment does not apply. Checked in this order. */
export const AMENDMENT_FAULTS = [
  "amendment/single-party",
  "amendment/not-anchored",
  "amendment/payload",
  "amendment/subject",
  "amendment/from",
  "amendment/own-source",
] as const;
export type AmendmentFault = (typeof AMENDMENT_FAULTS)[number];

/** In words for people, after "does not apply: ". */
export const AMENDMENT_WORDS: Readonly<Record<AmendmentFault, string>> = {
  "amendment/single-party":
    "a single source signed it, on its own thread; an amendment takes several roles together",
  "amendment/not-anchored": "it is not on the ledger",
  "amendment/payload": "its payload is not known here, or is not the one that the ledger commits to",
  "amendment/subject": "the event is not on the ledger, or is an amendment itself",
  "amendment/from": "it starts at another tier than the one that the event counted for then",
  "amendment/own-source":
    "it raises the tier, and fewer than two of those who signed are others than the event's own source",
};

/** A signer as the ledger knows it, or the source of an event. */
export interface Identity {
  /** Attestation name, hex. */
  readonly name: string;
  /** Hashes of the keys that hold its attestation or ever did, hex. */
  readonly holders: readonly string[];
}

export interface TierChange {
  readonly from: Tier;
  readonly to: Tier;
}

/** The event that is amended. */
export interface AmendedEvent {
  readonly type: EventType;
  /** As the ledger wrote it; `null`: the event is not on the ledger. */
  readonly tier: Tier | null;
  /** Its source; of an event on a joint thread all who signed it. */
  readonly signers: readonly Identity[];
}

export interface Amendment {
  /** Name of its thread, hex. */
  readonly thread: string;
  /** Whether the ledger holds it. */
  readonly anchored: boolean;
  /** Who signed it; empty when it is not anchored. */
  readonly parties: readonly Identity[];
  /** What its payload says; `null`: the payload is not known, or not the one that the leaf commits to. */
  readonly change: TierChange | null;
}

export interface Judged<A> {
  readonly amendment: A;
  /** `null`: it applies. */
  readonly fault: AmendmentFault | null;
}

export interface Counting<A> {
  /** What the event counts for; `null`: it is not on the ledger. */
  readonly counts: Tier | null;
  /** In the order given. */
  readonly amendments: readonly Judged<A>[];
}

/** Whether one is the other, or was ever held by a key that held the other. */
export const isSame = (one: Identity, other: Identity): boolean =>
  one.name === other.name || one.holders.some((holder) => other.holders.includes(holder));

/** `amendments`: those of this event, in the order of the ledger; where those stand that it does not hold makes no difference. */
export function judgeAmendments<A extends Amendment>(
  event: AmendedEvent,
  amendments: readonly A[],
): Counting<A> {
  let counts = event.tier;
  const judged: Judged<A>[] = [];
  for (const amendment of amendments) {
    const fault = faultOf(event, counts, amendment);
    if (fault === null && amendment.change !== null) counts = amendment.change.to;
    judged.push({ amendment, fault });
  }
  return { counts, amendments: judged };
}

function faultOf(
  { type, tier, signers }: AmendedEvent,
  counts: Tier | null,
  { thread, anchored, parties, change }: Amendment,
): AmendmentFault | null {
  if (!isJointThread(thread)) return "amendment/single-party";
  if (!anchored) return "amendment/not-anchored";
  if (change === null) return "amendment/payload";
  if (tier === null || counts === null || type === "tier-amendment") return "amendment/subject";
  if (change.from !== counts) return "amendment/from";
  if (tierNumber(change.to) <= tierNumber(counts)) return null;
  const others = parties.filter((party) => !signers.some((signer) => isSame(party, signer)));
  return others.length < MIN_PARTIES ? "amendment/own-source" : null;
}
