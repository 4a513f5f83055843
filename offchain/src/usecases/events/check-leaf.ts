/** Whether one leaf belongs where it is, whoever signed it. Spec: docs/spec/anchor.md "Pack". Pure. */
import { decodeLeaf, eventHash, eventId } from "../../codec/event.js";
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { EventLeaf, Tier } from "../../domain/event.js";
import type { Role } from "../../domain/role.js";

/** Clocks of servers differ by less; what is further ahead is a broken clock, and the ledger would refuse it. */
export const CLOCK_TOLERANCE = 24 * 3_600_000;

export interface CheckedEvent {
  readonly id: string;
  readonly leaf: EventLeaf;
  readonly leafBytes: Uint8Array;
  /** Hex. */
  readonly hash: string;
}

/** Where a leaf has to belong. */
export interface LeafPlace {
  /** Config policy, hex. */
  readonly config: string;
  /** Name of the thread. */
  readonly thread: string;
  /** Of those who may have written it. */
  readonly roles: readonly Role[];
  readonly tier: Tier;
  /** POSIX ms. */
  readonly now: number;
}

/** @throws DppError `event/*` and `cbor/*` of the codec; `pack/foreign-leaf`, `pack/role`, `pack/tier`, `pack/clock-ahead`. */
export function checkLeaf(
  leafBytes: Uint8Array,
  { config, thread, roles, tier, now }: LeafPlace,
): CheckedEvent {
  const leaf = decodeLeaf(leafBytes);
  if (leaf.source !== thread)
    throw new DppError("pack/foreign-leaf", `the event is of the source ${leaf.source}, not of ${thread}`, {
      details: { source: leaf.source, counter: leaf.counter },
    });
  if (!roles.includes(leaf.role))
    throw about(
      leaf,
      "pack/role",
      `the event says ${leaf.role}, and who may write it is accredited as ${roles.join(", ")}`,
    );
  if (leaf.tier !== tier)
    throw about(leaf, "pack/tier", `the event claims ${leaf.tier}, and its thread gives ${tier}`);
  if (leaf.captured > now + CLOCK_TOLERANCE)
    throw about(
      leaf,
      "pack/clock-ahead",
      `the event says that it was captured at ${timeText(leaf.captured)}, which is still to come: the device's clock was wrong`,
    );
  return {
    id: eventId(config, leaf.source, leaf.counter),
    leaf,
    leafBytes,
    hash: toHex(eventHash(leafBytes)),
  };
}

/** A refusal of one event, by its number. */
export const about = (leaf: EventLeaf, code: string, message: string): DppError =>
  new DppError(code, `event ${leaf.counter}: ${message}`, { details: { counter: leaf.counter } });

/** A date far off has no ISO form. */
export const timeText = (time: number): string =>
  Number.isFinite(new Date(time).getTime()) ? new Date(time).toISOString() : `${time} ms`;
