/** Events: what a source says that happened, as commitments. Spec: docs/spec/event.md "Leaf". */
import type { SourceKind } from "./attestation.js";
import type { Role } from "./role.js";

/** In the order of their numbers in a leaf. */
export const EVENT_TYPES = [
  "harvest",
  "purchase",
  "handoff",
  "transport",
  "processing",
  "grade",
  "lab-result",
  "dispatch",
  "correction",
  "tier-amendment",
  "incident",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The weaker the lower; the number in a leaf is the position. */
export const TIERS = ["GATEWAY_SIGNED", "INDIVIDUAL_SIGNED", "DEVICE_SIGNED", "MULTI_PARTY_SIGNED"] as const;
export type Tier = (typeof TIERS)[number];

/** Where the device's clock had its time from; the number in a leaf is the position. */
export const CLOCKS = ["unset", "free", "network", "gnss"] as const;
export type ClockSource = (typeof CLOCKS)[number];

/** Of a pack, a counter, a time: larger integers are not exact in JavaScript. */
export const MAX_EVENT_INTEGER = Number.MAX_SAFE_INTEGER;
export const MAX_LEAF_BYTES = 256;
export const MAX_PAYLOAD_BYTES = 64 * 1024;
export const MAX_PACK_EVENTS = 65_536;

/** What is written on the ledger by its hash. Byte strings are lower-case hex. */
export interface EventLeaf {
  /** Attestation name of the source; also its thread. */
  readonly source: string;
  /** Number of the event in the thread, from 0. */
  readonly counter: number;
  /** UUID of the capturing device, 16 bytes. */
  readonly device: string;
  readonly type: EventType;
  /** 0, 16, 28 or 32 bytes: nothing, an event id, a token name, a commitment. */
  readonly subject: string;
  readonly role: Role;
  readonly tier: Tier;
  /** Root of the payload's tree, 32 bytes. */
  readonly payload: string;
  /** Hash of the event before, 32 bytes; empty for the first and for the first after a gap. */
  readonly previous: string;
  /** POSIX ms by the device's clock. */
  readonly captured: number;
  readonly clock: ClockSource;
  /** ms since the device's last boot. */
  readonly uptime: number;
  readonly boot: number;
}

/** What the capturing device says of itself and of its time. */
export interface DeviceEvidence {
  /** UUID of the device, 32 hex digits. */
  readonly device: string;
  readonly clock: ClockSource;
  /** ms since its last boot. */
  readonly uptime: number;
  readonly boot: number;
}

const TIER_OF: Readonly<Record<SourceKind, Tier>> = {
  Gateway: "GATEWAY_SIGNED",
  Individual: "INDIVIDUAL_SIGNED",
  Device: "DEVICE_SIGNED",
};

/** Derived, never claimed: the contract puts the same one into what a source signs. */
export const tierOf = (kind: SourceKind): Tier => TIER_OF[kind];

export const tierNumber = (tier: Tier): number => TIERS.indexOf(tier);

/** Whether `tier` is at least as strong as `least`. */
export const meetsTier = (tier: Tier, least: Tier): boolean => tierNumber(tier) >= tierNumber(least);

/** `device`, `device-signed`, `DEVICE_SIGNED`: as people write it. `null`: no tier. */
export function parseTier(text: string): Tier | null {
  const name = text.toUpperCase().replaceAll("-", "_");
  return TIERS.find((tier) => tier === name || tier === `${name}_SIGNED`) ?? null;
}
