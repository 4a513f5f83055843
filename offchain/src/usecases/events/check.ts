/**
 * Whether a pack is what its source may have signed, before anybody pays for it. The ledger sees the header alone; that every leaf behind the root is one
 * of this source, in order and under its own tier, is checked here and by whoever reads. Spec: docs/spec/anchor.md "Pack".
 */
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
import { tierOf } from "../../domain/event.js";
import { formOf, formOfLength } from "../../domain/event-key.js";
import type { Pack, SealedPack } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";
import { about, type CheckedEvent, checkLeaf } from "./check-leaf.js";

/** What is left to do about a seal that is not good today. */
export const SEAL_ANEW =
  "If the source's event key was replaced since, it seals these events anew with the key that it has now: dpp event pack";

/** What the ledger says of a source. */
export type SourceFacts = Pick<Attestation, "role" | "kind" | "alg" | "pk"> & { readonly name: string };

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
 * @throws DppError as `checkLeaf`; `event/weak-key`, `event/signature`, `key/*`.
 */
export function checkEvent(signed: Uint8Array, rules: EventRules): CheckedEvent {
  const { config, source, verify, now } = rules;
  const place = { config, thread: source.name, roles: [source.role], tier: tierOf(source.kind), now };
  const checked = checkLeaf(leafOf(signed), place);
  if (signed[0] !== SIGNED_FIRST_BYTE) return checked;
  const { leaf, leafBytes } = checked;
  const { alg, signature } = decodeSignedEvent(signed);
  const message = toBeSigned(config, leafBytes, alg);
  const keys = [source.pk, ...(rules.earlier ?? [])].map(fromHex);
  if (keys.some((pk) => algFits(alg, formOfLength(pk.length)) && verify(pk, message, signature)))
    return checked;
  const flaw = keyFlaw(source.pk, message, signature);
  if (flaw !== null) throw about(leaf, flaw.code, flaw.message);
  throw about(leaf, "event/signature", "the event is not signed by the key of its source's attestation");
}

/** Why a signature that does not verify does not, unless it is simply another key's. */
function keyFlaw(pk: string, message: Uint8Array, signature: Uint8Array): DppError | null {
  const flaw = flawOf(fromHex(pk), message, signature);
  return flaw?.code === "event/signature" ? null : flaw;
}

/**
 * @param previous hash of the event before the first, hex, "" for none; `null`: not known, as after a gap.
 * @throws DppError as `checkEvent`, and `pack/deployment`, `pack/order`, `pack/gap`, `pack/chain`, `pack/root`, `pack/times`, `pack/signature`.
 */
export function checkPack(pack: Pack, rules: EventRules, previous: string | null): readonly CheckedEvent[] {
  requireDeployment(pack, rules.config);
  checkSeal(pack, rules);
  return checkEvents(
    pack,
    (signed) => checkEvent(signed, rules),
    (first) => previous === null || first === previous,
  );
}

/** @throws DppError `pack/deployment`. */
export function requireDeployment(pack: SealedPack, config: string): void {
  if (pack.config !== config)
    throw new DppError("pack/deployment", `the pack is of the deployment ${pack.config}, not of ${config}`);
}

/**
 * All events of a pack, in their order. `checkOne`: each by itself; `follows`: whether the first may name this as the event before it.
 * @throws DppError `pack/order`, `pack/gap`, `pack/chain`, `pack/root`, `pack/times`, and as `checkOne`.
 */
export function checkEvents(
  pack: Pack,
  checkOne: (signed: Uint8Array) => CheckedEvent,
  follows: (previous: string) => boolean,
): readonly CheckedEvent[] {
  if (pack.events.length !== pack.hi - pack.lo)
    throw new DppError(
      "pack/gap",
      `the pack says ${pack.hi - pack.lo} events and holds ${pack.events.length}`,
    );
  const checked: CheckedEvent[] = [];
  for (const { signed } of pack.events) {
    const event = checkOne(signed);
    const { leaf } = event;
    const expected = pack.lo + checked.length;
    if (leaf.counter > expected) throw about(leaf, "pack/gap", `the pack lacks the event ${expected}`);
    if (leaf.counter < expected)
      throw about(leaf, "pack/order", `it stands where the event ${expected} should`);
    const before = checked.at(-1);
    if (before === undefined ? !follows(leaf.previous) : leaf.previous !== before.hash)
      throw about(leaf, "pack/chain", "it does not name the event before it");
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
