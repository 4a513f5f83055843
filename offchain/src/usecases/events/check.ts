/**
 * Whether a pack is what its source may have signed, before anybody pays for it. The ledger sees the header alone; that every leaf behind the root is one
 * of this source, in order and under its own tier, is checked here and by whoever reads. Spec: docs/spec/anchor.md "Pack".
 */
import { decodeLeaf, eventHash, eventId } from "../../codec/event.js";
import { packDigest } from "../../codec/pack.js";
import {
  algFits,
  decodeSignedEvent,
  leafOf,
  SIGNED_FIRST_BYTE,
  toBeSigned,
} from "../../codec/signed-event.js";
import { flawOf, type KeyVerify } from "../../crypto/event-signature.js";
import type { Attestation } from "../../domain/attestation.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { type EventLeaf, tierOf } from "../../domain/event.js";
import { formOf, formOfLength } from "../../domain/event-key.js";
import type { Pack, SealedPack } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";

/** Clocks of servers differ by less; what is further ahead is a broken clock, and the ledger would refuse it. */
export const CLOCK_TOLERANCE = 24 * 3_600_000;

/** What is left to do about a seal that is not good today. */
export const SEAL_ANEW =
  "If the source's event key was replaced since, it seals these events anew with the key that it has now: dpp event pack";

/** What the ledger says of a source. */
export type SourceFacts = Pick<Attestation, "role" | "kind" | "alg" | "pk"> & { readonly name: string };

export interface CheckedEvent {
  readonly id: string;
  readonly leaf: EventLeaf;
  readonly leafBytes: Uint8Array;
  /** Hex. */
  readonly hash: string;
}

export interface EventRules {
  /** Config policy, hex. */
  readonly config: string;
  readonly source: SourceFacts;
  /** Keys that the source had before (hex): its events may bear their signatures, its packs only that of the key it has. */
  readonly earlier?: readonly string[];
  readonly verify: KeyVerify;
  /** POSIX ms. */
  readonly now: number;
}

/**
 * One event by itself.
 * @throws DppError `event/*` and `cbor/*` of the codecs; `pack/foreign-leaf`, `pack/role`, `pack/tier`, `pack/clock-ahead`; `event/weak-key`, `event/signature`, `key/*`.
 */
export function checkEvent(signed: Uint8Array, rules: EventRules): CheckedEvent {
  const { config, source, verify, now } = rules;
  const leafBytes = leafOf(signed);
  const leaf = decodeLeaf(leafBytes);
  if (leaf.source !== source.name)
    throw new DppError(
      "pack/foreign-leaf",
      `the event is of the source ${leaf.source}, not of ${source.name}`,
      {
        details: { source: leaf.source, counter: leaf.counter },
      },
    );
  if (leaf.role !== source.role)
    throw at(
      leaf,
      "pack/role",
      `the event says ${leaf.role}, and its source is accredited as ${source.role}`,
    );
  if (leaf.tier !== tierOf(source.kind))
    throw at(
      leaf,
      "pack/tier",
      `the event claims ${leaf.tier}, and its source's attestation gives ${tierOf(source.kind)}`,
    );
  if (leaf.captured > now + CLOCK_TOLERANCE)
    throw at(
      leaf,
      "pack/clock-ahead",
      `the event says that it was captured at ${timeText(leaf.captured)}, which is still to come: the device's clock was wrong`,
    );
  if (signed[0] === SIGNED_FIRST_BYTE) {
    const { alg, signature } = decodeSignedEvent(signed);
    const message = toBeSigned(config, leafBytes, alg);
    const keys = [source.pk, ...(rules.earlier ?? [])].map(fromHex);
    if (!keys.some((pk) => algFits(alg, formOfLength(pk.length)) && verify(pk, message, signature))) {
      const flaw = keyFlaw(source.pk, message, signature);
      if (flaw !== null) throw at(leaf, flaw.code, flaw.message);
      throw at(leaf, "event/signature", "the event is not signed by the key of its source's attestation");
    }
  }
  return {
    id: eventId(config, leaf.source, leaf.counter),
    leaf,
    leafBytes,
    hash: toHex(eventHash(leafBytes)),
  };
}

/** Why a signature that does not verify does not, unless it is simply another key's. */
function keyFlaw(pk: string, message: Uint8Array, signature: Uint8Array): DppError | null {
  const flaw = flawOf(fromHex(pk), message, signature);
  return flaw?.code === "event/signature" ? null : flaw;
}

const at = (leaf: EventLeaf, code: string, message: string): DppError =>
  new DppError(code, `event ${leaf.counter}: ${message}`, { details: { counter: leaf.counter } });

/** A date far off has no ISO form. */
export const timeText = (time: number): string =>
  Number.isFinite(new Date(time).getTime()) ? new Date(time).toISOString() : `${time} ms`;

/**
 * @param previous hash of the event before the first, hex, "" for none; `null`: not known, as after a gap.
 * @throws DppError as `checkEvent`, and `pack/deployment`, `pack/order`, `pack/gap`, `pack/chain`, `pack/root`, `pack/times`, `pack/signature`.
 */
export function checkPack(pack: Pack, rules: EventRules, previous: string | null): readonly CheckedEvent[] {
  if (pack.config !== rules.config)
    throw new DppError(
      "pack/deployment",
      `the pack is of the deployment ${pack.config}, not of ${rules.config}`,
    );
  checkSeal(pack, rules);
  if (pack.events.length !== pack.hi - pack.lo)
    throw new DppError(
      "pack/gap",
      `the pack says ${pack.hi - pack.lo} events and holds ${pack.events.length}`,
    );
  const checked: CheckedEvent[] = [];
  let before = previous;
  for (const { signed } of pack.events) {
    const event = checkEvent(signed, rules);
    const { leaf } = event;
    const expected = pack.lo + checked.length;
    if (leaf.counter > expected) throw at(leaf, "pack/gap", `the pack lacks the event ${expected}`);
    if (leaf.counter < expected) throw at(leaf, "pack/order", `it stands where the event ${expected} should`);
    if (before !== null && leaf.previous !== before)
      throw at(leaf, "pack/chain", "it does not name the event before it");
    before = event.hash;
    checked.push(event);
  }
  checkRoot(pack, checked);
  return checked;
}

/** What the events make must be what was signed. */
export function checkRoot(pack: SealedPack, events: readonly CheckedEvent[]): void {
  if (toHex(packRoot(events.map(({ hash }) => fromHex(hash)))) !== pack.root)
    throw new DppError("pack/root", "the events do not make the root that the source signed");
  const times = events.map(({ leaf }) => leaf.captured);
  const least = times.reduce((a, b) => Math.min(a, b));
  const greatest = times.reduce((a, b) => Math.max(a, b));
  if (least !== pack.cmin || greatest !== pack.cmax)
    throw new DppError("pack/times", "the capture times are not those that the source signed");
}

/**
 * The source's own signature over the header, under the tier that its attestation gives.
 * @throws DppError `pack/foreign-leaf`, `pack/tier`, `key/*`, `webauthn/*`, `event/weak-key`, `pack/signature`.
 */
export function checkSeal(pack: SealedPack, { source, verify }: Pick<EventRules, "source" | "verify">): void {
  if (pack.source !== source.name)
    throw new DppError(
      "pack/foreign-leaf",
      `the pack is of the source ${pack.source}, not of ${source.name}`,
    );
  const tier = tierOf(source.kind);
  if (pack.tier !== tier)
    throw new DppError(
      "pack/tier",
      `the pack claims ${pack.tier}, and its source's attestation gives ${tier}`,
    );
  const signature = fromHex(pack.signature);
  if (formOf(source.alg, source.pk) === null)
    throw new DppError(
      "key/form",
      `the key of the source's attestation is of no form that is checked here (alg ${source.alg}, ${source.pk.length / 2} bytes)`,
    );
  const digest = packDigest(pack);
  if (verify(fromHex(source.pk), digest, signature)) return;
  const flaw = keyFlaw(source.pk, digest, signature);
  if (flaw !== null)
    throw new DppError(flaw.code, `the pack from ${pack.lo} to ${pack.hi - 1}: ${flaw.message}`, {
      cause: flaw,
    });
  throw new DppError(
    "pack/signature",
    "the pack is not signed by the key of its source's attestation: by another key, for another deployment, or it was altered since",
  );
}
