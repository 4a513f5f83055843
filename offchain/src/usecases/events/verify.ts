/**
 * Whether an event in the store is what its source signed and what the ledger wrote, step by step. What cannot be looked at is told, not passed. For who has no
 * ledger at hand: receipts (docs/receipts.md).
 */
import { eventHash } from "../../codec/event.js";
import { algFits, decodeSignedEvent, SIGNED_FIRST_BYTE, toBeSigned } from "../../codec/signed-event.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import { tierOf } from "../../domain/event.js";
import { formOfLength } from "../../domain/event-key.js";
import { formWords } from "../../domain/event-key-words.js";
import { isJointThread } from "../../domain/joint.js";
import { isWritten } from "../../domain/pack.js";
import { gaveUpWords } from "../../domain/tier-words.js";
import { verifyProof } from "../../merkle/tree.js";
import { tierLine } from "./amendment-words.js";
import { checkSeal, type SourceFacts } from "./check.js";
import type { EventReading } from "./context.js";
import { storedPackTree } from "./pack-tree.js";
import { algOfLength } from "./parties.js";
import { type EventView, showEvent } from "./show.js";
import { earlierKeys, keysUntil } from "./source-keys.js";
import { jointSealCheck, jointStandingCheck, jointTierCheck } from "./verify-joint.js";

export interface EventCheck {
  readonly name:
    | "leaf"
    | "signature"
    | "pack"
    | "seal"
    | "ledger"
    | "tier"
    | "payload"
    | "standing"
    | "amended";
  /** `null`: could not be looked at. */
  readonly ok: boolean | null;
  readonly says: string;
}

export interface VerifiedEvent {
  readonly view: EventView;
  readonly checks: readonly EventCheck[];
  /** No check failed, and the event is on the ledger. */
  readonly ok: boolean;
}

/** @throws DppError as `showEvent`. */
export async function verifyEvent(reading: EventReading, id: string): Promise<VerifiedEvent> {
  const view = await showEvent(reading, id);
  const checks = [
    leafCheck(view),
    await signatureCheck(reading, view),
    await packCheck(reading, view),
    await sealCheck(reading, view),
    ledgerCheck(view),
    tierCheck(view),
    payloadCheck(view),
    standingCheck(view),
    amendedCheck(view),
  ];
  const ok = checks.every((check) => check.ok !== false) && view.written !== null;
  return { view, checks, ok };
}

const passes = (name: EventCheck["name"], ok: boolean | null, says: string): EventCheck => ({
  name,
  ok,
  says,
});

const COLUMNS = ["hash", "source", "counter", "type", "subject", "tier", "captured"] as const;

/** All else is about the leaf: what the store says beside it must be what it says. */
function leafCheck({ event, leaf, leafBytes }: EventView): EventCheck {
  const said = { ...leaf, hash: toHex(eventHash(leafBytes)) };
  const other = COLUMNS.filter((field) => event[field] !== said[field]);
  return other.length === 0
    ? passes(
        "leaf",
        true,
        `the leaf is well-formed, and its id is made of its source and counter: ${event.id}`,
      )
    : passes("leaf", false, `the store says something else than the leaf it keeps: ${other.join(", ")}`);
}

/** The key that signed: that of the ledger's entry, since it may have been replaced since. */
const keyOf = ({ written, source }: EventView): string | null =>
  written?.entry.kind === "append" ? written.entry.pk : (source?.pk ?? null);

async function signatureCheck(reading: EventReading, view: EventView): Promise<EventCheck> {
  const { contracts, verify } = reading;
  const { signed } = view.event;
  if (signed[0] !== SIGNED_FIRST_BYTE)
    return passes(
      "signature",
      null,
      isJoint(view)
        ? "its parties sign packs and no single events"
        : "its source signs packs and no single events",
    );
  const pk = keyOf(view);
  if (pk === null || pk === "") return passes("signature", null, "the key of its source is not known");
  const { alg, leaf, signature } = decodeSignedEvent(signed);
  const message = toBeSigned(contracts.config.hash, leaf, alg);
  const signs = (key: string): boolean =>
    algFits(alg, formOfLength(key.length / 2)) && verify(fromHex(key), message, signature);
  if (signs(pk)) return passes("signature", true, "signed by its source's key");
  const keys = await keysBefore(reading, view);
  if (keys.some(signs)) return passes("signature", true, "signed by a key that its source had before");
  return passes("signature", false, "not signed by a key that its source had when it was written");
}

/** A key that came after the entry cannot have signed what the entry wrote: somebody signed it again. */
async function keysBefore(reading: EventReading, { source, written }: EventView): Promise<readonly string[]> {
  if (source === null) return [];
  const until = written?.attestation ?? null;
  return until === null ? earlierKeys(reading, source) : keysUntil(reading, source, until);
}

async function packCheck(
  { store }: EventReading,
  { event, leafBytes, pack }: EventView,
): Promise<EventCheck> {
  if (pack === null) return passes("pack", null, "it is in no pack yet");
  const count = pack.hi - pack.lo;
  const stored = await storedPackTree(store, pack);
  if ("missing" in stored)
    return passes(
      "pack",
      null,
      `the store lacks some of the ${count} events of its pack, so its path cannot be made`,
    );
  const { tree } = stored;
  const good =
    toHex(tree.root) === pack.root &&
    verifyProof(tree.root, eventHash(leafBytes), tree.proof(event.counter - pack.lo));
  return passes(
    "pack",
    good,
    good
      ? `event ${event.counter - pack.lo + 1} of ${count} under the pack's root`
      : "it is not under the pack's root",
  );
}

const isJoint = ({ leaf }: EventView): boolean => isJointThread(leaf.source);

async function sealCheck(reading: EventReading, view: EventView): Promise<EventCheck> {
  const { verify } = reading;
  const { pack, source } = view;
  if (pack === null) return passes("seal", null, "it is in no pack yet");
  if (isJoint(view)) return jointSealCheck(reading, view, pack);
  const pk = keyOf(view);
  if (source === null || pk === null)
    return passes("seal", null, "this deployment has no attestation of its source");
  const facts: SourceFacts = { ...source, pk, alg: pk === source.pk ? source.alg : algOfLength(pk) };
  try {
    checkSeal(pack, { source: facts, verify });
    return passes(
      "seal",
      true,
      `the source signed the pack's root, for this deployment and under its own tier: ${formWords(formOfLength(pk.length / 2))}`,
    );
  } catch (error) {
    if (!isDppError(error)) throw error;
    return passes("seal", false, error.message);
  }
}

function ledgerCheck({ written, pack, givenUp }: EventView): EventCheck {
  if (givenUp !== null)
    return passes("ledger", false, `${gaveUpWords(givenUp.entry.reason)}, in transaction ${givenUp.txHash}`);
  if (written === null || !isWritten(written.entry)) return passes("ledger", null, "it is not on the ledger");
  const { entry, tx } = written;
  if (pack === null || entry.root !== pack.root)
    return passes("ledger", false, `transaction ${tx.hash} wrote another pack in its place`);
  return passes(
    "ledger",
    true,
    `transaction ${tx.hash} wrote its pack by ${new Date(entry.until).toISOString()}${entry.late ? ", marked late" : ""}`,
  );
}

function tierCheck(view: EventView): EventCheck {
  const { leaf, written, source, givenUp } = view;
  if (isJoint(view)) return jointTierCheck(view);
  if (source !== null && leaf.role !== source.role)
    return passes("tier", false, `it says ${leaf.role}, and its source is accredited as ${source.role}`);
  if (written !== null && isWritten(written.entry)) {
    const good = written.entry.tier === leaf.tier;
    return passes(
      "tier",
      good,
      good
        ? `${leaf.tier}, as the ledger derived it from its source's attestation`
        : `it claims ${leaf.tier}, and the ledger wrote ${written.entry.tier}`,
    );
  }
  if (source === null) return passes("tier", null, "this deployment has no attestation of its source");
  const derived = tierOf(source.kind);
  return passes(
    "tier",
    leaf.tier === derived ? null : false,
    `it claims ${leaf.tier}; its source's attestation gives ${derived}, and the ledger ${givenUp === null ? "has not written it yet" : "never will write it"}`,
  );
}

function payloadCheck({ payload, payloadFault }: EventView): EventCheck {
  if (payloadFault !== null) return passes("payload", false, payloadFault.message);
  if (payload === null) return passes("payload", null, "its payload is not here");
  return passes(
    "payload",
    true,
    `the payload is the one that the leaf commits to: ${payload.record.elements.length} of its ${payload.record.leaves.length} elements are public`,
  );
}

function standingCheck(view: EventView): EventCheck {
  const { source, standing } = view;
  if (isJoint(view)) return jointStandingCheck(view);
  if (source === null) return passes("standing", null, "this deployment has no attestation of its source");
  // What was written while the source was live stays written; a reader wants to know all the same.
  if (source.live) return passes("standing", true, "its source is accredited today");
  return passes(
    "standing",
    null,
    `its source is not accredited today (${standing}): look at what it wrote before`,
  );
}

/** What somebody amends is no fault of the event; a payload that is not here leaves open what it counts for. */
function amendedCheck({ amended }: EventView): EventCheck {
  const { amendments, tier } = amended;
  if (tier === null) return passes("amended", null, "what is not on the ledger counts for nothing yet");
  if (amendments.length === 0)
    return passes("amended", true, `no amendment of it is known here: it counts as ${tier}`);
  const applied = amendments.filter((it) => it.applied).length;
  const open = amendments.filter(({ fault }) => fault?.code === "amendment/payload").length;
  const says = `${tierLine(amended)}; ${applied} of ${amendments.length} amendments apply`;
  return passes(
    "amended",
    open > 0 ? null : true,
    open > 0 ? `${says}; of ${open} the payload is not known here` : says,
  );
}
